/**
 * Tokens that end and can be renewed. One process at a time renews those of an account, and what it got is on the disk before it is
 * used: a network that takes each refresh token once would shut us out otherwise. The tokens before stay beside the new ones.
 */
import type { Clock, Database, Log, Sealer } from '@floowe/platform'
import { contextOf, openAccount } from './accounts.ts'
import type { Account, Failure, Network } from './networks/network.ts'
import { getChannel, lockAccount, renewSecret } from './store/channels.ts'

type Parts = { db: Database; clock: Clock; sealer: Sealer; log: Log }

/** So long before its end a token is renewed. */
const aheadMs = 5 * 60_000

/**
 * @param isRefused the network has just refused the token, whatever its end was meant to be
 * @returns the account with a token that should work, or why there is none
 */
export async function freshAccount(
  parts: Parts,
  network: Network,
  account: Account,
  isRefused = false,
): Promise<Account | Failure> {
  const { clock, log } = parts
  const { refresh, expiresMs } = account.credentials
  if (!network.refresh || refresh === undefined) return account
  const leftMs = expiresMs === undefined ? Number.POSITIVE_INFINITY : Number(expiresMs) - clock.now()
  if (!isRefused && leftMs > aheadMs) return account
  const renewed = await renew(parts, network, account)
  if (!('kind' in renewed)) return renewed
  log.warn('tokens could not be renewed', { channelId: account.channelId, code: renewed.code })
  // It may work for some minutes yet; the network may answer by then.
  return !isRefused && leftMs > 0 && renewed.kind !== 'reconnect' ? account : renewed
}

const renew = ({ db, sealer, clock }: Parts, network: Network, account: Account): Promise<Account | Failure> =>
  db.transaction(async (tx) => {
    const { workspaceId, channelId } = account
    await lockAccount(tx, workspaceId, channelId)
    const row = await getChannel(tx, workspaceId, channelId)
    const newest = row && openAccount({ sealer, clock }, { ...row, workspaceId })
    if (!newest) return { kind: 'reconnect', code: 'secret-unreadable' }
    // Another process was faster.
    if (newest.credentials['token'] !== account.credentials['token']) return newest
    const credentials = (await network.refresh?.(newest.credentials)) ?? newest.credentials
    // Nothing of a post was sent, so nothing of it is left open.
    if (isFailure(credentials))
      return credentials.kind === 'ambiguous' ? { ...credentials, kind: 'transient' } : credentials
    await renewSecret(tx, workspaceId, channelId, sealer.seal(JSON.stringify(credentials), contextOf(channelId)))
    return { ...newest, credentials }
  })

const isFailure = (answer: Account['credentials'] | Failure): answer is Failure =>
  'kind' in answer && 'code' in answer && !('token' in answer)
