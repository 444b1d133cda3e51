/** Old addresses that a person sends elsewhere, and all of them listed. Those of slugs and imports come with the snapshots. */
import type { Redirect } from '@floowe/contracts/site'
import { type Host, refuse, type Transaction } from '@floowe/platform'
import { type Addresses, oldPathOf, placeOf } from './addresses.ts'
import type { Sites } from './sites.ts'
import * as editions from './store/editions.ts'
import * as store from './store/redirects.ts'
import type { RedirectRow } from './store/redirects.ts'
import { lockSite, type Site } from './store/sites.ts'

const hopsMax = 20

/** Where a redirect leads, as a path of the site or a full address; null when what it led to was taken down. */
export function targetOf(row: RedirectRow, addresses: Addresses): string | null {
  if (row.to_address !== null) return row.to_address
  return row.state === 'live' && row.language !== null && row.slug !== null
    ? addresses.article(row.language, row.slug)
    : null
}

export function createRedirects(host: Host, sites: Sites) {
  const { db, clock } = host
  const shown = (row: RedirectRow, addresses: Addresses): Redirect => ({
    from: row.from_path,
    to: targetOf(row, addresses) ?? addresses.article(row.language ?? '', row.slug ?? ''),
    origin: row.origin,
    createdAt: row.created_at.toISOString(),
  })
  const changed = async (tx: Transaction, workspaceId: string): Promise<void> => sites.noteChange(tx, workspaceId)

  return {
    list: async (
      workspaceId: string,
      page: { limit: number; offset: number },
    ): Promise<{ items: Redirect[]; total: number }> => {
      const addresses = sites.addressesOf(await sites.ensured(workspaceId))
      const [rows, total] = await Promise.all([
        store.listRedirects(db, workspaceId, page),
        store.countRedirects(db, workspaceId),
      ])
      return { items: rows.map((row) => shown(row, addresses)), total }
    },
    /** Refuses `path-in-use` where a page stands, and what would lead back to itself. */
    add: async (workspaceId: string, input: { from: string; to: string }): Promise<Redirect> => {
      await sites.ensured(workspaceId)
      const from = oldPathOf(input.from) ?? refuseField('from', 'not an address of this site')
      const added = await db.transaction(async (tx) => {
        const site = (await lockSite(tx, workspaceId)) ?? refuse('not-found')
        const addresses = sites.addressesOf(site)
        if (await isInUse(tx, site, from)) refuse('path-in-use')
        if (await leadsTo(tx, site, addresses, input.to, from)) refuseField('to', 'leads back to itself')
        const now = clock.instant()
        await store.writeByPerson(tx, workspaceId, from, input.to, now)
        await changed(tx, workspaceId)
        return { from, to: input.to, origin: 'person' as const, createdAt: now }
      })
      await sites.freshness.settled(workspaceId)
      return added
    },
    remove: async (workspaceId: string, from: string): Promise<void> => {
      await sites.ensured(workspaceId)
      await db.transaction(async (tx) => {
        if (await store.deleteRedirect(tx, workspaceId, oldPathOf(from) ?? from)) await changed(tx, workspaceId)
      })
      await sites.freshness.settled(workspaceId)
    },
  }
}
export type Redirects = ReturnType<typeof createRedirects>

const refuseField = (path: string, problem: string): never => refuse('invalid-input', { issues: [{ path, problem }] })

async function isInUse(tx: Transaction, site: Site, from: string): Promise<boolean> {
  const { place } = placeOf(from, site.languages)
  if (place.kind === 'elsewhere') return false
  if (place.kind === 'article')
    return (await editions.editionAt(tx, site.workspaceId, place.language, place.slug))?.state === 'live'
  if (place.kind === 'term')
    return (await editions.findTerm(tx, site.workspaceId, place.term, place.slug, place.language)) !== null
  return true
}

/** Follows redirects from `to`; true when they come by `from`. A page standing on the way ends it. */
async function leadsTo(tx: Transaction, site: Site, addresses: Addresses, to: string, from: string): Promise<boolean> {
  let next: string | null = to
  for (let hop = 0; hop < hopsMax && next !== null; hop++) {
    const local: string = next.startsWith(`${addresses.base}/`) ? next.slice(addresses.base.length) : next
    const path = local.startsWith('/') ? (oldPathOf(local) ?? '/') : null
    if (path === null) return false
    if (path === from) return true
    if (await isInUse(tx, site, path)) return false
    const row: RedirectRow | null = await store.findRedirect(tx, site.workspaceId, [path])
    next = row ? targetOf(row, addresses) : null
  }
  return next !== null
}
