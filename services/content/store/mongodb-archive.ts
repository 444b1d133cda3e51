/**
 * Out of the collections and into them again; see `archive.ts`. There is no moment that all documents can be seen at: each article
 * is read with the versions that belong to it then, and what has to be unique among articles is unique in the lines, whatever
 * happened between two readings.
 */
import type { Collection, Documents, Filter } from '@floowe/platform'
import {
  type ArchivedArticle,
  type ArchivedEdition,
  type ArchivedTemplate,
  type ArchivedVersion,
  byId,
  lineOf,
  sorted,
  type StoreArchive,
} from './archive.ts'
import { type Collections, openCollections } from './mongodb-collections.ts'
import {
  type ArticleDoc,
  bodyOf,
  type EditionDoc,
  editionOf,
  fieldsOf,
  keyOf,
  slugKeyOf,
  sourceKeyOf,
  type TemplateDoc,
  termsOf,
  type VersionDoc,
  versionTextOf,
} from './mongodb-documents.ts'
import type { TemplateRecord } from './port.ts'
import { titleOrder } from './title-order.ts'

const pageMaxStandard = 100
const pagesMax = 100_000_000
/** Bodies held at once, as far as their words tell how long they are. One may have 2 MiB. */
const bodyBytesMax = 16 * 1024 * 1024
const bytesPerWord = 24
const bytesPerBody = 1_000
/** Readings of an article whose newest version was folded into the next one in the same moment. */
const readingsMax = 10

type Head = Omit<VersionDoc, 'body'>
type Bodies = Map<string, string>
/** An article with the versions that are to go out, in their order. */
type Gathered = { article: ArchivedArticle; doc: ArticleDoc; heads: Head[] }

/** @param options.pageMax articles read at once; standard 100 */
export function mongodbArchive(documents: Documents, options: { pageMax?: number } = {}): StoreArchive {
  const pageMax = options.pageMax ?? pageMaxStandard
  const opening = openCollections(documents)
  opening.catch(() => undefined)
  const titleKey = titleOrder()
  return {
    lines: async function* (pending) {
      const collections = await opening
      const settleClashes = clashes()
      for await (const page of pagesOf(collections.articles, pageMax)) {
        const known = Map.groupBy(await headsOf(collections, page), headOwner)
        for (const group of groupsOf(page, known))
          for await (const { gathered, bodies, doc } of wholeOf(collections, group)) {
            for (const { event } of doc.pending) if (event !== undefined) pending(event)
            if (!gathered) continue
            yield lineOf(settleClashes(gathered.article))
            yield* versionLines(collections, gathered.heads, bodies)
          }
      }
      for await (const page of pagesOf(collections.templates, pageMax))
        for (const template of page) yield lineOf(archivedTemplate(template))
    },

    write: async (lines) => {
      const collections = await opening
      const { articles, versions, templates } = sorted(lines)
      await replace(
        collections.articles,
        articles.map((article) => articleDoc(article, titleKey)),
      )
      await replace(collections.versions, versions.map(versionDoc))
      await replace(collections.templates, templates.map(templateDoc))
    },

    isEmpty: async () => {
      const { articles, versions, templates } = await opening
      for (const collection of [articles, versions, templates])
        if ((await collection.countDocuments({}, { limit: 1 })) > 0) return false
      return true
    },
  }
}

async function* pagesOf<Doc extends { _id: string }>(
  collection: Collection<Doc>,
  pageMax: number,
): AsyncGenerator<Doc[]> {
  let after = ''
  for (let page = 0; page < pagesMax; page++) {
    const docs = (await collection
      .find({ _id: { $gt: after } } as Filter<Doc>) // every collection of ours has texts as ids
      .sort({ _id: 1 })
      .limit(pageMax)
      .toArray()) as Doc[] // the driver's own way to say that a document has its id
    if (docs.length > 0) yield docs
    if (docs.length < pageMax) return
    after = docs.at(-1)?._id ?? after
  }
}

const headsOf = ({ versions }: Collections, page: readonly ArticleDoc[]): Promise<Head[]> =>
  versions
    .find({
      workspaceId: { $in: [...new Set(page.map(({ workspaceId }) => workspaceId))] },
      articleId: { $in: page.map(({ id }) => id) },
    })
    .project<Head>({ body: 0 })
    .toArray()

const headOwner = ({ workspaceId, articleId }: Head): string => keyOf(workspaceId, articleId)
const bytesOf = (heads: readonly Head[]): number =>
  heads.reduce((sum, { words }) => sum + words * bytesPerWord + bytesPerBody, 0)

