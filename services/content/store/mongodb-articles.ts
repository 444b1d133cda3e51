/** Articles as documents: each change is one update of one document, worked out from what was read and written only over that. */
import type { Clock, Database, Filter, NewEvent } from '@floowe/platform'
import { brokenIndex } from '@floowe/platform'
import { type Aftermath, pendingEvents, pendingVersion, refuseFull } from './mongodb-aftermath.ts'
import type { Collections } from './mongodb-collections.ts'
import {
  type ArticleDoc,
  articleOf,
  type EditionDoc,
  fieldsOf,
  keyOf,
  slugKeyOf,
  sourceKeyOf,
  termsOf,
  type VersionDoc,
} from './mongodb-documents.ts'
import type { ArticleFields, ArticleFilter, ContentStore, Creation, NewEdition } from './port.ts'

type Articles = Pick<
  ContentStore,
  'create' | 'changeArticle' | 'deleteArticle' | 'replaceTerm' | 'listArticles' | 'countArticles'
>
/** What the pieces of the store share. */
export type Parts = {
  db: Database
  clock: Clock
  collections: Collections
  aftermath: Aftermath
  /** See `title-order.ts`. */
  titleKey: (title: string) => string
}

/** Changes of one article that may come between reading and writing it. */
const racesMax = 50
/** Articles that a term is taken off at once; at most two million. */
const pieceMax = 200
const piecesMax = 10_000

export function articlesIn(parts: Parts): Articles {
  const { db, clock, collections, aftermath } = parts
  const { articles } = collections
  const pendingOf = (events: readonly NewEvent[]) => pendingEvents(db.formEvents(events), new Date(clock.now()))
  return {
    create: createCreating(parts),

    changeArticle: async (workspaceId, id, change, events) => {
      const { basedOn, trashedAt, at, ...fields } = change
      const key = keyOf(workspaceId, id)
      const pending = pendingOf(events)
      for (let race = 0; race < racesMax; race++) {
        const doc = await articles.findOne({ _id: key, isDeleted: false })
        if (!doc) return null
        if (basedOn !== undefined && doc.revision !== basedOn)
          return { stale: { current: doc.revision, updatedAt: doc.updatedAt.toISOString(), updatedBy: '' } }
        refuseFull(doc)
        const isChanged = Object.keys(fields).length > 0
        const changed = await articles.updateOne(
          { _id: key, isDeleted: false, changes: doc.changes },
          {
            $set: {
              ...(isChanged && setOf(workspaceId, id, { ...fieldsOf(doc), ...fields })),
              updatedAt: new Date(at),
              ...(trashedAt !== undefined && { trashedAt: trashedAt === null ? null : new Date(trashedAt) }),
            },
            $inc: { changes: 1, revision: isChanged ? 1 : 0 },
            ...(pending.length > 0 && { $push: { pending: { $each: pending } } }),
          },
        )
        if (changed.matchedCount === 0) continue
        if (pending.length > 0) await aftermath.follow(key)
        return 'changed'
      }
      throw new Error('an article changes faster than it can be read')
    },

    deleteArticle: async (workspaceId, id, events) => {
      const key = keyOf(workspaceId, id)
      const since = new Date(clock.now())
      // Its addresses and sources are free from now on; what stands in their place belongs to nobody else.
      const grave = { slugKey: key, sourceKey: key } as EditionDoc // nobody reads editions of a deleted article
      const gone = await articles.updateOne(
        { _id: key, isDeleted: false },
        {
          $set: { isDeleted: true, sourceKey: key, editions: [grave], terms: [], coverId: null, trashedAt: null },
          $push: { pending: { $each: [...pendingOf(events), { id: key, since }] } },
        },
      )
      if (gone.matchedCount === 0) return false
      await aftermath.follow(key)
      return true
    },

    replaceTerm: async (workspaceId, term, by, events) => {
      const replaced = (ids: ArticleFields['tags']): ArticleFields['tags'] => [
        ...new Set(ids.flatMap((id) => (id === term ? (by ? [by] : []) : [id]))),
      ]
      for (let piece = 0; piece < piecesMax; piece++) {
        const found = await articles
          .find({ workspaceId, isDeleted: false, terms: term })
          .limit(pieceMax)
          .project<Pick<ArticleDoc, '_id' | 'changes' | 'tags' | 'categories' | 'authors'>>({
            changes: 1,
            tags: 1,
            categories: 1,
            authors: 1,
          })
          .toArray()
        if (found.length === 0) break
        // One that changed meanwhile is found again.
        await articles.bulkWrite(
          found.map(({ _id, changes, ...terms }) => {
            const next = {
              tags: replaced(terms.tags),
              categories: replaced(terms.categories),
              authors: replaced(terms.authors),
            }
            return {
              updateOne: {
                filter: { _id, isDeleted: false, changes },
                update: { $set: { ...next, terms: termsOf(next) }, $inc: { changes: 1 } },
              },
            }
          }),
          { ordered: false },
        )
      }
      // No single document tells of it: whoever is killed before this line has not answered, and is asked again.
      await db.takeEvents(db.formEvents(events))
    },

    listArticles: async (workspaceId, filter) => {
      const where = conditions(workspaceId, filter)
      const order = {
        updated: { updatedAt: -1, id: -1 },
        created: { createdAt: -1, id: -1 },
        title: { titleKey: 1, id: 1 },
      } as const
      const [docs, total] = await Promise.all([
        articles
          .find(where)
          .sort(order[filter.sort ?? 'updated'])
          .skip(filter.offset)
          .limit(filter.limit)
          .toArray(),
        articles.countDocuments(where),
      ])
      return { items: docs.map(articleOf), total }
    },

    countArticles: (workspaceId, by) =>
      'terms' in by
        ? countByTerm(collections, workspaceId, by.terms)
        : countByMedia(collections, workspaceId, by.media),
  }
}

