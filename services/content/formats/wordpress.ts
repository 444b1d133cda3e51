/**
 * WordPress exports (WXR 1.0–1.2), read as a stream, twice: once to check the whole and to note authors, categories and
 * attachments, and once for the items.
 *
 * Posts and pages become items; what the trash, revisions, menus and plugins hold is reported and left aside.
 */
import type { Body } from '@floowe/contracts/body'
import { cleanLine, cleanText, instantOf, languageOf, slugOfSource } from './clean-text.ts'
import {
  type Container,
  type IncomingAttachment,
  type IncomingEntry,
  type IncomingItem,
  type IncomingTerm,
  type Note,
  type ReadOptions,
  type SourceFile,
  UnreadableContainer,
} from './incoming.ts'
import { checked, permalinkOf, remoteAttachments, skipped, term, terms, within } from './item-fields.ts'
import { parseHtml, textIn } from './parse-html.ts'
import { sourcesIn, withSources } from './sources.ts'
import { type Attachment, type PostContext, readContent } from './wordpress-content.ts'
import { recordsOf, textOf, type XmlField, type XmlRecord } from './wordpress-xml.ts'

type Site = {
  address: string
  language: string | null
  authors: Map<string, IncomingTerm>
  categories: Map<string, IncomingTerm>
  tags: Map<string, IncomingTerm>
  attachments: Map<string, Attachment>
  byAddress: Map<string, Attachment>
  items: number
}

const attachmentsMax = 200_000

/**
 * @param files one export; WordPress cuts large ones into several files, which know of each other.
 * @throws UnreadableContainer: broken-xml, xml-entities, unknown-encoding, not-wordpress
 */
export async function openWordPress(files: readonly SourceFile[], options: ReadOptions): Promise<Container> {
  const site: Site = {
    address: '',
    language: null,
    authors: new Map(),
    categories: new Map(),
    tags: new Map(),
    attachments: new Map(),
    byAddress: new Map(),
    items: 0,
  }
  const notes: Note[] = []
  for (const file of files) await check(file, site, notes, options)
  return {
    format: 'wordpress',
    total: site.items,
    notes,
    attachments: [...site.byAddress.values()].map(linked),
    async *entries() {
      for (const file of files)
        for await (const record of recordsOf(file)) {
          if (record.name === 'item' && textOf(record.field, 'wp:post_type') !== 'attachment')
            yield readItem(record, file, site, options)
        }
    },
    file: () => null,
    close: async () => {},
  }
}

async function check(file: SourceFile, site: Site, notes: Note[], { onProgress }: ReadOptions): Promise<void> {
  const records = recordsOf(file, onProgress)
  let next = await records.next()
  for (; next.done !== true; next = await records.next())
    if (next.value.name === 'item') readAttachment(next.value, site, file, notes)
    else readSite(next.value.field, site, notes)
  if (next.value > 0)
    notes.push({
      code: 'encoding-guessed',
      text: `${file.path} is not UTF-8 throughout; ${next.value} bytes were read as windows-1250.`,
      values: { file: file.path, count: next.value },
    })
}

function readSite(field: XmlField, site: Site, notes: Note[]): void {
  const slug = (name: string) => slugOfSource(textOf(field, name))
  switch (field.name) {
    case 'wp:base_blog_url':
      site.address = field.text.trim().replace(/\/+$/, '')
      break
    case 'link':
      site.address ||= field.text.trim().replace(/\/+$/, '')
      break
    case 'language':
      site.language = plainLanguage(languageOf(field.text))
      break
    case 'wp:wxr_version':
      if (!/^1\.[0-2]$/.test(field.text.trim()))
        notes.push({
          code: 'unknown-version',
          text: `The export says it is version ${cleanLine(field.text, 20)}; versions 1.0 to 1.2 are known.`,
        })
      break
    case 'wp:author': {
      const name =
        textOf(field, 'wp:author_display_name') ||
        [textOf(field, 'wp:author_first_name'), textOf(field, 'wp:author_last_name')].join(' ').trim() ||
        textOf(field, 'wp:author_login')
      site.authors.set(
        textOf(field, 'wp:author_login'),
        term(name, { slug: slugOfSource(textOf(field, 'wp:author_login')) }),
      )
      break
    }
    case 'wp:category':
      site.categories.set(
        textOf(field, 'wp:category_nicename'),
        term(textOf(field, 'wp:cat_name'), {
          slug: slug('wp:category_nicename'),
          description: cleanText(textOf(field, 'wp:category_description'), 1000),
          parentSlug: slug('wp:category_parent'),
        }),
      )
      break
    case 'wp:tag':
      site.tags.set(
        textOf(field, 'wp:tag_slug'),
        term(textOf(field, 'wp:tag_name'), {
          slug: slug('wp:tag_slug'),
          description: cleanText(textOf(field, 'wp:tag_description'), 1000),
        }),
      )
      break
  }
}

