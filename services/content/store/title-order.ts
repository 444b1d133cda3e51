/**
 * Keys whose plain order, sign by sign, is the order of titles in a Polish index, for a store that only knows that order. Made from
 * the runtime's own collation: for each sign its place among letters that differ (a, ą, b), among accents, and among cases. Three
 * rows of places are compared one after the other, as collations do. Signs of other scripts than Latin, Greek and Cyrillic
 * come last, by their numbers.
 */

/** First and last sign of the blocks whose order is asked for. */
const blocks = [
  [0x20, 0x24f],
  [0x370, 0x45f],
  [0x1e00, 0x1eff],
  [0x2010, 0x2044],
  [0x20a0, 0x20bf],
  [0x2100, 0x214f],
] as const

/** Places begin above the mark between rows, and end far below the signs that come in pairs. */
const first = 0x20
const rowEnd = '\u0001'
const elsewhere = '\ud000'

type Place = { letter: string; accent: string; form: string }

/** The key of a title; about three times as long as it. The table is made with the first key (some 20 ms). */
export function titleOrder(language = 'pl'): (title: string) => string {
  let table: ReadonlyMap<string, readonly Place[]> | null = null
  const placesOf = (sign: string, known: ReadonlyMap<string, readonly Place[]>): readonly Place[] => {
    const places = known.get(sign)
    if (places) return places
    if (/^\p{M}$/u.test(sign)) return []
    const parts = [...sign.normalize('NFKD')]
    if (parts.length > 1) return parts.flatMap((part) => placesOf(part, known))
    const number = sign.codePointAt(0) ?? 0
    const letter = `${elsewhere}${String.fromCharCode(0x100 + (number >> 12), 0x100 + (number & 0xfff))}`
    return [{ letter, accent: String.fromCharCode(first), form: String.fromCharCode(first) }]
  }
  return (title) => {
    table ??= tableOf(language)
    const known = table
    const places = [...title.normalize('NFC')].flatMap((sign) => placesOf(sign, known))
    const row = (part: keyof Place): string => places.map((place) => place[part]).join('')
    return [row('letter'), row('accent'), row('form')].join(rowEnd)
  }
}

function tableOf(language: string): Map<string, readonly Place[]> {
  const order = (sensitivity: Intl.CollatorOptions['sensitivity']) =>
    new Intl.Collator(language, { sensitivity, ignorePunctuation: false })
  const [letters, accents, forms] = [order('base'), order('accent'), order('variant')]
  const signs = blocks
    .flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index)))
    .filter((sign) => /[\p{L}\p{N}\p{P}\p{S}\p{Zs}]/u.test(sign))
  const table = new Map<string, readonly Place[]>()
  const single: string[] = []
  for (const sign of signs) {
    if (letters.compare(sign, '') === 0) table.set(sign, [])
    else if (expansionOf(sign, letters) === null) single.push(sign)
  }
  let [letter, accent, form] = [first, first, first]
  let before = ''
  for (const sign of single.sort(forms.compare)) {
    if (letters.compare(before, sign) !== 0) [letter, accent, form] = [letter + 1, first, first]
    else if (accents.compare(before, sign) !== 0) [accent, form] = [accent + 1, first]
    else if (forms.compare(before, sign) !== 0) form += 1
    before = sign
    table.set(sign, [
      {
        letter: String.fromCharCode(letter),
        accent: String.fromCharCode(accent),
        form: String.fromCharCode(form),
      },
    ])
  }
  for (const sign of signs) {
    const parts = [...(expansionOf(sign, letters) ?? '')].flatMap((part) => table.get(part) ?? [])
    // Behind the same letters written out.
    const last = '\u0fff'
    if (parts.length > 0)
      table.set(
        sign,
        parts.map((part) => ({ ...part, form: last })),
      )
  }
  return table
}

const ligatures: Readonly<Record<string, string>> = { ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE' }

/** What a sign is read as when it stands for several: ß as ss. */
function expansionOf(sign: string, letters: Intl.Collator): string | null {
  const longer = ligatures[sign] ?? sign.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return longer.length > 1 && letters.compare(sign, longer) === 0 ? longer : null
}
