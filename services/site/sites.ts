/** A workspace's site: its settings, its address, and how fresh what we remember of it is. */
import type { SiteSettings } from '@floowe/contracts/site'
import { type Host, isUniqueViolation, refuse, type Transaction } from '@floowe/platform'
import { type Addresses, baseOf, createAddresses, isSlug } from './addresses.ts'
import type { Freshness } from './freshness.ts'
import * as store from './store/sites.ts'
import type { Site, SiteChange, WorkspaceFacts } from './store/sites.ts'

/** How long a slug that identity does not know is not asked for again. */
const unknownMs = 5_000
const unknownMax = 1_000
const rememberedMax = 2_000

export function createSites(host: Host, freshness: Freshness) {
  const { db, call, clock, publicUrl } = host
  const unknown = new Map<string, number>()
  const remembered = new Map<string, Site>()

  const addressesOf = (site: Site): Addresses => createAddresses(baseOf(site, publicUrl), site.language)
  const settingsOf = (site: Site): SiteSettings => ({
    name: site.name,
    tagline: site.tagline,
    language: site.language,
    languages: site.languages,
    logo: site.logo,
    menus: site.menus,
    footers: site.footers,
    articlesPerPage: site.articlesPerPage,
    accent: site.accent,
    host: site.host,
    url: `${addressesOf(site).base}/`,
    isListed: site.isListed,
  })

  const create = async (facts: WorkspaceFacts): Promise<void> => {
    unknown.delete(facts.slug)
    await db.transaction((tx) => store.insertSite(tx, facts, clock.instant()))
  }
  /** Made when first needed, from what identity says. Refuses `not-found` for an unknown workspace. */
  const ensured = async (workspaceId: string): Promise<Site> => {
    const site = await store.findSite(db, workspaceId)
    if (site) return site
    const workspace = await call.identity.getWorkspace({ workspace: workspaceId }, { workspaceId })
    if (!workspace) refuse('not-found', { what: 'workspace' })
    await create(workspace)
    return (await store.findSite(db, workspaceId)) ?? refuse('not-found', { what: 'workspace' })
  }
  const lookUp = async (slug: string): Promise<Site | null> => {
    if (!isSlug(slug)) return null
    const site = await store.findSiteBySlug(db, slug)
    if (site) return site
    const nowMs = clock.now()
    if ((unknown.get(slug) ?? 0) > nowMs) return null
    const workspace = await call.identity.getWorkspace({ workspace: slug }, { workspaceId: null })
    if (workspace?.slug === slug) {
      await create(workspace)
      return store.findSiteBySlug(db, slug)
    }
    if (unknown.size >= unknownMax) unknown.clear()
    unknown.set(slug, nowMs + unknownMs)
    return null
  }
  /**
   * The site as it is now: from memory while its revision is known to be the newest, else from the store. What is read after
   * it is at least as new as its `revision`.
   */
  const bySlug = async (slug: string): Promise<Site | null> => {
    const memory = remembered.get(slug)
    if (memory && freshness.known(memory.workspaceId) === memory.revision) return memory
    const site = await lookUp(slug)
    if (site) {
      freshness.observed(site.workspaceId, site.revision)
      if (remembered.size >= rememberedMax) remembered.clear()
      remembered.set(slug, site)
    } else if (memory) {
      freshness.observed(memory.workspaceId, null)
      remembered.delete(slug)
    }
    return site
  }
  /** Changes a site; every process sees it once this resolves. Refuses `host-taken`. */
  const change = async (
    workspaceId: string,
    by: { actor: string; requestId: string },
    work: SiteChange,
  ): Promise<Site> => {
    await ensured(workspaceId)
    if (work.host !== undefined && work.host !== '' && work.host === new URL(publicUrl).host) refuse('host-taken')
    try {
      await db.transaction(async (tx) => {
        await store.updateSite(tx, workspaceId, work)
        await noteChange(tx, workspaceId)
        await tx.emit({ name: 'site.settings-changed', workspaceId, key: workspaceId, ...by, data: {} })
      })
    } catch (error) {
      if (isUniqueViolation(error, 'sites_host')) refuse('host-taken')
      throw error
    }
    await freshness.settled(workspaceId)
    return ensured(workspaceId)
  }
  const noteChange = async (tx: Transaction, workspaceId: string): Promise<void> => {
    const revision = await store.grownRevision(tx, workspaceId)
    tx.afterCommit(() => freshness.noted(workspaceId, revision))
  }
  return {
    freshness,
    addressesOf,
    settingsOf,
    ensured,
    bySlug,
    change,
    noteChange,
    hosts: () => store.sitesWithHosts(db),
  }
}
export type Sites = ReturnType<typeof createSites>
