/** Rows of policies, approvers, approvals, decisions and links. */
import type { ApprovalMode, ApprovalPolicy, ApprovalState, ApprovalStep } from '@floowe/contracts/approvals'
import type { Network } from '@floowe/contracts/networks'
import type { Sql } from '@floowe/platform'

export const noPolicy: ApprovalPolicy = { mode: 'none', steps: [] }
export const readPolicy = async (sql: Sql, workspaceId: string): Promise<ApprovalPolicy> =>
  (await sql.one<ApprovalPolicy>('select mode, steps from approval_policies where workspace_id = $1', [workspaceId])) ??
  noPolicy

export const writePolicy = (sql: Sql, workspaceId: string, { mode, steps }: ApprovalPolicy): Promise<unknown> =>
  sql.query(
    `insert into approval_policies (workspace_id, mode, steps) values ($1, $2, $3)
     on conflict (workspace_id) do update set mode = excluded.mode, steps = excluded.steps`,
    [workspaceId, mode, JSON.stringify(steps)],
  )

export type ApproverRow = { id: string; name: string; email: string; locale: 'pl' | 'en'; createdAt: Date }
const approverColumns = 'id, name, email, locale, created_at as "createdAt"'
export const listApprovers = (sql: Sql, workspaceId: string): Promise<ApproverRow[]> =>
  sql.query(
    `select ${approverColumns} from approvers where workspace_id = $1 and removed_at is null order by lower(name), id limit 1000`,
    [workspaceId],
  )

/** @throws unique violation `approvers_email` */
export const insertApprover = (
  sql: Sql,
  workspaceId: string,
  row: Omit<ApproverRow, 'createdAt'> & { createdAt: string; createdBy: string },
): Promise<unknown> =>
  sql.query(
    'insert into approvers (workspace_id, id, name, email, locale, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)',
    [workspaceId, row.id, row.name, row.email, row.locale, row.createdAt, row.createdBy],
  )

/** The address is forgotten; the name stays beside what was decided. Their links open nothing from now on. */
export const removeApprover = async (sql: Sql, workspaceId: string, id: string, at: string): Promise<boolean> =>
  (
    await sql.query(
      `with gone as (update approvers set removed_at = $3, email = '' where workspace_id = $1 and id = $2 and removed_at is null returning id),
       closed as (update approval_links l set expires_at = $3 from gone where l.workspace_id = $1 and l.approver_id = gone.id)
       select id from gone`,
      [workspaceId, id, at],
    )
  ).length > 0

export type ApprovalRow = {
  id: string
  state: ApprovalState
  deliveryId: string
  articleId: string
  editionId: string
  channelId: string
  channelName: string
  channelAccount: string | null
  network: Network
  language: string
  title: string
  snapshotId: string
  payloadHash: string
  targetHash: string
  hash: string
  windowFrom: Date
  windowUntil: Date
  dueAt: Date
  message: string
  steps: ApprovalStep[]
  step: number
  excepted: string[]
  requestedAt: Date
  requestedBy: string
  decidedAt: Date | null
  signature: string | null
  voidReason: string | null
}

const columns = `a.id, a.state, a.delivery_id as "deliveryId", a.article_id as "articleId", a.edition_id as "editionId", a.channel_id as "channelId", c.name as "channelName", c.account ->> 'name' as "channelAccount", c.network,
  a.language, a.title, a.snapshot_id as "snapshotId", a.payload_hash as "payloadHash", a.target_hash as "targetHash", a.hash, a.window_from as "windowFrom", a.window_until as "windowUntil",
  a.due_at as "dueAt", a.message, a.steps, a.step, a.excepted, a.requested_at as "requestedAt", a.requested_by as "requestedBy", a.decided_at as "decidedAt", a.signature, a.void_reason as "voidReason"`
const from = 'from approvals a join channels c on c.workspace_id = a.workspace_id and c.id = a.channel_id'

export const getApproval = (sql: Sql, workspaceId: string, id: string): Promise<ApprovalRow | null> =>
  sql.one<ApprovalRow>(`select ${columns} ${from} where a.workspace_id = $1 and a.id = $2`, [workspaceId, id])
export const lockApproval = (sql: Sql, workspaceId: string, id: string): Promise<ApprovalRow | null> =>
  sql.one<ApprovalRow>(`select ${columns} ${from} where a.workspace_id = $1 and a.id = $2 for update of a`, [
    workspaceId,
    id,
  ])

/** The one that counts in a place, or all that count on a channel; locked. */
export const lockCurrent = (
  sql: Sql,
  workspaceId: string,
  of: { editionId: string; channelId: string } | { channelId: string },
): Promise<ApprovalRow[]> =>
  sql.query<ApprovalRow>(
    `select ${columns} ${from} where a.workspace_id = $1 and a.channel_id = $2 and ($3::uuid is null or a.edition_id = $3)
       and a.is_current order by a.id limit 10000 for update of a`,
    [workspaceId, of.channelId, 'editionId' in of ? of.editionId : null],
  )

