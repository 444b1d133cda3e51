/**
 * The public pages: from an address to an answer.
 *
 * What stands at an address, in this order: a page of the site (front, section, feed …), a live edition, a redirect, an edition
 * that was taken down (410), the same slug in another language (301), nothing (404).
 */
import type { Host } from '@floowe/platform'
import { type Alternate } from './pages/layout.ts'
import { type Addresses, oldPathsFor, type Place, placeOf } from './addresses.ts'
import { type BodyOptions, openingWords, shownBody } from './body.ts'
import { answerFrom, type Card, cardFrom, type ContentAnswer } from './content-forms.ts'
import { feedItemsMax, feedOf, siteFeed } from './feeds.ts'
import { articlePage } from './pages/article.ts'
import { type Frame, frameOf } from './pages/frame.ts'
import { layout, type Page } from './pages/layout.ts'
import { frontPage, searchPage, termPage } from './pages/lists.ts'
import { type Message, messagePage } from './pages/messages.ts'
import { wordsFor } from './pages/words.ts'
import type { OwnFeeds } from './own-feeds.ts'
import { targetOf } from './redirects.ts'
import { queryMax, type Search } from './search.ts'
import type { Answer } from './serving.ts'
import { mapEntriesMax, robots, sitemap, sitemapIndex } from './sitemap.ts'
import type { Sites } from './sites.ts'
import * as editions from './store/editions.ts'
import { findRedirect } from './store/redirects.ts'
import type { Site } from './store/sites.ts'
import type { Theme } from './theme/theme.ts'

export type Asked = { site: Site; path: string; page: number; query: string; rawQuery: string; isCounted: boolean }
type Parts = { host: Host; sites: Sites; search: Search; ownFeeds: OwnFeeds; theme: Theme }

const searchPageSize = 10
const relatedMax = 3
const pageMax = 10_000