const setOf = (workspaceId: string, id: string, { extra, ...fields }: ArticleFields) => ({
  ...fields,
  extra: JSON.stringify(extra),
  terms: termsOf(fields),
  sourceKey: sourceKeyOf(workspaceId, fields.source, id),
})

/** Versions first, seen by nobody; then the article, or its new editions, in one write. */
function createCreating({
  db,
  clock,
  collections: { articles, versions },
  aftermath,
  titleKey,
}: Parts): ContentStore['create'] {
  const insert = async (workspaceId: string, creation: Creation, fields: ArticleFields, doc: Written) => {
    const { articleId, at, editions } = creation
    await articles.insertOne({
      ...setOf(workspaceId, articleId, fields),
      _id: keyOf(workspaceId, articleId),
      workspaceId,
      id: articleId,
      titleKey: titleKey(editions[0]?.title ?? ''),
      titleEditionId: editions[0]?.id ?? articleId,
      revision: 1,
      changes: 1,
      createdAt: new Date(creation.madeAt ?? at),
      updatedAt: new Date(at),
      trashedAt: null,
      isDeleted: false,
      ...doc,
    })
  }
  const add = async (workspaceId: string, creation: Creation, doc: Written) => {
    const _id = keyOf(workspaceId, creation.articleId)
    const languages = doc.editions.map(({ language }) => language)
    const sources = doc.editions.map(({ sourceKey }) => sourceKey)
    // Unique indexes hold between documents; within one, its own update has to look.
    const added = await articles.updateOne(
      { _id, isDeleted: false, 'editions.language': { $nin: languages }, 'editions.sourceKey': { $nin: sources } },
      {
        $set: { updatedAt: new Date(creation.at) },
        $push: { editions: { $each: doc.editions }, pending: { $each: doc.pending } },
      },
    )
    if (added.matchedCount > 0) return 'created'
    const there = await articles.findOne({ _id, isDeleted: false })
    if (!there) throw new Error('an edition needs its article')
    return there.editions.some(({ language }) => languages.includes(language)) ? 'language-taken' : 'source-taken'
  }

  const writing = async (workspaceId: string, creation: Creation, doc: Written): ReturnType<ContentStore['create']> => {
    try {
      if (!creation.article) return await add(workspaceId, creation, doc)
      await insert(workspaceId, creation, creation.article, doc)
      return 'created'
    } catch (error) {
      const broken = brokenIndex(error)
      if (broken === 'editions_slug') return 'slug-taken'
      if (broken === 'editions_source' || broken === 'articles_source') return 'source-taken'
      throw error
    }
  }

  return async (workspaceId, creation, events) => {
    const { articleId, editions } = creation
    if (isDouble(editions.map(({ language }) => language))) return 'language-taken'
    if (editions.length === 0) throw new Error('an article has an edition')
    const since = new Date(clock.now())
    const at = new Date(creation.at)
    const doc: Written = {
      editions: editions.map((edition) => editionDoc(workspaceId, creation, edition)),
      pending: [
        ...editions.map(({ id, versionId }) =>
          pendingVersion({ id: versionId, editionId: id, folds: null, at }, since),
        ),
        ...pendingEvents(db.formEvents(events), since),
      ],
    }
    if (isDouble(doc.editions.map(({ sourceKey }) => sourceKey))) return 'source-taken'
    const texts = editions.map((edition) => versionDoc(workspaceId, creation, edition, since))
    await versions.insertMany(texts)
    const outcome = await writing(workspaceId, creation, doc)
    if (outcome === 'created') await aftermath.follow(keyOf(workspaceId, articleId))
    else await versions.deleteMany({ _id: { $in: texts.map(({ _id }) => _id) }, unsettledSince: { $exists: true } })
    return outcome
  }
}

