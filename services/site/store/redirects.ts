/** Rows of old addresses. Paths are as `oldPathOf` makes them. */
import type { Redirect } from '@floowe/contracts/site'
import type { Sql, Transaction } from '@floowe/platform'

type Origin = Redirect['origin']
/** Leads to an edition wherever it stands now, or to an address a person gave. */
export type RedirectRow = {
  from_path: string
  to_address: string | null
  origin: Origin
  created_at: Date
  language: string | null
  slug: string | null
  state: 'live' | 'gone' | null
}

const selected = `select r.from_path, r.to_address, r.origin, r.created_at, e.language, e.slug, e.state
  from redirects r left join editions e on e.workspace_id = r.workspace_id and e.edition_id = r.edition_id`

/** The first of `paths` that leads somewhere, in their order. */
export async function findRedirect(
  sql: Sql,
  workspaceId: string,
  paths: readonly string[],
): Promise<RedirectRow | null> {
  if (paths.length === 0) return null
  return sql.one(
    `${selected} where r.workspace_id = $1 and r.from_path = any($2) order by array_position($2::text[], r.from_path) limit 1`,
    [workspaceId, paths],
  )
}

export const listRedirects = (
  sql: Sql,
  workspaceId: string,
  page: { limit: number; offset: number },
): Promise<RedirectRow[]> =>
  sql.query(`${selected} where r.workspace_id = $1 order by r.created_at desc, r.from_path limit $2 offset $3`, [
    workspaceId,
    page.limit,
    page.offset,
  ])

export async function countRedirects(sql: Sql, workspaceId: string): Promise<number> {
  const row = await sql.one<{ n: number }>('select count(*)::int as n from redirects where workspace_id = $1', [
    workspaceId,
  ])
  return row?.n ?? 0
}

export async function hasQueryRedirects(sql: Sql, workspaceId: string): Promise<boolean> {
  const row = await sql.one<{ found: boolean }>(
    "select exists (select from redirects where workspace_id = $1 and from_path like '%?%') as found",
    [workspaceId],
  )
  return row?.found ?? false
}

/** What a person wrote stays; else the newest edition wins. */
export async function leadToEdition(
  tx: Transaction,
  workspaceId: string,
  redirects: readonly { from: string; origin: 'slug' | 'import' }[],
  editionId: string,
  now: string,
): Promise<void> {
  for (const { from, origin } of redirects) {
    await tx.query(
      `insert into redirects (workspace_id, from_path, edition_id, origin, created_at) values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, from_path) do update set edition_id = excluded.edition_id, origin = excluded.origin where redirects.origin <> 'person'`,
      [workspaceId, from, editionId, origin, now],
    )
  }
}

export async function writeByPerson(
  tx: Transaction,
  workspaceId: string,
  from: string,
  to: string,
  now: string,
): Promise<void> {
  await tx.query(
    `insert into redirects (workspace_id, from_path, to_address, origin, created_at) values ($1, $2, $3, 'person', $4)
     on conflict (workspace_id, from_path) do update set edition_id = null, to_address = excluded.to_address, origin = 'person', created_at = excluded.created_at`,
    [workspaceId, from, to, now],
  )
}

/** An edition stands there now. */
export async function forgetUnlessByPerson(tx: Transaction, workspaceId: string, from: string): Promise<void> {
  await tx.query("delete from redirects where workspace_id = $1 and from_path = $2 and origin <> 'person'", [
    workspaceId,
    from,
  ])
}

export async function deleteRedirect(tx: Transaction, workspaceId: string, from: string): Promise<boolean> {
  const rows = await tx.query('delete from redirects where workspace_id = $1 and from_path = $2 returning from_path', [
    workspaceId,
    from,
  ])
  return rows.length > 0
}
