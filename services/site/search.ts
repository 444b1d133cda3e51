/**
 * Search of the public site. Words are kept with their lemmas, so an inflected form finds the others; a query typed without
 * Polish marks finds the words it may stand for.
 */
import { readFile } from 'node:fs/promises'
import type { SnapshotContent } from '@floowe/contracts/content'
import { type Dictionary, indexTerms, openDictionary, queryTerms } from '@floowe/language'
import { polishDictionaryFile } from '@floowe/language/data'
import type { Database } from '@floowe/platform'
import { type Card, cardFrom } from './content-forms.ts'
import { queryOf, searchEditions, type Weighted } from './store/search.ts'

export type Indexed = { text: string; words: Weighted[] }
/** A piece of a text: what stands in odd places matches. */
export type Marked = { text: string; isMatch: boolean }[]
export type SearchHit = { card: Card; title: Marked; snippet: Marked }

/** Longer texts are found by their first part only. UTF-16 units. */
const indexedMax = 100_000
/** A snippet is looked for in the first part of a text. */
const snippetWithin = 20_000
const snippetAround = 90
const snippetMax = 260
export const queryMax = 200

export type Search = ReturnType<typeof createSearch>

export function createSearch(db: Database) {
  let dictionary: Promise<Dictionary> | null = null
  // Opened when the first Polish text is published or looked for: 2.8 MB that other sites do not need.
  const dictionaryFor = async (language: string): Promise<Dictionary | undefined> => {
    if (!/^pl\b/.test(language)) return undefined
    dictionary ??= readFile(polishDictionaryFile).then((bytes) => openDictionary(bytes))
    return dictionary
  }
  return {
    indexed: async (content: SnapshotContent): Promise<Indexed> => {
      const opened = await dictionaryFor(content.language)
      const text = content.text.slice(0, indexedMax)
      const words: Weighted[] = []
      let at = 0
      const parts = [
        ['A', content.title],
        ['B', content.lead],
        ['D', text],
        ['D', termWords(content)],
      ] as const
      for (const [weight, part] of parts) {
        let last = -1
        for (const { term, position } of indexTerms(part, content.language, opened)) {
          words.push({ term, weight, position: at + position })
          last = position
        }
        // A gap, so that the end of one part and the start of the next are no phrase.
        at += last + 10
      }
      return { text, words }
    },
    find: async (
      workspaceId: string,
      asked: { query: string; language: string; limit: number; offset: number },
    ): Promise<{ hits: SearchHit[]; total: number }> => {
      const opened = await dictionaryFor(asked.language)
      const terms = queryTerms(asked.query.slice(0, queryMax), asked.language, opened)
      const strict = queryOf(terms.map((term) => term.alternatives))
      const wide = queryOf(terms.map((term) => [...term.alternatives, ...term.guesses]))
      if (wide === '') return { hits: [], total: 0 }
      const rows = await searchEditions(db, workspaceId, { ...asked, strict, wide })
      const wanted = new Set(terms.flatMap((term) => [...term.alternatives, ...term.guesses]))
      const hits = rows.map(({ card: json, text }) => {
        const card = cardFrom(json)
        const isWanted = (part: string): { start: number; end: number }[] =>
          indexTerms(part, asked.language, opened)
            .filter(({ term }) => wanted.has(term))
            .map(({ start, end }) => ({ start, end }))
        return {
          card,
          title: marked(card.title, isWanted(card.title)),
          snippet: snippetOf(card.lead, text.slice(0, snippetWithin), isWanted),
        }
      })
      return { hits, total: rows[0]?.total ?? 0 }
    },
  }
}

const termWords = (content: SnapshotContent): string =>
  [...content.tags, ...content.categories, ...content.authors].map((term) => term.name).join(' · ')

type Span = { start: number; end: number }

/** The passage with most matches; the lead where the text has none. */
function snippetOf(lead: string, text: string, matchesIn: (part: string) => Span[]): Marked {
  const matches = matchesIn(text)
  if (matches.length === 0) {
    const shown = lead === '' ? text : lead
    return cut(shown, 0, Math.min(shown.length, snippetMax), matchesIn(shown.slice(0, snippetMax)))
  }
  let best = 0
  let bestCount = 0
  for (const [index, first] of matches.entries()) {
    let count = 0
    while (
      count < 20 &&
      (matches[index + count]?.end ?? Number.POSITIVE_INFINITY) < first.start + snippetMax - snippetAround
    )
      count++
    if (count > bestCount) {
      bestCount = count
      best = index
    }
  }
  const start = Math.max(0, (matches[best]?.start ?? 0) - snippetAround)
  return cut(text, start, Math.min(text.length, start + snippetMax), matches)
}

/** Cut at words, with an ellipsis where something was left out. */
function cut(text: string, from: number, to: number, matches: readonly Span[]): Marked {
  const start = from === 0 ? 0 : from + Math.max(0, text.slice(from, from + 30).search(/\s/) + 1)
  const lastSpace = text.slice(start, to).search(/\s\S*$/)
  const end = to === text.length || lastSpace <= 0 ? to : start + lastSpace
  const inside = matches
    .filter((match) => match.start >= start && match.end <= end)
    .map((match) => ({ start: match.start - start, end: match.end - start }))
  const pieces = marked(text.slice(start, end), inside).map((piece) => ({
    ...piece,
    text: piece.text.replace(/\s+/g, ' '),
  }))
  return [
    ...(start > 0 ? [{ text: '… ', isMatch: false }] : []),
    ...pieces,
    ...(end < text.length ? [{ text: ' …', isMatch: false }] : []),
  ]
}

function marked(text: string, matches: readonly Span[]): Marked {
  const pieces: Marked = []
  let at = 0
  for (const { start, end } of matches) {
    // A word stands in the index once for each of its lemmas.
    if (start < at) continue
    if (start > at) pieces.push({ text: text.slice(at, start), isMatch: false })
    pieces.push({ text: text.slice(start, end), isMatch: true })
    at = end
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMatch: false })
  return pieces
}