/** `pl-PL` says no more than `pl`. Portuguese has two written forms, so its region stays. */
function plainLanguage(language: string | null): string | null {
  const [plain = '', region] = language?.split('-') ?? []
  return region && plain !== 'pt' && new Intl.Locale(plain).maximize().region === region ? plain : language
}

function readAttachment(record: XmlRecord, site: Site, file: SourceFile, notes: Note[]): void {
  const { field } = record
  if (textOf(field, 'wp:post_type') !== 'attachment') {
    site.items += 1
    return
  }
  if (site.attachments.size >= attachmentsMax)
    throw new UnreadableContainer(
      'not-wordpress',
      file.path,
      record.line,
      `It holds more than ${attachmentsMax} attachments.`,
    )
  const url = textOf(field, 'wp:attachment_url') || textOf(field, 'guid')
  const attachment: Attachment = {
    url,
    parent: textOf(field, 'wp:post_parent'),
    title: cleanLine(textOf(field, 'title'), 300),
    alt: cleanLine(metaOf(field, '_wp_attachment_image_alt'), 500),
    caption: wordsOf(textOf(field, 'excerpt:encoded')).slice(0, 1000),
  }
  site.attachments.set(textOf(field, 'wp:post_id'), attachment)
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) site.byAddress.set(url, attachment)
  else if (notes.length < 100)
    notes.push({
      code: 'bad-address',
      text: `The file of line ${record.line} has no address that can be fetched: ${cleanLine(url, 100)}`,
      values: { line: record.line, file: cleanLine(url, 100) },
    })
}

/** The words of a piece of HTML. */
const wordsOf = (html: string): string =>
  (/[<&]/.test(html) ? textIn(parseHtml(html).children) : html).replace(/\s+/g, ' ').trim()

function metaOf(field: XmlField, key: string): string {
  const found = field.fields.find((inside) => inside.name === 'wp:postmeta' && textOf(inside, 'wp:meta_key') === key)
  return found ? textOf(found, 'wp:meta_value') : ''
}

/** Names of fields that people see in the editor; those that begin with `_` are WordPress's and plugins' own notes. */
const ownFields = (field: XmlField): string[] => {
  const keys = field.fields.flatMap((inside) =>
    inside.name === 'wp:postmeta' && textOf(inside, 'wp:meta_value') !== '' ? [textOf(inside, 'wp:meta_key')] : [],
  )
  const own = keys.filter((key) => key !== '' && key !== 'footnotes' && !/^(?:_|rank_math_)/.test(key))
  return [...new Set(own)].slice(0, 20).map((key) => cleanLine(key, 60))
}

const statuses: Readonly<Record<string, IncomingItem['status']>> = {
  publish: 'published',
  future: 'scheduled',
  draft: 'draft',
  pending: 'in-review',
  private: 'private',
}
const leftOutTypes: Readonly<Record<string, string>> = {
  revision: 'An earlier version.',
  nav_menu_item: 'An entry of a menu.',
  custom_css: 'A style sheet.',
  customize_changeset: 'A change of the site’s looks.',
  oembed_cache: 'A remembered embed.',
  user_request: 'A request of a person about their data.',
  wp_block: 'A block to use again.',
  wp_template: 'A template.',
  wp_template_part: 'A part of a template.',
  wp_global_styles: 'A style.',
  wp_navigation: 'A menu.',
  wp_font_family: 'A font.',
  wp_font_face: 'A font.',
}

