import type { Dictionary } from './dictionary.ts'
import { rulesFor } from './languages.ts'
import { knownLemmas, lemmasOf } from './lemmas.ts'
import { fold, wordsOf } from './words.ts'

/** A text to find a place in a document under. `position` counts words from 0; `start` and `end` are UTF-16 offsets. */
export type IndexTerm = { term: string; position: number; start: number; end: number }

/**
 * One word of a query. A document matches the word when it holds any of the `alternatives`: the folded form first, then
 * its folded lemmas. `guesses` are weaker: lemmas of words that would be spelt the same without Polish marks ("lodzi"
 * → also łódź); rank what only they find below the rest.
 */
export type QueryTerm = { word: string; alternatives: string[]; guesses: string[] }

/**
 * The terms of a text for a search index, in reading order: for each word its folded form and its folded lemmas, each
 * once at that position. A word with a hyphen stands there as its parts, at positions of their own, and written
 * together ("e-mail" → e, mail, email), so it is found whichever way it is asked for. Terms have at most 64 units.
 *
 * @throws DictionaryError when the dictionary is damaged
 */
export function indexTerms(text: string, language: string, dictionary?: Dictionary): IndexTerm[] {
  const terms: IndexTerm[] = []
  const known = new Map<string, string[]>()
  const termsOf = (word: string): string[] => {
    let found = known.get(word)
    if (found === undefined) {
      found = termsOfWord(word, language, dictionary)
      known.set(word, found)
    }
    return found
  }
  let position = 0
  for (const word of wordsOf(text)) {
    const whole = termsOf(word.text)
    const parts = partsOf(word.text)
    for (const term of whole) terms.push({ term, position, start: word.start, end: word.end })
    for (const [index, part] of parts.entries()) {
      for (const term of termsOf(part)) {
        if (index > 0 || !whole.includes(term)) terms.push({ term, position, start: word.start, end: word.end })
      }
      position++
    }
    if (parts.length === 0) position++
  }
  return terms
}

/**
 * What to look for, word by word, at most the first 32. A word written without Polish marks that the dictionary does
 * not know is taken for every word it may stand for ("zolwie" → żółw); one it does know offers those as guesses.
 *
 * @throws DictionaryError when the dictionary is damaged
 */
export function queryTerms(query: string, language: string, dictionary?: Dictionary): QueryTerm[] {
  const speller = rulesFor(language) === 'pl' ? dictionary : undefined
  // Whoever types some marks types them all.
  const guessing = !polishMarks.test(query)
  const terms: QueryTerm[] = []
  for (const { text } of wordsOf(query.slice(0, queryMax))) {
    const whole = termsOfWord(text, language, dictionary)
    const parts = partsOf(text).filter((part, index) => index === 0 || part.length > 3)
    for (const word of parts.length > 0 ? parts : [text]) {
      const alternatives = word === text ? whole : unique([...termsOfWord(word, language, dictionary), ...whole])
      const isUnknown = speller !== undefined && knownLemmas(word, word.toLowerCase(), speller).length === 0
      const spelled = speller && (isUnknown || guessing) ? spelledTerms(word, speller) : []
      if (isUnknown) terms.push({ word, alternatives: unique([...alternatives, ...spelled]), guesses: [] })
      else terms.push({ word, alternatives, guesses: spelled.filter((term) => !alternatives.includes(term)) })
      if (terms.length === queryWordsMax) return terms
    }
  }
  return terms
}

/** The folded form first, then the folded lemmas. */
function termsOfWord(word: string, language: string, dictionary: Dictionary | undefined): string[] {
  const terms = [termOf(word)]
  for (const lemma of lemmasOf(word, language, dictionary)) {
    const term = termOf(lemma)
    if (term !== '' && !terms.includes(term)) terms.push(term)
  }
  return terms
}

/** Terms of the Polish words that read like this one when their marks are taken off. */
function spelledTerms(word: string, dictionary: Dictionary): string[] {
  const terms: string[] = []
  for (const spelling of dictionary.spellings(fold(word))) {
    for (const lemma of dictionary.lemmas(spelling)) terms.push(termOf(lemma))
  }
  return unique(terms)
}

/** Apostrophes and hyphens fall out, so "don’t" is "dont" and "e-mail" is "email". */
function termOf(word: string): string {
  const folded = fold(word)
  const joined = folded.includes("'") || folded.includes('-') ? folded.replace(joints, '') : folded
  return joined.length > termMax ? joined.slice(0, termMax) : joined
}

const partsOf = (word: string): readonly string[] => (hyphen.test(word) ? word.split(hyphen) : none)
const unique = (terms: string[]): string[] => [...new Set(terms)]

const none: readonly string[] = Object.freeze([])
const hyphen = /[-\u2010\u2011]/
const joints = /['-]/g
const polishMarks = /[ąćęłńóśźż]/i
const termMax = 64
const queryMax = 2000
const queryWordsMax = 32
