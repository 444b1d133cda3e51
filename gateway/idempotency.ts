/**
 * Idempotency-Key of clients: the same request with the same key runs once within 24 hours. Records belong to workspace and
 * caller; a secret that was shown once is not kept, so a replay shows `null` in its place.
 */
import { createHash } from 'node:crypto'
import type { Clock, Database } from '@floowe/platform'

export type Answer = { status: number; body: unknown }
export type Begun = { run: true } | { replay: Answer } | { refusal: 'idempotency-mismatch' | 'idempotency-in-progress' }
export type IdempotencyKey = { workspaceId: string; caller: string; key: string }

const keptMs = 24 * 60 * 60 * 1000
const runningMsMax = 60_000
const shownOnce = new Set(['secret', 'url', 'link'])

export const requestHash = (method: string, path: string, body: unknown): string =>
  createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(body ?? null)}`)
    .digest('hex')

export function createIdempotency(db: Database, clock: Clock) {
  return {
    begin: async ({ workspaceId, caller, key }: IdempotencyKey, hash: string): Promise<Begun> => {
      const now = clock.instant()
      const staleBefore = new Date(clock.now() - runningMsMax).toISOString()
      const expiredBefore = new Date(clock.now() - keptMs).toISOString()
      const taken = await db.one(
        `insert into idempotency (workspace_id, caller, key, request_hash, created_at) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id, caller, key) do update set request_hash = $4, status = null, body = null, created_at = $5
           where idempotency.created_at < $7 or (idempotency.status is null and idempotency.created_at < $6 and idempotency.request_hash = $4)
         returning 1`,
        [workspaceId, caller, key, hash, now, staleBefore, expiredBefore],
      )
      if (taken) return { run: true }
      const known = await db.one<{ request_hash: string; status: number | null; body: unknown }>(
        'select request_hash, status, body from idempotency where workspace_id = $1 and caller = $2 and key = $3',
        [workspaceId, caller, key],
      )
      if (!known || known.status === null)
        return { refusal: known && known.request_hash !== hash ? 'idempotency-mismatch' : 'idempotency-in-progress' }
      return known.request_hash === hash
        ? { replay: { status: known.status, body: known.body } }
        : { refusal: 'idempotency-mismatch' }
    },
    /** A failure on our side is forgotten, so that the client may try again with the same key. */
    finish: async ({ workspaceId, caller, key }: IdempotencyKey, answer: Answer): Promise<void> => {
      if (answer.status >= 500 || answer.status === 429) {
        await db.query('delete from idempotency where workspace_id = $1 and caller = $2 and key = $3', [
          workspaceId,
          caller,
          key,
        ])
        return
      }
      await db.query(
        'update idempotency set status = $4, body = $5 where workspace_id = $1 and caller = $2 and key = $3',
        [workspaceId, caller, key, answer.status, JSON.stringify(withoutSecrets(answer.body))],
      )
    },
    sweep: () =>
      db.query(
        'delete from idempotency where (workspace_id, caller, key) in (select workspace_id, caller, key from idempotency where created_at < $1 limit 5000)',
        [new Date(clock.now() - keptMs).toISOString()],
      ),
  }
}
export type Idempotency = ReturnType<typeof createIdempotency>

/** Only answers that minted something carry these names at the top; a link of a published article stands deeper or is no secret. */
function withoutSecrets(body: unknown): unknown {
  if (
    typeof body !== 'object' ||
    body === null ||
    Array.isArray(body) ||
    !('secret' in body || 'link' in body || ('url' in body && 'expiresAt' in body))
  )
    return body ?? null
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, shownOnce.has(name) ? null : value]))
}
