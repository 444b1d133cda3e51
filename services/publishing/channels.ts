/** Connected accounts: made, changed, paused, removed; their secrets sealed, shown once, and changed over with a day of overlap. */
import type { ConnectField } from '@floowe/contracts/networks'
import type { Call, Clock, Database, Ids, Log, Outbound, Sealer, Transaction } from '@floowe/platform'
import { found, isUniqueViolation, OutboundError, refuse } from '@floowe/platform'
import { apart, contextOf, openAccount } from './accounts.ts'
import { targetHash } from './approvals/payload.ts'
import { voidOfChannel, withdrawOf } from './approvals/requests.ts'
import { readPolicy, regate } from './approvals/store.ts'
import { endSeries } from './calendar/store/series.ts'
import type { Connected, Networks, Verdict } from './networks/network.ts'
import { newSecret } from './networks/webhook.ts'
import { type Cause, causeOf, tell, tellCalendar, tellChannel } from './news.ts'
import { connectProblemOf, problemText } from './problems.ts'
import type { Settings } from './settings.ts'
import * as rows from './store/channels.ts'
import { closeMailings } from './store/recipients.ts'
import { forgetSubscribers } from './store/subscribers.ts'
import { freshAccount } from './tokens.ts'
import { cancel, lockOpenOf } from './store/deliveries.ts'

const oldSecretMs = 24 * 60 * 60 * 1000
const siteName = 'Floowe Site'
const cancelBatch = 500
const cancelBatchesMax = 2_000

export type ChannelParts = {
  db: Database
  log: Log
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbound: Outbound
  networks: Networks
  settings: Settings
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

type Connecting = { network: rows.ChannelRow['network']; name?: string; url?: string; fields: ConnectFields }
export type ConnectFields = Readonly<Partial<Record<ConnectField['name'], string>>>

/**
 * A webhook gets a secret of its own, shown once; of any other account the far side says whose it is.
 * @throws Refusal blocked-address, invalid-input, connection-refused, account-taken, name-taken, too-many-channels
 */
export async function createChannel(
  parts: ChannelParts,
  call: Call,
  input: Connecting,
): Promise<{ channel: rows.ChannelRow; secret: string | null }> {
  const id = parts.ids.next<string>()
  if (input.network === 'webhook') {
    const url = input.url ?? input.fields.url
    if (url === undefined || input.name === undefined) return refuseMissing(url === undefined ? 'url' : 'name')
    await checkAddress(parts, url)
    const secret = newSecret()
    return { channel: await insert(parts, call, id, { ...input, name: input.name, url, secret, account: {} }), secret }
  }
  const connected = await ask(parts, call, input.network, input.fields, { id, name: input.name })
  return { channel: await insertAccount(parts, call, id, input, connected), secret: null }
}

/** @throws Refusal account-taken, name-taken, too-many-channels */
export async function insertAccount(
  parts: ChannelParts,
  call: Call,
  id: string,
  { network, name: wanted }: Pick<Connecting, 'network' | 'name'>,
  { accountId, accountName, url, credentials }: Connected,
): Promise<rows.ChannelRow> {
  const { readable, secret } = apart(parts, network, credentials)
  const account = { ...readable, id: accountId ?? id, name: accountName }
  const name = wanted ?? (await rows.freeName(parts.db, call.workspaceId, accountName.slice(0, 74)))
  return insert(parts, call, id, { network, name, url, secret, account })
}

/** @throws Refusal not-found, blocked-address, connection-refused, other-account, invalid-input for what is no account */
export async function reconnect(
  parts: ChannelParts,
  call: Call,
  input: { id: string; fields: ConnectFields },
): Promise<rows.ChannelRow> {
  const known = found(await rows.getChannel(parts.db, call.workspaceId, input.id), 'channel')
  if (known.account['id'] === undefined) return refuseMissing('fields')
  return renewAccount(parts, call, known, await ask(parts, call, known.network, input.fields, known))
}

/** @throws Refusal other-account, not-found */
export async function renewAccount(
  parts: ChannelParts,
  call: Call,
  { id, network, account: { id: accountId } }: rows.ChannelRow,
  connected: Connected,
): Promise<rows.ChannelRow> {
  if (connected.accountId !== null && connected.accountId !== accountId)
    refuse('other-account', { account: connected.accountName })
  const { readable, secret } = apart(parts, network, connected.credentials)
  const account = { ...readable, id: accountId ?? id, name: connected.accountName }
  return parts.db.transaction(async (tx) => {
    await rows.reconnectChannel(tx, call.workspaceId, id, {
      url: connected.url,
      account,
      secretSealed: parts.sealer.seal(secret, contextOf(id)),
    })
    const channel = found(await rows.getChannel(tx, call.workspaceId, id), 'channel')
    await retarget(parts, tx, causeOf(call), channel)
    await tellChannel(tx, causeOf(call), channel, 'connected')
    return channel
  })
}

const refuseMissing = (field: string): never =>
  refuse('invalid-input', { issues: [{ path: field, problem: 'is missing' }] })

async function ask(
  { db, networks }: ChannelParts,
  call: Call,
  network: rows.ChannelRow['network'],
  fields: ConnectFields,
  channel: { id: string; name?: string | undefined },
): Promise<Connected> {
  const { connect, open, facts } = networks[network]
  for (const { name, isOptional } of facts.connection.fields)
    if (!isOptional && !fields[name]) return refuseMissing(`fields.${name}`)
  if (open && channel.name === undefined) return refuseMissing('name')
  const place = { workspaceId: call.workspaceId, channelId: channel.id, name: channel.name ?? '' }
  const answer = await (open ? open(place) : connect?.(fields))
  if (!answer) return refuseMissing('network')
  if ('kind' in answer) {
    const { detail = null } = answer
    const code = connectProblemOf(answer.code)
    if (code === 'blocked-address') refuse('blocked-address', { reason: code })
    return refuse('connection-refused', { code, text: problemText(code, detail, call.locale) })
  }
  if (answer.accountId === null) return answer
  const taken = await rows.channelOfAccount(db, call.workspaceId, network, answer.accountId)
  if (taken !== null && taken !== channel.id) refuse('account-taken', { channelId: taken })
  return answer
}

type Insertion = Pick<rows.NewChannel, 'network' | 'name' | 'url' | 'account'> & { secret: string }

async function insert(parts: ChannelParts, call: Call, id: string, channel: Insertion): Promise<rows.ChannelRow> {
  const { db, clock, sealer, settings } = parts
  const { network, name, url, account, secret } = channel
  const making = db.transaction(async (tx) => {
    await ensureSiteChannel(parts, tx, call.workspaceId)
    if ((await rows.countChannels(tx, call.workspaceId)) >= settings.channelsMax)
      refuse('too-many-channels', { max: settings.channelsMax })
    const secretSealed = sealer.seal(secret, contextOf(id))
    const made = { id, network, name, url, account, secretSealed, createdAt: clock.instant() }
    await nameFree(() => rows.insertChannel(tx, call.workspaceId, made))
    const channel = found(await rows.getChannel(tx, call.workspaceId, id), 'channel')
    await tellChannel(tx, causeOf(call), channel, 'connected')
    return channel
  })
  try {
    return await making
  } catch (error) {
    // Two people connected the same account in the same moment.
    if (!isUniqueViolation(error, 'channels_account')) throw error
    return refuse('account-taken', {
      channelId: await rows.channelOfAccount(db, call.workspaceId, network, account['id'] ?? ''),
    })
  }
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
    if (change.url !== channel.url) await retarget(parts, tx, causeOf(call), { ...channel, ...change })
    await tellChannel(tx, causeOf(call), { ...channel, ...change }, state)
    return { ...channel, ...change }
  })
}

