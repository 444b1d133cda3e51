/** Rows of connections: accounts that are being connected on a network's own page. */
import type { Network } from '@floowe/contracts/networks'
import type { Sql } from '@floowe/platform'

export type ConnectionRow = {
  id: string
  network: Network
  verifierSealed: string
  channelId: string | null
  grantedSealed: string | null
  expiresAt: Date
}
type NewConnection = Omit<ConnectionRow, 'grantedSealed' | 'expiresAt'> & {
  stateHash: string
  person: string
  expiresAt: string
}

const columns = `id, network, verifier_sealed as "verifierSealed", channel_id as "channelId", granted_sealed as "grantedSealed", expires_at as "expiresAt"`

export const insertConnection = (sql: Sql, workspaceId: string, row: NewConnection): Promise<unknown> =>
  sql.query(
    `insert into connections (workspace_id, id, network, state_hash, verifier_sealed, person, channel_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, row.id, row.network, row.stateHash, row.verifierSealed, row.person, row.channelId, row.expiresAt],
  )

export const countConnections = async (sql: Sql, workspaceId: string): Promise<number> =>
  (await sql.one<{ n: number }>('select count(*)::int as n from connections where workspace_id = $1', [workspaceId]))
    ?.n ?? 0

/** Of all workspaces: what nobody finished. */
export const dropExpired = (sql: Sql, now: string): Promise<unknown> =>
  sql.query('delete from connections where expires_at <= $1', [now])

/** The connection of this state, for the person who began it, the first time it is asked for. */
export const useState = (
  sql: Sql,
  workspaceId: string,
  stateHash: string,
  person: string,
  now: string,
): Promise<ConnectionRow | null> =>
  sql.one<ConnectionRow>(
    `update connections set is_used = true where workspace_id = $1 and state_hash = $2 and person = $3 and expires_at > $4 and not is_used returning ${columns}`,
    [workspaceId, stateHash, person, now],
  )

export const keepGranted = (sql: Sql, workspaceId: string, id: string, grantedSealed: string): Promise<unknown> =>
  sql.query('update connections set granted_sealed = $3 where workspace_id = $1 and id = $2', [
    workspaceId,
    id,
    grantedSealed,
  ])

export const getConnection = (
  sql: Sql,
  workspaceId: string,
  id: string,
  person: string,
): Promise<ConnectionRow | null> =>
  sql.one<ConnectionRow>(`select ${columns} from connections where workspace_id = $1 and id = $2 and person = $3`, [
    workspaceId,
    id,
    person,
  ])