const isDouble = (values: readonly string[]): boolean => new Set(values).size < values.length

type Written = Pick<ArticleDoc, 'editions' | 'pending'>

const editionDoc = (workspaceId: string, { at, by }: Creation, edition: NewEdition): EditionDoc => ({
  id: edition.id,
  language: edition.language,
  slug: edition.slug,
  title: edition.title,
  lead: edition.lead,
  meta: edition.meta,
  status: edition.status,
  revision: 1,
  versionId: edition.versionId,
  words: edition.words,
  refs: edition.refs,
  keepsSlug: edition.keepsSlug,
  permalinks: edition.permalinks,
  imported: edition.imported,
  newest: { reason: edition.reason, by, at },
  createdAt: new Date(at),
  updatedAt: new Date(at),
  updatedBy: by,
  number: 1,
  versionAt: new Date(at),
  slugKey: slugKeyOf(workspaceId, edition.language, edition.slug),
  sourceKey: sourceKeyOf(workspaceId, edition.imported, edition.id),
  titleFolded: edition.title.toLowerCase(),
})

const versionDoc = (
  workspaceId: string,
  { articleId, at, by }: Creation,
  edition: NewEdition,
  unsettledSince: Date,
): VersionDoc => ({
  _id: keyOf(workspaceId, edition.versionId),
  workspaceId,
  id: edition.versionId,
  articleId,
  editionId: edition.id,
  number: 1,
  reason: edition.reason,
  title: edition.title,
  slug: edition.slug,
  lead: edition.lead,
  meta: edition.meta,
  note: edition.note,
  words: edition.words,
  refs: edition.refs,
  body: JSON.stringify(edition.body),
  isFrozen: false,
  createdAt: new Date(at),
  createdBy: by,
  unsettledSince,
})

function conditions(workspaceId: string, filter: ArticleFilter): Filter<ArticleDoc> {
  const parts: Filter<ArticleDoc>[] = [{ workspaceId, isDeleted: false }]
  const keys = (ids: readonly string[]): Filter<ArticleDoc> => ({
    _id: { $in: ids.map((id) => keyOf(workspaceId, id)) },
  })
  if (filter.ids) parts.push(keys(filter.ids))
  else if (filter.source) parts.push({ sourceKey: sourceKeyOf(workspaceId, filter.source, '') })
  else parts.push({ trashedAt: filter.trashed ? { $ne: null } : null })
  if (filter.type) parts.push({ type: filter.type })
  if (filter.terms && filter.terms.length > 0) parts.push({ terms: { $all: [...filter.terms] } })
  const edition: Partial<EditionDoc> = {}
  if (filter.status) edition.status = filter.status
  if (filter.language) edition.language = filter.language
  if (Object.keys(edition).length > 0) parts.push({ editions: { $elemMatch: edition } })
  if (filter.words) {
    const words = filter.words.inTitle.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    parts.push({ $or: [keys(filter.words.ids), { 'editions.titleFolded': { $regex: words } }] })
  }
  return { $and: parts }
}

async function countByTerm(
  { articles }: Collections,
  workspaceId: string,
  terms: readonly string[],
): Promise<Map<string, number>> {
  const wanted = { terms: { $in: [...terms] } }
  const counts = await articles
    .aggregate<{ _id: string; articles: number }>([
      { $match: { workspaceId, isDeleted: false, trashedAt: null, ...wanted } },
      { $project: { terms: 1 } },
      { $unwind: '$terms' },
      { $match: wanted },
      { $group: { _id: '$terms', articles: { $sum: 1 } } },
    ])
    .toArray()
  return new Map(counts.map(({ _id, articles: count }) => [_id, count]))
}

/** In any of its editions or as its cover. Counted here: an article that shows a file twice counts once. */
async function countByMedia(
  { articles }: Collections,
  workspaceId: string,
  media: readonly NonNullable<ArticleDoc['coverId']>[],
): Promise<Map<string, number>> {
  const byRef = new Map<string, string>(media.map((id) => [`media:${id}`, id]))
  const shown = articles
    .find({
      workspaceId,
      isDeleted: false,
      trashedAt: null,
      $or: [{ 'editions.refs': { $in: [...byRef.keys()] } }, { coverId: { $in: [...media] } }],
    })
    .project<{ coverId: string | null; editions: { refs: string[] }[] }>({ coverId: 1, 'editions.refs': 1 })
  const counts = new Map<string, number>()
  for await (const { coverId, editions } of shown) {
    const refs = [`media:${coverId ?? ''}`, ...editions.flatMap((edition) => edition.refs)]
    for (const id of new Set(refs.flatMap((ref) => byRef.get(ref) ?? []))) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}