export function createPublicSite({ host, sites, search, ownFeeds, theme }: Parts) {
  const { db, publicUrl } = host

  const frameIn = async (site: Site, language: string): Promise<Frame> => {
    const [categories, pages, liveLanguages] = await Promise.all([
      editions.listTerms(db, site.workspaceId, 'category', language),
      editions.listEditions(db, site.workspaceId, { type: 'page', language }, 'card', { limit: 8, offset: 0 }),
      editions.liveLanguages(db, site.workspaceId),
    ])
    return frameOf({
      site,
      addresses: sites.addressesOf(site),
      words: wordsFor(language),
      language,
      theme,
      publicUrl,
      nav: { categories, pages: pages.map((row) => cardFrom(row.json)).reverse(), liveLanguages },
    })
  }
  const shown = (frame: Frame, page: Page, asked: Asked, status = 200): Answer => ({
    status,
    type: 'text/html; charset=utf-8',
    body: layout(frame, page, asked),
    isKept: status === 200,
  })
  const message = async (asked: Asked, language: string, kind: Message, status: number): Promise<Answer> => {
    const frame = await frameIn(asked.site, language)
    const latest = kind === 'notFound' || kind === 'gone' ? await newest(asked.site, language) : []
    return shown(frame, messagePage(frame, kind, latest), asked, status)
  }
  const newest = async (site: Site, language: string): Promise<Card[]> => {
    const filter = { type: 'article', language } as const
    const rows = await editions.listEditions(db, site.workspaceId, filter, 'card', { limit: relatedMax, offset: 0 })
    return rows.map((row) => cardFrom(row.json))
  }

  const front = async (asked: Asked, language: string): Promise<Answer> => {
    const { site } = asked
    const list = await listOf(asked, { type: 'article', language })
    if (!list) return message(asked, language, 'notFound', 404)
    const frame = await frameIn(site, language)
    const languages = [language, ...frame.otherHomes.map((home) => home.language)]
    return shown(
      frame,
      frontPage(
        frame,
        list,
        alternatesOf(site, languages, (other) => frame.addresses.home(other)),
      ),
      asked,
    )
  }
  const term = async (asked: Asked, place: Extract<Place, { kind: 'term' }>): Promise<Answer> => {
    const { site } = asked
    const [found, list, languages] = await Promise.all([
      editions.findTerm(db, site.workspaceId, place.term, place.slug, place.language),
      listOf(asked, { type: 'article', language: place.language, terms: [{ kind: place.term, slug: place.slug }] }),
      editions.languagesOfTerm(db, site.workspaceId, place.term, place.slug),
    ])
    if (!found || !list || list.total === 0) return elsewhere(asked, place.language)
    const frame = await frameIn(site, place.language)
    return shown(
      frame,
      termPage(
        frame,
        { kind: place.term, slug: place.slug, ...found },
        list,
        alternatesOf(site, languages, (other) => frame.addresses.term(place.term, other, place.slug)),
      ),
      asked,
    )
  }
  const listOf = async (asked: Asked, filter: editions.Filter) => {
    const { site, page } = asked
    const total = await editions.countEditions(db, site.workspaceId, filter)
    const pages = Math.max(1, Math.ceil(total / site.articlesPerPage))
    if (page > pages || page > pageMax) return null
    const rows = await editions.listEditions(db, site.workspaceId, filter, 'card', {
      limit: site.articlesPerPage,
      offset: (page - 1) * site.articlesPerPage,
    })
    return { cards: rows.map((row) => cardFrom(row.json)), total, page, pages }
  }

  const edition = async (asked: Asked, place: Extract<Place, { kind: 'article' }>): Promise<Answer> => {
    const { site } = asked
    const row = await editions.editionAt(db, site.workspaceId, place.language, place.slug)
    if (row?.state !== 'live') return elsewhere(asked, place.language, row, place.slug)
    const content = answerFrom(row.answer)
    const [frame, siblings, related, beside] = await Promise.all([
      frameIn(site, place.language),
      editions.liveEditionsOf(db, site.workspaceId, row.article_id),
      editions.relatedCards(db, site.workspaceId, row, relatedMax),
      editions.neighbourCards(db, site.workspaceId, row),
    ])
    const options: BodyOptions = {
      language: content.language,
      publicUrl,
      origin: frame.origin,
      for: 'page',
      tableLabel: frame.words.table,
    }
    const page = articlePage(frame, {
      content: described(content),
      body: shownBody(content.html, options),
      alternates: alternatesOf(
        site,
        siblings.map((sibling) => sibling.language),
        (language) =>
          frame.addresses.article(language, siblings.find((sibling) => sibling.language === language)?.slug ?? ''),
      ),
      related: related.map((other) => cardFrom(other.json)),
      newer: cardOr(beside.newer),
      older: cardOr(beside.older),
    })
    const answer = shown(frame, page, asked)
    return { ...answer, headers: { 'surrogate-key': `site-${site.workspaceId} article-${content.articleId}` } }
  }

  const searched = async (asked: Asked, language: string): Promise<Answer> => {
    const frame = await frameIn(asked.site, language)
    const query = asked.query.trim().slice(0, queryMax)
    if (query === '' || asked.page > 100)
      return shown(frame, searchPage(frame, query, null, await newest(asked.site, language)), asked)
    const found = await search.find(asked.site.workspaceId, {
      query,
      language,
      limit: searchPageSize,
      offset: (asked.page - 1) * searchPageSize,
    })
    const pages = Math.max(1, Math.ceil(found.total / searchPageSize))
    const latest = found.total === 0 ? await newest(asked.site, language) : []
    return shown(frame, searchPage(frame, query, { ...found, page: asked.page, pages }, latest), asked)
  }

  /** Nothing live stands here. */
  const elsewhere = async (
    asked: Asked,
    language: string,
    gone: editions.EditionRow | null = null,
    slug = '',
  ): Promise<Answer> => {
    const { site, path, rawQuery } = asked
    const addresses = sites.addressesOf(site)
    const redirect = await findRedirect(db, site.workspaceId, oldPathsFor(path, rawQuery))
    const target = redirect && targetOf(redirect, addresses)
    if (target !== null) return moved(addresses, target)
    const spoken = site.languages.find((other) => `/${other.toLowerCase()}` === path)
    if (spoken && !gone) return moved(addresses, addresses.home(spoken))
    if (redirect || gone) return message(asked, language, 'gone', 410)
    const other = slug === '' ? null : await editions.onlyLiveWithSlug(db, site.workspaceId, slug)
    return other
      ? moved(addresses, addresses.article(other.language, other.slug))
      : message(asked, language, 'notFound', 404)
  }

  const map = async ({ site, page }: Asked, isIndexed: boolean): Promise<Answer> => {
    const addresses = sites.addressesOf(site)
    const [articles, fixed] = await Promise.all([
      editions.countEditions(db, site.workspaceId, { type: 'article' }),
      editions.countEditions(db, site.workspaceId, { type: 'page' }),
    ])
    const files = Math.ceil((articles + fixed) / mapEntriesMax)
    if (files > 1 && !isIndexed) return sitemapIndex(addresses, files)
    const entries = await editions.mapEntries(db, site.workspaceId, {
      limit: mapEntriesMax,
      offset: (page - 1) * mapEntriesMax,
    })
    return sitemap(
      addresses,
      site,
      entries,
      page === 1
        ? alternatesOf(site, await editions.liveLanguages(db, site.workspaceId), () => '').map((home) => home.language)
        : [],
    )
  }

  return {
    /** Whether an old address with a query may stand where a page is now: then it goes first. */
    oldQuery: async (asked: Asked): Promise<Answer | null> => {
      const addresses = sites.addressesOf(asked.site)
      const redirect = await findRedirect(
        db,
        asked.site.workspaceId,
        oldPathsFor(asked.path, asked.rawQuery).filter((path) => path.includes('?')),
      )
      const target = redirect && targetOf(redirect, addresses)
      return target === null ? null : moved(addresses, target)
    },
    answer: async (asked: Asked): Promise<Answer> => {
      const { site, path } = asked
      const { place, moved: right } = placeOf(path, site.languages)
      if (place.kind === 'article') {
        const answer = await edition(asked, place)
        return answer.status === 200 && right !== null ? moved(sites.addressesOf(site), right) : answer
      }
      if (right !== null)
        return moved(sites.addressesOf(site), right + (asked.rawQuery === '' ? '' : `?${asked.rawQuery}`))
      switch (place.kind) {
        case 'home':
          return front(asked, place.language)
        case 'term':
          return term(asked, place)
        case 'search':
          return searched(asked, place.language)
        case 'feed': {
          const rows = await editions.listEditions(
            db,
            site.workspaceId,
            { type: 'article', language: place.language },
            'answer',
            { limit: feedItemsMax, offset: 0 },
          )
          const frame = await frameIn(site, place.language)
          return feedOf(
            siteFeed(
              frame,
              rows.map((row) => answerFrom(row.json)),
            ),
            place.file,
          )
        }
        case 'own-feed': {
          const answer = await ownFeeds.answer(site, place)
          if (answer === 'gone') return message(asked, site.language, 'gone', 410)
          return answer ?? elsewhere(asked, site.language)
        }
        case 'sitemap':
          return map(asked, asked.rawQuery !== '')
        case 'robots':
          return robots(sites.addressesOf(site), site)
        default:
          return elsewhere(asked, site.language)
      }
    },
    tooMany: (asked: Asked): Promise<Answer> => message(asked, placeLanguage(asked), 'tooMany', 429),
  }
}
export type PublicSite = ReturnType<typeof createPublicSite>

const placeLanguage = (asked: Asked): string => {
  const { place } = placeOf(asked.path, asked.site.languages)
  return 'language' in place ? place.language : asked.site.language
}
const cardOr = (row: editions.Listed | null): Card | null => row && cardFrom(row.json)

/** The site's own language first, then the others by name. */
const alternatesOf = (site: Site, languages: readonly string[], path: (language: string) => string): Alternate[] =>
  [...languages]
    .sort((a, b) => Number(b === site.language) - Number(a === site.language) || a.localeCompare(b))
    .map((language) => ({ language, path: path(language) }))

const moved = (addresses: Addresses, target: string): Answer => ({
  status: 301,
  type: 'text/html; charset=utf-8',
  body: '',
  headers: { location: target.startsWith('/') ? addresses.full(target) : target },
})

/** Search engines and cards need some words even where nobody wrote a lead. */
const described = (content: ContentAnswer): ContentAnswer =>
  content.meta.description !== '' || content.lead !== ''
    ? content
    : { ...content, meta: { ...content.meta, description: openingWords(content.html) } }
