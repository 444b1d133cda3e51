/** Which set of rules a text takes: Polish, English, or none of its own. */
export type Rules = 'pl' | 'en' | 'other'

/** The rules for a BCP 47 tag, by its language alone: `en-GB` → `en`, `de` → `other`. Anything is accepted. */
export function rulesFor(language: string): Rules {
  if (language === 'pl' || language === 'en') return language
  const [primary = ''] = language.toLowerCase().split(/[-_]/, 1)
  return primary === 'pl' || primary === 'en' ? primary : 'other'
}