/** What was approved last in this place before another approval. */
export const approvedBefore = (
  sql: Sql,
  workspaceId: string,
  { editionId, channelId, id }: Pick<ApprovalRow, 'editionId' | 'channelId' | 'id'>,
): Promise<Pick<ApprovalRow, 'snapshotId'> | null> =>
  sql.one(
    `select snapshot_id as "snapshotId" from approvals where workspace_id = $1 and edition_id = $2 and channel_id = $3 and id < $4 and decided_at is not null and step = jsonb_array_length(steps)
     order by id desc limit 1`,
    [workspaceId, editionId, channelId, id],
  )

/** The latest word on an earlier request for this place, and of which text. @param by whose own word comes first */
export const decidedBefore = (
  sql: Sql,
  workspaceId: string,
  { editionId, channelId, id }: Pick<ApprovalRow, 'editionId' | 'channelId' | 'id'>,
  by: string | null,
): Promise<(Pick<DecisionRow, 'decision' | 'byName' | 'comment' | 'at'> & Pick<ApprovalRow, 'snapshotId'>) | null> =>
  sql.one(
    `select d.decision, d.by_name as "byName", d.comment, d.at, a.snapshot_id as "snapshotId"
     from approvals a join approval_decisions d on d.workspace_id = a.workspace_id and d.approval_id = a.id
     where a.workspace_id = $1 and a.edition_id = $2 and a.channel_id = $3 and a.id < $4
     order by coalesce(d.by = $5, false) desc, a.id desc, d.id desc limit 1`,
    [workspaceId, editionId, channelId, id, by],
  )

export type NewApproval = Omit<
  ApprovalRow,
  | 'state'
  | 'channelName'
  | 'channelAccount'
  | 'network'
  | 'step'
  | 'decidedAt'
  | 'signature'
  | 'voidReason'
  | 'windowFrom'
  | 'windowUntil'
  | 'dueAt'
  | 'requestedAt'
> & { windowFrom: string; windowUntil: string; dueAt: string; requestedAt: string }

