/**
 * Connecting an account on the network's own page (OAuth 2.0, authorization code with PKCE). Whoever began must be who comes back:
 * the state is known by its hash, once, for a quarter of an hour. What was granted is sealed until accounts are chosen.
 * Source: RFC 6749, RFC 7636, RFC 9700.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Call } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import { type ChannelParts, insertAccount, renewAccount } from './channels.ts'
import type { Granted, OAuth } from './networks/network.ts'
import { connectProblemOf, problemText } from './problems.ts'
import { channelOfAccount, type ChannelRow, getChannel } from './store/channels.ts'
import * as rows from './store/connections.ts'

export type ConnectingParts = ChannelParts & { publicUrl: string }

const openMs = 15 * 60_000
const openMax = 100
const contextOf = (connectionId: string): string => `publishing.connection:${connectionId}`
const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url')
const randomText = (): string => randomBytes(32).toString('base64url')
const redirectOf = (publicUrl: string): string => `${publicUrl}/connect`

/** @throws Refusal not-found, invalid-input, network-not-set-up, too-many-requests */
export async function begin(
  parts: ConnectingParts,
  call: Call,
  { network, channelId }: { network: ChannelRow['network']; channelId?: string | undefined },
): Promise<{ address: string }> {
  const { db, clock, ids, sealer, publicUrl } = parts
  const oauth = oauthOf(parts, network)
  if (channelId !== undefined) {
    const channel = found(await getChannel(db, call.workspaceId, channelId), 'channel')
    if (channel.network !== network)
      refuse('invalid-input', { issues: [{ path: 'channelId', problem: 'is a channel of another network' }] })
  }
  const [id, state, verifier] = [ids.next<string>(), randomText(), randomText()]
  await db.transaction(async (tx) => {
    await rows.dropExpired(tx, clock.instant())
    if ((await rows.countConnections(tx, call.workspaceId)) >= openMax) refuse('too-many-requests')
    await rows.insertConnection(tx, call.workspaceId, {
      id,
      network,
      stateHash: hashOf(state),
      verifierSealed: sealer.seal(verifier, contextOf(id)),
      person: call.caller.actor,
      channelId: channelId ?? null,
      expiresAt: new Date(clock.now() + openMs).toISOString(),
    })
  })
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return { address: oauth.authorize({ state, challenge, redirect: redirectOf(publicUrl) }) }
}

/** @throws Refusal connection-expired, connection-refused */
export async function finish(
  parts: ConnectingParts,
  call: Call,
  { state, code }: { state: string; code: string },
): Promise<{
  id: string
  network: ChannelRow['network']
  channelId: string | null
  accounts: { id: string; name: string; kind: Granted['kind']; channelId: string | null }[]
}> {
  const { db, clock, sealer, publicUrl } = parts
  const row = await rows.useState(db, call.workspaceId, hashOf(state), call.caller.actor, clock.instant())
  if (!row) return refuse('connection-expired')
  const verifier = sealer.open(row.verifierSealed, contextOf(row.id))
  const granted = await oauthOf(parts, row.network).exchange({ code, verifier, redirect: redirectOf(publicUrl) })
  if ('kind' in granted) {
    const { detail = null } = granted
    const problem = connectProblemOf(granted.code)
    return refuse('connection-refused', { code: problem, text: problemText(problem, detail, call.locale) })
  }
  await rows.keepGranted(db, call.workspaceId, row.id, sealer.seal(JSON.stringify(granted), contextOf(row.id)))
  const accounts = await Promise.all(
    granted.map(async ({ accountId, accountName, kind }) => ({
      id: accountId,
      name: accountName,
      kind,
      channelId: await channelOfAccount(db, call.workspaceId, row.network, accountId),
    })),
  )
  return { id: row.id, network: row.network, channelId: row.channelId, accounts }
}

/**
 * May be repeated with another account, as one grant may hold several pages.
 * @throws Refusal not-found, connection-expired, other-account, account-taken, name-taken, too-many-channels
 */
export async function choose(
  parts: ConnectingParts,
  call: Call,
  { id, accountId }: { id: string; accountId: string },
): Promise<ChannelRow> {
  const { db, clock, ids, sealer } = parts
  const row = found(await rows.getConnection(db, call.workspaceId, id, call.caller.actor), 'connection')
  if (row.grantedSealed === null || row.expiresAt.getTime() <= clock.now()) return refuse('connection-expired')
  const granted = JSON.parse(sealer.open(row.grantedSealed, contextOf(id))) as Granted[] // written by `finish`
  const account = found(granted.find((one) => one.accountId === accountId) ?? null, 'account')
  const taken = await channelOfAccount(db, call.workspaceId, row.network, accountId)
  const wanted = row.channelId ?? taken
  if (wanted === null) return insertAccount(parts, call, ids.next<string>(), { network: row.network }, account)
  return renewAccount(parts, call, found(await getChannel(db, call.workspaceId, wanted), 'channel'), account)
}

function oauthOf({ networks }: ConnectingParts, network: ChannelRow['network']): OAuth {
  const { oauth } = networks[network]
  return oauth?.isReady ? oauth : refuse('network-not-set-up')
}
