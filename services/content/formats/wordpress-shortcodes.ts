/**
 * Shortcodes (`[gallery ids="1,2"]`). Those of WordPress itself become the HTML they stand for; those of plugins become
 * placeholders that carry them whole. A word in brackets is not a shortcode: `[sic]` stays text.
 *
 * One pass over the text; what is not closed is looked for once, so that no input takes more than linear time.
 */
import { providerOf } from '@floowe/contracts/embeds'
import { escapeAttribute, escapeText } from './escape.ts'
import type { Note } from './incoming.ts'

/** A file of the site. `parent`: the post it was uploaded to. */
export type Attachment = { url: string; parent: string; title: string; alt: string; caption: string }
export type AttachmentsOf = { attachment: (id: string) => Attachment | null; ownAttachments: () => Attachment[] }

export type Shortcodes = {
  html: string
  /** The source without the shortcodes that became something else. */
  plain: string
  notes: Note[]
  /** Pictures that the HTML of the source does not show by itself. */
  images: number
}

export function readShortcodes(html: string, site: AttachmentsOf): Shortcodes {
  return html.includes('[') ? new ShortcodeReader(html, site).read() : { html, plain: html, notes: [], images: 0 }
}

/** What other systems' data stands in: an element whose attribute carries it whole. */
export const placeholder = (format: 'html' | 'shortcode', value: string, tag: 'div' | 'span' = 'div'): string =>
  value === '' ? '' : `<${tag} data-source="${format}" data-value="${escapeAttribute(value)}"></${tag}>`