/** @throws unique violation `approvals_current` */
export const insertApproval = (sql: Sql, workspaceId: string, row: NewApproval): Promise<unknown> =>
  sql.query(
    `insert into approvals (workspace_id, id, state, delivery_id, article_id, edition_id, channel_id, language, title, snapshot_id, payload_hash, target_hash, hash, window_from, window_until,
       due_at, message, steps, excepted, requested_at, requested_by)
     values ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      workspaceId,
      row.id,
      row.deliveryId,
      row.articleId,
      row.editionId,
      row.channelId,
      row.language,
      row.title,
      row.snapshotId,
      row.payloadHash,
      row.targetHash,
      row.hash,
      row.windowFrom,
      row.windowUntil,
      row.dueAt,
      row.message,
      JSON.stringify(row.steps),
      row.excepted,
      row.requestedAt,
      row.requestedBy,
    ],
  )

export type Move = Pick<ApprovalRow, 'state' | 'step' | 'signature' | 'voidReason'> & { decidedAt: string | null }
export const moveApproval = (sql: Sql, workspaceId: string, id: string, to: Move): Promise<unknown> =>
  sql.query(
    `update approvals set state = $3, step = $4, signature = $5, void_reason = $6, decided_at = coalesce($7, decided_at), is_current = is_current and $3 <> 'withdrawn'
     where workspace_id = $1 and id = $2`,
    [workspaceId, id, to.state, to.step, to.signature, to.voidReason, to.decidedAt],
  )

/** A later request takes the place of an earlier one, whatever came of that. */
export const stepAside = (sql: Sql, workspaceId: string, editionId: string, channelId: string): Promise<unknown> =>
  sql.query(
    'update approvals set is_current = false where workspace_id = $1 and edition_id = $2 and channel_id = $3 and is_current',
    [workspaceId, editionId, channelId],
  )

export type ApprovalFilter = { state?: ApprovalState | undefined; edition?: string | undefined }
export async function listApprovals(
  sql: Sql,
  workspaceId: string,
  { state, edition }: ApprovalFilter,
  limit: number,
  offset: number,
): Promise<{ items: ApprovalRow[]; total: number }> {
  const where = 'a.workspace_id = $1 and ($2::text is null or a.state = $2) and ($3::uuid is null or a.edition_id = $3)'
  const values = [workspaceId, state ?? null, edition ?? null]
  const [counted, items] = await Promise.all([
    sql.one<{ n: number }>(`select count(*)::int as n from approvals a where ${where}`, values),
    sql.query<ApprovalRow>(`select ${columns} ${from} where ${where} order by a.id desc limit $4 offset $5`, [
      ...values,
      limit,
      offset,
    ]),
  ])
  return { items, total: counted?.n ?? 0 }
}

export type DecisionRow = {
  approvalId: string
  step: number
  decision: 'approved' | 'changes-requested'
  by: string
  byName: string | null
  comment: string
  at: Date
}
export const decisionsOf = (sql: Sql, workspaceId: string, approvalIds: readonly string[]): Promise<DecisionRow[]> =>
  sql.query(
    `select approval_id as "approvalId", step, decision, by, by_name as "byName", comment, at from approval_decisions
     where workspace_id = $1 and approval_id = any($2) order by approval_id, id limit 5000`,
    [workspaceId, approvalIds],
  )

export const insertDecision = (
  sql: Sql,
  workspaceId: string,
  id: string,
  row: Omit<DecisionRow, 'at'> & { hash: string; at: string },
): Promise<unknown> =>
  sql.query(
    'insert into approval_decisions (workspace_id, approval_id, id, step, decision, by, by_name, comment, hash, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [workspaceId, row.approvalId, id, row.step, row.decision, row.by, row.byName, row.comment, row.hash, row.at],
  )

export type NewLink = { approvalId: string; approverId: string; step: number; tokenHash: string; expiresAt: string }
/** A second link of the same step takes the place of the first. */
export const insertLink = (sql: Sql, workspaceId: string, row: NewLink): Promise<unknown> =>
  sql.query(
    `insert into approval_links (workspace_id, approval_id, approver_id, step, token_hash, expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (workspace_id, approval_id, approver_id, step) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
    [workspaceId, row.approvalId, row.approverId, row.step, row.tokenHash, row.expiresAt],
  )

export type LinkRow = {
  workspaceId: string
  approvalId: string
  approverId: string
  approverName: string
  locale: 'pl' | 'en'
  step: number
  expiresAt: Date
  spentAt: Date | null
}
/** Over all workspaces: the token is what names it. What is over, or was taken from its approver, is not found. */
export const findLink = (sql: Sql, tokenHash: string, now: string, isLocked = false): Promise<LinkRow | null> =>
  sql.one<LinkRow>(
    `select l.workspace_id as "workspaceId", l.approval_id as "approvalId", l.approver_id as "approverId", p.name as "approverName", p.locale, l.step, l.expires_at as "expiresAt", l.spent_at as "spentAt"
     from approval_links l join approvers p on p.workspace_id = l.workspace_id and p.id = l.approver_id
     where l.token_hash = $1 and l.expires_at > $2 and p.removed_at is null ${isLocked ? 'for update of l' : ''}`,
    [tokenHash, now],
  )
export const spendLink = (sql: Sql, workspaceId: string, { approvalId, approverId, step }: LinkRow, at: string) =>
  sql.query(
    'update approval_links set spent_at = $5 where workspace_id = $1 and approval_id = $2 and approver_id = $3 and step = $4',
    [workspaceId, approvalId, approverId, step, at],
  )

/**
 * Wakes planned deliveries that may go out, and those that may not are woken by nobody: all of a workspace, or of one place. In SQL
 * what {@link approvalStateOf} says of one.
 */
export const regate = (
  sql: Sql,
  workspaceId: string,
  mode: ApprovalMode,
  now: string,
  place: { editionId: string; channelId: string } | null,
): Promise<{ id: string; wakeAt: Date | null }[]> =>
  sql.query(
    `with judged as materialized (
       select d.id, d.due_at, d.wake_at, $2 = 'none' or d.kind = 'unpublish'
         or coalesce(s.state = 'approved' and s.payload_hash = d.payload_hash and d.due_at between s.window_from and s.window_until, false)
         or ($2 = 'optional' and (s.state is null or (s.state = 'approved' and s.delivery_id <> d.id))) as may
       from deliveries d left join approvals s on s.workspace_id = d.workspace_id and s.edition_id = d.edition_id and s.channel_id = d.channel_id and s.is_current
       where d.workspace_id = $1 and d.state = 'planned' and ($4::uuid is null or (d.edition_id = $4 and d.channel_id = $5))
       order by d.id for update of d)
     update deliveries d set revision = d.revision + 1,
       wake_at = case when not j.may then null when d.wall_time is null then greatest(j.due_at, $3::timestamptz) else j.due_at end
     from judged j where d.workspace_id = $1 and d.id = j.id and j.may is distinct from (d.wake_at is not null) returning d.id, d.wake_at as "wakeAt"`,
    [workspaceId, mode, now, place?.editionId ?? null, place?.channelId ?? null],
  )
