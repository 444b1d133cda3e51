/**
 * What the search index holds of a text: every folded form and lemma with its places, and the few weightiest of them once
 * more, small enough to rank many. Also the other way: from a question to a query, from a found text to a passage.
 */
import { type Dictionary, fold, indexTerms, lemmasOf, queryTerms, wordsOf } from '@floowe/language'

/** Titles have fewer words than that, so words of the text (lead and body) are counted from here. */
const textFrom = 1_000
/** PostgreSQL keeps no place behind this one. */
const placeMax = 16_383
const placesPerTermMax = 40
const salientTermsMax = 24
const salientPlacesMax = 4
/** PostgreSQL takes vectors below 1 MB. */
const vectorBytesMax = 900_000
/** Words behind this place of a text are not indexed: 150,000 characters are a small book. */
const textMax = 150_000

export type Indexed = { text: string; terms: string; salient: string }
/** `isHeading`: it stands in the title or the lead. */
type Entry = { isHeading: boolean; places: number[]; count: number }

export const markStart = '\uE000'
export const markEnd = '\uE001'

export function indexed(
  edition: { title: string; lead: string; body: string; language: string },
  dictionary: Dictionary | undefined,
): Indexed {
  const text = `${edition.lead}\n\n${edition.body}`
    .replace(/[\uE000\uE001\u0000]/g, '')
    .slice(0, textMax)
    .toWellFormed()
  const entries = new Map<string, Entry>()
  collect(entries, edition.title, edition.language, dictionary, 1, Number.POSITIVE_INFINITY)
  const leadWords = collect(entries, text, edition.language, dictionary, textFrom, edition.lead.length)
  const heading = [...entries].filter(([, entry]) => entry.isHeading)
  const weighty = [...entries]
    .filter(([, entry]) => !entry.isHeading)
    .sort(([, one], [, other]) => other.count - one.count)
    .slice(0, salientTermsMax)
  const leadEnd = textFrom + leadWords
  return {
    text,
    terms: vectorOf(entries, placesPerTermMax, leadEnd),
    salient: vectorOf([...heading, ...weighty], salientPlacesMax, leadEnd),
  }
}

/** Places are words in reading order. Answers how many lie before `headingEnd`. */
function collect(
  entries: Map<string, Entry>,
  text: string,
  language: string,
  dictionary: Dictionary | undefined,
  from: number,
  headingEnd: number,
): number {
  let ordinal = -1
  let lastStart = -1
  let headingWords = 0
  for (const { term, start } of indexTerms(text, language, dictionary)) {
    if (start !== lastStart) ordinal += 1
    lastStart = start
    const isHeading = start < headingEnd
    if (isHeading) headingWords = ordinal + 1
    const entry = entries.get(term) ?? { isHeading, places: [], count: 0 }
    if (entry.count === 0) entries.set(term, entry)
    entry.count += 1
    const place = Math.min(placeMax, from + ordinal)
    if (entry.places.length < placesPerTermMax && entry.places.at(-1) !== place) entry.places.push(place)
  }
  return headingWords
}

/** Weights: A for the title, B for the lead, D for the rest. */
function vectorOf(entries: Iterable<[string, Entry]>, placesMax: number, leadEnd: number): string {
  const parts: string[] = []
  let bytes = 0
  for (const [term, { places }] of entries) {
    const kept = places.slice(0, placesMax)
    bytes += Buffer.byteLength(term) + 12 + 2 * kept.length
    if (bytes > vectorBytesMax) break
    parts.push(
      `${quoted(term)}:${kept.map((place) => (place < textFrom ? `${place}A` : place < leadEnd ? `${place}B` : place)).join(',')}`,
    )
  }
  return parts.join(' ')
}

const quoted = (term: string): string => `'${term.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`

/** `all`: what a text must hold. `sure`: the same without guesses. `any`: one of the words, for ranking. `terms`, `prefix`: to find the words again. */
export type Query = {
  all: string
  sure: string
  any: string
  terms: ReadonlySet<string>
  prefix: string
  words: number
}

