import type { Dictionary } from './dictionary.ts'
import { englishStem } from './english-stems.ts'
import { rulesFor } from './languages.ts'
import { fold } from './words.ts'

/**
 * What a word is looked up under: at least one text, in lower case, each once.
 *
 * - Polish: all lemmas the dictionary knows ("psa" → pies; "mam" → mama, mamić, mieć), also for a name in lower case
 *   ("wrocławiu" → wrocław), an ending after a hyphen or apostrophe ("ZUS-u" → zus, "Harry'ego" → harry) and the last
 *   part of a compound ("biało-czerwoną" → biało-czerwony). A word it does not know, or no dictionary: the word itself.
 * - English: one stem (see {@link englishStem}), without marks.
 * - Any other language: the word itself.
 *
 * @throws DictionaryError when the dictionary is damaged where this word is looked up
 */
export function lemmasOf(word: string, language: string, dictionary?: Dictionary): string[] {
  const rules = rulesFor(language)
  if (rules === 'en') return [englishStem(fold(word))]
  const lower = word.toLowerCase()
  return rules === 'pl' && dictionary ? polishLemmas(word, lower, dictionary) : [lower]
}

function polishLemmas(word: string, lower: string, dictionary: Dictionary): string[] {
  const found = knownLemmas(word, lower, dictionary)
  if (found.length > 0) return found
  const parted = /^(.+)['’\u2010\u2011-]([^'’\u2010\u2011-]+)$/.exec(lower)
  if (parted === null) return [lower]
  const [, head = '', tail = ''] = parted
  if (endings.has(tail)) {
    const written = word.slice(0, head.length)
    const known = knownLemmas(written, head, dictionary)
    return known.length > 0 ? known : [head]
  }
  const compounds = knownLemmas(tail, tail, dictionary).map((lemma) => lower.slice(0, head.length + 1) + lemma)
  return compounds.length > 0 ? compounds : [lower]
}

/**
 * The lemmas of a form as written, in lower case and, when both are unknown, as a name; nothing when it is unknown. A
 * capital may only mean the start of a sentence, so the lower case always counts too.
 */
export function knownLemmas(word: string, lower: string, dictionary: Dictionary): string[] {
  const found: string[] = []
  addLower(found, dictionary.lemmas(lower))
  if (word !== lower) addLower(found, dictionary.lemmas(word))
  if (found.length > 0) return found
  const name = lower.charAt(0).toUpperCase() + lower.slice(1)
  if (name !== word) addLower(found, dictionary.lemmas(name))
  return found
}

function addLower(found: string[], lemmas: readonly string[]): void {
  for (const lemma of lemmas) {
    const lower = lemma.toLowerCase()
    if (!found.includes(lower)) found.push(lower)
  }
}

/** Endings Polish writes after a hyphen or an apostrophe: "PZU-owi", "Kennedy'ego". */
const endings: ReadonlySet<string> = new Set(
  'a u i y e ą ę o em om owi ów owie ie ach ami ego emu im ym ich ych imi ymi go mu owy owa owe owych owego'.split(' '),
)