/** What was approved to go elsewhere, or from somebody else, waits for a new approval. */
async function retarget(
  { clock }: ChannelParts,
  tx: Transaction,
  cause: Cause,
  channel: rows.ChannelRow,
): Promise<void> {
  await voidOfChannel(tx, cause, channel.id, targetHash({ ...channel, channelId: channel.id }))
  const { mode } = await readPolicy(tx, cause.workspaceId)
  if (mode !== 'none') await regate(tx, cause.workspaceId, mode, clock.instant(), null)
}

/** @throws Refusal not-found, no-secret */
export async function rotateSecret({ db, clock, sealer }: ChannelParts, call: Call, id: string): Promise<string> {
  const secret = newSecret()
  await db.transaction(async (tx) => {
    const channel = found(await rows.getChannel(tx, call.workspaceId, id), 'channel')
    // The secret of an account is the network's: another one in its place would end the connection.
    if (channel.network !== 'webhook') refuse('no-secret')
    await rows.rotateSecret(
      tx,
      call.workspaceId,
      id,
      sealer.seal(secret, contextOf(id)),
      new Date(clock.now() + oldSecretMs).toISOString(),
    )
    await tellChannel(tx, causeOf(call), channel, channel.state)
  })
  return secret
}

/** Sends a message that means nothing, also on a paused channel. */
export async function testChannel(parts: ChannelParts, call: Call, id: string): Promise<Verdict> {
  const channel = found(await rows.getChannel(parts.db, call.workspaceId, id), 'channel')
  const known = openAccount(parts, { ...channel, workspaceId: call.workspaceId })
  if (!known) return { kind: 'reconnect', code: 'secret-unreadable' }
  const network = parts.networks[channel.network]
  const account = await freshAccount(parts, network, known)
  return 'kind' in account ? account : network.test(account, parts.ids.next())
}

/** Open plans are cancelled; what is being sent at this moment may still arrive. @throws Refusal not-found, built-in */
export async function removeChannel({ db, clock }: ChannelParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const channel = found(await rows.lockChannel(tx, call.workspaceId, id), 'channel')
    if (channel.network === 'floowe-site') refuse('built-in')
    await rows.removeChannel(tx, call.workspaceId, id, clock.instant())
    await tellChannel(tx, causeOf(call), channel, 'removed')
    // Whose newsletter it was are no longer asked for anything: how many got an issue is still told.
    await closeMailings(tx, call.workspaceId, id)
    await forgetSubscribers(tx, call.workspaceId, id)
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
  // First, so that no day of a series is made behind it.
  for (const { id } of await endSeries(tx, cause.workspaceId, of))
    await tellCalendar(tx, cause, { what: 'series', id, change: 'removed' })
  for (let turn = 0; turn < cancelBatchesMax; turn++) {
    const open = await lockOpenOf(tx, cause.workspaceId, of, cancelBatch)
    for (const delivery of open) {
      await cancel(tx, cause.workspaceId, delivery.id, by, code)
      await withdrawOf(tx, cause, delivery)
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
