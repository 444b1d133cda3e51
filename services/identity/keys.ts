/** API keys: made by a person for one workspace, never with more than the person may do, shown once. */
import { permissionsOf } from '@floowe/contracts/identity'
import type { Permission } from '@floowe/contracts/vocabulary'
import { type Call, found, hashToken, newToken, refuse } from '@floowe/platform'
import { by, dayMs, type Means, tell } from './means.ts'
import { isPerson, standingOf } from './standing.ts'
import { countKeys, putKey, type KeyRow, listKeys as list, revokeKeys } from './store/keys.ts'
import { lockWorkspace } from './store/workspaces.ts'

const keysMax = 200
/** `flo_` and four letters: enough to tell keys apart, 24 of 256 bits. */
const startLength = 8

const shownKey = (row: KeyRow) => ({
  id: row.id,
  name: row.name,
  start: row.start,
  permissions: row.permissions,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

export const listKeys = async ({ db }: Means, call: Call) => (await list(db, call.workspaceId)).map(shownKey)

/** A key makes no keys: what it made would outlive its own revocation. */
export const createKey = (
  { db, clock, ids }: Means,
  input: { name: string; permissions: readonly Permission[]; expiresInDays?: number },
  call: Call,
) =>
  db.transaction(async (tx) => {
    if (!isPerson(call)) refuse('not-allowed')
    found(await lockWorkspace(tx, call.workspaceId), 'workspace')
    const { userId, role } = await standingOf(tx, call)
    const needs = [...input.permissions, 'keys:manage' as const].find(
      (permission) => !permissionsOf[role].includes(permission),
    )
    if (needs) refuse('not-allowed', { needs })
    if ((await countKeys(tx, call.workspaceId)) >= keysMax)
      refuse('invalid-input', { issues: [{ path: '', problem: `at most ${keysMax} keys` }] })
    const secret = newToken('flo_')
    const row: KeyRow = {
      workspace_id: call.workspaceId,
      id: call.onceId ?? ids.next(),
      name: input.name,
      start: secret.slice(0, startLength),
      permissions: [...new Set(input.permissions)],
      created_by: userId,
      created_at: new Date(clock.now()),
      last_used_at: null,
      expires_at: input.expiresInDays === undefined ? null : new Date(clock.now() + input.expiresInDays * dayMs),
    }
    if (await putKey(tx, row, hashToken(secret)))
      await tell(tx, by(call), call.workspaceId, 'identity.key-created', {
        key: row.id,
        data: { id: row.id, name: row.name },
      })
    return { key: shownKey(row), secret }
  })

/** Repeatable: a key that was revoked stays so. An id that never was one here is not found. */
export const revokeKey = ({ db, clock }: Means, id: string, call: Call) =>
  db.transaction(async (tx) => {
    const revoked = await revokeKeys(tx, call.workspaceId, { id }, clock.instant())
    for (const keyId of revoked)
      await tell(tx, by(call), call.workspaceId, 'identity.credential-revoked', { key: keyId, data: { keyId } })
    if (revoked.length === 0)
      found(await tx.one('select from api_keys where workspace_id = $1 and id = $2', [call.workspaceId, id]), 'key')
    return {}
  })
