/**
 * Who is calling: cookie, bearer token or API key → a short-lived inner token.
 *
 * One token is kept per credential and workspace (≤ 55 s). What identity revokes is dropped in every gateway process when its
 * event arrives, within milliseconds.
 */
import { hashToken } from '@floowe/platform'
import type { Cache, Calls, Sealer } from '@floowe/platform'
import { LRUCache } from 'lru-cache'

export type Credential = {
  kind: 'session' | 'key' | 'local'
  secret: string
  byCookie: boolean
  /** SHA-256 of the secret, where somebody has made it already. */
  hash?: string
}
export type Inner = { token: string; caller: string | null; workspaceId: string | null }
type Exchanged = Awaited<ReturnType<Calls['identity']['exchange']>>
type Kept = Inner & { expiresAtMs: number; credentialHash: string }

export type Sessions = {
  /** Throws the refusal of identity: not-signed-in, not-found (workspace). */
  innerTokenFor: (credential: Credential, workspace: string | null, requestId: string) => Promise<Inner>
  forget: (match: { sessionHash?: string; keyId?: string; userId?: string; workspaceId?: string }) => void
  forgetAll: () => void
  /** Takes it from what the gateways share. Before they are told. */
  forgetShared: (match: {
    sessionHash?: string
    keyId?: string
    userId?: string
    workspaceId?: string
  }) => Promise<void>
}

const spareMs = 5_000

export type SessionsOptions = {
  /** False while revocations of other processes do not come: then identity is asked each time. */
  isTold?: () => boolean
  /** What the gateways of an installation share, so that a new one need not ask for everybody. Tokens lie in it sealed. */
  shared?: { cache: Cache; sealer: Sealer }
}

const sharedForMs = 45_000
/** On every shared token: who loses a right is not known by the credential's hash. */
const everyTag = 'every'
const tagOf = (credentialHash: string): string => `of ${credentialHash}`

export function createSessions(call: Calls, nowMs: () => number, options: SessionsOptions = {}): Sessions {
  const { isTold = () => true, shared } = options
  const kept = new LRUCache<string, Kept>({ max: 5_000 })
  const asking = new Map<string, Promise<Inner>>()
  // Grows with each revocation: an answer that was asked for before one must not be kept after it.
  let revocations = 0

  const ask = async (
    credential: Credential,
    workspace: string | null,
    credentialHash: string,
    name: string,
    requestId: string,
  ): Promise<Inner> => {
    const before = revocations
    const answer = await answerOf(name, credentialHash, () =>
      call.identity.exchange(
        { kind: credential.kind, credential: credential.secret, workspace },
        { workspaceId: null, requestId },
      ),
    )
    const inner = { token: answer.token, caller: answer.caller, workspaceId: answer.workspaceId }
    if (before === revocations && isTold()) kept.set(name, { ...inner, expiresAtMs: answer.expiresAt, credentialHash })
    return inner
  }
  /** As another gateway was told a moment ago, or as identity says. */
  const answerOf = async (
    name: string,
    credentialHash: string,
    exchange: () => Promise<Exchanged>,
  ): Promise<Exchanged> => {
    if (!shared || !isTold()) return exchange()
    const { cache, sealer } = shared
    const write = { ttlMs: sharedForMs, tags: [everyTag, tagOf(credentialHash)] }
    // By the key, too: while the secret is changed, a gateway need not be able to open what another has put there.
    const sealed = await cache.getOrSet(`${sealer.keyId} ${name}`, write, async () =>
      sealer.seal(JSON.stringify(await exchange()), name),
    )
    const answer = JSON.parse(sealer.open(sealed, name)) as Exchanged // sealed one line above, by us or another gateway
    return answer.expiresAt - nowMs() > spareMs ? answer : exchange()
  }
  return {
    innerTokenFor: (credential, workspace, requestId) => {
      const credentialHash = credential.hash ?? hashToken(credential.secret)
      const name = `${credential.kind} ${credentialHash} ${workspace ?? ''}`
      const known = kept.get(name)
      if (known && known.expiresAtMs - nowMs() > spareMs && isTold()) return Promise.resolve(known)
      const running = asking.get(name)
      if (running) return running
      const answer = ask(credential, workspace, credentialHash, name, requestId).finally(() => asking.delete(name))
      asking.set(name, answer)
      return answer
    },
    forget: ({ sessionHash, keyId, userId, workspaceId }) => {
      revocations += 1
      for (const [name, entry] of kept.entries()) {
        const isMeant =
          (sessionHash !== undefined && entry.credentialHash === sessionHash) ||
          (keyId !== undefined && entry.caller === `key:${keyId}`) ||
          (userId !== undefined && entry.caller === userId) ||
          (workspaceId !== undefined && entry.workspaceId === workspaceId)
        if (isMeant) kept.delete(name)
      }
    },
    forgetAll: () => {
      revocations += 1
      kept.clear()
    },
    forgetShared: async ({ sessionHash }) =>
      shared?.cache.deleteByTag(sessionHash === undefined ? everyTag : tagOf(sessionHash)),
  }
}
