/**
 * The tokens as the style sheets of this page say them: those of either scheme and density, whatever is in force now. Read from the
 * rules themselves, so that nothing here can differ from what the app wears.
 */
import type { CSSProperties } from 'react'

export type Scheme = 'light' | 'dark'
export type Density = 'comfortable' | 'compact'
export type Tokens = Readonly<Record<string, string>>

const selectors = {
  light: /^:root$/,
  dark: /^:root\[data-mantine-color-scheme=["']?dark["']?\]$/,
  compact: /^:root\[data-density=["']?compact["']?\]$/,
} as const

/** A rule of a style sheet, as far as it is looked at. */
export type Rule = { selectorText?: string; style?: Iterable<string> & { getPropertyValue: (name: string) => string } }

/** What the rules of one selector set, together. Rules under a condition are not among them. */
export function tokensIn(rules: Iterable<Rule>, selector: RegExp): Tokens {
  const found: Record<string, string> = {}
  for (const { selectorText = '', style } of rules) {
    if (!style || !selectorText.split(',').some((one) => selector.test(one.trim()))) continue
    for (const name of style) if (name.startsWith('--')) found[name] = style.getPropertyValue(name).trim()
  }
  return found
}

export function tokensOf(rules: readonly Rule[], scheme: Scheme, density: Density): Tokens {
  return {
    ...tokensIn(rules, selectors.light),
    ...(scheme === 'dark' && tokensIn(rules, selectors.dark)),
    ...(density === 'compact' && tokensIn(rules, selectors.compact)),
  }
}

/** Those of this page that may be read; a sheet of a stranger may not. */
export const rulesHere = (): Rule[] =>
  [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules] as Rule[] // a style rule has both, any other neither
    } catch {
      return []
    }
  })

/** For an element that wears them, and all within it. */
export const worn = (tokens: Tokens, scheme: Scheme): CSSProperties => ({
  ...(tokens as CSSProperties), // custom properties, which its type does not know
  colorScheme: scheme,
})
