import { type Rules, rulesFor } from './languages.ts'

/**
 * A text as a good book would set it. For showing only: what is stored stays as it was typed. Takes the text of one
 * node, never code. `before` is the text that stands before it in the same paragraph (its last character is enough); it
 * decides whether a quote at the start opens or closes, and whether a first letter is a word.
 *
 * - Polish: „ ”, no line break after i, w, z, o, u, a, nor inside "1 234", nor between day and month.
 * - English: “ ”, a double hyphen between words → em dash.
 * - Both: ' → ’ or ‘; no line break between number and unit, abbreviation and number, title or initial and name.
 * - Any language: ... → …; a spaced hyphen → en dash, which never begins a line; a hyphen between years or between
 *   small rising numbers → en dash.
 *
 * Addresses and text between backticks are left alone. Setting a text twice changes nothing more. Linear; never fails.
 */
export function typeset(text: string, language: string, before = ''): string {
  const rules = rulesFor(language)
  let shown = ''
  let openQuotes = 0
  let previous = before.slice(-1)
  const set = (piece: string): void => {
    if (piece === '') return
    let next = piece
    if (rules !== 'other' && /["'„“”]/.test(piece)) {
      const quoted = setQuotes(piece, rules, previous, openQuotes)
      openQuotes = quoted.openQuotes
      next = quoted.text
    }
    next = setSpaces(setDashes(next, rules, previous), rules, previous)
    shown += next
    previous = next.slice(-1)
  }
  let from = 0
  for (const { 0: verbatim, index } of text.matchAll(untouchable)) {
    set(text.slice(from, index))
    shown += verbatim
    previous = verbatim.slice(-1)
    from = index + verbatim.length
  }
  set(text.slice(from))
  return shown
}

/**
 * A straight quote opens at the start and after white space, a bracket, a dash or an opening quote, unless one is open
 * and nothing is left to quote; elsewhere it closes.
 */
function setQuotes(
  text: string,
  rules: 'pl' | 'en',
  previous: string,
  openBefore: number,
): { text: string; openQuotes: number } {
  const [open, close] = rules === 'pl' ? ['„', '”'] : ['“', '”']
  let openQuotes = openBefore
  let last = previous
  let set = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    const next = text.charAt(at + 1)
    const isDone = openQuotes > 0 && (next === '' ? !/\s/.test(last) : closesBefore.test(next))
    const opens = !isDone && (last === '' || opensAfter.test(last))
    let shown = sign
    if (sign === '"') {
      const isInch = openQuotes === 0 && /\d/.test(last)
      shown = opens ? open : isInch ? sign : close
    } else if (sign === "'") {
      shown = opens && !dropsLetters.test(text.slice(at + 1, at + 8)) ? '‘' : '’'
    }
    if (shown === open) openQuotes++
    else if (shown === close && openQuotes > 0) openQuotes--
    set += shown
    last = shown
  }
  return { text: set, openQuotes }
}

function setDashes(text: string, rules: Rules, previous: string): string {
  let set = text
  if (set.includes('...')) {
    set = set.replace(/\.+/g, (points, at) => (points.length === 3 && (at > 0 || previous !== '.') ? '…' : points))
  }
  if (set.includes('-')) {
    set = inContext(set, previous, spacedHyphen, () => '–')
    if (previous === '') set = set.replace(firstHyphen, '–')
    if (rules === 'en') set = inContext(set, previous, closedHyphens, () => '—')
    set = inContext(set, previous, numberRange, (range, low, high) => (isRange(low, high) ? `${low}–${high}` : range))
  }
  return set
}

/**
 * Years, or rising numbers of at most two digits: not scores, codes, phone numbers or dates (2-1, 00-950, 2024-05-01).
 */
function isRange(low: string, high: string): boolean {
  if (low.startsWith('0') || high.startsWith('0') || Number(low) >= Number(high)) return false
  return high.length <= 2 || (low.length === 4 && high.length === 4)
}

function setSpaces(text: string, rules: Rules, previous: string): string {
  if (!text.includes(' ')) return text
  let set = text
  for (const pattern of unbreakable[rules]) set = inContext(set, previous, pattern, keepSpace)
  return previous === '' ? set.replace(/^([–—]) /, `$1${nbsp}`) : set
}

/** Each pattern of {@link unbreakable} finds one space and may capture what stands before it. */
const keepSpace = (_found: string, head: string): string => head + nbsp

/**
 * Replaces with the character before the text in sight. What is already shown keeps its length, so it is never
 * replaced.
 */
