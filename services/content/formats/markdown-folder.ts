/**
 * A folder of Markdown files with front matter and pictures, as Hugo, Jekyll, Astro, Obsidian and people by hand keep it.
 *
 * One file is one edition. Files are translations of one article when their front matter has the same `translationKey`, when
 * they are called `name.pl.md` and `name.en.md`, or when they stand at the same place under `pl/` and `en/`.
 */
import { type Body, bodyLimits } from '@floowe/contracts/body'
import { plainInline } from './build-html.ts'
import { cleanLine, instantOf, languageOf, slugFrom } from './clean-text.ts'
import { decodeText } from './decode-text.ts'
import { type FrontMatter, type FrontMatterFields, readFrontMatter } from './front-matter.ts'
import {
  bytesOf,
  type Container,
  type IncomingAttachment,
  type IncomingEntry,
  type IncomingItem,
  type Note,
  type ReadOptions,
  type SourceFile,
  UnreadableContainer,
} from './incoming.ts'
import { laterDate, restrictionOf, templateNote, withPlainLinks } from './markdown-conventions.ts'
import { checked, permalinkOf, skipped, term, terms } from './item-fields.ts'
import { readMarkdown } from './read-markdown.ts'
import { sourcesIn, withSources } from './sources.ts'
import { unsafePath } from './zip.ts'

export const markdownFile = /\.(?:md|markdown|mdown|mkdn?|mdx)$/i
const fileBytesMax = 4 * 1024 * 1024

export type LeftOut = { path: string; code: string; reason: string }
type Folder = {
  files: ReadonlyMap<string, SourceFile>
  /** Paths by their last part. */
  names: ReadonlyMap<string, readonly string[]>
  groups: ReadonlyMap<string, string>
  options: ReadOptions
}

/**
 * @param files the whole folder, paths with `/`. @param leftOut what an archive already refused. @param close frees the archive.
 * @throws UnreadableContainer: nothing-to-import
 */
