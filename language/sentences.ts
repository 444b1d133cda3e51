import { rulesFor } from './languages.ts'

/**
 * A sentence without the white space around it. Offsets count UTF-16 units; `end` is the first one after the sentence.
 */
export type Sentence = { text: string; start: number; end: number }

/**
 * The sentences of a text in reading order. A sentence ends with . ! ? or … (and closing quotes or brackets) before
 * white space, unless the next letter is small, the point belongs to an abbreviation ("ul. Długa", "Dr. Smith") or to
 * an initial ("J. Kochanowski"). A blank line always ends one, so a heading without a point is a sentence. Linear;
 * never fails.
 *
 * A rule cannot tell "w 2024 r. Warszawa…" from a new sentence: an abbreviation that often stands last ("r.", "itd.")
 * ends the sentence when a capital follows.
 */
export function sentencesOf(text: string, language: string): Sentence[] {
  const abbreviations = rulesFor(language) === 'pl' ? polishAbbreviations : englishAbbreviations
  const sentences: Sentence[] = []
  let start = 0
  for (const { 0: mark, index } of text.matchAll(possibleEnd)) {
    const end = index + mark.length
    const isBlankLine = mark.startsWith('\n')
    if (!isBlankLine && (isListNumber(text, start, index) || !endsSentence(text, index, mark, end, abbreviations)))
      continue
    addTrimmed(sentences, text, start, isBlankLine ? index : end)
    start = end
  }
  addTrimmed(sentences, text, start, text.length)
  return sentences
}

function endsSentence(
  text: string,
  index: number,
  mark: string,
  end: number,
  abbreviations: ReadonlySet<string>,
): boolean {
  if (end < text.length && !/\s/.test(text.charAt(end))) return false
  const next = firstLetterAfter(text, end)
  if (next !== '' && next !== next.toUpperCase()) return false
  if (mark !== '.' || next === '') return true
  const before = wordBefore(text, index)
  if (abbreviations.has(before.toLowerCase())) return false
  if (before.toLowerCase() === 'no') return !/\d/.test(next)
  return before === 'I' || !/^\p{Lu}$/u.test(before)
}

/** "1." before the first sentence of a list item is not a sentence. */
const isListNumber = (text: string, start: number, index: number): boolean =>
  index - start < nearby && /^\s*\d{1,3}$/.test(text.slice(start, index))

/**
 * The first letter or digit after `end`, past spaces, quotes and brackets; nothing when another sign comes sooner than
 * that.
 */
function firstLetterAfter(text: string, end: number): string {
  const found = /^\s*[„“"'‘«([–—-]*\s*([\p{L}\p{N}])/u.exec(text.slice(end, end + nearby))
  return found?.[1] ?? ''
}

/** The letters (and inner points, as in "m.in") that stand before a point. */
function wordBefore(text: string, index: number): string {
  return /[\p{L}.]*$/u.exec(text.slice(Math.max(0, index - wordMax), index))?.[0] ?? ''
}

function addTrimmed(sentences: Sentence[], text: string, from: number, to: number): void {
  const raw = text.slice(from, to)
  const trimmed = raw.trim()
  if (trimmed === '') return
  const start = from + raw.length - raw.trimStart().length
  sentences.push({ text: trimmed, start, end: start + trimmed.length })
}

const possibleEnd = /[.!?…]+[)\]}»”’"']*|\n[^\S\n]*\n\s*/g
const nearby = 16
const wordMax = 16

/** Abbreviations that are followed by what they belong to, so their point never ends a sentence. */
const polishAbbreviations = listed(`
al ang art bp ds dr fr gen godz hab im inż jw kard kl ks łac m.in mec mgr mjr mł niem nb nr np o.o os pl płk pn pol
pos por poz pp ppłk prof przyp red ros rozdz rys s śp św śś str sp tab tel tj tzn tzw ul ust vs wg woj wyd zob zw`)
const englishAbbreviations = listed(`
adm approx apr aug ave blvd capt cf cmdr col dec dr e.g ed eds feb fig gen gov hon i.e jan lt maj mr mrs ms mt nov
oct p pp pres prof rep rev sen sep sept sgt st ste vol vs`)

function listed(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}
