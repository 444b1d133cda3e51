import { rulesFor } from './languages.ts'
import { fold } from './words.ts'

/**
 * The piece of an address made from a title: "Żółw & ślimak" → `zolw-i-slimak`. Always matches
 * `^[a-z0-9]+(-[a-z0-9]+)*$` and has at most 80 characters, cut between words (a single longer word is cut inside).
 *
 * A title without any Latin letter or digit gives `fallback`, made a slug in the same way, and `untitled` when that is
 * empty too.
 */
export function slugOf(title: string, language: string, fallback = 'untitled'): string {
  return slugFrom(title, language) || slugFrom(fallback, language) || 'untitled'
}

function slugFrom(title: string, language: string): string {
  const signs = spokenSigns[rulesFor(language)]
  const plain = fold(title.slice(0, titleMax)).replace(/[&%]/g, (sign) => ` ${signs[sign] ?? ''} `)
  const words = plain.replace(/'/g, '').match(/[a-z0-9]+/g) ?? []
  let slug = (words[0] ?? '').slice(0, slugMax)
  for (const word of words.slice(1)) {
    if (slug.length + 1 + word.length > slugMax) break
    slug += `-${word}`
  }
  return slug
}

const spokenSigns: Readonly<Record<'pl' | 'en' | 'other', Readonly<Record<string, string>>>> = {
  pl: { '&': 'i', '%': 'procent' },
  en: { '&': 'and', '%': 'percent' },
  other: {},
}
const slugMax = 80
/** More of a title cannot reach the slug unless it begins with a page of signs. */
const titleMax = 2000
