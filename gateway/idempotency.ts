/**
 * Idempotency-Key of clients: the same request with the same key runs once within 24 hours. Records belong to workspace and
 * caller; a secret that was shown once is not kept, so a replay shows `null` in its place.
 *
 * A run that ended without a word (a process was killed, a connection broke) may have had its effect. The next request with the
 * key runs again under the same id: an operation that says `once` finds what was made under it. Others wait until the first run
 * cannot be going on any more.
 */
import { createHash } from 'node:crypto'
import type { Clock, Database, Ids } from '@floowe/platform'

export type Answer = { status: number; body: unknown }
export type Begun =
  | { onceId: string }
  | { replay: Answer }
  | { refusal: 'idempotency-mismatch' | 'idempotency-in-progress' }
export type IdempotencyKey = { workspaceId: string; caller: string; key: string }

const keptMs = 24 * 60 * 60 * 1000
/** No run lasts longer. */
const runningMsMax = 60_000
/** Who asks twice at once is told to wait so long; a second run of an operation that says `once` does no harm. */
const onceRunningMsMax = 2_000
const shownOnce = new Set(['secret', 'url', 'link'])

export const requestHash = (method: string, path: string, body: unknown): string =>
  createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(body ?? null)}`)
    .digest('hex')

export function createIdempotency(db: Database, clock: Clock, ids: Ids) {
  return {
    /** @param isOnce the operation says `once` */
    begin: async ({ workspaceId, caller, key }: IdempotencyKey, hash: string, isOnce: boolean): Promise<Begun> => {
      const now = clock.instant()
      const staleBefore = new Date(clock.now() - (isOnce ? onceRunningMsMax : runningMsMax)).toISOString()
      const expiredBefore = new Date(clock.now() - keptMs).toISOString()
      const taken = await db.one<{ once_id: string }>(
        `insert into idempotency (workspace_id, caller, key, request_hash, created_at, once_id) values ($1, $2, $3, $4, $5, $8)
         on conflict (workspace_id, caller, key) do update set request_hash = $4, status = null, body = null, created_at = $5, is_released = false,
             once_id = case when idempotency.created_at < $7 then $8 else idempotency.once_id end
           where idempotency.created_at < $7
             or (idempotency.status is null and idempotency.request_hash = $4 and (idempotency.is_released or idempotency.created_at < $6))
         returning once_id`,
        [workspaceId, caller, key, hash, now, staleBefore, expiredBefore, ids.next<string>()],
      )
      if (taken) return { onceId: taken.once_id }
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
    /** After a failure on our side the client may try again at once, under the same id. */
    finish: async ({ workspaceId, caller, key }: IdempotencyKey, answer: Answer): Promise<void> => {
      if (answer.status >= 500 || answer.status === 429) {
        await db.query(
          'update idempotency set is_released = true where workspace_id = $1 and caller = $2 and key = $3 and status is null',
          [workspaceId, caller, key],
        )
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
