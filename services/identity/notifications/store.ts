import type { ChosenKind, NotificationKind, NotificationWay } from '@floowe/contracts/notifications'
import type { Sql } from '@floowe/platform'
import type { TeamMember } from './sources.ts'

export type NotificationRow = {
  id: string
  kind: NotificationKind
  at: Date
  read_at: Date | null
  data: Record<string, unknown>
}
const columns = 'id, kind, at, read_at, data'

export const teamOf = (sql: Sql, workspaceId: string): Promise<TeamMember[]> =>
  sql.query('select user_id, role from members where workspace_id = $1 order by user_id', [workspaceId])

export type Choice = { user_id: string; kind: ChosenKind; way: NotificationWay; is_on: boolean }

export const choicesOf = (sql: Sql, workspaceId: string, userIds: readonly string[]): Promise<Choice[]> =>
  sql.query(
    'select user_id, kind, way, is_on from notification_choices where workspace_id = $1 and user_id = any($2::uuid[])',
    [workspaceId, userIds],
  )

export const putChoices = (
  sql: Sql,
  workspaceId: string,
  userId: string,
  choices: readonly { kind: string; way: NotificationWay; isOn: boolean }[],
): Promise<unknown> =>
  sql.query(
    `insert into notification_choices (workspace_id, user_id, kind, way, is_on)
     select $1, $2, c.kind, c.way, c."isOn" from jsonb_to_recordset($3::jsonb) as c(kind text, way text, "isOn" boolean)
     on conflict (workspace_id, user_id, kind, way) do update set is_on = excluded.is_on`,
    [workspaceId, userId, JSON.stringify(choices)],
  )

export type NewNotification = {
  user_id: string
  id: string
  event_id: string
  kind: NotificationKind
  about: string
  data: object
  at: string
  in_app: boolean
  in_letter: boolean
}

/** Once for each event and person, and only for members. @returns the ids of those that are new */
export const insertNotifications = async (
  sql: Sql,
  workspaceId: string,
  rows: readonly NewNotification[],
  now: string,
): Promise<Set<string>> =>
  new Set(
    (
      await sql.query<{ id: string }>(
        `insert into notifications (workspace_id, user_id, id, event_id, kind, about, data, at, made_at, in_app, in_letter)
         select $1, r.user_id, r.id, r.event_id, r.kind, r.about, r.data, r.at, $3, r.in_app, r.in_letter
         from jsonb_to_recordset($2::jsonb) as r(user_id uuid, id uuid, event_id uuid, kind text, about uuid, data jsonb, at timestamptz, in_app boolean, in_letter boolean)
         join members m on m.workspace_id = $1 and m.user_id = r.user_id
         on conflict (workspace_id, user_id, event_id) do nothing returning id`,
        [workspaceId, JSON.stringify(rows), now],
      )
    ).map((row) => row.id),
  )

export const listOf = (
  sql: Sql,
  workspaceId: string,
  userId: string,
  { unread, limit, offset }: { unread: boolean; limit: number; offset: number },
): Promise<NotificationRow[]> =>
  sql.query(
    `select ${columns} from notifications where workspace_id = $1 and user_id = $2 and in_app and (not $3 or read_at is null)
     order by at desc, id desc limit $4 offset $5`,
    [workspaceId, userId, unread, limit, offset],
  )

export const countOf = async (
  sql: Sql,
  workspaceId: string,
  userId: string,
): Promise<{ total: number; unread: number }> =>
  (await sql.one<{ total: number; unread: number }>(
    `select count(*)::int as total, count(*) filter (where read_at is null)::int as unread
     from notifications where workspace_id = $1 and user_id = $2 and in_app`,
    [workspaceId, userId],
  )) ?? { total: 0, unread: 0 }

