/**
 * Feeds of their own: what a channel publishes, for whoever subscribes to it, whether or not the site shows it as well.
 *
 * The order is that of the site itself: of each edition the feed remembers the `sequence` of the newest delivery it applied. One
 * with a smaller or equal one changes nothing.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import { type Host, refuse, type Transaction } from '@floowe/platform'
import type { Addresses, Place } from './addresses.ts'
import { answerFrom, answerOf } from './content-forms.ts'
import { type Feed, feedItemsMax, feedOf, itemOf } from './feeds.ts'
import type { Answer } from './serving.ts'
import type { Removal } from './snapshots.ts'
import type { Sites } from './sites.ts'
import * as store from './store/feeds.ts'
import { lockSite, type Site } from './store/sites.ts'

type Named = { channelId: string; name: string }
type EntryPut = Named & {
  deliveryId: string
  sequence: number
  hash: string
  content: SnapshotContent
  publishedAt: string
}
const slugMax = 60

export function createOwnFeeds({ db, clock, publicUrl }: Host, sites: Sites) {
  const urlOf = (site: Site, slug: string): string => {
    const addresses = sites.addressesOf(site)
    return addresses.full(addresses.ownFeed(slug, 'rss.xml'))
  }
  const locked = async (tx: Transaction, workspaceId: string): Promise<Site> =>
    (await lockSite(tx, workspaceId)) ?? refuse('not-found', { what: 'workspace' })
  const reserved = async (tx: Transaction, workspaceId: string, { channelId, name }: Named) => {
    await store.reserveFeed(tx, workspaceId, { channelId, name, slug: slugOf(name), at: clock.instant() })
    return (await store.findFeed(tx, workspaceId, channelId)) ?? refuse('not-found', { what: 'feed' })
  }

  return {
    /** Keeps an address for a channel. Nobody sees anything yet. */
    open: async (workspaceId: string, feed: Named): Promise<{ url: string }> => {
      const site = await sites.ensured(workspaceId)
      return db.transaction(async (tx) => {
        await locked(tx, workspaceId)
        return { url: urlOf(site, (await reserved(tx, workspaceId, feed)).slug) }
      })
    },

    /** The channel is there, has another name, or is gone. */
    follow: async (tx: Transaction, workspaceId: string, feed: Named, state: 'open' | 'closed'): Promise<void> => {
      if (!(await lockSite(tx, workspaceId))) return
      if (state === 'open') await reserved(tx, workspaceId, feed)
      const { channelId, name } = feed
      if (await store.changeFeed(tx, workspaceId, channelId, { name, state, at: clock.instant() }))
        await sites.noteChange(tx, workspaceId)
    },

    put: async (workspaceId: string, input: EntryPut): Promise<{ url: string }> => {
      const site = await sites.ensured(workspaceId)
      const { channelId, name, deliveryId, sequence, content, publishedAt: at } = input
      const url = await db.transaction(async (tx) => {
        await locked(tx, workspaceId)
        const feed = await reserved(tx, workspaceId, input)
        const known = await store.findEntry(tx, workspaceId, channelId, content.editionId)
        if (known && known.sequence >= sequence) return urlOf(site, feed.slug)
        await store.changeFeed(tx, workspaceId, channelId, { name, state: 'open', at: clock.instant() })
        const wasShown = known !== null && known.language !== ''
        const publishedAt = wasShown ? known.published_at.toISOString() : at
        const answer = answerOf(content, { publishedAt, updatedAt: wasShown ? at : publishedAt }, input.hash)
        const entry = {
          editionId: content.editionId,
          state: 'live',
          sequence,
          deliveryId,
          publishedAt,
          answer,
        } as const
        await store.writeEntry(tx, workspaceId, channelId, { ...entry, language: content.language }, clock.instant())
        await sites.noteChange(tx, workspaceId)
        return urlOf(site, feed.slug)
      })
      await sites.freshness.settled(workspaceId)
      return { url }
    },

    remove: async (workspaceId: string, input: Removal & { channelId: string }): Promise<{ removed: boolean }> => {
      await sites.ensured(workspaceId)
      const { channelId, editionId, deliveryId, sequence } = input
      const removed = await db.transaction(async (tx) => {
        await locked(tx, workspaceId)
        if (!(await store.findFeed(tx, workspaceId, channelId))) return false
        const known = await store.findEntry(tx, workspaceId, channelId, editionId)
        // The same delivery again is answered as the first time.
        if (known && known.sequence >= sequence)
          return known.state === 'gone' && known.delivery_id === deliveryId && known.language !== ''
        const { language, publishedAt } = known
          ? { language: known.language, publishedAt: known.published_at.toISOString() }
          : { language: '', publishedAt: clock.instant() }
        const entry = { editionId, state: 'gone', sequence, deliveryId, language, publishedAt, answer: '' } as const
        await store.writeEntry(tx, workspaceId, channelId, entry, clock.instant())
        if (known?.state !== 'live') return false
        await sites.noteChange(tx, workspaceId)
        return true
      })
      await sites.freshness.settled(workspaceId)
      return { removed }
    },

    /** What stands at its address; null when there never was a feed, `gone` when it was closed. */
    answer: async (site: Site, place: Extract<Place, { kind: 'own-feed' }>): Promise<Answer | 'gone' | null> => {
      const row = await store.findFeedBySlug(db, site.workspaceId, place.slug)
      if (row === null || row.state === 'reserved') return null
      if (row.state === 'closed') return 'gone'
      const addresses = sites.addressesOf(site)
      const entries = await store.newestEntries(db, site.workspaceId, row.channel_id, feedItemsMax)
      const answer = feedOf(ownFeed(site, addresses, row, entries, publicUrl), place.file)
      return { ...answer, headers: { ...answer.headers, 'last-modified': row.changed_at.toUTCString() } }
    },
  }
}
export type OwnFeeds = ReturnType<typeof createOwnFeeds>

function ownFeed(
  site: Site,
  addresses: Addresses,
  row: store.FeedRow,
  entries: Awaited<ReturnType<typeof store.newestEntries>>,
  publicUrl: string,
): Feed {
  const files = { publicUrl, origin: new URL(addresses.base).origin }
  const items = entries.map(({ answer, language, slug }) => {
    const content = answerFrom(answer)
    const onSite = language !== null && slug !== null ? addresses.full(addresses.article(language, slug)) : null
    return itemOf(content, { url: content.meta.canonicalUrl ?? onSite, files, authorUrl: () => null })
  })
  const languages = new Set(items.map(({ content }) => content.language))
  const [only] = languages
  return {
    id: `urn:uuid:${row.channel_id}`,
    title: row.name,
    description: site.tagline || site.name,
    language: languages.size === 1 && only !== undefined ? only : site.language,
    home: addresses.full(addresses.home(site.language)),
    author: { name: site.name, url: `${addresses.base}/` },
    self: (form) => addresses.full(addresses.ownFeed(row.slug, fileOf[form])),
    bornAt: row.created_at.toISOString(),
    items,
    files,
  }
}
const fileOf = { rss: 'rss.xml', atom: 'atom.xml', json: 'feed.json' } as const

/** A piece of an address of any name. */
function slugOf(name: string): string {
  const plain = name.toLowerCase().replaceAll('ł', 'l').replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '')
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, slugMax)
      .replace(/-+$/, '') || 'feed'
  )
}