export function openMarkdownFolder(
  files: readonly SourceFile[],
  options: ReadOptions,
  leftOut: readonly LeftOut[] = [],
  close: () => Promise<void> = async () => {},
): Container {
  const { known, refused } = safeFiles(files)
  const articles = [...known.values()]
    .filter((file) => markdownFile.test(file.path) && !isHidden(file.path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  if (articles.length === 0)
    throw new UnreadableContainer(
      'nothing-to-import',
      files[0]?.path ?? 'folder',
      null,
      'There is no Markdown file in it.',
    )
  const names = Map.groupBy(known.keys(), lastOf)
  const folder: Folder = { files: known, names, groups: groupsOf(articles.map((file) => file.path)), options }
  const bad = [...leftOut, ...refused]
  return {
    format: 'markdown',
    total: articles.length + bad.length,
    notes: [...otherFiles([...known.keys()]), ...hiddenFiles([...known.keys()])],
    attachments: [],
    async *entries() {
      for (const { path, code, reason } of bad)
        yield skipped(`markdown:${path}`, path, { file: path, line: null }, code, reason)
      for (const file of articles) yield readEntry(file, folder)
    },
    file: (location) => known.get(location) ?? null,
    close,
  }
}

function safeFiles(files: readonly SourceFile[]): { known: Map<string, SourceFile>; refused: LeftOut[] } {
  const known = new Map<string, SourceFile>()
  const refused: LeftOut[] = []
  const paths = files.map((file) =>
    file.path
      .normalize('NFC')
      .replaceAll('\\', '/')
      .replace(/^(?:\.\/)+/, ''),
  )
  const root = commonRoot(paths)
  files.forEach((file, index) => {
    const path = (paths[index] ?? '').slice(root.length)
    const problem =
      unsafePath(path) ?? (known.has(path) ? (['doubled', 'There is another file of this name.'] as const) : null)
    if (problem)
      refused.push({ path: path.replace(/\p{Cc}/gu, '').slice(0, 200), code: problem[0], reason: problem[1] })
    else known.set(path, { path, size: file.size, open: (from, to) => file.open(from, to) })
  })
  return { known, refused }
}

/** What programs keep for themselves: `.obsidian/`, `.git/`, `node_modules/`. */
const isHidden = (path: string): boolean => /(?:^|\/)(?:\.[^/]+|node_modules)\//.test(path)

function hiddenFiles(paths: readonly string[]): Note[] {
  const hidden = paths.filter((path) => markdownFile.test(path) && isHidden(path))
  if (hidden.length === 0) return []
  const named = hidden.slice(0, 10).map((path) => cleanLine(path, 100))
  return [
    {
      code: 'hidden-files',
      text: `Files in hidden folders are not read (${hidden.length}): ${named.join(', ')}${hidden.length > 10 ? ' …' : ''}.`,
      values: { count: hidden.length, files: named.join(', ') },
    },
  ]
}

/** Texts and data in other forms, which nothing reads; pictures and the like are taken where a text shows them. */
function otherFiles(paths: readonly string[]): Note[] {
  const others = paths.filter((path) =>
    /\.(?:html?|txt|org|rst|adoc|asciidoc|textile|docx?|odt|ipynb|xml|json)$/i.test(path),
  )
  if (others.length === 0) return []
  const named = others.slice(0, 10).map((path) => cleanLine(path, 100))
  return [
    {
      code: 'other-files',
      text: `Files that are no Markdown are not read (${others.length}): ${named.join(', ')}${others.length > 10 ? ' …' : ''}.`,
      values: { count: others.length, files: named.join(', ') },
    },
  ]
}

/** The one folder that everything lies in: `my-blog/`, which says nothing of the content. */
function commonRoot(paths: readonly string[]): string {
  const root = /^[^/]+\//.exec(paths[0] ?? '')?.[0] ?? ''
  return root !== '' &&
    paths.length > 1 &&
    !unsafePath(root) &&
    languageFolder(root.slice(0, -1)) === null &&
    paths.every((path) => path.startsWith(root))
    ? root
    : ''
}

/** Codes of ISO 639-1 that are used as folder names; the rest would take `is/` or `no/` for languages. */
const folderLanguages = new Set(
  'ar bg bs cs da de el en es et fi fr ga he hr hu it ja ko lt lv mk nl pl pt ro ru sk sl sq sr sv tr uk zh'.split(' '),
)
const languageFolder = (name: string): string | null => {
  const language = /^[a-z]{2}(?:[-_][a-z]{2})?$/i.test(name) ? languageOf(name) : null
  return language && folderLanguages.has(language.slice(0, 2)) ? language : null
}

/** What a path says: language, and the path without it. */
function placeOf(path: string): { language: string | null; group: string } {
  const suffix = /^(.*)\.([a-z]{2}(?:[-_][a-z]{2})?)(\.\w+)$/i.exec(path)
  if (suffix?.[2] && languageFolder(suffix[2]))
    return { language: languageFolder(suffix[2]), group: `${suffix[1]}${suffix[3]}` }
  const parts = path.split('/')
  const at = parts.slice(0, -1).findIndex((part) => languageFolder(part) !== null)
  return at === -1
    ? { language: null, group: path }
    : { language: languageFolder(parts[at] ?? ''), group: parts.toSpliced(at, 1).join('/') }
}

/** Path → group, for those that are not alone in it. */
function groupsOf(paths: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>()
  for (const path of paths) counts.set(placeOf(path).group, (counts.get(placeOf(path).group) ?? 0) + 1)
  return new Map(
    paths.filter((path) => (counts.get(placeOf(path).group) ?? 0) > 1).map((path) => [path, placeOf(path).group]),
  )
}

async function readEntry(file: SourceFile, folder: Folder): Promise<IncomingEntry> {
  const { path } = file
  const place = { file: path, line: null }
  const name = path.split('/').at(-1) ?? path
  const bytes = await bytesOf(file, fileBytesMax)
  if (!bytes)
    return skipped(
      `markdown:${path}`,
      path,
      place,
      'file-too-large',
      `The file is larger than ${fileBytesMax / 1024 / 1024} MiB.`,
    )
  const decoded = decodeText(bytes)
  const front = readFrontMatter(decoded.text.replace(/\r\n?/g, '\n'), path)
  if (front.kind === 'problem') {
    const { line, code, reason } = front
    return skipped(`markdown:${path}`, path, { file: path, line }, code, `Line ${line}: ${reason}`, { line, reason })
  }
  if (/^(?:readme|license|licence|contributing|changelog)\./i.test(name) && front.format === 'none')
    return skipped(`markdown:${path}`, path, place, 'no-article', 'A file about the folder, not an article.')
  if (/^_index\./i.test(name))
    return skipped(
      `markdown:${path}`,
      path,
      place,
      'no-article',
      'A section page of the site generator, not an article.',
    )
  const megabytes = bodyLimits.bytesMax / 1024 / 1024
  if (front.content.length > bodyLimits.bytesMax)
    return skipped(`markdown:${path}`, path, place, 'body-too-large', `The text is larger than ${megabytes} MiB.`)
  const content = withPlainLinks(front.content, (named) => fileNamed(path, named, folder))
  const read = await readMarkdown(content, folder.options.ids)
  if (!read)
    return skipped(
      `markdown:${path}`,
      path,
      place,
      'too-crowded',
      'The text takes too long to read: a part of it holds too many signs of Markdown.',
    )
  const item = itemOf(path, front, read, folder)
  if (decoded.isGuessed)
    item.notes.push({ code: 'encoding-guessed', text: 'The file is not UTF-8; it was read as windows-1250.' })
  return checked(item)
}

function itemOf(path: string, front: FrontMatter, read: { body: Body; notes: Note[] }, folder: Folder): IncomingItem {
  const { fields } = front
  const notes = [...front.notes, ...read.notes]
  const words = titleOf(path, fields, read.body, notes)
  const where = placeOf(path)
  const language = fields.language ?? where.language
  const named = nameOf(path)
  const { now } = folder.options
  const date = laterDate(fields.extra, now) ?? fields.date ?? named.date
  const restriction = restrictionOf(fields.extra, path, now)
  if (restriction) notes.push(restriction.note)
  notes.push(...templateNote(words.body))
  const body = withSources(words.body, { href: (address) => articleLink(path, address, folder.files) })
  const cover = fields.cover
  return {
    kind: 'item',
    sourceId:
      fields.id === null
        ? `markdown:${path}`
        : `markdown:${fields.id}${language && !fields.id.startsWith('floowe:') ? `@${language}` : ''}`,
    groupId: groupOf(path, fields, folder),
    type: fields.type ?? 'article',
    language,
    title: words.title,
    slug: fields.slug ?? (named.words ? slugFrom(named.words) : null),
    lead: fields.lead ?? '',
    body,
    status: restriction?.status ?? statusOf(fields, date, now),
    date,
    updated: fields.updated,
    authors: terms(fields.authors.map((name) => term(name))),
    tags: terms(fields.tags.map((name) => term(name))),
    categories: terms(fields.categories.map((name) => term(name))),
    cover,
    permalinks: [...new Set(fields.permalinks.flatMap((address) => permalinkOf(address) ?? []))],
    meta: {
      title: fields.meta.title ?? '',
      description: fields.meta.description ?? '',
      canonicalUrl: fields.meta.canonicalUrl,
      isHidden: fields.meta.isHidden === true,
    },
    attachments: attachmentsOf(path, body, cover, folder, notes),
    extra: fields.extra,
    place: { file: path, line: front.contentLine },
    notes,
  }
}

function groupOf(path: string, fields: FrontMatterFields, { groups }: Folder): string | null {
  if (fields.translationKey !== null) return `markdown:key:${fields.translationKey}`
  const group = groups.get(path)
  return group === undefined ? null : `markdown:${group}`
}

function statusOf({ draft, status }: FrontMatterFields, date: string | null, now: number): IncomingItem['status'] {
  if (
    draft === true ||
    (status !== null && ['draft', 'idea', 'changes-requested', 'on-hold', 'archived'].includes(status))
  )
    return 'draft'
  if (status !== null && ['in-review', 'review', 'pending'].includes(status)) return 'in-review'
  if (status === 'private') return 'private'
  return date !== null && Date.parse(date) > now ? 'scheduled' : 'published'
}

/** `2024-05-01-a-title.md` and `a-title/index.md` name their article. */
function nameOf(path: string): { date: string | null; words: string } {
  const parts = placeOf(path).group.split('/')
  const base = (parts.at(-1) ?? '').replace(markdownFile, '')
  const name = /^index$/i.test(base) && parts.length > 1 ? (parts.at(-2) ?? base) : base
  const dated = /^(\d{4}-\d{2}-\d{2})[-_ ](.+)$/.exec(name)
  return dated?.[2] ? { date: instantOf(dated[1]), words: dated[2] } : { date: null, words: name }
}

/** The front matter's title, else the first heading, which then leaves the text, else the file's name. */
function titleOf(path: string, fields: FrontMatterFields, body: Body, notes: Note[]): { title: string; body: Body } {
  const [first, ...rest] = body.content
  const heading =
    first?.type === 'heading' && first.attrs?.level === 1 ? cleanLine(plainInline(first.content ?? []), 300) : ''
  if (heading !== '' && (fields.title === null || heading === fields.title)) {
    notes.push(
      fields.title === null
        ? { code: 'title-from-heading', text: 'The first heading became the title.' }
        : { code: 'title-repeated', text: 'The text began with its own title; it is not repeated.' },
    )
    return { title: heading, body: { type: 'doc', content: rest } }
  }
  if (fields.title !== null) return { title: fields.title, body }
  const words = nameOf(path).words.replace(/[-_]+/g, ' ').trim()
  notes.push({ code: 'title-from-name', text: 'There is no title; it was made from the name of the file.' })
  return { title: cleanLine(words.charAt(0).toUpperCase() + words.slice(1), 300), body }
}

function attachmentsOf(
  path: string,
  body: Body,
  cover: IncomingItem['cover'],
  folder: Folder,
  notes: Note[],
): IncomingAttachment[] {
  const found = sourcesIn(body)
  const wanted: { ref: string; role: IncomingAttachment['role'] }[] = [
    ...(cover ? [{ ref: cover.ref, role: 'cover' as const }] : []),
    ...found.src.map((ref) => ({ ref, role: 'image' as const })),
    ...found.href
      .filter((href) => isLocal(href) && !href.startsWith('#') && !markdownFile.test(href.replace(/[?#].*$/, '')))
      .map((ref) => ({ ref, role: 'link' as const })),
  ]
  return wanted.flatMap(({ ref, role }): IncomingAttachment[] => {
    const words = {
      alt: role === 'cover' ? (cover?.alt ?? '') : '',
      title: '',
      caption: role === 'cover' ? (cover?.caption ?? '') : '',
    }
    if (/^https?:\/\//i.test(ref))
      return role === 'link' || !URL.canParse(ref) ? [] : [{ ref, role, kind: 'remote', location: ref, ...words }]
    if (!isLocal(ref)) return []
    const location = findFile(path, ref, folder.files)
    if (location) return [{ ref, role, kind: 'local', location, ...words }]
    if (role !== 'link')
      notes.push({
        code: 'file-missing',
        text: `The file "${ref.slice(0, 200)}" is not in the folder.`,
        values: { file: ref.slice(0, 200) },
      })
    return []
  })
}

const isLocal = (ref: string): boolean => ref !== '' && !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(ref)

/** A file by the name that Obsidian knows it by: a path, or its last parts, with or without `.md`. */
function fileNamed(path: string, name: string, { files, names }: Folder): string | null {
  const plain = name.normalize('NFC')
  for (const wanted of [plain, `${plain}.md`]) {
    if (findFile(path, encodeURI(wanted), files)) return encodeURI(wanted)
    const found = names.get(lastOf(wanted))?.find((known) => known.endsWith(`/${wanted}`))
    if (found !== undefined) return encodeURI(`/${found}`)
  }
  return null
}
const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** A link to another article of the folder, by the slug that its name gives it. */
function articleLink(path: string, address: string, files: ReadonlyMap<string, SourceFile>): string | null {
  if (!isLocal(address) || !markdownFile.test(address.replace(/[?#].*$/, ''))) return null
  const file = findFile(path, address, files)
  const slug = file && slugFrom(nameOf(file).words)
  return slug ? `${slug}.md${/#.*$/.exec(address)?.[0] ?? ''}` : null
}

/** Beside the article; for `/path` at the root, and where site generators keep such files. Never outside the folder. */
function findFile(path: string, ref: string, files: ReadonlyMap<string, SourceFile>): string | null {
  const plain = ref.replace(/[?#].*$/, '')
  let decoded = plain
  try {
    decoded = decodeURIComponent(plain)
  } catch {
    // Not percent-encoded.
  }
  for (const name of [plain, decoded].map((each) => each.normalize('NFC').replaceAll('\\', '/'))) {
    const folders = name.startsWith('/')
      ? ['', 'static', 'public', 'assets', 'source', 'src']
      : [path.split('/').slice(0, -1).join('/'), '', 'static', 'public']
    for (const base of folders) {
      const location = joined(base, name)
      if (location !== null && files.has(location)) return location
    }
  }
  return null
}

function joined(base: string, name: string): string | null {
  const parts: string[] = []
  for (const part of [...base.split('/'), ...name.split('/')]) {
    if (part === '..') {
      if (parts.pop() === undefined) return null
    } else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
