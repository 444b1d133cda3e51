/** Links of approvers: 256 bits, for one person and one step, kept as their hash, mailed and shown to no member. */
import type { ApprovalStep } from '@floowe/contracts/approvals'
import { type Calls, enqueueSealed, found, hashToken, newToken, type Sealer, type Transaction } from '@floowe/platform'
import { approvalLetter, approvalLetterKind } from './letters.ts'
import { type ApprovalRow, insertLink, listApprovers } from './store.ts'

const prefix = 'fla_'

/** What letters name besides the approval itself; asked for before a transaction begins. */
export type Mailing = { workspaceName: string; zone: string; asker: string | null; publicUrl: string; sealer: Sealer }

export async function mailingFor(
  { call, publicUrl, sealer }: { call: Calls; publicUrl: string; sealer: Sealer },
  workspaceId: string,
  requestedBy: string,
): Promise<Mailing> {
  const workspace = found(await call.identity.getWorkspace({ workspace: workspaceId }, { workspaceId }), 'workspace')
  // Keys and services have no name that an approver would know.
  const [person] = requestedBy.includes(':')
    ? []
    : await call.identity.describePeople({ ids: [requestedBy] }, { workspaceId })
  return { workspaceName: workspace.name, zone: workspace.zone, asker: person?.name ?? null, publicUrl, sealer }
}

/** One mail for each approver of the step. */
export async function sendLinks(
  { workspaceName, zone, asker, publicUrl, sealer }: Mailing,
  tx: Transaction,
  workspaceId: string,
  row: ApprovalRow,
  step: ApprovalStep,
): Promise<void> {
  const wanted = new Set<string>(step.approverIds)
  const approvers = (await listApprovers(tx, workspaceId)).filter(({ id }) => wanted.has(id))
  const until = row.windowUntil.toISOString()
  for (const approver of approvers) {
    const token = newToken(prefix)
    const link = { approvalId: row.id, approverId: approver.id, step: row.step, tokenHash: hashToken(token) }
    await insertLink(tx, workspaceId, { ...link, expiresAt: until })
    const letter = approvalLetter(approver.locale, {
      ...{ to: approver.email, approver: approver.name, asker: asker ?? workspaceName, workspace: workspaceName },
      ...{ title: row.title, channel: row.channelName, message: row.message, zone, until },
      dueAt: row.dueAt.toISOString(),
      url: `${publicUrl}/approval/${token}`,
    })
    await enqueueSealed(sealer, tx, approvalLetterKind, workspaceId, letter)
  }
}
