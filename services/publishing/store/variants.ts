/** Rows of variants: an edition as it was changed for one channel. */
import type { VariantFields } from '@floowe/contracts/networks'
import type { Sql } from '@floowe/platform'

export type VariantRow = { fields: VariantFields; revision: number }

export const readVariant = (
  sql: Sql,
  workspaceId: string,
  editionId: string,
  channelId: string,
): Promise<VariantRow | null> =>
  sql.one<VariantRow>(
    'select fields, revision from variants where workspace_id = $1 and edition_id = $2 and channel_id = $3',
    [workspaceId, editionId, channelId],
  )

type Write = { editionId: string; channelId: string; fields: VariantFields; basedOn: number; at: string; by: string }

/** Revision 0 is the one that nobody has written yet. @returns the row, or the revision that came in between */
export async function writeVariant(
  sql: Sql,
  workspaceId: string,
  { editionId, channelId, fields, basedOn, at, by }: Write,
): Promise<VariantRow | { current: number }> {
  const values = [workspaceId, editionId, channelId, JSON.stringify(fields), at, by]
  const written = await sql.one<VariantRow>(
    basedOn === 0
      ? `insert into variants (workspace_id, edition_id, channel_id, fields, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning fields, revision`
      : `update variants set fields = $4, updated_at = $5, updated_by = $6, revision = revision + 1
         where workspace_id = $1 and edition_id = $2 and channel_id = $3 and revision = $7 returning fields, revision`,
    basedOn === 0 ? values : [...values, basedOn],
  )
  return written ?? { current: (await readVariant(sql, workspaceId, editionId, channelId))?.revision ?? 0 }
}
