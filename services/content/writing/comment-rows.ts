/** Threads and messages as rows. */
import type { CommentVisibility, MessageId, ThreadId } from '@floowe/contracts/writing'
import { commentLimits } from '@floowe/contracts/writing'
import type { ArticleId, EditionId, UserId } from '@floowe/contracts/vocabulary'
import type { Database, Sql } from '@floowe/platform'
import type { Anchor } from './anchors.ts'
import type { Place } from './log.ts'

export type ThreadRow = {
  id: ThreadId
  edition_id: EditionId
  article_id: ArticleId
  anchor_from: Buffer | null
  anchor_to: Buffer | null
  quote: string
  visibility: CommentVisibility
  resolved_at: Date | null
  resolved_by: string | null
  created_at: Date
}
export type MessageRow = {
  id: MessageId
  thread_id: ThreadId
  text: string
  by: string
  mentions: UserId[]
  created_at: Date
  edited_at: Date | null
  deleted_at: Date | null
}
type NewThreadRow = Pick<ThreadRow, 'id' | 'edition_id' | 'article_id' | 'quote' | 'visibility'> & {
  anchor: Anchor | null
  at: string
}
type NewMessageRow = {
  id: MessageId
  threadId: ThreadId
  text: string
  by: string
  mentions: readonly UserId[]
  at: string
}

const threadColumns =
  'id, edition_id, article_id, anchor_from, anchor_to, quote, visibility, resolved_at, resolved_by, created_at'
const messageColumns = 'id, thread_id, text, by, mentions, created_at, edited_at, deleted_at'

export const createCommentRows = (db: Database) => ({
  thread: (workspaceId: string, id: string): Promise<ThreadRow | null> =>
    db.one<ThreadRow>(`select ${threadColumns} from comment_threads where workspace_id = $1 and id = $2`, [
      workspaceId,
      id,
    ]),
  /** Oldest first; those of which every message was deleted are left out. */
  threads: ({ workspaceId, editionId }: Place, isResolved: boolean | null): Promise<ThreadRow[]> =>
    db.query<ThreadRow>(
      `select ${threadColumns} from comment_threads t where workspace_id = $1 and edition_id = $2
       and ($3::boolean is null or (resolved_at is not null) = $3)
       and exists (select from comment_messages m where m.workspace_id = $1 and m.thread_id = t.id and m.deleted_at is null)
       order by created_at, id limit ${commentLimits.allThreadsMax}`,
      [workspaceId, editionId, isResolved],
    ),
  count: async ({ workspaceId, editionId }: Place): Promise<{ open: number; all: number }> => {
    const row = await db.one<{ open: number; all: number }>(
      `select count(*) filter (where resolved_at is null) as open, count(*) as all
       from comment_threads where workspace_id = $1 and edition_id = $2`,
      [workspaceId, editionId],
    )
    return { open: Number(row?.open ?? 0), all: Number(row?.all ?? 0) }
  },
  message: (workspaceId: string, id: string): Promise<MessageRow | null> =>
    db.one<MessageRow>(`select ${messageColumns} from comment_messages where workspace_id = $1 and id = $2`, [
      workspaceId,
      id,
    ]),
  /** Oldest first. Bounded by what a thread and an edition may have. */
  messages: (workspaceId: string, threadIds: readonly string[]): Promise<MessageRow[]> =>
    threadIds.length === 0
      ? Promise.resolve([])
      : db.query<MessageRow>(
          `select ${messageColumns} from comment_messages where workspace_id = $1 and thread_id = any($2)
           order by created_at, id limit ${commentLimits.threadsMax * 20}`,
          [workspaceId, threadIds],
        ),

  addThread: (tx: Sql, workspaceId: string, { anchor, at, ...thread }: NewThreadRow) =>
    tx.query(
      `insert into comment_threads (workspace_id, id, edition_id, article_id, anchor_from, anchor_to, quote, visibility, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        workspaceId,
        thread.id,
        thread.edition_id,
        thread.article_id,
        anchor && Buffer.from(anchor.from),
        anchor && Buffer.from(anchor.to),
        thread.quote,
        thread.visibility,
        at,
      ],
    ),
  addMessage: (tx: Sql, workspaceId: string, { id, threadId, text, by, mentions, at }: NewMessageRow) =>
    tx.query(
      `insert into comment_messages (workspace_id, id, thread_id, text, by, mentions, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [workspaceId, id, threadId, text, by, mentions, at],
    ),
  setText: (
    tx: Sql,
    workspaceId: string,
    id: MessageId,
    { text, mentions }: { text: string; mentions: readonly UserId[] },
    at: string,
  ) =>
    tx.query(
      `update comment_messages set text = $3, mentions = $4, edited_at = $5
       where workspace_id = $1 and id = $2 and (text <> $3 or mentions <> $4)`,
      [workspaceId, id, text, mentions, at],
    ),
  setDeleted: (tx: Sql, workspaceId: string, id: MessageId, at: string | null) =>
    tx.query(
      `update comment_messages set deleted_at = case when $3::timestamptz is null then null else coalesce(deleted_at, $3) end
       where workspace_id = $1 and id = $2`,
      [workspaceId, id, at],
    ),
  setResolved: (tx: Sql, workspaceId: string, id: ThreadId, resolved: { at: string; by: string } | null) =>
    tx.query('update comment_threads set resolved_at = $3, resolved_by = $4 where workspace_id = $1 and id = $2', [
      workspaceId,
      id,
      resolved?.at ?? null,
      resolved?.by ?? null,
    ]),
  setVisibility: (tx: Sql, workspaceId: string, id: ThreadId, visibility: CommentVisibility) =>
    tx.query('update comment_threads set visibility = $3 where workspace_id = $1 and id = $2', [
      workspaceId,
      id,
      visibility,
    ]),

  /** At most 1,000 of each; answers whether there were any. */
  thin: async (before: string): Promise<boolean> => {
    const messages = await db.query(
      `delete from comment_messages where (workspace_id, id) in (
         select workspace_id, id from comment_messages where deleted_at < $1 limit 1000) returning id`,
      [before],
    )
    const threads =
      messages.length === 0
        ? []
        : await db.query(
            `delete from comment_threads t where (workspace_id, id) in (
               select workspace_id, id from comment_threads t where not exists (
                 select from comment_messages m where m.workspace_id = t.workspace_id and m.thread_id = t.id) limit 1000) returning id`,
          )
    return messages.length + threads.length > 0
  },
})
