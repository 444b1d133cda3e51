/** Rows of campaigns and of the articles that belong to them. */
import type { CampaignColour } from '@floowe/contracts/calendar'
import type { Sql } from '@floowe/platform'

export type CampaignRow = {
  id: string
  name: string
  firstDay: string
  lastDay: string
  colour: CampaignColour
  note: string
  articles: number
  revision: number
  createdAt: Date
  createdBy: string
  removedAt: Date | null
}
const columns = `k.id, k.name, k.first_day::text as "firstDay", k.last_day::text as "lastDay", k.colour, k.note, k.revision, k.created_at as "createdAt", k.created_by as "createdBy", k.removed_at as "removedAt",
  (select count(*)::int from campaign_articles a where a.workspace_id = k.workspace_id and a.campaign_id = k.id) as articles`

export const getCampaign = (sql: Sql, workspaceId: string, id: string): Promise<CampaignRow | null> =>
  sql.one<CampaignRow>(`select ${columns} from campaigns k where k.workspace_id = $1 and k.id = $2`, [workspaceId, id])

/** Those that touch the days, first day first. */
export const listCampaigns = (
  sql: Sql,
  workspaceId: string,
  { from, to }: { from?: string | undefined; to?: string | undefined },
  limit: number,
): Promise<CampaignRow[]> =>
  sql.query<CampaignRow>(
    `select ${columns} from campaigns k where k.workspace_id = $1 and k.removed_at is null and ($2::date is null or k.last_day >= $2) and ($3::date is null or k.first_day <= $3)
     order by k.first_day, k.last_day, k.id limit $4`,
    [workspaceId, from ?? null, to ?? null, limit],
  )
export const countCampaigns = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      'select count(*)::int as n from campaigns where workspace_id = $1 and removed_at is null',
      [workspaceId],
    )
  )?.n ?? 0

type Fields = Pick<CampaignRow, 'name' | 'firstDay' | 'lastDay' | 'colour' | 'note'>
export const insertCampaign = (
  sql: Sql,
  workspaceId: string,
  row: Fields & { id: string; at: string; by: string },
): Promise<unknown> =>
  sql.query(
    'insert into campaigns (workspace_id, id, name, first_day, last_day, colour, note, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    [workspaceId, row.id, row.name, row.firstDay, row.lastDay, row.colour, row.note, row.at, row.by],
  )
/** @returns false: somebody else was quicker, or it is gone */
export const writeCampaign = async (
  sql: Sql,
  workspaceId: string,
  id: string,
  basedOn: number,
  row: Fields,
): Promise<boolean> =>
  (await sql.one(
    `update campaigns set name = $4, first_day = $5, last_day = $6, colour = $7, note = $8, revision = revision + 1
     where workspace_id = $1 and id = $2 and revision = $3 and removed_at is null returning id`,
    [workspaceId, id, basedOn, row.name, row.firstDay, row.lastDay, row.colour, row.note],
  )) !== null
/** @returns false: it is so already, or was never there */
export const setRemoved = async (sql: Sql, workspaceId: string, id: string, at: string | null): Promise<boolean> =>
  (await sql.one(
    'update campaigns set removed_at = $3, revision = revision + 1 where workspace_id = $1 and id = $2 and (removed_at is null) = ($3::timestamptz is not null) returning id',
    [workspaceId, id, at],
  )) !== null

export const campaignsOf = async (
  sql: Sql,
  workspaceId: string,
  articleIds: readonly string[],
): Promise<ReadonlyMap<string, string[]>> => {
  const rows = await sql.query<{ articleId: string; ids: string[] }>(
    `select a.article_id as "articleId", array_agg(a.campaign_id order by a.campaign_id) as ids from campaign_articles a join campaigns k on k.workspace_id = a.workspace_id and k.id = a.campaign_id
     where a.workspace_id = $1 and a.article_id = any($2) and k.removed_at is null group by 1`,
    [workspaceId, articleIds],
  )
  return new Map(rows.map(({ articleId, ids }) => [articleId, ids]))
}
/** Those of them that are there; held until the transaction ends. */
export const knownCampaigns = async (sql: Sql, workspaceId: string, ids: readonly string[]): Promise<string[]> =>
  (
    await sql.query<{ id: string }>(
      'select id from campaigns where workspace_id = $1 and id = any($2) and removed_at is null order by id limit 100 for key share',
      [workspaceId, ids],
    )
  ).map(({ id }) => id)
/** Removed campaigns keep their articles, so that they come back with them. */
export async function writeArticleCampaigns(
  sql: Sql,
  workspaceId: string,
  articleId: string,
  campaignIds: readonly string[],
): Promise<void> {
  await sql.query(
    `delete from campaign_articles a using campaigns k where a.workspace_id = $1 and a.article_id = $2 and k.workspace_id = a.workspace_id and k.id = a.campaign_id
       and k.removed_at is null and a.campaign_id <> all($3::uuid[])`,
    [workspaceId, articleId, campaignIds],
  )
  await sql.query(
    `insert into campaign_articles (workspace_id, campaign_id, article_id) select $1, id, $2 from unnest($3::uuid[]) as u(id) order by id on conflict do nothing`,
    [workspaceId, articleId, campaignIds],
  )
}

/** What planning knew of an article that was deleted for good. */
export async function forgetArticle(sql: Sql, workspaceId: string, articleId: string): Promise<void> {
  for (const table of ['campaign_articles', 'embargoes', 'calendar_import_keys'])
    await sql.query(`delete from ${table} where workspace_id = $1 and article_id = $2`, [workspaceId, articleId])
}
