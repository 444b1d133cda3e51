/** What the others hear of approvals. */
import type { ApprovalPolicy, ApprovalStep } from '@floowe/contracts/approvals'
import type { Transaction } from '@floowe/platform'
import type { Cause } from '../news.ts'
import type { ApprovalRow } from './store.ts'

const envelope = ({ workspaceId, actor, requestId }: Cause, key: string) => ({ workspaceId, key, actor, requestId })
const fact = ({
  id,
  deliveryId,
  articleId,
  editionId,
  channelId,
  channelName,
  title,
  language,
  requestedBy,
}: ApprovalRow) => ({
  approvalId: id,
  ...{ deliveryId, articleId, editionId, channelId, channelName, title, language, requestedBy },
})

export const tellRequested = (tx: Transaction, cause: Cause, row: ApprovalRow, step: ApprovalStep): Promise<void> =>
  tx.emit({
    ...envelope(cause, row.editionId),
    name: 'publishing.approval-requested',
    data: {
      ...fact(row),
      step: row.step,
      stepName: step.name === '' ? null : step.name,
      dueAt: row.dueAt.toISOString(),
      message: row.message,
      deciders: { roles: step.roles, userIds: step.userIds },
      except: row.excepted,
    },
  })

type Told = {
  decision: 'approved' | 'changes-requested'
  isFinal: boolean
  by: string
  byName: string | null
  comment: string
  hash: string
}
export const tellDecided = (tx: Transaction, cause: Cause, row: ApprovalRow, told: Told): Promise<void> =>
  tx.emit({
    ...envelope(cause, row.editionId),
    name: 'publishing.approval-decided',
    data: { ...fact(row), ...told },
  })

export const tellVoided = (tx: Transaction, cause: Cause, row: ApprovalRow, reason: string): Promise<void> =>
  tx.emit({ ...envelope(cause, row.editionId), name: 'publishing.approval-voided', data: { ...fact(row), reason } })

export const tellWithdrawn = (tx: Transaction, cause: Cause, row: ApprovalRow): Promise<void> =>
  tx.emit({ ...envelope(cause, row.editionId), name: 'publishing.approval-withdrawn', data: fact(row) })

export const tellPolicy = (tx: Transaction, cause: Cause, policy: ApprovalPolicy): Promise<void> =>
  tx.emit({
    ...envelope(cause, cause.workspaceId),
    name: 'publishing.approval-policy-changed',
    data: policy,
  })

export const tellApproverAdded = (
  tx: Transaction,
  cause: Cause,
  { id, name, email }: { id: string; name: string; email: string },
): Promise<void> =>
  tx.emit({ ...envelope(cause, id), name: 'publishing.approver-added', data: { approverId: id, name, email } })

export const tellApproverRemoved = (tx: Transaction, cause: Cause, id: string): Promise<void> =>
  tx.emit({ ...envelope(cause, id), name: 'publishing.approver-removed', data: { approverId: id } })