type Read = { doc: ArticleDoc; gathered: Gathered | null }
/** Neighbours whose bodies are asked for together. */
function* groupsOf(page: readonly ArticleDoc[], known: ReadonlyMap<string, Head[]>): Generator<Read[]> {
  let group: Read[] = []
  let bytes = 0
  for (const doc of page) {
    const gathered = doc.isDeleted ? null : gatheredOf(doc, known.get(doc._id) ?? [])
    const own = bytesOf(gathered?.heads ?? [])
    if (group.length > 0 && bytes + own > bodyBytesMax) {
      yield group
      group = []
      bytes = 0
    }
    group.push({ doc, gathered })
    bytes += own
  }
  if (group.length > 0) yield group
}

/** With the bodies of all versions, or, where they are too many, of the newest; read again where one of those is gone. */
async function* wholeOf(collections: Collections, group: readonly Read[]): AsyncGenerator<Read & { bodies: Bodies }> {
  const heads = group.flatMap(({ gathered }) => gathered?.heads ?? [])
  const isMuch = bytesOf(heads) > bodyBytesMax
  const wanted = isMuch ? group.flatMap(({ gathered }) => (gathered ? newestIn(gathered) : [])) : heads
  const bodies = await bodiesOf(collections, wanted)
  for (const { doc, gathered } of group) {
    const isWhole = gathered && newestIn(gathered).every(({ _id }) => bodies.has(_id))
    yield doc.isDeleted || isWhole ? { doc, gathered, bodies } : await readAgain(collections, doc)
  }
}

const newestIn = ({ doc, heads }: Gathered): Head[] =>
  heads.filter(({ id }) => doc.editions.some(({ versionId }) => versionId === id))

/** The article has moved on since it was read. */
async function readAgain(collections: Collections, first: ArticleDoc): Promise<Read & { bodies: Bodies }> {
  for (let reading = 1; reading <= readingsMax; reading++) {
    const doc = await collections.articles.findOne({ _id: first._id })
    // Its events were taken before it was taken away.
    if (!doc) return { doc: { ...first, pending: [] }, gathered: null, bodies: new Map() }
    if (doc.isDeleted) return { doc, gathered: null, bodies: new Map() }
    const gathered = gatheredOf(doc, await headsOf(collections, [doc]))
    const bodies = await bodiesOf(collections, gathered ? newestIn(gathered) : [])
    if (gathered && bodies.size === doc.editions.length) return { doc, gathered, bodies }
  }
  throw new Error('an article changes faster than it can be read')
}

async function bodiesOf({ versions }: Collections, heads: readonly Head[]): Promise<Bodies> {
  if (heads.length === 0) return new Map()
  const found = await versions
    .find({ _id: { $in: heads.map(({ _id }) => _id) } })
    .project<Pick<VersionDoc, '_id' | 'body'>>({ body: 1 })
    .toArray()
  return new Map(found.map(({ _id, body }) => [_id, body]))
}

function gatheredOf(doc: ArticleDoc, heads: readonly Head[]): Gathered | null {
  const chosen: Head[] = []
  const editions: ArchivedEdition[] = []
  for (const edition of doc.editions) {
    const own = heads.filter(({ editionId }) => editionId === edition.id)
    const newest = newestOf(doc, edition, own)
    if (!newest) return null
    const older = new Map<number, Head>()
    for (const head of own)
      if (head.unsettledSince === undefined && head.number < newest.number) older.set(head.number, head)
    chosen.push(...older.values(), newest)
    const { articleId: _article, ...record } = editionOf(doc, edition)
    editions.push({ ...record, number: newest.number, versionAt: newest.createdAt.toISOString() })
  }
  const article: ArchivedArticle = {
    ...fieldsOf(doc),
    kind: 'article',
    workspaceId: doc.workspaceId,
    id: doc.id,
    revision: doc.revision,
    titleEditionId: doc.titleEditionId,
    createdAt: doc.createdAt.toISOString(),
    updatedAt: doc.updatedAt.toISOString(),
    trashedAt: doc.trashedAt?.toISOString() ?? null,
    editions: editions.sort(byId),
  }
  const inOrder = (a: Head, b: Head): number =>
    a.editionId === b.editionId ? a.number - b.number : a.editionId < b.editionId ? -1 : 1
  return { article, doc, heads: chosen.sort(inOrder) }
}

/** The newest version as it will be once it is settled; see `mongodb-aftermath.ts`. */
function newestOf(doc: ArticleDoc, edition: EditionDoc, own: readonly Head[]): Head | null {
  const newest = own.find(({ id }) => id === edition.versionId)
  if (!newest || newest.unsettledSince === undefined) return newest ?? null
  const version = doc.pending.find((one) => one.version?.id === newest.id)?.version
  const folded = own.find(({ id }) => id === version?.folds)
  return version && folded?.isFrozen
    ? { ...newest, number: folded.number + 1, createdAt: version.at }
    : { ...newest, number: edition.number, createdAt: edition.versionAt }
}

