/** The site's settings while they are being changed. */
import type { SiteSettings } from '@floowe/contracts/site'

export const accents = ['river', 'moss', 'plum', 'clay', 'ink'] as const satisfies readonly SiteSettings['accent'][]

export type MenuEntry = { label: string; href: string }
export type Draft = Omit<SiteSettings, 'url' | 'logo'>

export const draftOf = ({ url: _url, logo: _logo, ...rest }: SiteSettings): Draft => rest

export const withLanguage = (draft: Draft, code: string): Draft => ({
  ...draft,
  languages: [...new Set([draft.language, ...draft.languages, code])],
})

/** Its menu and footer go with it. */
export function withoutLanguage(draft: Draft, code: string): Draft {
  const drop = <Value>(of: Record<string, Value>) =>
    Object.fromEntries(Object.entries(of).filter(([language]) => language !== code))
  return {
    ...draft,
    languages: draft.languages.filter((language) => language !== code),
    menus: drop(draft.menus),
    footers: drop(draft.footers),
  }
}

/** Moves an entry of a list one place; nothing beyond the ends. */
export function moved<Item>(items: readonly Item[], index: number, step: -1 | 1): Item[] {
  const to = index + step
  const next = [...items]
  const [item] = next.splice(index, 1)
  if (item === undefined || to < 0 || to >= items.length) return [...items]
  next.splice(to, 0, item)
  return next
}
