/** The public site and the content API: what they show, where old addresses lead. They know only snapshots. */
import { z } from 'zod'
import { SnapshotContent } from './content.ts'
import { innerOperation, operation } from './operation.ts'
import {
  ArticleId,
  ChannelId,
  cleanText,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  line,
  MediaId,
  pageOf,
  Paging,
  Slug,
  SnapshotId,
} from './vocabulary.ts'

export const MenuItem = z.object({
  label: line(60),
  href: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^(\/|https?:\/\/|mailto:)/),
})
export const SiteSettings = z.object({
  name: line(120),
  tagline: line(200, 0),
  language: Language.describe('language of the front page'),
  languages: z.array(Language).max(20),
  logo: z
    .object({ mediaId: MediaId, url: z.string(), width: z.number().nullable(), height: z.number().nullable() })
    .nullable(),
  menus: z.record(Language, z.array(MenuItem).max(12)),
  footers: z.record(Language, cleanText(2000)),
  articlesPerPage: z.number().int().min(4).max(50),
  accent: z.enum(['river', 'moss', 'plum', 'clay', 'ink']),
  /** A host that shows this site alone, e.g. `magazine.example.com`; empty: it lives under `/site/<workspace>/`. */
  host: z
    .string()
    .trim()
    .toLowerCase()
    .max(253)
    .regex(/^$|^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(:\d+)?$/),
  /** The address of the front page, made by the server. */
  url: z.string(),
  isListed: z.boolean().describe('search engines may list the site'),
})
export type SiteSettings = z.infer<typeof SiteSettings>

export const LiveEdition = z.object({
  articleId: ArticleId,
  editionId: EditionId,
  language: Language,
  title: z.string(),
  url: z.string(),
  snapshotId: SnapshotId,
  versionId: z.string(),
  publishedAt: Instant,
  updatedAt: Instant,
})
export const Redirect = z.object({
  from: z.string(),
  to: z.string(),
  origin: z.enum(['slug', 'import', 'person']),
  createdAt: Instant,
})
export type Redirect = z.infer<typeof Redirect>
const PathFrom = z
  .string()
  .trim()
  .min(2)
  .max(500)
  .regex(/^\/[^\s?#]*(\?[^\s#]*)?$/)

const feed = z.object({ channelId: ChannelId, name: line(80) })

const tag = 'Site'
export const site = {
  getSiteSettings: operation(tag, 'content:read', {
    method: 'GET',
    path: '/site',
    summary: 'Name, logo, menu and footer of the public site',
  }).output(SiteSettings),
  updateSiteSettings: operation(tag, 'site:settings', {
    method: 'PATCH',
    path: '/site',
    summary: 'Change the public site',
  })
    .errors({ 'host-taken': { status: 409 } })
    .input(SiteSettings.omit({ url: true, logo: true }).partial().extend({ logoId: MediaId.nullable().optional() }))
    .output(SiteSettings),
  getLiveEditions: operation(tag, 'content:read', {
    method: 'GET',
    path: '/site/articles/{articleId}',
    summary: 'Which editions of an article are live, where, in which version',
  })
    .input(z.object({ articleId: ArticleId }))
    .output(z.array(LiveEdition)),
  listRedirects: operation(tag, 'content:read', {
    method: 'GET',
    path: '/site/redirects',
    summary: 'Old addresses and where they lead',
  })
    .input(Paging)
    .output(pageOf(Redirect)),
  addRedirect: operation(tag, 'site:settings', {
    method: 'POST',
    path: '/site/redirects',
    summary: 'Send an old address elsewhere',
    successStatus: 201,
  })
    .errors({ 'path-in-use': { status: 409 } })
    .input(
      z.object({
        from: PathFrom,
        to: z
          .string()
          .trim()
          .min(1)
          .max(2048)
          .regex(/^(\/|https?:\/\/)/),
      }),
    )
    .output(Redirect),
  removeRedirect: operation(
    tag,
    'site:settings',
    { method: 'DELETE', path: '/site/redirects', summary: 'Forget an old address' },
    { repeatable: true },
  )
    .input(z.object({ from: PathFrom }))
    .output(z.object({})),

  /** Hosts that show one site alone; the gateway routes them. */
  listHosts: innerOperation({ needs: 'anyone', repeatable: true }).output(
    z.array(z.object({ host: z.string(), workspace: z.string() })),
  ),
  /** Where editions stand on the site, or will once they are published; in the order they were asked for. */
  editionAddresses: innerOperation({ repeatable: true })
    .input(z.object({ editions: z.array(z.object({ language: Language, slug: Slug })).max(500) }))
    .output(z.array(z.string())),
  /** Repeating it with the same delivery changes nothing. An older delivery never replaces a newer one. */
  putSnapshot: innerOperation({ repeatable: true, bodyBytesMax: 12 * 1024 * 1024 })
    .errors({ 'slug-taken': { status: 409 } })
    .input(
      z.object({
        deliveryId: DeliveryId,
        sequence: z.number().int().describe('grows with each delivery of the channel'),
        snapshotId: SnapshotId,
        hash: z.string(),
        content: SnapshotContent,
        publishedAt: Instant,
      }),
    )
    .output(z.object({ url: z.string() })),
  removeSnapshot: innerOperation({ repeatable: true })
    .input(z.object({ deliveryId: DeliveryId, sequence: z.number().int(), editionId: EditionId }))
    .output(z.object({ removed: z.boolean() })),
  /** Keeps an address for a channel that is a feed of its own; it opens with the channel. Repeating it changes nothing. */
  openFeed: innerOperation({ repeatable: true })
    .input(feed)
    .output(z.object({ url: z.string() })),
  /** As `putSnapshot`, for an entry of such a feed. `url`: of the feed. */
  putFeedEntry: innerOperation({ repeatable: true, bodyBytesMax: 12 * 1024 * 1024 })
    .input(
      feed.extend({
        deliveryId: DeliveryId,
        sequence: z.number().int().describe('grows with each delivery of the channel'),
        hash: z.string(),
        content: SnapshotContent,
        publishedAt: Instant,
      }),
    )
    .output(z.object({ url: z.string() })),
  removeFeedEntry: innerOperation({ repeatable: true })
    .input(z.object({ channelId: ChannelId, deliveryId: DeliveryId, sequence: z.number().int(), editionId: EditionId }))
    .output(z.object({ removed: z.boolean() })),
}

export const siteEvents = {
  'site.snapshot-shown': z.object({ articleId: ArticleId, editionId: EditionId, url: z.string() }),
  'site.snapshot-removed': z.object({ articleId: ArticleId, editionId: EditionId }),
  'site.settings-changed': z.object({}),
}
