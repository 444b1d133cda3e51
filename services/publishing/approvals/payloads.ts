/** What an approval is of, as people look at it. */
import type { ApprovalPayload } from '@floowe/contracts/approvals'
import type { Sql } from '@floowe/platform'
import { thaw } from '../snapshots.ts'
import { readSnapshot } from '../store/ledger.ts'
import { type ApprovalRow, approvedBefore } from './store.ts'

const nothing: ApprovalPayload = { post: null, page: null }

async function payloadOf(sql: Sql, workspaceId: string, snapshotId: string): Promise<ApprovalPayload | null> {
  const kept = await readSnapshot(sql, workspaceId, snapshotId)
  const content = kept && thaw(kept.content, kept.hash)
  if (!content) return null
  if ('form' in content) return { ...nothing, post: content }
  const { title, lead, html, slug, meta } = content
  return {
    ...nothing,
    page: { title, lead, html, slug, metaTitle: meta.title, metaDescription: meta.description },
  }
}

/** Nothing is shown of what no longer matches its hash. */
export async function payloadsOf(
  sql: Sql,
  workspaceId: string,
  row: Pick<ApprovalRow, 'id' | 'snapshotId' | 'editionId' | 'channelId'>,
): Promise<{ payload: ApprovalPayload; approvedBefore: ApprovalPayload | null }> {
  const before = await approvedBefore(sql, workspaceId, row)
  return {
    payload: (await payloadOf(sql, workspaceId, row.snapshotId)) ?? nothing,
    approvedBefore: before && (await payloadOf(sql, workspaceId, before.snapshotId)),
  }
}
