/**
 * Texts of other systems in the forms that the contract accepts. Body text is not touched by these.
 */

/** What the contract's clean text refuses: controls, direction changes, zero-width signs, noncharacters, halves of pairs. */
const invisible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]/g

/** Running text: lines kept, NFC, at most `max` UTF-16 units, never cutting a sign in two. */
export function cleanText(value: unknown, max: number): string {
  const text =
    typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
        ? String(value)
        : ''
  return cut(
    text.toWellFormed().replace(/\r\n?/g, '\n').replace(invisible, '').replaceAll('\uFFFD', '').normalize('NFC').trim(),
    max,
  )
}

/** One line. */
export const cleanLine = (value: unknown, max: number): string =>
  cut(
    cleanText(value, 100_000)
      .replace(/[\s\u2028\u2029]+/g, ' ')
      .trim(),
    max,
  )

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const end = /[\uD800-\uDBFF]/.test(text[max - 1] ?? '') ? max - 1 : max
  return text.slice(0, end).trimEnd()
}

const letters: Readonly<Record<string, string>> = {
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** Words as a slug of the contract, or null when none of its signs can stand in one. */
export function slugFrom(text: string): string | null {
  const plain = text
    .toLowerCase()
    .replace(/[łßæœøđðþı]/g, (letter) => letters[letter] ?? '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 120)
    .replace(/-$/, '')
  return slug === '' ? null : slug
}

/** A source's own slug, perhaps percent-encoded, perhaps a whole path. */
export function slugOfSource(value: unknown): string | null {
  const text = cleanLine(value, 2000)
  let plain = text
  try {
    plain = decodeURIComponent(text)
  } catch {
    // Not encoded: taken as it is.
  }
  return slugFrom(
    plain
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.(?:html?|php|aspx?)$/i, '') ?? '',
  )
}

/** `pl_PL` → `pl-PL`; null when it is no language. */
export function languageOf(value: unknown): string | null {
  const found = /^([a-z]{2,3})(?:[-_]([a-z]{2}))?(?:[-_.@].*)?$/i.exec(cleanLine(value, 40))
  return found?.[1] ? found[1].toLowerCase() + (found[2] ? `-${found[2].toUpperCase()}` : '') : null
}

/**
 * A moment as other systems write it, as an instant of the contract. A date without a clock is midnight, a clock without a
 * zone is UTC. Null when it is none, or outside the years 1000–9999.
 */
export function instantOf(value: unknown): string | null {
  if (value instanceof Date) return instantOfTime(value.getTime())
  if (typeof value === 'number') {
    // 20240501 is a day; as seconds it would be one of 1970.
    const day = /^([12]\d{3})([01]\d)([0-3]\d)$/.exec(String(value))
    if (day) return instantOf(`${day[1]}-${day[2]}-${day[3]}`)
    return instantOfTime(value > 1e11 ? value : value * 1000)
  }
  const text = cleanLine(value, 60)
  const iso =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?)?$/i.exec(
      text,
    )
  if (iso) return instantOfParts(iso)
  const isWritten = /^(?:[A-Z][a-z]{2},\s*)?\d{1,2} [A-Z][a-z]{2,8} \d{4}\b|^[A-Z][a-z]{2,8} \d{1,2}, \d{4}$/.test(text)
  return isWritten
    ? instantOfTime(Date.parse(/\d{2}:\d{2}.*(?:Z|GMT|UTC|[+-]\d{4})$/.test(text) ? text : `${text} UTC`))
    : null
}

function instantOfParts([
  ,
  year,
  month,
  day,
  hour = '0',
  minute = '0',
  second = '0',
  fraction = '',
  zone = 'Z',
]: RegExpExecArray): string | null {
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0')
  const offset = /^(?:Z|UTC|GMT)$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}`
  const wall = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
  // Date rolls 31 June over into July; a date that does not exist is none.
  const asUtc = new Date(`${wall}Z`)
  if (Number.isNaN(asUtc.getTime()) || asUtc.getUTCDate() !== Number(day)) return null
  return instantOfTime(Date.parse(`${wall}${fraction.slice(0, 4)}${offset}`))
}

function instantOfTime(time: number): string | null {
  if (!Number.isFinite(time) || Math.abs(time) > 8.6e15) return null
  const text = new Date(time).toISOString()
  return /^[1-9]\d{3}-/.test(text) ? text : null
}