async function* versionLines(collections: Collections, heads: readonly Head[], bodies: Bodies): AsyncGenerator<string> {
  let more = bodies
  for (const [index, head] of heads.entries()) {
    if (!bodies.has(head._id) && !more.has(head._id)) {
      // The next ones, as many as may be held; one at least.
      const rest = heads.slice(index)
      const end = rest.findIndex((_head, at) => at > 0 && bytesOf(rest.slice(0, at + 1)) > bodyBytesMax)
      more = await bodiesOf(collections, end === -1 ? rest : rest.slice(0, end))
    }
    const body = bodies.get(head._id) ?? more.get(head._id)
    // Or it is an old autosave that was thinned out in this moment.
    if (body !== undefined) yield lineOf(archivedVersion({ ...head, body }))
  }
}

/**
 * While articles are read one after the other, one may take an address that another has given up since it was read. Two editions
 * with one address could not be kept anywhere; the later one gets its id behind it. One source twice: the later one loses it.
 */
function clashes(): (article: ArchivedArticle) => ArchivedArticle {
  const taken = new Set<string>()
  const isTaken = (key: string): boolean => taken.size === taken.add(key).size
  return (article) => {
    const { workspaceId, source } = article
    const isTwice = source !== null && isTaken(`article ${sourceKeyOf(workspaceId, source, '')}`)
    return {
      ...article,
      source: isTwice ? null : source,
      editions: article.editions.map((edition) => {
        const { id, language, slug, imported } = edition
        const isAgain = imported !== null && isTaken(`edition ${sourceKeyOf(workspaceId, imported, '')}`)
        return {
          ...edition,
          slug: isTaken(slugKeyOf(workspaceId, language, slug)) ? `${slug}-${id}` : slug,
          imported: isAgain ? null : imported,
        }
      }),
    }
  }
}

const archivedVersion = (doc: VersionDoc): ArchivedVersion => ({
  ...versionTextOf(doc),
  kind: 'version',
  workspaceId: doc.workspaceId,
  articleId: doc.articleId,
  refs: doc.refs,
  isFrozen: doc.isFrozen,
})

const archivedTemplate = (doc: TemplateDoc): ArchivedTemplate => ({
  kind: 'template',
  workspaceId: doc.workspaceId,
  id: doc.id as TemplateRecord['id'], // written from one
  name: doc.name,
  description: doc.description,
  language: doc.language,
  title: doc.title,
  lead: doc.lead,
  body: bodyOf(doc.body),
  refs: doc.refs,
  createdAt: doc.createdAt.toISOString(),
})

/** May be repeated. */
async function replace<Doc extends { _id: string }>(collection: Collection<Doc>, docs: readonly Doc[]): Promise<void> {
  if (docs.length === 0) return
  await collection.bulkWrite(
    docs.map((doc) => ({
      replaceOne: { filter: { _id: doc._id } as Filter<Doc>, replacement: doc, upsert: true }, // every collection of ours has texts as ids
    })),
    { ordered: false },
  )
}

function articleDoc(article: ArchivedArticle, titleKey: (title: string) => string): ArticleDoc {
  const { workspaceId, id, editions, titleEditionId } = article
  return {
    _id: keyOf(workspaceId, id),
    workspaceId,
    id,
    type: article.type,
    tags: article.tags,
    categories: article.categories,
    authors: article.authors,
    coverId: article.coverId,
    source: article.source,
    extra: JSON.stringify(article.extra),
    importedRevision: article.importedRevision,
    terms: termsOf(article),
    sourceKey: sourceKeyOf(workspaceId, article.source, id),
    titleKey: titleKey(editions.find((edition) => edition.id === titleEditionId)?.title ?? ''),
    titleEditionId,
    revision: article.revision,
    changes: 1,
    createdAt: new Date(article.createdAt),
    updatedAt: new Date(article.updatedAt),
    trashedAt: article.trashedAt === null ? null : new Date(article.trashedAt),
    isDeleted: false,
    editions: editions.map((edition) => editionDoc(workspaceId, edition)),
    pending: [],
  }
}

const editionDoc = (workspaceId: string, edition: ArchivedEdition): EditionDoc => ({
  ...edition,
  createdAt: new Date(edition.createdAt),
  updatedAt: new Date(edition.updatedAt),
  versionAt: new Date(edition.versionAt),
  slugKey: slugKeyOf(workspaceId, edition.language, edition.slug),
  sourceKey: sourceKeyOf(workspaceId, edition.imported, edition.id),
  titleFolded: edition.title.toLowerCase(),
})

const versionDoc = ({ kind: _kind, ...version }: ArchivedVersion): VersionDoc => ({
  ...version,
  _id: keyOf(version.workspaceId, version.id),
  body: JSON.stringify(version.body),
  createdAt: new Date(version.createdAt),
})

const templateDoc = ({ kind: _kind, ...template }: ArchivedTemplate): TemplateDoc => ({
  ...template,
  _id: keyOf(template.workspaceId, template.id),
  body: JSON.stringify(template.body),
  createdAt: new Date(template.createdAt),
})
