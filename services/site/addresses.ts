/**
 * Where things stand on a site. Paths are of the site (`/slug`); full addresses are made from the site's base, never from
 * request headers.
 *
 * `/` is the front page in the site's own language, `/en/` in another one. Below it: `/slug` an article or page,
 * `/tags/slug`, `/categories/slug`, `/authors/slug`, `/search?q=`, `/feed.xml`, `/atom.xml`, `/feed.json`. Lists are paged
 * with `?page=2`. Only the front has `/sitemap.xml` and `/robots.txt`, and `/feeds/slug/rss.xml`, feeds of their own.
 */

export type TermKind = 'tag' | 'category' | 'author'
const termFolders: Readonly<Record<TermKind, string>> = {
  tag: 'tags',
  category: 'categories',
  author: 'authors',
}
const feedFiles = ['feed.xml', 'atom.xml', 'feed.json'] as const
export type FeedFile = (typeof feedFiles)[number]
const ownFeedFiles = ['rss.xml', 'atom.xml', 'feed.json'] as const
export type OwnFeedFile = (typeof ownFeedFiles)[number]
const ownFeedsFolder = 'feeds'

/** Slugs that would hide a page of the site itself. */
const reservedSlugs: ReadonlySet<string> = new Set(['search'])
export const isReservedSlug = (slug: string): boolean => reservedSlugs.has(slug)

/** Without a slash at the end. A host of its own speaks the scheme of the installation. */
export function baseOf(site: { host: string; slug: string }, publicUrl: string): string {
  return site.host === '' ? `${publicUrl}/site/${site.slug}` : `${new URL(publicUrl).protocol}//${site.host}`
}

export function createAddresses(base: string, siteLanguage: string) {
  const prefix = (language: string): string => (language === siteLanguage ? '' : `/${language.toLowerCase()}`)
  const paged = (path: string, page: number): string => (page > 1 ? `${path}?page=${page}` : path)
  return {
    base,
    full: (path: string): string => base + path,
    home: (language: string, page = 1): string => paged(`${prefix(language)}/`, page),
    article: (language: string, slug: string): string => `${prefix(language)}/${slug}`,
    term: (kind: TermKind, language: string, slug: string, page = 1): string =>
      paged(`${prefix(language)}/${termFolders[kind]}/${slug}`, page),
    search: (language: string, query = '', page = 1): string => {
      const parameters = [query === '' ? '' : `q=${encodeURIComponent(query)}`, page > 1 ? `page=${page}` : '']
        .filter(Boolean)
        .join('&')
      return `${prefix(language)}/search${parameters === '' ? '' : `?${parameters}`}`
    },
    feed: (file: FeedFile, language: string): string => `${prefix(language)}/${file}`,
    ownFeed: (slug: string, file: OwnFeedFile): string => `/${ownFeedsFolder}/${slug}/${file}`,
  }
}
export type Addresses = ReturnType<typeof createAddresses>

export type Place =
  | { kind: 'home' | 'search'; language: string }
  | { kind: 'feed'; language: string; file: FeedFile }
  | { kind: 'own-feed'; slug: string; file: OwnFeedFile }
  | { kind: 'term'; language: string; term: TermKind; slug: string }
  | { kind: 'article'; language: string; slug: string }
  | { kind: 'sitemap' | 'robots' }
  | { kind: 'elsewhere' }

/** Whether anything of ours can bear that name: articles, terms and workspaces alike. */
export const isSlug = (text: string): boolean => text.length <= 120 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)

/**
 * What a path of the site names. `moved` is the one right path of the same thing, when this is another spelling of it.
 * @param languages of the site, its own first.
 */
export function placeOf(path: string, languages: readonly string[]): { place: Place; moved: string | null } {
  const hasSlash = path.endsWith('/')
  const parts = path.split('/').slice(1, hasSlash ? -1 : undefined)
  const [own = ''] = languages
  const spoken = languages.find((language) => language.toLowerCase() === parts[0])
  // `/en` may be an article of that name; only `/en/` and what stands below it are the language.
  const inLanguage = spoken !== undefined && (parts.length > 1 || hasSlash)
  const language = inLanguage ? spoken : own
  const rest = inLanguage ? parts.slice(1) : parts
  const place = placeIn(rest, language, !inLanguage)
  const right = `${language === own ? '' : `/${language.toLowerCase()}`}/${rest.join('/')}`
  return { place, moved: place.kind === 'elsewhere' || right === path ? null : right }
}

function placeIn(rest: readonly string[], language: string, isFront: boolean): Place {
  const [first = '', second = '', ...more] = rest
  if (more.length > 0) return (isFront && ownFeedIn(rest)) || { kind: 'elsewhere' }
  if (second !== '') {
    const term = (Object.keys(termFolders) as TermKind[]).find((kind) => termFolders[kind] === first)
    return term && isSlug(second) ? { kind: 'term', language, term, slug: second } : { kind: 'elsewhere' }
  }
  if (rest.length === 0) return { kind: 'home', language }
  if (first === 'search') return { kind: 'search', language }
  const file = feedFiles.find((name) => name === first)
  if (file) return { kind: 'feed', language, file }
  if (isFront && first === 'sitemap.xml') return { kind: 'sitemap' }
  if (isFront && first === 'robots.txt') return { kind: 'robots' }
  return isSlug(first) ? { kind: 'article', language, slug: first } : { kind: 'elsewhere' }
}

function ownFeedIn([folder, slug = '', name, ...more]: readonly string[]): Place | null {
  const file = ownFeedFiles.find((one) => one === name)
  return folder === ownFeedsFolder && isSlug(slug) && file && more.length === 0
    ? { kind: 'own-feed', slug, file }
    : null
}

/**
 * An old address as it is kept: path and query, percent-decoded where that is possible, without a slash at the end.
 * A full address keeps its path only. Null when there is nothing to keep.
 */
export function oldPathOf(address: string): string | null {
  const full = /^https?:\/\//i.test(address) ? URL.parse(address) : null
  const text = full ? full.pathname + full.search : (address.split('#', 1)[0] ?? '')
  if (!text.startsWith('/')) return null
  const [path = '', query = ''] = splitOnce(text, '?')
  const plain = decoded(path)
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
  const whole = query === '' ? plain : `${plain}?${query}`
  // No table keeps a NUL.
  return whole === '/' || whole.length > 500 || whole.includes('\0') ? null : whole
}

/** Ways a requested address may have been kept, the most exact first; at most 8. Other parameters may stand beside the known one. */
export function oldPathsFor(path: string, query: string): string[] {
  const plain = oldPathOf(path) ?? '/'
  const parameters = query === '' ? [] : query.split('&', 5)
  const withQuery =
    parameters.length === 0
      ? []
      : [`${plain}?${query}`, ...(parameters.length > 1 ? parameters.map((parameter) => `${plain}?${parameter}`) : [])]
  return plain === '/' ? withQuery : [...withQuery, plain]
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
const splitOnce = (text: string, sign: string): [string, string] => {
  const at = text.indexOf(sign)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
