/** A word as it stands in the text. Offsets count UTF-16 units; `end` is the first one after the word. */
export type Word = { text: string; start: number; end: number }

/**
 * The words of a text in reading order. A word is a run of letters, digits and combining marks; one apostrophe or
 * hyphen between two of them belongs to the word ("biało-czerwony", "don't", "ZUS-u"), and so does a point, comma or
 * colon between digits ("12,5", "14:30"). Everything else parts words. Never fails: a lone surrogate parts words like a
 * space.
 *
 * Linear in the length of the text. Letters outside Latin are known, but Chinese, Japanese and Thai runs are not split.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (let start = wordStart(text, 0); start < text.length; ) {
    const end = wordEnd(text, start)
    words.push({ text: text.slice(start, end), start, end })
    start = wordStart(text, end)
  }
  return words
}

/** How many words a text has: as many as {@link wordsOf} finds. "biało-czerwony" is one, a number is one, a dash none. */
export function wordCount(text: string): number {
  let words = 0
  for (let start = wordStart(text, 0); start < text.length; start = wordStart(text, wordEnd(text, start))) words++
  return words
}

function wordStart(text: string, from: number): number {
  let at = from
  while (at < text.length && (wordUnit(text, at) === 0 || isMark(text, at))) at++
  return at
}
function wordEnd(text: string, start: number): number {
  let at = start + wordUnit(text, start)
  for (let more = continuation(text, at); more > 0; more = continuation(text, at)) at += more
  return at
}

/**
 * A text without case and marks, for comparing and searching: "Żółw" → "zolw", "Straße" → "strasse". Also takes off
 * soft hyphens and joiners, and turns typographic apostrophes and hyphens into the plain ones. Folding twice changes
 * nothing.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  let plain = ''
  let from = 0
  for (let at = 0; at < lower.length; at++) {
    const code = lower.charCodeAt(at)
    if (code < 0x80) continue
    const letter = plainPolish(code)
    if (letter === '') return foldAny(lower)
    plain += lower.slice(from, at) + letter
    from = at + 1
  }
  return from === 0 ? lower : plain + lower.slice(from)
}

const foldAny = (lower: string): string =>
  lower
    .normalize('NFKD')
    .toLowerCase()
    .replace(marksAndJoiners, '')
    .replace(specialLetters, (letter) => plainLetters[letter] ?? letter)
    .normalize('NFC')

/** What a Polish letter or the typographic apostrophe folds to; nothing for any other sign. */
function plainPolish(code: number): string {
  switch (code) {
    case 0x105:
      return 'a'
    case 0x107:
      return 'c'
    case 0x119:
      return 'e'
    case 0x142:
      return 'l'
    case 0x144:
      return 'n'
    case 0xf3:
      return 'o'
    case 0x15b:
      return 's'
    case 0x17a:
    case 0x17c:
      return 'z'
    case 0x2019:
      return "'"
    default:
      return ''
  }
}

/** How many units from `at` on carry the word further: 0 when it ends here. */
function continuation(text: string, at: number): number {
  const size = wordUnit(text, at)
  if (size > 0 || at >= text.length) return size
  const code = text.charCodeAt(at)
  const joins =
    isJoiner(code) || (isNumberPoint(code) && isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1)))
  if (!joins) return 0
  const next = wordUnit(text, at + 1)
  return next === 0 ? 0 : next + 1
}

/**
 * The length in units of the letter, digit or mark at `at`; 0 for anything else. Latin is decided without a regex, for
 * speed.
 */
function wordUnit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code < latinUnits.length) return latinUnits[code] ?? 0
  if (Number.isNaN(code) || (code >= 0x2000 && code <= 0x206f)) return 0
  const point = text.codePointAt(at) ?? 0
  return letterDigitMark.test(String.fromCodePoint(point)) ? (point > 0xffff ? 2 : 1) : 0
}

/** A mark alone is no word: it needs a letter to stand on. */
function isMark(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x300 && mark.test(String.fromCodePoint(text.codePointAt(at) ?? 0))
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isNumberPoint = (code: number): boolean => code === 0x2e || code === 0x2c || code === 0x3a
/** Apostrophes ' ’ ʼ, hyphens - ‐ ‑, the soft hyphen and the two joiners. */
const isJoiner = (code: number): boolean =>
  code === 0x27 ||
  code === 0x2d ||
  code === 0x2019 ||
  code === 0x2010 ||
  code === 0x2011 ||
  code === 0xad ||
  code === 0x200c ||
  code === 0x200d

const letterDigitMark = /^[\p{L}\p{N}\p{M}]$/u
/** 1 for each letter and digit of ASCII and the Latin blocks up to U+024F. */
const latinUnits = Uint8Array.from({ length: 0x250 }, (_, code) =>
  letterDigitMark.test(String.fromCharCode(code)) ? 1 : 0,
)
const mark = /^\p{M}$/u
/** Combining marks of Latin, Greek and Cyrillic (not vowel signs of other scripts), soft hyphen, joiners. */
const marksAndJoiners = /[\u0300-\u036f\u00ad\u200c\u200d]/g
const specialLetters = /[łßæœøđðþħıŋςʼ‘’‐‑]/g
const plainLetters: Readonly<Record<string, string>> = {
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ς: 'σ',
  '’': "'",
  ʼ: "'",
  '‘': "'",
  '‐': '-',
  '‑': '-',
}
