/**
 * Ghost's JSON export. The text is taken from its HTML; Ghost's own editor formats say the same and are left aside.
 *
 * The export leaves out the address of the site it came from (`__GHOST_URL__`); pictures then are found in the archive around
 * it, or stay as they are with a note.
 */
import { cleanLine, cleanText, instantOf, languageOf, slugOfSource } from './clean-text.ts'
import { htmlToBody } from './html.ts'
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
import { checked, remoteAttachments, skipped, term, terms, within } from './item-fields.ts'
import { fieldsOf, type Row, rowsOf } from './json-elements.ts'
import { lossReport } from './loss-report.ts'
import { parseHtml, textIn } from './parse-html.ts'
import { sourcesIn } from './sources.ts'

type Fields = Record<string, unknown>
type Tables = {
  posts: number
  tags: Map<string, IncomingTerm & { isInternal: boolean }>
  users: Map<string, IncomingTerm>
  tagsOf: Map<string, { id: string; order: number }[]>
  authorsOf: Map<string, { id: string; order: number }[]>
  meta: Map<string, Fields>
  language: string | null
}

/** Links between rows that are kept in memory. */
const linksMax = 2_000_000

/** @throws UnreadableContainer: broken-json, not-ghost */
export async function openGhost(file: SourceFile, options: ReadOptions): Promise<Container> {
  const tables = await readTables(file, options)
  if (tables.posts === 0)
    throw new UnreadableContainer('not-ghost', file.path, null, 'It holds no posts of a Ghost export.')
  return {
    format: 'ghost',
    total: tables.posts,
    notes: [],
    attachments: [],
    async *entries() {
      for await (const row of rowsOf(file)) if (row.table === 'posts') yield readPost(row, file, tables, options)
    },
    file: () => null,
    close: async () => {},
  }
}

async function readTables(file: SourceFile, options: ReadOptions): Promise<Tables> {
  const tables: Tables = {
    posts: 0,
    tags: new Map(),
    users: new Map(),
    tagsOf: new Map(),
    authorsOf: new Map(),
    meta: new Map(),
    language: null,
  }
  let links = 0
  for await (const row of rowsOf(file, options.onProgress)) {
    // Parsed here as well, so that a broken row refuses the whole before anything is taken.
    const fields = row.text === null ? {} : fieldsOf(row, file.path)
    if (row.table === 'posts') tables.posts += 1
    else readRow(row.table, fields, tables)
    if (row.table === 'posts_tags' || row.table === 'posts_authors') links += 1
    if (links > linksMax)
      throw new UnreadableContainer(
        'not-ghost',
        file.path,
        row.line,
        'It holds more links between posts and tags than can be read.',
      )
  }
  return tables
}

const text = (fields: Fields, name: string): string =>
  typeof fields[name] === 'string' || typeof fields[name] === 'number' ? String(fields[name]) : ''

function readRow(table: string, fields: Fields, tables: Tables): void {
  const id = text(fields, 'id')
  if (table === 'tags')
    tables.tags.set(id, {
      ...term(text(fields, 'name'), {
        slug: slugOfSource(text(fields, 'slug')),
        description: cleanText(fields.description, 1000),
      }),
      isInternal: fields.visibility === 'internal' || text(fields, 'name').startsWith('#'),
    })
  else if (table === 'users')
    tables.users.set(
      id,
      term(text(fields, 'name'), {
        slug: slugOfSource(text(fields, 'slug')),
        description: cleanText(fields.bio, 1000),
      }),
    )
  else if (table === 'posts_tags') link(tables.tagsOf, fields, 'tag_id')
  else if (table === 'posts_authors') link(tables.authorsOf, fields, 'author_id')
  else if (table === 'posts_meta') tables.meta.set(text(fields, 'post_id'), fields)
  else if (table === 'settings' && (fields.key === 'locale' || fields.key === 'lang'))
    tables.language = languageOf(fields.value)
}

function link(links: Tables['tagsOf'], fields: Fields, to: string): void {
  const post = text(fields, 'post_id')
  const known = links.get(post) ?? []
  known.push({ id: text(fields, to), order: Number(fields.sort_order) || 0 })
  links.set(post, known)
}

function linked<Found>(links: Tables['tagsOf'], post: string, found: ReadonlyMap<string, Found>): Found[] {
  return (links.get(post) ?? []).toSorted((a, b) => a.order - b.order).flatMap(({ id }) => found.get(id) ?? [])
}

