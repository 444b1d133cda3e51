/** The rendered text as plain text, for programs and people that want no HTML: links with their address behind them. */

const piece = /<(\/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>|[^<]+/gi
const blocks = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre figure figcaption hr table tr aside section details summary div'.split(
    ' ',
  ),
)
const heading = /^h[1-6]$/

type Writing = {
  text: string
  isCode: boolean
  links: { address: string; from: number }[]
  quotes: number[]
  lists: { items: number; isNumbered: boolean }[]
  linkOf: (address: string) => string
}

/** @param html with whole addresses; what our own renderer writes */
export function letterText(html: string, linkOf: (address: string) => string): string {
  const writing: Writing = { text: '', isCode: false, links: [], quotes: [], lists: [], linkOf }
  for (const [whole, slash, tag, attributes = ''] of html.matchAll(piece)) {
    if (tag === undefined) {
      write(writing, unescapeHtml(whole))
      continue
    }
    const name = tag.toLowerCase()
    if (blocks.has(name)) writing.text = writing.text.trimEnd() + gapFor(writing, name)
    if (slash === '/') end(writing, name)
    else begin(writing, name, attributes)
  }
  return writing.text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Rows, and items behind the first of a list, stand below each other without a blank line; so do lists within lists. */
function gapFor({ lists }: Writing, name: string): string {
  if (name === 'tr') return '\n'
  const isWithin = lists.length > (name === 'ul' || name === 'ol' ? 0 : 1)
  const isLater = name === 'li' && (lists.at(-1)?.items ?? 0) > 0
  return ['li', 'ul', 'ol'].includes(name) && (isWithin || isLater) ? '\n' : '\n\n'
}

function write(writing: Writing, words: string): void {
  const shown = writing.isCode ? words : words.replace(/[ \t\r\n]+/g, ' ')
  writing.text += !writing.isCode && /\s$|^$/.test(writing.text) ? shown.trimStart() : shown
}

function begin(writing: Writing, name: string, attributes: string): void {
  if (name === 'br') writing.text += '\n'
  else if (name === 'hr') writing.text += '* * *\n\n'
  else if (name === 'pre') writing.isCode = true
  else if (name === 'blockquote') writing.quotes.push(writing.text.length)
  else if (name === 'ul' || name === 'ol') writing.lists.push({ items: 0, isNumbered: name === 'ol' })
  else if (name === 'li') writing.text += bulletIn(writing.lists)
  else if (name === 'img') writing.text += pictureWords(attributes)
  else if (name === 'a') writing.links.push({ address: valueOf(attributes, 'href'), from: writing.text.length })
  else if (heading.test(name)) writing.text += '## '
}

function end(writing: Writing, name: string): void {
  if (name === 'pre') writing.isCode = false
  else if (name === 'ul' || name === 'ol') writing.lists.pop()
  else if (name === 'td' || name === 'th') writing.text += '  '
  else if (name === 'blockquote') {
    const from = writing.quotes.pop() ?? writing.text.length
    const quoted = writing.text.slice(from).trim().replace(/^/gm, '> ')
    writing.text = `${writing.text.slice(0, from)}${quoted}\n\n`
  } else if (name === 'a') {
    const { address = '', from = 0 } = writing.links.pop() ?? {}
    // Not where the words are the address already, and not for links within the text.
    if (address !== '' && !address.startsWith('#') && writing.text.slice(from).trim() !== address)
      writing.text += ` (${writing.linkOf(address)})`
  }
}

function bulletIn(lists: Writing['lists']): string {
  const list = lists.at(-1) ?? { items: 0, isNumbered: false }
  list.items += 1
  return `${'  '.repeat(Math.max(0, lists.length - 1))}${list.isNumbered ? `${list.items}. ` : '- '}`
}

const valueOf = (attributes: string, name: string): string =>
  unescapeHtml(new RegExp(` ${name}="([^"]*)"`, 'i').exec(attributes)?.[1] ?? '')
const pictureWords = (attributes: string): string => {
  const alt = valueOf(attributes, 'alt')
  return alt === '' ? '' : `[${alt}]`
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0' }
/** What our renderer escapes, and numbers. */
export const unescapeHtml = (html: string): string =>
  html.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return signs[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\uFFFD' : String.fromCodePoint(code)
  })
