/**
 * Editions in their articles' documents, and the save. A save writes its version first, unsettled, seen by nobody; then one update
 * of the article moves the edition from the revision it is based on to that version, and lists what is to be told. That update is
 * the save: before it nothing has happened, after it everything holds, whoever does the rest.
 */
import type { EditionId } from '@floowe/contracts/vocabulary'
import { brokenIndex, type Filter, isLostDocuments, type UpdateFilter } from '@floowe/platform'
import { pendingEvents, pendingVersion, refuseFull } from './mongodb-aftermath.ts'
import {
  type ArticleDoc,
  bodyOf,
  byAge,
  type EditionDoc,
  editionOf,
  foundOf,
  keyOf,
  slugKeyOf,
  sourceKeyOf,
  type VersionDoc,
} from './mongodb-documents.ts'
import type { Parts } from './mongodb-articles.ts'
import type { ContentStore, EditionQuery, EditionRecord, EditionText, Save, Stale } from './port.ts'

type Editions = Pick<ContentStore, 'save' | 'mark' | 'getEdition' | 'findEditions'>
type Place = {
  article: ArticleDoc
  edition: EditionDoc
  /** Which of its editions. */
  at: number
}

/** Readings of a text whose version was folded into the next one in the same moment. */
const readingsMax = 5
const editionsMax = 1_000

export function editionsIn(parts: Parts): Editions {
  const { db, clock, collections, aftermath } = parts
  const { articles, versions } = collections
  const place = async (workspaceId: string, id: EditionId): Promise<Place | null> =>
    placeOf(await articles.findOne({ workspaceId, isDeleted: false, 'editions.id': id }), id)
  const save = createSaving(parts, place)

  return {
    save,

    mark: async (workspaceId, editionId, { status, keepsSlug, basedOn, at }, events) => {
      const current = await place(workspaceId, editionId)
      if (!current) return null
      refuseFull(current.article)
      const set: Partial<EditionDoc> = { ...(status !== undefined && { status }), ...(keepsSlug && { keepsSlug }) }
      const pending = pendingEvents(db.formEvents(events), new Date(clock.now()))
      const marked = await articles.findOneAndUpdate(
        { _id: current.article._id, ...stillAt(current, basedOn) },
        {
          $set: { ...within(current, set), ...(status !== undefined && { updatedAt: new Date(at) }) },
          ...(pending.length > 0 && { $push: { pending: { $each: pending } } }),
        },
        { returnDocument: 'after' },
      )
      const found = placeOf(marked, editionId)
      if (found && pending.length > 0) await aftermath.follow(found.article._id, found.article)
      return found && editionOf(found.article, found.edition)
    },

    getEdition: async (workspaceId, id) => {
      for (let reading = 1; reading <= readingsMax; reading++) {
        const found = await place(workspaceId, id)
        if (!found) return null
        const version = await versions.findOne(
          { _id: keyOf(workspaceId, found.edition.versionId) },
          { projection: { body: 1 } },
        )
        if (version)
          return { ...foundOf(found.article, found.edition), body: bodyOf(version.body) } satisfies EditionText
      }
      throw new Error('the newest version of an edition is not there')
    },

    findEditions: async (workspaceId, query) => {
      const wanted = 'oncePointingTo' in query ? await everPointingTo(workspaceId, query.oncePointingTo) : query
      const { where, isMeant } = lookup(workspaceId, wanted)
      const found = await articles
        .find({ workspaceId, isDeleted: false, ...where })
        .sort({ 'editions.createdAt': 1, _id: 1 })
        .limit(editionsMax)
        .toArray()
      return found
        .flatMap((article) => article.editions.map((edition) => ({ article, edition })))
        .filter(({ article, edition }) => isMeant(edition, article))
        .sort((a, b) => byAge(a.edition, b.edition))
        .slice(0, editionsMax)
        .map(({ article, edition }) => foundOf(article, edition))
    },
  }

  async function everPointingTo(workspaceId: string, ref: string): Promise<{ ids: EditionId[]; orNow: string }> {
    // A version that is not settled yet is an edition's newest or nobody's: the edition's own references say so.
    const ids = await versions.distinct('editionId', { workspaceId, refs: ref, unsettledSince: { $exists: false } })
    return { ids, orNow: ref }
  }
}