function readPost(row: Row, file: SourceFile, tables: Tables, options: ReadOptions): IncomingEntry {
  const place = { file: file.path, line: row.line }
  if (row.text === null)
    return skipped(`ghost:line-${row.line}`, '', place, 'too-large', 'The post is larger than 16 MiB.')
  const fields = fieldsOf(row, file.path)
  const id = text(fields, 'id') || text(fields, 'uuid')
  const title = text(fields, 'title')
  if (id === '') return skipped(`ghost:line-${row.line}`, title, place, 'no-id', 'The post has no id.')
  const more = tables.meta.get(text(fields, 'id')) ?? {}
  const html = text(fields, 'html').replaceAll('__GHOST_URL__', '')
  const notes: Note[] = []
  const words = {
    title: within('title', title, notes),
    lead: within('lead', text(fields, 'custom_excerpt'), notes),
  }
  const read = htmlToBody(html, { ids: options.ids })
  notes.push(...read.notes, ...lossReport(html, read.body))
  if (html.trim() === '' && (text(fields, 'lexical') || text(fields, 'mobiledoc')))
    notes.push({ code: 'text-without-html', text: 'The post has no HTML; its text could not be taken.' })
  if (text(fields, 'codeinjection_head') || text(fields, 'codeinjection_foot'))
    notes.push({ code: 'code-left-out', text: 'Code that was injected into the page is not taken.' })
  const cover = coverOf(fields, more)
  const tags = linked(tables.tagsOf, text(fields, 'id'), tables.tags)
  const hidden = tags.filter((tag) => tag.isInternal)
  if (hidden.length > 0)
    notes.push({
      code: 'tags-left-out',
      text: `Internal tags are not taken: ${hidden.map((tag) => tag.name).join(', ')}.`,
      values: { tags: hidden.map((tag) => tag.name).join(', ') },
    })
  const authors = linked(tables.authorsOf, text(fields, 'id'), tables.users)
  const onlyAuthor = tables.users.get(text(fields, 'author_id'))
  const slug = slugOfSource(text(fields, 'slug'))
  const published = instantOf(fields.published_at)
  return checked({
    kind: 'item',
    sourceId: `ghost:${id}`,
    groupId: null,
    type: fields.type === 'page' || fields.page === 1 || fields.page === true ? 'page' : 'article',
    language: languageOf(fields.locale) ?? tables.language,
    ...words,
    slug,
    body: read.body,
    status: statusOf(fields, published, options.now, notes),
    date: published ?? instantOf(fields.created_at),
    updated: instantOf(fields.updated_at),
    authors: terms(authors.length > 0 ? authors : onlyAuthor ? [onlyAuthor] : []),
    tags: terms(tags.flatMap(({ isInternal, ...tag }) => (isInternal ? [] : [tag]))),
    categories: [],
    cover,
    permalinks: slug && fields.status !== 'draft' ? [`/${slug}/`] : [],
    meta: {
      title: cleanLine(more.meta_title ?? fields.meta_title, 200),
      description: cleanText(more.meta_description ?? fields.meta_description, 500),
      canonicalUrl: addressOf(fields.canonical_url),
      isHidden: false,
    },
    attachments: attachmentsOf(read.body, cover, notes),
    extra: {},
    place,
    notes,
  })
}

const addressOf = (value: unknown): string | null =>
  typeof value === 'string' && /^https?:\/\/\S+$/i.test(value) && URL.canParse(value) ? value : null

function coverOf(fields: Fields, more: Fields): IncomingItem['cover'] {
  const ref = text(fields, 'feature_image').replaceAll('__GHOST_URL__', '').trim()
  const caption = textIn(parseHtml(text(more, 'feature_image_caption')).children)
    .replace(/\s+/g, ' ')
    .trim()
  return ref ? { ref, alt: cleanLine(more.feature_image_alt, 500), caption: cleanLine(caption, 500) } : null
}

/** Pictures of other sites; those of the site itself by their place in an archive around the export. */
function attachmentsOf(body: IncomingItem['body'], cover: IncomingItem['cover'], notes: Note[]): IncomingAttachment[] {
  const own = (
    ref: string,
    role: IncomingAttachment['role'],
    words = { alt: '', caption: '' },
  ): IncomingAttachment[] =>
    ref.startsWith('/') && !ref.startsWith('//')
      ? [{ ref, role, kind: 'local', location: ref.slice(1), title: '', ...words }]
      : []
  const locals = [
    ...(cover ? own(cover.ref, 'cover', { alt: cover.alt, caption: cover.caption }) : []),
    ...sourcesIn(body).src.flatMap((src) => own(src, 'image')),
    ...sourcesIn(body)
      .href.filter((href) => href.startsWith('/content/'))
      .flatMap((href) => own(href, 'link')),
  ]
  if (locals.length > 0)
    notes.push({
      code: 'site-address-unknown',
      text: 'The export leaves out its site; its own pictures are taken only from an archive with them.',
      values: { count: locals.length },
    })
  const others = remoteAttachments(body, cover, null, notes)
  return [...locals, ...others]
}

function statusOf(fields: Fields, published: string | null, now: number, notes: Note[]): IncomingItem['status'] {
  const visibility = text(fields, 'visibility')
  const isForAll = visibility === '' || visibility === 'public'
  if (!isForAll)
    notes.push({
      code: 'for-members',
      text: `The post was for some readers only (${visibility}).`,
      values: { visibility },
    })
  if (fields.status === 'sent') notes.push({ code: 'newsletter-only', text: 'The post went out by e-mail only.' })
  if (fields.status === 'draft') return 'draft'
  if (!isForAll || fields.status === 'sent') return 'private'
  return fields.status === 'scheduled' || (published !== null && Date.parse(published) > now)
    ? 'scheduled'
    : 'published'
}