function readItem(record: XmlRecord, file: SourceFile, site: Site, options: ReadOptions): IncomingEntry {
  const { field } = record
  const place = { file: file.path, line: record.line }
  const id = textOf(field, 'wp:post_id')
  const sourceId = `wordpress:${site.address}#${id || `line-${record.line}`}`
  const title = wordsOf(textOf(field, 'title'))
  const [type, status] = [textOf(field, 'wp:post_type') || 'post', textOf(field, 'wp:status') || 'publish']
  const skip = (code: string, text: string) => skipped(sourceId, title, place, code, text, { type, status })
  if (record.isTooLarge) return skip('too-large', 'The item is larger than 16 MiB.')
  if (id === '') return skip('no-id', 'The item has no id.')
  if (leftOutTypes[type] !== undefined) return skip('no-article', leftOutTypes[type])
  if (type !== 'post' && type !== 'page')
    return skip('unknown-type', `Items of the type "${cleanLine(type, 60)}" belong to a plugin or theme.`)
  if (status === 'trash') return skip('in-trash', 'It lay in the trash.')
  if (status === 'auto-draft') return skip('empty-draft', 'A draft that was opened and never written.')
  const known = statuses[status]
  if (!known) return skip('unknown-status', `Its status "${cleanLine(status, 40)}" is not known.`)
  return checked(itemOf(field, { sourceId, id, title, type, status: known, place, site, options }))
}

type Facts = {
  sourceId: string
  id: string
  title: string
  type: 'post' | 'page'
  status: IncomingItem['status']
  place: IncomingItem['place']
  site: Site
  options: ReadOptions
}

function itemOf(field: XmlField, facts: Facts): IncomingItem {
  const { site, options } = facts
  const notes: Note[] = []
  const title = within('title', facts.title, notes)
  const content = readContent(
    field.fields.find((inside) => inside.name === 'content:encoded')?.text ?? '',
    contextOf(field, facts),
  )
  notes.push(...content.notes)
  const cover = coverOf(field, site, notes)
  const body = withWholeAddresses(content.body, site)
  const categories = classified(field, site, notes)
  const isProtected = textOf(field, 'wp:post_password') !== ''
  if (isProtected)
    notes.push({ code: 'password-left-out', text: 'It was protected by a password; it is taken as private.' })
  const own = ownFields(field)
  if (own.length > 0)
    notes.push({
      code: 'fields-left-out',
      text: `Fields of a plugin or theme are not taken: ${own.join(', ')}.`,
      values: { fields: own.join(', ') },
    })
  const comments = field.fields.filter((inside) => inside.name === 'wp:comment').length
  if (comments > 0)
    notes.push({
      code: 'comments-left-out',
      text: `Comments are not taken (${comments}).`,
      values: { count: comments },
    })
  if (textOf(field, 'wp:is_sticky') === '1')
    notes.push({ code: 'sticky-left-out', text: 'It was pinned to the top of the site; that is not kept.' })
  const login = textOf(field, 'dc:creator')
  const link = permalinkOf(textOf(field, 'link'))
  const isDated = facts.status !== 'draft' && facts.status !== 'in-review'
  const date = isDated ? dateOf(field, 'wp:post_date', notes) : instantOf(textOf(field, 'wp:post_date_gmt'))
  return {
    kind: 'item',
    sourceId: facts.sourceId,
    groupId: categories.group === null ? null : `wordpress:${site.address}#${categories.group}`,
    type: facts.type === 'page' ? 'page' : 'article',
    language: categories.language ?? site.language,
    title,
    slug: slugOfSource(textOf(field, 'wp:post_name')),
    lead: within('lead', wordsOf(textOf(field, 'excerpt:encoded')), notes),
    body,
    status: isProtected
      ? 'private'
      : facts.status === 'published' && date !== null && Date.parse(date) > options.now
        ? 'scheduled'
        : facts.status,
    date,
    updated: dateOf(field, 'wp:post_modified', []),
    authors: terms(login ? [site.authors.get(login) ?? term(login)] : []),
    tags: categories.tags,
    categories: categories.categories,
    cover,
    permalinks: link ? [link] : [],
    meta: seoOf(field),
    attachments: [
      ...remoteAttachments(body, cover, (address) => site.byAddress.get(address) ?? null, notes),
      ...linkedFiles(body, site),
    ],
    extra: {},
    place: facts.place,
    notes,
  }
}

/**
 * Posts show WordPress's scaled copies (`-300x200.jpg`); the picture itself is wanted, where the export names it. An
 * address without its server (`/wp-content/…`) is one of the site.
 */
const withWholeAddresses = (body: Body, site: Site): Body => {
  const whole = (address: string): string =>
    /^\/(?!\/)/.test(address) ? (URL.parse(address, site.address)?.href ?? address) : address
  return withSources(body, {
    src: (address) => {
      const full = whole(address).replace(/(?:-\d{1,5}x\d{1,5}|-scaled)(?=\.\w{2,5}$)/, '')
      return site.byAddress.has(full) ? full : whole(address)
    },
    href: (address) => (site.byAddress.has(whole(address)) ? whole(address) : null),
  })
}

