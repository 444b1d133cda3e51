/** Connected accounts: made, changed, paused, removed; their secrets sealed, shown once, and changed over with a day of overlap. */
import type { Call, Clock, Database, Ids, Outbound, Sealer, Transaction } from '@floowe/platform'
import { found, isUniqueViolation, OutboundError, refuse } from '@floowe/platform'
import type { Account, Networks, Verdict } from './networks/network.ts'
import { newSecret } from './networks/webhook.ts'
import { type Cause, causeOf, tell, tellChannel } from './news.ts'
import type { Settings } from './settings.ts'
import * as rows from './store/channels.ts'
import { cancel, lockOpenOf } from './store/deliveries.ts'

const oldSecretMs = 24 * 60 * 60 * 1000
const siteName = 'Floowe Site'
const cancelBatch = 500
const cancelBatchesMax = 2_000

export type ChannelParts = {
  db: Database
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbound: Outbound
  networks: Networks
  settings: Settings
}

/** A sealed secret opens only in the row it was made for. */
const contextOf = (channelId: string): string => `publishing.channel:${channelId}`

type Sealed = {
  id: string
  workspaceId: string
  name: string
  url: string | null
  secretSealed: string | null
  oldSecretSealed: string | null
  oldSecretUntil: Date | null
}

/** The account with its secrets open, the newest first; null when the secret of this installation does not open them. */
export function openAccount({ sealer, clock }: { sealer: Sealer; clock: Clock }, channel: Sealed): Account | null {
  const isOldValid = channel.oldSecretSealed !== null && (channel.oldSecretUntil?.getTime() ?? 0) > clock.now()
  const sealed = [channel.secretSealed, isOldValid ? channel.oldSecretSealed : null].filter((text) => text !== null)
  try {
    const secrets = sealed.map((text) => sealer.open(text, contextOf(channel.id)))
    return { channelId: channel.id, workspaceId: channel.workspaceId, name: channel.name, url: channel.url, secrets }
  } catch {
    return null
  }
}

/** The built-in site channel is made with its workspace; a workspace from before gets it when its channels are first looked at. */
export async function ensureSiteChannel(
  { clock, ids }: Pick<ChannelParts, 'clock' | 'ids'>,
  sql: Pick<Database, 'query' | 'one'>,
  workspaceId: string,
): Promise<void> {
  if (!(await rows.hasSiteChannel(sql, workspaceId)))
    await rows.insertSiteChannel(sql, workspaceId, ids.next(), siteName, clock.instant())
}

export async function listChannels(parts: ChannelParts, workspaceId: string): Promise<rows.ChannelRow[]> {
  await ensureSiteChannel(parts, parts.db, workspaceId)
  return rows.listChannels(parts.db, workspaceId)
}

/** @throws Refusal blocked-address, invalid-input, name-taken, too-many-channels */
export async function createWebhook(
  parts: ChannelParts,
  call: Call,
  input: { name: string; url: string },
): Promise<{ channel: rows.ChannelRow; secret: string }> {
  const { db, clock, ids, sealer, settings } = parts
  await checkAddress(parts, input.url)
  const id = ids.next()
  const secret = newSecret()
  const channel = await db.transaction(async (tx) => {
    await ensureSiteChannel(parts, tx, call.workspaceId)
    if ((await rows.countChannels(tx, call.workspaceId)) >= settings.channelsMax)
      refuse('too-many-channels', { max: settings.channelsMax })
    const made = {
      id,
      network: 'webhook',
      name: input.name,
      url: input.url,
      secretSealed: sealer.seal(secret, contextOf(id)),
      createdAt: clock.instant(),
    } as const
    await nameFree(() => rows.insertChannel(tx, call.workspaceId, made))
    await tellChannel(tx, causeOf(call), id, 'connected')
    return found(await rows.getChannel(tx, call.workspaceId, id), 'channel')
  })
  return { channel, secret }
}

