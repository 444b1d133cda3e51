/**
 * The form of every letter that Floowe writes to people: plain text, and the same as simple HTML. Nothing in it is fetched from
 * anywhere, and it reads well where styles are dropped.
 */
export type WrittenLetter = { subject: string; text: string; html: string }
/** One thing said, in both forms. Parts stand under one another. */
export type LetterPart = { text: string; html: string }
type Locale = 'pl' | 'en'

const ink = '#1d1b18'
const river = '#0c6b80'
const subjectMax = 200

/** Cut to a length that all servers take. */
export const writeLetter = (locale: Locale, subject: string, parts: readonly LetterPart[]): WrittenLetter => ({
  subject: Array.from(subject).slice(0, subjectMax).join(''),
  text: `${parts.map(({ text }) => text).join('\n\n')}\n`,
  html:
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:${ink}"><div style="max-width:560px">` +
    `${parts.map(({ html }) => html).join('')}</div></body></html>`,
})

const block = (html: string, style = ''): string => `<p style="margin:0 0 16px${style}">${html}</p>`
const linked = (label: string, url: string, style = ''): string =>
  `<a href="${escapeHtml(url)}" style="color:${river}${style}">${escapeHtml(label)}</a>`

/** Line ends stay. */
export const paragraph = (line: string): LetterPart => ({
  text: line,
  html: block(escapeHtml(line).replaceAll('\n', '<br>')),
})

/** The one thing to do; the address stands below it, for those whose programs show no links. */
export const button = (label: string, url: string): LetterPart => ({
  text: url,
  html:
    block(
      `<a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;background:${river};color:#ffffff;text-decoration:none;border-radius:8px">${escapeHtml(label)}</a>`,
    ) + block(escapeHtml(url), ';word-break:break-all'),
})

/** A sentence that ends in an address. */
export const reference = (line: string, url: string): LetterPart => ({
  text: `${line} ${url}`,
  html: block(`${escapeHtml(line)} ${linked(url, url)}`),
})

/** One of several things that are told of, with its own address. */
export const entry = (headline: string, details: string | null, url: string): LetterPart => ({
  text: [headline, details, url].filter((line) => line !== null).join('\n'),
  html: block(
    linked(headline, url, ';font-weight:600') +
      (details === null ? '' : `<br>${escapeHtml(details).replaceAll('\n', '<br>')}`),
  ),
})

/** The zone is printed beside the time: mail is read anywhere. */
export function momentInLetter(instant: string, zone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(locale === 'pl' ? 'pl-PL' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  return `${parts.format(new Date(instant))} (${zone})`
}

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** For text and for attributes in quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)