const lengthMax = 6000
const shortcode = /^\[(\[?)(\/?)([a-z][\w-]*)((?:[\s"'=/](?:[^[\]"']|"[^"]*"|'[^']*')*)?)\](\]?)/
const knownNames = new Set([
  'caption',
  'wp_caption',
  'gallery',
  'embed',
  'youtube',
  'vimeo',
  'tweet',
  'soundcloud',
  'spotify',
  'dailymotion',
  'audio',
  'video',
  'playlist',
])
const codeTags = /^<(pre|code|script|style|textarea)\b/i

class ShortcodeReader {
  private readonly source: string
  private readonly lower: string
  private readonly site: AttachmentsOf
  private readonly out: Shortcodes = { html: '', plain: '', notes: [], images: 0 }
  private readonly missing = new Set<string>()
  private at = 0

  constructor(source: string, site: AttachmentsOf) {
    this.source = source
    this.lower = source.toLowerCase()
    this.site = site
  }

  read(): Shortcodes {
    while (this.at < this.source.length) {
      const next = this.nextSign()
      this.copy(next)
      if (next >= this.source.length) break
      if (this.source[next] === '<') this.copy(this.endOfTag(next))
      else this.readBracket(next)
    }
    return this.out
  }

  private nextSign(): number {
    const tag = this.find('<', this.at)
    const bracket = this.find('[', this.at)
    return Math.min(tag === -1 ? this.source.length : tag, bracket === -1 ? this.source.length : bracket)
  }

  /** Where `text` stands next; what was not found once is not looked for again, as reading only goes on. */
  private find(text: string, from: number): number {
    if (this.missing.has(text)) return -1
    const found = this.lower.indexOf(text, from)
    if (found === -1) this.missing.add(text)
    return found
  }

  private copy(to: number): void {
    const text = this.source.slice(this.at, to)
    this.out.html += text
    this.out.plain += text
    this.at = to
  }

  /** Past a tag, a comment, or code and script with all that is in them. */
  private endOfTag(from: number): number {
    const start = this.source.slice(from, from + 12)
    const code = codeTags.exec(start)?.[1]?.toLowerCase()
    const [close, length] = start.startsWith('<!--') ? ['-->', 3] : code ? [`</${code}>`, code.length + 3] : ['>', 1]
    const end = /^<[a-z/!]/i.test(start) ? this.find(close, from + 1) : -1
    return end === -1 ? from + 1 : end + length
  }

  private readBracket(from: number): void {
    const close = this.find(']', from)
    const found =
      close === -1 || close - from > lengthMax ? null : shortcode.exec(this.source.slice(from, from + lengthMax))
    const [all = '', open = '', slash = '', name = '', words = '', end = ''] = found ?? []
    if (!found) return this.copy(from + 1)
    if (open === '[' && end === ']') return this.replace(all.length, all.slice(1, -1), all.slice(1, -1))
    if (open === '[') return this.copy(from + 1)
    const whole = all.slice(0, all.length - end.length)
    if (!this.isShortcode(name, slash, words)) return this.copy(from + whole.length)
    if (slash === '' && (this.readCaption(name, whole, words) || this.readEmbed(name, whole))) return
    const made = slash === '' ? mapped(name, attributesOf(words), this.site, this.out) : null
    // The captions of a gallery stand beside the post, not in it.
    if (made !== null) {
      const close = `[/${name}]`
      const length = whole.length + (this.lower.startsWith(close, from + whole.length) ? close.length : 0)
      return this.replace(length, made, name === 'gallery' ? made.replace(/<[^>]*>/g, ' ') : ' ')
    }
    note(this.out, name)
    this.replace(whole.length, placeholder('shortcode', whole, 'span'), whole)
  }

  private replace(length: number, html: string, plain: string): void {
    this.out.html += html
    this.out.plain += plain
    this.at += length
  }

  private isShortcode(name: string, slash: string, words: string): boolean {
    if (knownNames.has(name) || /[_-]/.test(name)) return true
    if (slash === '/') return this.lower.includes(`[${name}`)
    return /[\w-]+\s*=\s*["'\w]/.test(words) || this.find(`[/${name}]`, this.at) !== -1
  }

  /** `[caption]<img> words[/caption]`, or with the words in an attribute. */
  private readCaption(name: string, start: string, words: string): boolean {
    if (name !== 'caption' && name !== 'wp_caption') return false
    const end = this.find(`[/${name}]`, this.at)
    if (end === -1 || end - this.at > 50_000) return false
    const inside = this.source.slice(this.at + start.length, end)
    const picture = /^\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*<\/a>)?)([\s\S]*)$/i.exec(inside)
    if (!picture) return false
    const caption = picture[2]?.trim() || escapeText(attributesOf(words).get('caption') ?? '')
    const figure = `\n\n<figure>${picture[1]}${caption ? `<figcaption>${caption}</figcaption>` : ''}</figure>\n\n`
    this.replace(end - this.at + name.length + 3, figure, `${picture[1]} ${caption} `)
    return true
  }

  private readEmbed(name: string, start: string): boolean {
    if (name !== 'embed') return false
    const end = this.find('[/embed]', this.at)
    const address = end === -1 || end - this.at > lengthMax ? '' : this.source.slice(this.at + start.length, end).trim()
    if (!/^https?:\/\/[^\s<[\]]+$/.test(address)) return false
    this.replace(
      end - this.at + '[/embed]'.length,
      embedded(address),
      providerOf(address.replaceAll('&amp;', '&')) ? ' ' : `<a href="${escapeAttribute(address)}">${address}</a>`,
    )
    return true
  }
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  let position = 0
  for (const [, name, double, single, bare, alone] of text.matchAll(
    /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|(\S+)/g,
  )) {
    if (name) attributes.set(name.toLowerCase(), double ?? single ?? bare ?? '')
    else attributes.set(String(position++), (alone ?? '').replace(/^["'=]+|["']+$/g, ''))
  }
  return attributes
}

const embedded = (address: string): string =>
  `\n\n<figure class="wp-block-embed">${escapeText(address.replaceAll('&amp;', '&'))}</figure>\n\n`

function note(out: Shortcodes, name: string): void {
  if (out.notes.some(({ code, values }) => code === 'shortcode-kept' && values?.name === name)) return
  if (out.notes.length < 100)
    out.notes.push({ code: 'shortcode-kept', text: `The shortcode [${name}] is kept as source.`, values: { name } })
}

/** HTML for a shortcode of WordPress itself; null when it says nothing we know. */
function mapped(
  name: string,
  attributes: ReadonlyMap<string, string>,
  site: AttachmentsOf,
  out: Shortcodes,
): string | null {
  const address = ['url', 'src', 'id', '0'].map((key) => attributes.get(key)).find(Boolean) ?? ''
  switch (name) {
    case 'gallery':
      return gallery(attributes, site, out)
    case 'youtube':
      return known(/^[\w-]{6,20}$/.test(address) ? `https://www.youtube.com/watch?v=${address}` : address)
    case 'vimeo':
      return known(/^\d+$/.test(address) ? `https://vimeo.com/${address}` : address)
    case 'dailymotion':
      return known(/^\w+$/.test(address) ? `https://www.dailymotion.com/video/${address}` : address)
    case 'tweet':
    case 'soundcloud':
    case 'spotify':
      return known(address)
    case 'audio':
    case 'video':
      return player(name, attributes)
    default:
      return null
  }
}

const known = (address: string): string | null => (providerOf(address) ? embedded(address) : null)

/** A file of the site: kept as HTML, shown to readers as a link. */
function player(name: 'audio' | 'video', attributes: ReadonlyMap<string, string>): string | null {
  const address = ['src', 'mp4', 'm4v', 'webm', 'ogv', 'mp3', 'm4a', 'ogg', 'wav']
    .map((key) => attributes.get(key))
    .find(Boolean)
  return address ? placeholder('html', `<${name} controls src="${escapeAttribute(address)}"></${name}>`) : null
}

function gallery(attributes: ReadonlyMap<string, string>, site: AttachmentsOf, out: Shortcodes): string | null {
  const ids = (attributes.get('ids') ?? attributes.get('include') ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean)
    .slice(0, 500)
  const pictures: Attachment[] =
    ids.length > 0
      ? ids.flatMap((id) => site.attachment(id) ?? [])
      : site.ownAttachments().filter(({ url }) => /\.(?:jpe?g|png|gif|webp|avif)$/i.test(url))
  if (ids.length > pictures.length)
    out.notes.push({
      code: 'gallery-incomplete',
      text: `${ids.length - pictures.length} of ${ids.length} pictures of a gallery are not in the export.`,
      values: { missing: ids.length - pictures.length },
    })
  if (pictures.length === 0) return null
  out.images += pictures.length
  out.notes.push({
    code: 'gallery-written-out',
    text: `A gallery became ${pictures.length} pictures.`,
    values: { count: pictures.length },
  })
  const figures = pictures.map(
    ({ url, alt, caption }) =>
      `<figure><img src="${escapeAttribute(url)}" alt="${escapeAttribute(alt)}">${caption ? `<figcaption>${escapeText(caption)}</figcaption>` : ''}</figure>`,
  )
  return `\n\n${figures.join('\n')}\n\n`
}