function placeOf(article: ArticleDoc | null, id: EditionId): Place | null {
  const at = article?.editions.findIndex((one) => one.id === id) ?? -1
  const edition = article?.editions[at]
  return article && edition ? { article, edition, at } : null
}

/** The article is not deleted and, if a revision is named, the edition still has it. Editions never change places. */
const stillAt = ({ edition, at }: Place, revision: number | undefined): Filter<ArticleDoc> => ({
  isDeleted: false,
  [`editions.${at}.id`]: edition.id,
  ...(revision !== undefined && { [`editions.${at}.revision`]: revision }),
})
/** Fields of the edition, as an update of the article names them. */
const within = ({ at }: Place, fields: Partial<EditionDoc>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`editions.${at}.${name}`, value]))

type Lookup = EditionQuery | { ids: readonly EditionId[]; orNow: string }

/** Which articles to read, and which of their editions are meant. */
function lookup(
  workspaceId: string,
  query: Lookup,
): { where: Filter<ArticleDoc>; isMeant: (edition: EditionDoc, article: ArticleDoc) => boolean } {
  if ('ids' in query) {
    const ids = new Set(query.ids)
    const byId: Filter<ArticleDoc> = { 'editions.id': { $in: [...ids] } }
    if (!('orNow' in query)) return { where: byId, isMeant: ({ id }) => ids.has(id) }
    return {
      where: { $or: [byId, { 'editions.refs': query.orNow }] },
      isMeant: ({ id, refs }) => ids.has(id) || refs.includes(query.orNow),
    }
  }
  if ('system' in query) {
    const keys = new Set(query.sourceIds.map((id) => sourceKeyOf(workspaceId, { system: query.system, id }, '')))
    return { where: { 'editions.sourceKey': { $in: [...keys] } }, isMeant: ({ sourceKey }) => keys.has(sourceKey) }
  }
  if ('slugs' in query) {
    const keys = new Set(query.slugs.map((slug) => slugKeyOf(workspaceId, query.language, slug)))
    return { where: { 'editions.slugKey': { $in: [...keys] } }, isMeant: ({ slugKey }) => keys.has(slugKey) }
  }
  if ('oncePointingTo' in query) throw new Error('is asked of the versions first')
  const { pointingTo } = query
  const cover = pointingTo.startsWith('media:') ? pointingTo.slice('media:'.length) : null
  const byRef: Filter<ArticleDoc> = { 'editions.refs': pointingTo }
  return {
    where: cover === null ? byRef : { $or: [byRef, { coverId: cover as NonNullable<ArticleDoc['coverId']> }] }, // the id behind `media:`
    isMeant: ({ refs }, { coverId }) => refs.includes(pointingTo) || (cover !== null && coverId === cover),
  }
}

