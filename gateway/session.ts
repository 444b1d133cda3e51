/**
 * Who is calling: cookie, bearer token or API key → a short-lived inner token.
 *
 * One token is kept per credential and workspace (≤ 55 s). What identity revokes is dropped in every gateway process when its
 * event arrives, within milliseconds.
 */
import { hashToken } from '@floowe/platform'
import type { Calls } from '@floowe/platform'
import { LRUCache } from 'lru-cache'

export type Credential = {
  kind: 'session' | 'key' | 'local'
  secret: string
  byCookie: boolean
  /** SHA-256 of the secret, where somebody has made it already. */
  hash?: string
}
export type Inner = { token: string; caller: string | null; workspaceId: string | null }
type Kept = Inner & { expiresAtMs: number; credentialHash: string }

export type Sessions = {
  /** Throws the refusal of identity: not-signed-in, not-found (workspace). */
  innerTokenFor: (credential: Credential, workspace: string | null, requestId: string) => Promise<Inner>
  forget: (match: { sessionHash?: string; keyId?: string; userId?: string; workspaceId?: string }) => void
  forgetAll: () => void
}

const spareMs = 5_000

/** @param isTold false while revocations of other processes do not come: then identity is asked each time */
export function createSessions(call: Calls, nowMs: () => number, isTold: () => boolean = () => true): Sessions {
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
    const answer = await call.identity.exchange(
      { kind: credential.kind, credential: credential.secret, workspace },
      { workspaceId: null, requestId },
    )
    const inner = { token: answer.token, caller: answer.caller, workspaceId: answer.workspaceId }
    if (before === revocations && isTold()) kept.set(name, { ...inner, expiresAtMs: answer.expiresAt, credentialHash })
    return inner
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
  }
}
