/** What every page of a site in one language shares, read once for each revision. */
import { typeset } from '@floowe/language'
import { absolute, shortened } from '../body.ts'
import type { Addresses } from '../addresses.ts'
import type { Site } from '../store/sites.ts'
import type { Theme } from '../theme/theme.ts'
import { ownName, type SiteWords } from './words.ts'

type Link = { label: string; href: string }
export type Frame = {
  site: Site
  addresses: Addresses
  words: SiteWords
  language: string
  theme: Theme
  /** Scheme and host of the site's own files. */
  origin: string
  publicUrl: string
  menu: Link[]
  /** Fixed pages that the menu does not name. */
  pages: Link[]
  /** Front pages in other languages that have articles. */
  otherHomes: { language: string; name: string; href: string }[]
}

export const setType = (frame: Frame, text: string): string => typeset(text, frame.language)
/** What search engines and cards show of a page: they cut longer texts in the middle of a word. */
export const described = (text: string): string => shortened(text, 300)
export const fileAddress = (frame: Frame, address: string): string => absolute(address, frame)
export const longDate = (frame: Frame, instant: string): string =>
  new Intl.DateTimeFormat(frame.words.locale, { dateStyle: 'long', timeZone: frame.site.zone }).format(
    new Date(instant),
  )

/** Where a menu's entry leads: paths are of the site. */
const menuTarget = (addresses: Addresses, href: string): string =>
  href.startsWith('/') && !href.startsWith('//') ? addresses.full(href) : href

type Nav = {
  categories: { name: string; slug: string; articles: number }[]
  pages: { title: string; slug: string }[]
  liveLanguages: string[]
}

export function frameOf(parts: {
  site: Site
  addresses: Addresses
  words: SiteWords
  language: string
  theme: Theme
  publicUrl: string
  nav: Nav
}): Frame {
  const { site, addresses, words, language, theme, publicUrl, nav } = parts
  const own = site.menus[language] ?? []
  // Until someone makes a menu, the sections with most articles are one.
  const sections = [...nav.categories].sort((a, b) => b.articles - a.articles).slice(0, 5)
  const menu =
    own.length > 0
      ? own.map(({ label, href }) => ({ label, href: menuTarget(addresses, href) }))
      : sections.map(({ name, slug }) => ({
          label: name,
          href: addresses.full(addresses.term('category', language, slug)),
        }))
  const pages = nav.pages
    .map(({ title, slug }) => ({ label: title, href: addresses.full(addresses.article(language, slug)) }))
    .filter(({ href }) => menu.every((entry) => entry.href !== href))
  const otherHomes = site.languages
    .filter((other) => other !== language && nav.liveLanguages.includes(other))
    .map((other) => ({ language: other, name: ownName(other), href: addresses.full(addresses.home(other)) }))
  return {
    site,
    addresses,
    words,
    language,
    theme,
    publicUrl,
    origin: new URL(addresses.base).origin,
    menu,
    pages,
    otherHomes,
  }
}