function createSaving(
  { db, clock, collections: { articles, versions }, aftermath, titleKey }: Parts,
  place: (workspaceId: string, id: EditionId) => Promise<Place | null>,
): ContentStore['save'] {
  /** The edition, with nothing left to settle of the save that this one is based on. */
  const settledPlace = async (workspaceId: string, { editionId, basedOn }: Save): Promise<Place | null> => {
    const found = await place(workspaceId, editionId)
    const isSettled =
      found?.edition.revision !== basedOn ||
      !found.article.pending.some(({ version }) => version?.editionId === editionId)
    if (isSettled) return found
    await aftermath.settle(found.article._id)
    return place(workspaceId, editionId)
  }

  /** The one update that is the save. Null: another was faster, or the edition is gone. */
  const move = async (found: Place, save: Save, update: UpdateFilter<ArticleDoc>): Promise<ArticleDoc | null> => {
    const { _id } = found.article
    let doubt: unknown = null
    try {
      const moved = await articles.findOneAndUpdate({ _id, ...stillAt(found, save.basedOn) }, update, {
        returnDocument: 'after',
      })
      if (moved) return moved
    } catch (error) {
      if (!isLostDocuments(error)) throw error
      doubt = error
    }
    // It says itself whether it happened. If not, it may yet, so the version is left to the sweeper then.
    const now = placeOf(await articles.findOne({ _id, isDeleted: false }), save.editionId)
    if (now?.edition.versionId === save.versionId) return now.article
    if (doubt) throw doubt
    return null
  }

  return async (workspaceId, save, events) => {
    const found = await settledPlace(workspaceId, save)
    if (!found) return null
    const { article, edition } = found
    // The same save, come again after its answer was lost.
    if (edition.versionId === save.versionId) return editionOf(article, edition)
    if (edition.revision !== save.basedOn) return staleness(edition)
    refuseFull(article)
    const folds = save.folds === edition.versionId ? save.folds : null
    const since = new Date(clock.now())
    const version = versionDoc(
      workspaceId,
      article,
      save,
      folds === null ? new Date(save.at) : edition.versionAt,
      since,
    )
    await versions.insertOne(version).catch(async (error) => {
      // Left by an earlier try of this save; one that is settled already names another text and stays.
      if (brokenIndex(error) === null) throw error
      const again = await versions.replaceOne({ _id: version._id, unsettledSince: { $exists: true } }, version)
      if (again.matchedCount === 0) throw error
    })
    const discard = () => versions.deleteOne({ _id: version._id, unsettledSince: { $exists: true } })
    const pending = [
      pendingVersion({ id: save.versionId, editionId: save.editionId, folds, at: new Date(save.at) }, since),
      ...pendingEvents(db.formEvents(events), since),
    ]
    const update: UpdateFilter<ArticleDoc> = {
      $set: changesOf(workspaceId, found, save, folds !== null, titleKey),
      $inc: within(found, { revision: 1, ...(folds === null && { number: 1 }) }) as Record<string, number>, // both are
      $push: { pending: { $each: pending } },
    }
    let moved: ArticleDoc | null
    try {
      moved = await move(found, save, update)
    } catch (error) {
      if (brokenIndex(error) !== 'editions_slug') throw error
      await discard()
      return 'slug-taken'
    }
    const saved = placeOf(moved, save.editionId)
    if (!saved) {
      await discard()
      const now = await place(workspaceId, save.editionId)
      return now && staleness(now.edition)
    }
    await aftermath.follow(saved.article._id, saved.article)
    return editionOf(saved.article, saved.edition)
  }
}

const staleness = ({ revision, updatedAt, updatedBy }: EditionDoc): Stale => ({
  stale: { current: revision, updatedAt: updatedAt.toISOString(), updatedBy },
})

/** What the save sets. */
function changesOf(
  workspaceId: string,
  place: Place,
  save: Save,
  isFold: boolean,
  titleKey: (title: string) => string,
): Record<string, unknown> {
  const { article, edition } = place
  const at = new Date(save.at)
  const changed: Partial<EditionDoc> = {
    title: save.title,
    titleFolded: save.title.toLowerCase(),
    slug: save.slug,
    slugKey: slugKeyOf(workspaceId, edition.language, save.slug),
    lead: save.lead,
    meta: save.meta,
    words: save.words,
    refs: save.refs,
    ...(save.keepsSlug && { keepsSlug: true }),
    versionId: save.versionId,
    updatedAt: at,
    updatedBy: save.by,
    ...(save.permalinks && { permalinks: save.permalinks }),
    ...(save.imported && {
      imported: save.imported,
      sourceKey: sourceKeyOf(workspaceId, save.imported, edition.id),
    }),
    // A folded version keeps the time of its first text, so that a long sitting leaves a version every ten minutes.
    ...(!isFold && { versionAt: at }),
    ...(save.folds === null && {
      newest: { reason: save.reason, by: save.by, at: save.at } satisfies EditionRecord['newest'],
    }),
  }
  return {
    ...within(place, changed),
    updatedAt: at,
    ...(article.titleEditionId === edition.id && { titleKey: titleKey(save.title) }),
  }
}

const versionDoc = (
  workspaceId: string,
  article: ArticleDoc,
  save: Save,
  createdAt: Date,
  unsettledSince: Date,
): VersionDoc => ({
  _id: keyOf(workspaceId, save.versionId),
  workspaceId,
  id: save.versionId,
  articleId: article.id,
  editionId: save.editionId,
  number: 0,
  reason: save.reason,
  title: save.title,
  slug: save.slug,
  lead: save.lead,
  meta: save.meta,
  note: save.note,
  words: save.words,
  refs: save.refs,
  body: JSON.stringify(save.body),
  isFrozen: false,
  createdAt,
  createdBy: save.by,
  unsettledSince,
})