function inContext(
  text: string,
  previous: string,
  pattern: RegExp,
  replacement: (found: string, first: string, second: string) => string,
): string {
  const whole = previous + text
  const replaced = whole.replace(pattern, (found: string, ...rest: unknown[]) => {
    const [first, second] = rest
    const at = rest.find((value) => typeof value === 'number') as number // a replacer is given one number, the offset
    const next = replacement(found, typeof first === 'string' ? first : '', typeof second === 'string' ? second : '')
    return at < previous.length && next.length !== found.length ? found : next
  })
  return replaced.slice(previous.length)
}

const anyOf = (words: readonly string[]): string => words.map((word) => word.replace(/[.$/]/g, '\\$&')).join('|')
const units = (list: string): string => anyOf(list.split(/\s+/))
/** Abbreviations, which may also begin a sentence. */
const either = (list: string): string =>
  anyOf(list.split(' ').flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1)]))

const nbsp = '\u00a0'
const notInWord = `(?<![\\p{L}\\p{N}\\p{M}.'’-])`
const wordEnds = `(?![\\p{L}\\p{N}\\p{M}])`

/** Abbreviations with a point and words without one, before what they belong to. */
const abbreviation = (withPoint: string, bare: string, next: string): RegExp =>
  new RegExp(`${notInWord}((?:${either(withPoint)})\\.|${either(bare)}) (?=${next})`, 'gu')

const polishUnits = `r w. tys mln mld bln zł gr godz min s sek os szt proc pkt egz str ha t dag g kg mg l ml mm cm
m km m² km² m³ km/h m/s W kW MW kWh MWh GHz MHz Hz kB MB GB TB px h °C K PLN EUR USD GBP CHF % ‰ ° € $ £ stycznia lutego
marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia`
const englishUnits = `km cm mm m kg mg g ml l lb lbs oz ft mph km/h kW kWh MW MWh W GHz MHz Hz kB MB GB TB px h min
s ms pm am p.m. a.m. °C °F K million billion trillion PLN EUR USD GBP % ‰ ° € $ £`

const initial = new RegExp(`${notInWord}(\\p{Lu}\\.(?:\\p{Lu}\\.)?) (?=\\p{Lu}[\\p{L}.])`, 'gu')
const dash = /() (?=[–—](?:[ \u00a0]|$))/g
const unbreakable: Readonly<Record<Rules, readonly RegExp[]>> = {
  pl: [
    dash,
    /(?<![\p{L}\p{N}\p{M}.,'’-])([iwzouaIWZOUA]) /gu,
    /(?<![\d.,])(\d{1,3}) (?=\d{3}(?!\d))/g,
    new RegExp(`(\\d) (?=(?:${units(polishUnits)})${wordEnds})`, 'gu'),
    abbreviation('s str t art ust pkt rozdz rys tab poz par tel godz ok zob por', 'nr pkt § №', '\\p{N}'),
    abbreviation('ul al pl os im św prof inż gen płk ks bp abp hab red mec p', 'dr mgr lek', '[\\p{Lu}\\p{N}„]'),
    initial,
  ],
  en: [
    dash,
    new RegExp(`(\\d) (?=(?:${units(englishUnits)})${wordEnds})`, 'gu'),
    new RegExp(`${notInWord}((?:${either('no nos fig vol ch p pp sec art')})\\.|§) (?=\\p{N})`, 'gu'),
    new RegExp(
      `${notInWord}((?:${either('mr mrs ms dr prof')})\\.?|(?:St|Gen|Sen|Rep|Gov|Capt|Col|Lt)\\.) (?=\\p{Lu})`,
      'gu',
    ),
    initial,
  ],
  other: [dash],
}

const spacedHyphen = /(?<=[ \u00a0])-{1,3}(?=[ \u00a0])/g
/** A line of dialogue. */
const firstHyphen = /^-{1,3}(?= \S)/
const closedHyphens = /(?<=[\p{L}\p{N},.!?’”…])-{2,3}(?=[\p{L}\p{N}‘“])/gu
const numberRange = /(?<![\p{L}\p{N}.,:/–+-])(\d{1,4})-(\d{1,4})(?![\p{L}\p{N}/–-]|[.,:]\d)/gu
/** What stands between backticks, and addresses without the punctuation after them. */
const untouchable = /`[^`\n]+`|\b(?:https?:\/\/|www\.)\S*[\p{L}\p{N}/]/gu
const opensAfter = /[\s([{<„“‘«–—\-/]/
const closesBefore = /[\s.,;:!?…)\]]/
/** Words whose first apostrophe stands for missing letters: '90s, 'tis, rock 'n' roll. */
const dropsLetters = /^(?:\d\d|t(?:is|was|will)\b|em\b|n['’ ]|cause\b|bout\b|til\b)/i
