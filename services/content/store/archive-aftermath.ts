/**
 * After a restore of texts that could not be read at the moment of the rows (see `launch/backup/backup.ts`): the rows know
 * of later changes than the texts. What was made from texts is made anew, and what changed texts is heard again, both by the
 * service itself once it runs. May be repeated.
 */
import type { Sql } from '@floowe/platform'
import { recordOf } from './archive.ts'

/** Heard from elsewhere, and written into texts. Hearing them twice changes nothing. */
const heardAgain: readonly string[] = ['publishing.delivery-published', 'identity.workspace-removed']
const batchMax = 1_000
/** Clocks of the processes may differ that much. */
const slackSeconds = 60

/** @param sql inside a transaction; @param lines all texts as they are now; @param since when the first of them was read */
export async function catchUp(sql: Sql, lines: AsyncIterable<string>, since: string): Promise<void> {
  await sql.query(
    `create temp table restored_editions (workspace_id uuid, edition_id uuid, article_id uuid, title text, language text, version_id uuid,
       revision int, is_trashed boolean, reason text, primary key (workspace_id, edition_id)) on commit drop`,
  )
  let batch: object[] = []
  const put = async (): Promise<void> => {
    await sql.query(
      'insert into restored_editions select * from jsonb_populate_recordset(null::restored_editions, $1::jsonb)',
      [JSON.stringify(batch)],
    )
    batch = []
  }
  for await (const line of lines) {
    const record = recordOf(line)
    if (record.kind !== 'article') continue
    const { workspaceId, id, trashedAt, editions } = record
    for (const { id: editionId, title, language, versionId, revision, newest } of editions)
      batch.push({
        ...{ workspace_id: workspaceId, article_id: id, edition_id: editionId, version_id: versionId },
        ...{ title, language, revision, is_trashed: trashedAt !== null, reason: newest.reason },
      })
    if (batch.length >= batchMax) await put()
  }
  await put()
  await sql.query(
    `delete from content.search_entries s where not exists (select from restored_editions e
       where e.workspace_id = s.workspace_id and e.edition_id = s.edition_id and e.revision = s.revision and e.is_trashed = s.is_trashed)`,
  )
  await sql.query(
    `update content.inbox set state = 'waiting', attempts = 0, next_at = 'epoch'
     where state = 'done' and name = any($1) and received_at >= $2::timestamptz - make_interval(secs => $3)`,
    [heardAgain, since, slackSeconds],
  )
  // Heard by nobody else: to all others these texts are as old as their rows say.
  await sql.query(
    `insert into content.inbox (event_id, workspace_id, key, name, next_at, envelope)
     select m.id, m.workspace_id, m.article_id::text, 'content.edition-saved', 'epoch', jsonb_build_object(
       'id', m.id, 'name', 'content.edition-saved', 'workspaceId', m.workspace_id, 'key', m.article_id,
       'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'actor', 'service:content', 'requestId', null,
       'data', jsonb_build_object('articleId', m.article_id, 'editionId', m.edition_id, 'title', m.title,
         'language', m.language, 'versionId', m.version_id, 'revision', m.revision, 'reason', m.reason))
     from (select gen_random_uuid() as id, e.* from restored_editions e where not exists (
       select from content.search_entries s where s.workspace_id = e.workspace_id and s.edition_id = e.edition_id)) m`,
  )
}
