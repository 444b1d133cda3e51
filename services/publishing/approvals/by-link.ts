/** What a link of an approver opens. Opening it shows, however often; only its answer decides, and spends it. */
import { type Call, found, hashToken, refuse, type Sql } from '@floowe/platform'
import type { ClientThread } from '@floowe/contracts/writing'
import { lockPlace } from '../store/deliveries.ts'
import { mailingFor } from './links.ts'
import { payloadsOf } from './payloads.ts'
import { type ApprovalParts, decided, type Verdict } from './requests.ts'
import { type ApprovalRow, findLink, getApproval, type LinkRow, lockApproval, spendLink } from './store.ts'

async function opened(sql: Sql, token: string, now: string, isLocked: boolean): Promise<LinkRow> {
  const link = (await findLink(sql, hashToken(token), now, isLocked)) ?? refuse('link-expired')
  return link.spentAt === null ? link : refuse('link-spent', { locale: link.locale })
}

const actorOf = ({ approverId }: LinkRow): string => `approver:${approverId}`

/** What is asked about can be read and decided without them. */
async function commentsOn(
  { call, log }: Pick<ApprovalParts, 'call' | 'log'>,
  workspaceId: string,
  { editionId }: Pick<ApprovalRow, 'editionId'>,
): Promise<ClientThread[]> {
  try {
    return await call.content.commentsForClient({ editionId }, { workspaceId })
  } catch (error) {
    log.warn('comments for a client cannot be read', { error })
    return []
  }
}

/** @throws Refusal link-expired, link-spent */
export async function open(parts: ApprovalParts, token: string) {
  const { db, clock } = parts
  const link = await opened(db, token, clock.instant(), false)
  const { workspaceId } = link
  const row = found(await getApproval(db, workspaceId, link.approvalId), 'approval')
  const { workspaceName, zone, asker } = await mailingFor(parts, workspaceId, row.requestedBy)
  const { state, channelName, channelAccount, network, language, title, message, hash } = row
  return {
    ...{ state: row.step === link.step ? state : 'approved', channelName, channelAccount, network },
    ...{ language, title, message, hash },
    workspaceName,
    zone,
    approverName: link.approverName,
    locale: link.locale,
    dueAt: row.dueAt.toISOString(),
    requestedByName: asker,
    expiresAt: link.expiresAt.toISOString(),
    ...(await payloadsOf(parts, workspaceId, row, actorOf(link))),
    comments: await commentsOn(parts, workspaceId, row),
  } as const
}

/** @throws Refusal link-expired, link-spent, approval-closed, approval-changed, comment-missing */
export async function decideByLink(
  parts: ApprovalParts,
  call: Call,
  { token, ...verdict }: Verdict & { token: string },
): Promise<ApprovalRow['state']> {
  const { db, clock } = parts
  const seen = await opened(db, token, clock.instant(), false)
  const { workspaceId } = seen
  const approval = found(await getApproval(db, workspaceId, seen.approvalId), 'approval')
  const mailing = await mailingFor(parts, workspaceId, approval.requestedBy)
  return db.transaction(async (tx) => {
    await lockPlace(tx, workspaceId, approval.editionId, approval.channelId)
    const link = await opened(tx, token, clock.instant(), true)
    const row = found(await lockApproval(tx, workspaceId, link.approvalId), 'approval')
    if (row.step !== link.step) refuse('approval-closed', { state: row.state })
    const actor = actorOf(link)
    const cause = { workspaceId, actor, requestId: call.requestId }
    await decided({ ...parts, mailing }, tx, cause, row, { by: actor, byName: link.approverName }, verdict)
    await spendLink(tx, workspaceId, link, clock.instant())
    return found(await getApproval(tx, workspaceId, row.id), 'approval').state
  })
}