/** @returns whether any was unread until now */
export const markRead = async (
  sql: Sql,
  workspaceId: string,
  userId: string,
  which: { ids?: readonly string[]; until?: string },
  now: string,
): Promise<boolean> =>
  (
    await sql.query(
      `update notifications set read_at = $5 where workspace_id = $1 and user_id = $2 and in_app and read_at is null
         and ($3::uuid[] is null or id = any($3)) and ($4::timestamptz is null or made_at <= $4) returning id`,
      [workspaceId, userId, which.ids ?? null, which.until ?? null, now],
    )
  ).length > 0

/** For everybody: nothing is left to do about it. @returns whose inboxes changed by it */
export const settle = async (
  sql: Sql,
  workspaceId: string,
  { kind, about }: { kind: NotificationKind; about: string },
  now: string,
): Promise<string[]> =>
  (
    await sql.query<{ user_id: string }>(
      `update notifications set read_at = $4 where workspace_id = $1 and about = $2 and kind = $3 and read_at is null returning user_id`,
      [workspaceId, about, kind, now],
    )
  ).map((row) => row.user_id)

export const findNotification = (
  sql: Sql,
  workspaceId: string,
  userId: string,
  id: string,
): Promise<NotificationRow | null> =>
  sql.one(`select ${columns} from notifications where workspace_id = $1 and user_id = $2 and id = $3`, [
    workspaceId,
    userId,
    id,
  ])

/**
 * Held until the transaction ends by whoever opens letters and by whoever sends them off, so that what comes in at that moment goes
 * along or opens the next one, and neither waits for the other in a circle.
 */
export const holdLetters = (sql: Sql): Promise<unknown> =>
  sql.query("select pg_advisory_xact_lock(hashtext('floowe:identity:letters'))")

/** Opens a person's letter, or lets an open one wait for what may follow, up to `openedMsMax`. */
export const openLetters = (
  sql: Sql,
  workspaceId: string,
  userIds: readonly string[],
  { now, dueAt, openedMsMax }: { now: string; dueAt: string; openedMsMax: number },
): Promise<unknown> =>
  sql.query(
    `insert into notification_letters as l (workspace_id, user_id, opened_at, due_at)
     select $1, u, $3, $4 from unnest($2::uuid[]) as u order by u
     on conflict (workspace_id, user_id) do update
       set due_at = least(excluded.due_at, l.opened_at + make_interval(secs => $5::float8 / 1000))`,
    [workspaceId, userIds, now, dueAt, openedMsMax],
  )

/** Closes letters that are due, over all workspaces. */
export const closeDueLetters = (
  sql: Sql,
  now: string,
  limit: number,
): Promise<{ workspace_id: string; user_id: string }[]> =>
  sql.query(
    `delete from notification_letters where (workspace_id, user_id) in (
       select workspace_id, user_id from notification_letters where due_at <= $1 order by due_at limit $2)
     returning workspace_id, user_id`,
    [now, limit],
  )

export const putIntoLetter = (sql: Sql, workspaceId: string, userId: string, letterId: string): Promise<unknown> =>
  sql.query(
    `update notifications set letter_id = $3 where workspace_id = $1 and user_id = $2 and in_letter and letter_id is null`,
    [workspaceId, userId, letterId],
  )

/** What a letter has to say still: who has read it in the app meanwhile is not told again. */
export const inLetter = (sql: Sql, workspaceId: string, userId: string, letterId: string): Promise<NotificationRow[]> =>
  sql.query(
    `select ${columns} from notifications where workspace_id = $1 and user_id = $2 and letter_id = $3 and read_at is null
     order by at desc, id desc limit 2000`,
    [workspaceId, userId, letterId],
  )

export const sweepNotifications = (
  sql: Sql,
  workspaceId: string,
  { before, keptMax }: { before: string; keptMax: number },
): Promise<unknown> =>
  sql.query(
    `delete from notifications n using (
       select user_id, id, row_number() over (partition by user_id order by at desc, id desc) as place
       from notifications where workspace_id = $1) r
     where n.workspace_id = $1 and n.user_id = r.user_id and n.id = r.id and (n.at < $2 or r.place > $3)`,
    [workspaceId, before, keptMax],
  )