/** Files of the site that a text leads to: a report, the whole of a picture. */
const linkedFiles = (body: Body, site: Site): IncomingAttachment[] =>
  sourcesIn(body)
    .href.flatMap((href) => site.byAddress.get(href) ?? [])
    .map(linked)

const linked = ({ url, title, alt, caption }: Attachment): IncomingAttachment => ({
  ref: url,
  role: 'link',
  kind: 'remote',
  location: url,
  alt,
  title,
  caption,
})

function contextOf(field: XmlField, { id, site, options }: Facts): PostContext {
  const own = () => [...site.attachments.values()].filter((attachment) => attachment.parent === id)
  return {
    ids: options.ids,
    attachment: (wanted) => site.attachments.get(wanted) ?? null,
    ownAttachments: own,
    footnotes: metaOf(field, 'footnotes'),
  }
}

/** GMT where the export has it; else the site's own clock, whose zone the export leaves out. */
function dateOf(field: XmlField, name: string, notes: Note[]): string | null {
  const gmt = instantOf(textOf(field, `${name}_gmt`))
  if (gmt !== null) return gmt
  const local = instantOf(textOf(field, name))
  const published = name === 'wp:post_date' ? instantOf(textOf(field, 'pubDate')) : null
  if (published !== null) return published
  if (local !== null) notes.push({ code: 'zone-unknown', text: 'Its time has no zone; it was taken as UTC.' })
  return local
}

function coverOf(field: XmlField, site: Site, notes: Note[]): IncomingItem['cover'] {
  const id = metaOf(field, '_thumbnail_id')
  if (id === '' || id === '0') return null
  const attachment = site.attachments.get(id)
  if (!attachment?.url)
    notes.push({
      code: 'cover-missing',
      text: `Its cover (attachment ${cleanLine(id, 20)}) is not in the export.`,
      values: { id: cleanLine(id, 20) },
    })
  return attachment?.url ? { ref: attachment.url, alt: attachment.alt, caption: attachment.caption } : null
}

type Classified = { categories: IncomingTerm[]; tags: IncomingTerm[]; language: string | null; group: string | null }

/** Categories and tags; language and translations where Polylang wrote them; anything else is named in a note. */
function classified(field: XmlField, site: Site, notes: Note[]): Classified {
  const found: Classified = { categories: [], tags: [], language: null, group: null }
  const others: string[] = []
  for (const { name, text, attributes } of field.fields) {
    if (name !== 'category') continue
    const nicename = attributes.nicename ?? ''
    const own = term(text, { slug: slugOfSource(nicename) })
    if (attributes.domain === 'category') found.categories.push(site.categories.get(nicename) ?? own)
    else if (attributes.domain === 'post_tag' || attributes.domain === 'tag')
      found.tags.push(site.tags.get(nicename) ?? own)
    else if (attributes.domain === 'language') found.language = languageOf(nicename)
    else if (attributes.domain === 'post_translations') found.group = cleanLine(nicename, 100) || null
    else if (attributes.domain && attributes.domain !== 'post_format') others.push(`${attributes.domain}: ${own.name}`)
  }
  if (others.length > 0)
    notes.push({
      code: 'terms-left-out',
      text: `Terms of a plugin or theme are not taken: ${others.slice(0, 10).join(', ')}.`,
      values: { terms: others.slice(0, 10).join(', ') },
    })
  return { ...found, categories: terms(found.categories), tags: terms(found.tags) }
}

/** What the SEO plugins Yoast and Rank Math wrote. Their patterns (`%%title%%`) say nothing of their own. */
function seoOf(field: XmlField): IncomingItem['meta'] {
  const first = (...keys: string[]) =>
    keys.map((key) => metaOf(field, key)).find((value) => value !== '' && !/%%?\w+%%?/.test(value)) ?? ''
  const canonical = first('_yoast_wpseo_canonical', 'rank_math_canonical_url')
  return {
    title: cleanLine(first('_yoast_wpseo_title', 'rank_math_title'), 200),
    description: cleanText(first('_yoast_wpseo_metadesc', 'rank_math_description'), 500),
    canonicalUrl: /^https?:\/\/\S+$/i.test(canonical) && URL.canParse(canonical) ? canonical : null,
    isHidden:
      metaOf(field, '_yoast_wpseo_meta-robots-noindex') === '1' ||
      metaOf(field, 'rank_math_robots').includes('noindex'),
  }
}
