/** Rows of sites: one for each workspace, with the revision that every visible change makes grow. */
import type { SiteSettings } from '@floowe/contracts/site'
import type { Sql, Transaction } from '@floowe/platform'

type Logo = NonNullable<SiteSettings['logo']>
export type Site = {
  workspaceId: string
  slug: string
  revision: number
  name: string
  tagline: string
  language: string
  /** The site's own first. */
  languages: string[]
  zone: string
  logo: Logo | null
  menus: SiteSettings['menus']
  footers: SiteSettings['footers']
  articlesPerPage: number
  accent: SiteSettings['accent']
  host: string
  isListed: boolean
}
export type SiteChange = Partial<Omit<Site, 'workspaceId' | 'slug' | 'revision' | 'zone'>>
/** What identity says of a workspace. */
export type WorkspaceFacts = { id: string; slug: string; name: string; language: string; zone: string }

type SiteRow = {
  workspace_id: string
  slug: string
  revision: number
  workspace_name: string
  name: string | null
  tagline: string
  language: string
  languages: string[]
  zone: string
  logo: Logo | null
  menus: Site['menus']
  footers: Site['footers']
  articles_per_page: number
  accent: Site['accent']
  host: string
  is_listed: boolean
}
const columns =
  'workspace_id, slug, revision, workspace_name, name, tagline, language, languages, zone, logo, menus, footers, articles_per_page, accent, host, is_listed'

const siteOf = (row: SiteRow): Site => ({
  workspaceId: row.workspace_id,
  slug: row.slug,
  revision: row.revision,
  name: row.name ?? row.workspace_name,
  tagline: row.tagline,
  language: row.language,
  languages: [row.language, ...row.languages.filter((language) => language !== row.language)],
  zone: row.zone,
  logo: row.logo,
  menus: row.menus,
  footers: row.footers,
  articlesPerPage: row.articles_per_page,
  accent: row.accent,
  host: row.host,
  isListed: row.is_listed,
})

export async function findSite(sql: Sql, workspaceId: string): Promise<Site | null> {
  const row = await sql.one<SiteRow>(`select ${columns} from sites where workspace_id = $1`, [workspaceId])
  return row && siteOf(row)
}

export async function findSiteBySlug(sql: Sql, slug: string): Promise<Site | null> {
  const row = await sql.one<SiteRow>(`select ${columns} from sites where slug = $1`, [slug])
  return row && siteOf(row)
}

/** Locks the row: changes of one site happen one after another. */
export async function lockSite(tx: Transaction, workspaceId: string): Promise<Site | null> {
  const row = await tx.one<SiteRow>(`select ${columns} from sites where workspace_id = $1 for update`, [workspaceId])
  return row && siteOf(row)
}

/** Every change that a reader could see calls this in its transaction. */
export async function grownRevision(tx: Transaction, workspaceId: string): Promise<number> {
  const row = await tx.one<{ revision: number }>(
    'update sites set revision = revision + 1 where workspace_id = $1 returning revision',
    [workspaceId],
  )
  return row?.revision ?? 0
}

/** Nothing happens when the site exists. A slug that another workspace had here is this one's now: identity says so. */
export async function insertSite(tx: Transaction, facts: WorkspaceFacts, now: string): Promise<void> {
  await tx.query('delete from sites where slug = $1 and workspace_id <> $2', [facts.slug, facts.id])
  await tx.query(
    `insert into sites (workspace_id, slug, workspace_name, language, languages, zone, created_at) values ($1, $2, $3, $4, array[$4], $5, $6)
     on conflict (workspace_id) do nothing`,
    [facts.id, facts.slug, facts.name, facts.language, facts.zone, now],
  )
}

/** What the site takes from its workspace, whenever that changes. The site's language stays: addresses depend on it. */
export async function followWorkspace(tx: Transaction, facts: WorkspaceFacts): Promise<void> {
  await tx.query('update sites set slug = $2, workspace_name = $3, zone = $4 where workspace_id = $1', [
    facts.id,
    facts.slug,
    facts.name,
    facts.zone,
  ])
}

const columnOf: Readonly<Record<keyof SiteChange, string>> = {
  name: 'name',
  tagline: 'tagline',
  language: 'language',
  languages: 'languages',
  logo: 'logo',
  menus: 'menus',
  footers: 'footers',
  articlesPerPage: 'articles_per_page',
  accent: 'accent',
  host: 'host',
  isListed: 'is_listed',
}
const isJson = (key: string): boolean => key === 'logo' || key === 'menus' || key === 'footers'

export async function updateSite(tx: Transaction, workspaceId: string, change: SiteChange): Promise<void> {
  const given = (Object.keys(columnOf) as (keyof SiteChange)[]).filter((key) => change[key] !== undefined)
  if (given.length === 0) return
  const assignments = given.map((key, index) => `${columnOf[key]} = $${index + 2}`)
  const values = given.map((key) => (isJson(key) && change[key] !== null ? JSON.stringify(change[key]) : change[key]))
  await tx.query(`update sites set ${assignments.join(', ')} where workspace_id = $1`, [workspaceId, ...values])
}

export async function deleteSite(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.query('delete from revision_leases where workspace_id = $1', [workspaceId])
  await tx.query('delete from sites where workspace_id = $1', [workspaceId])
}

export const sitesWithHosts = (sql: Sql): Promise<{ host: string; workspace: string }[]> =>
  sql.query("select host, slug as workspace from sites where host <> '' order by host limit 10000")