/** Null when the question has no word. The last word is also taken as the beginning of one. */
export function queryOf(question: string, languages: readonly Spoken[]): Query | null {
  const words: { sure: Set<string>; guesses: Set<string> }[] = []
  for (const { language, dictionary } of languages) {
    for (const [index, { alternatives, guesses }] of queryTerms(question, language, dictionary).entries()) {
      const word = (words[index] ??= { sure: new Set(), guesses: new Set() })
      for (const term of alternatives) word.sure.add(term)
      for (const term of guesses) word.guesses.add(term)
    }
  }
  const usable = words.filter((word) => word.sure.size > 0)
  const last = usable.at(-1)
  if (!last) return null
  const [prefix = ''] = last.sure
  const either = (terms: Iterable<string>, isLast: boolean): string =>
    `(${[...[...terms].map(quoted), ...(isLast ? [`${quoted(prefix)}:*`] : [])].join(' | ')})`
  const each = usable.map((word) => ({
    sure: either(word.sure, word === last),
    wide: either([...word.sure, ...word.guesses], word === last),
  }))
  return {
    all: each.map((word) => word.wide).join(' & '),
    sure: each.map((word) => word.sure).join(' & '),
    any: each.map((word) => word.wide).join(' | '),
    terms: new Set(usable.flatMap((word) => [...word.sure, ...word.guesses])),
    prefix,
    words: usable.length,
  }
}

export type Spoken = { language: string; dictionary: Dictionary | undefined }

/** Tells which words of texts in a language are what a query asks for. Remembers what it was asked. */
export function wordMatcher(
  { terms, prefix }: Query,
  { language, dictionary }: Spoken,
): { quick: (word: string) => boolean; thorough: (word: string) => boolean } {
  const beginnings = new Set([...terms].map((term) => term.slice(0, 3)))
  const known = new Map<string, boolean>()
  const parts = (word: string): string[] =>
    /[-\u2010\u2011]/.test(word) ? [word, ...word.split(/[-\u2010\u2011]/)] : [word]
  const plain = (word: string): string => fold(word).replace(/['-]/g, '')
  const isAsked = (word: string): boolean => {
    const folded = plain(word)
    return folded !== '' && (terms.has(folded) || folded.startsWith(prefix))
  }
  const thorough = (word: string): boolean => {
    const remembered = known.get(word)
    if (remembered !== undefined) return remembered
    const answer = parts(word).some(
      (part) => isAsked(part) || lemmasOf(part, language, dictionary).some((lemma) => terms.has(plain(lemma))),
    )
    known.set(word, answer)
    return answer
  }
  // Nearly every form begins like its lemma; asking the dictionary for each word of a page would take most of the time.
  const quickly = new Map<string, boolean>()
  const quick = (word: string): boolean => {
    const remembered = quickly.get(word)
    if (remembered !== undefined) return remembered
    const answer = parts(word).some((part) => beginnings.has(plain(part).slice(0, 3))) && thorough(word)
    quickly.set(word, answer)
    return answer
  }
  return { quick, thorough }
}

const passageMax = 220

/** How much of a text is looked at for a passage: more only while nothing was found. One word is shown where it first stands. */
const looks = { one: [1_500, 10_000, 50_000], many: [10_000, 50_000] } as const

/** The passage with the most matches, cut between words; matches stand between the two marks. */
export function passage(text: string, { quick, thorough }: ReturnType<typeof wordMatcher>, isOneWord: boolean): string {
  for (const most of isOneWord ? looks.one : looks.many) {
    const words = wordsOf(text.slice(0, most))
    const matches = words.filter((word) => quick(word.text))
    if (matches.length > 0) return cut(text, bestStart(matches), words, matches)
    if (text.length <= most) break
  }
  const words = wordsOf(text.slice(0, looks.many[0]))
  const matches = words.filter((word) => thorough(word.text))
  return cut(text, bestStart(matches), words, matches)
}

/** Where the passage with the most matches begins. */
function bestStart(matches: readonly { start: number; end: number }[]): number {
  let best = { from: 0, count: 0 }
  for (const [index, match] of matches.entries()) {
    let count = 0
    while ((matches[index + count]?.end ?? Number.POSITIVE_INFINITY) - match.start <= passageMax - 60) count += 1
    if (count > best.count) best = { from: match.start, count }
  }
  return Math.max(0, best.from - 60)
}

function cut(
  text: string,
  wanted: number,
  words: readonly { start: number; end: number }[],
  matches: readonly { start: number; end: number }[],
): string {
  const from = wanted === 0 ? 0 : (words.find((word) => word.start >= wanted)?.start ?? 0)
  const to =
    text.length - from <= passageMax
      ? text.length
      : (words.findLast((word) => word.end <= from + passageMax)?.end ?? from + passageMax)
  let shown = ''
  let at = from
  for (const match of matches) {
    if (match.start < at || match.end > to) continue
    shown += `${text.slice(at, match.start)}${markStart}${text.slice(match.start, match.end)}${markEnd}`
    at = match.end
  }
  shown += text.slice(at, to)
  return `${from > 0 ? '… ' : ''}${shown.toWellFormed().replace(/\s+/g, ' ').trim()}${to < text.length ? ' …' : ''}`
}