/** @throws Refusal not-found, blocked-address, name-taken, invalid-input for an address of the built-in site */
export async function updateChannel(
  parts: ChannelParts,
  call: Call,
  input: { id: string; name?: string; url?: string; paused?: boolean },
): Promise<rows.ChannelRow> {
  if (input.url !== undefined) {
    const known = found(await rows.getChannel(parts.db, call.workspaceId, input.id), 'channel')
    if (known.network !== 'webhook')
      refuse('invalid-input', { issues: [{ path: 'url', problem: 'this channel has no address of its own' }] })
    await checkAddress(parts, input.url)
  }
  return parts.db.transaction(async (tx) => {
    const channel = found(await rows.getChannel(tx, call.workspaceId, input.id), 'channel')
    // A new address is a new try; otherwise only a person who says "go on" ends the attention.
    const isAnswered =
      channel.state === 'attention' &&
      (input.paused === false || (input.url !== undefined && input.url !== channel.url))
    const resumed = isAnswered || (channel.state === 'paused' && input.paused === false)
    const state = input.paused === true ? 'paused' : resumed ? 'connected' : channel.state
    const stateReason = state === 'attention' ? channel.stateReason : null
    const change = { name: input.name ?? channel.name, url: input.url ?? channel.url, state, stateReason } as const
    await nameFree(() => rows.updateChannel(tx, call.workspaceId, channel.id, change))
    await tellChannel(tx, causeOf(call), channel.id, state)
    return { ...channel, ...change }
  })
}

/** @throws Refusal not-found, no-secret */
export async function rotateSecret({ db, clock, sealer }: ChannelParts, call: Call, id: string): Promise<string> {
  const secret = newSecret()
  await db.transaction(async (tx) => {
    const channel = found(await rows.getChannel(tx, call.workspaceId, id), 'channel')
    if (channel.secretSealed === null) refuse('no-secret')
    await rows.rotateSecret(
      tx,
      call.workspaceId,
      id,
      sealer.seal(secret, contextOf(id)),
      new Date(clock.now() + oldSecretMs).toISOString(),
    )
    await tellChannel(tx, causeOf(call), id, channel.state)
  })
  return secret
}

/** Sends a message that means nothing, also on a paused channel. */
export async function testChannel(parts: ChannelParts, call: Call, id: string): Promise<Verdict> {
  const channel = found(await rows.getChannel(parts.db, call.workspaceId, id), 'channel')
  const account = openAccount(parts, { ...channel, workspaceId: call.workspaceId })
  if (!account) return { kind: 'reconnect', code: 'secret-unreadable' }
  return parts.networks[channel.network].test(account, parts.ids.next())
}

/** Open plans are cancelled; what is being sent at this moment may still arrive. @throws Refusal not-found, built-in */
export async function removeChannel({ db, clock }: ChannelParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const channel = found(await rows.lockChannel(tx, call.workspaceId, id), 'channel')
    if (channel.network === 'floowe-site') refuse('built-in')
    await rows.removeChannel(tx, call.workspaceId, id, clock.instant())
    await tellChannel(tx, causeOf(call), id, 'removed')
  })
  // Apart, because the schedule locks deliveries first and their channels second. What a crash leaves here is never sent.
  await db.transaction((tx) => cancelOpen(tx, causeOf(call), { channelId: id }))
}

/** Cancels what is open on a channel, or of an article. */
export async function cancelOpen(
  tx: Transaction,
  cause: Cause,
  of: { channelId: string } | { articleId: string },
): Promise<void> {
  const [by, code] =
    'channelId' in of ? (['channel', 'channel-removed'] as const) : (['article', 'article-trashed'] as const)
  for (let turn = 0; turn < cancelBatchesMax; turn++) {
    const open = await lockOpenOf(tx, cause.workspaceId, of, cancelBatch)
    for (const delivery of open) {
      await cancel(tx, cause.workspaceId, delivery.id, by, code)
      await tell(tx, 'publishing.delivery-cancelled', cause, delivery, 'cancelled')
    }
    if (open.length < cancelBatch) return
  }
}

async function nameFree(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isUniqueViolation(error, 'channels_name')) refuse('name-taken')
    throw error
  }
}

/** A name that does not resolve right now may resolve when something is due; an address that leads inward never may. */
async function checkAddress({ outbound }: ChannelParts, url: string): Promise<void> {
  try {
    await outbound.checkAddress(url)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    if (error.code === 'bad-address') refuse('invalid-input', { issues: [{ path: 'url', problem: error.message }] })
    if (error.code === 'blocked-address') refuse('blocked-address', { reason: error.code })
  }
}
