/**
 * Editions: the article in one language. A save names the revision it is based on and is refused when someone saved in
 * between; each save leaves a version, autosaves of one sitting share one.
 */
import { type Body, emptyBody } from '@floowe/contracts/body'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { ArticleId, EditionId, Language, VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse } from '@floowe/platform'
import { refuseStale } from './articles.ts'
import { creationEvents, savedEvent } from './creation.ts'
import { createRecent } from './recent.ts'
import type { Shapes } from './shapes.ts'
import type { Slugs } from './slugs.ts'
import type {
  ContentStore,
  EditionRecord,
  EditionText,
  FoundEdition,
  MetaFields,
  NewEdition,
  Reason,
  Save,
  Text,
} from './store/port.ts'
import type { By } from './terms.ts'
import { emptyMeta, slugFor, textOf } from './texts.ts'

/** Autosaves of the same person within this time of the version's first text share the version. */
const foldMs = 10 * 60 * 1000
const slugTriesMax = 5

export type SaveRequest = {
  id: EditionId
  basedOn: number
  title: string
  lead: string
  slug?: string
  body: Body
  meta?: MetaFields
  reason: 'saved' | 'autosaved'
  note: string
}
export type Saved = { record: EditionRecord; body: Body }
export type Editions = ReturnType<typeof createEditions>

type Parts = { store: ContentStore; slugs: Slugs; shapes: Shapes }

export function createEditions(host: Host, parts: Parts) {
  const { store, slugs, shapes } = parts
  const { clock } = host
  const write = createWriter(host, parts)
  const recent = createRecent()
  const find = async (workspaceId: string, id: EditionId): Promise<FoundEdition> =>
    found((await store.findEditions(workspaceId, { ids: [id] }))[0], 'edition')
  const get = async (workspaceId: string, id: EditionId): Promise<EditionText> =>
    found(await store.getEdition(workspaceId, id), 'edition')

  return {
    get,
    find,
    save: async (workspaceId: string, request: SaveRequest, by: By): Promise<Saved> => {
      const current = recent.basisOf(workspaceId, request) ?? (await find(workspaceId, request.id))
      const isWish = request.slug !== undefined && request.slug !== current.slug
      const follows = !isWish && !current.keepsSlug && request.title !== current.title
      const text = textOf(
        {
          title: request.title,
          slug: request.slug ?? current.slug,
          lead: request.lead,
          meta: request.meta ?? current.meta,
          body: request.body,
        },
        host,
      )
      // Asked before the search for a slug, which a stale save has no use for.
      if (current.revision !== request.basedOn) return refuseStale(workspaceId, staleness(current), shapes)
      if (follows)
        text.slug = await slugs.free(
          workspaceId,
          current.language,
          slugFor(request.title, current.language, current.id),
          current.id,
        )
      const saved = await write(workspaceId, current, text, { reason: request.reason, note: request.note, isWish }, by)
      recent.keep(workspaceId, saved.record)
      return saved
    },

    add: createAddition(host, parts, get),

    setStatus: async (
      workspaceId: string,
      id: EditionId,
      status: EditorialStatus,
      basedOn: number | null,
      by: By,
    ): Promise<Saved> => {
      const current = await get(workspaceId, id)
      if (basedOn !== null && current.revision !== basedOn) return refuseStale(workspaceId, staleness(current), shapes)
      if (current.status === status) return { record: current, body: current.body }
      const { articleId, title, language } = current
      const record = await store.mark(workspaceId, id, { status, basedOn: basedOn ?? undefined, at: clock.instant() }, [
        {
          name: 'content.edition-status-changed',
          workspaceId,
          key: articleId,
          ...by,
          data: { articleId, editionId: id, title, language, from: current.status, to: status },
        },
      ])
      if (!record) return refuseStale(workspaceId, staleness(await find(workspaceId, id)), shapes)
      return { record, body: current.body }
    },

    /** The old text becomes the newest version. The address stays. */
    restore: async (
      workspaceId: string,
      id: EditionId,
      versionId: VersionId,
      basedOn: number,
      by: By,
    ): Promise<Saved> => {
      const current = await find(workspaceId, id)
      const version = found(await store.getVersion(workspaceId, versionId), 'version')
      if (version.editionId !== id) refuse('not-found', { what: 'version' })
      if (current.revision !== basedOn) return refuseStale(workspaceId, staleness(current), shapes)
      const text = textOf(
        { title: version.title, slug: current.slug, lead: version.lead, meta: version.meta, body: version.body },
        host,
      )
      return write(workspaceId, current, text, { reason: 'restored', note: `#${version.number}`, isWish: false }, by)
    },

    listVersions: async (workspaceId: string, id: EditionId, page: { limit: number; offset: number }) => {
      await find(workspaceId, id)
      return store.listVersions(workspaceId, id, page)
    },
    getVersion: async (workspaceId: string, id: VersionId) => found(await store.getVersion(workspaceId, id), 'version'),

    /** Readers know the address now: a new title leaves it alone from here on. May be repeated. */
    keepSlug: async (workspaceId: string, id: EditionId): Promise<void> => {
      await store.mark(workspaceId, id, { keepsSlug: true, at: clock.instant() }, [])
    },

    describe: async (workspaceId: string, wanted: readonly EditionId[]) =>
      (await store.findEditions(workspaceId, { ids: wanted })).map(
        ({ id, articleId, title, language, versionId, status, article }) => ({
          id,
          articleId,
          title,
          language,
          versionId,
          status,
          type: article.type,
        }),
      ),
  }
}

/** Writes a new text over an edition as it was read. `isWish`: the slug was asked for by name and is not replaced by another. */
function createWriter({ clock, ids }: Host, { store, slugs, shapes }: Parts) {
  return async (
    workspaceId: string,
    current: EditionRecord,
    text: Text,
    how: { reason: Reason; note: string; isWish: boolean },
    by: By,
  ): Promise<Saved> => {
    const { id: editionId, articleId, language, revision } = current
    for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
      const versionId = ids.next<VersionId>()
      const save: Save = {
        ...text,
        editionId,
        basedOn: revision,
        versionId,
        keepsSlug: how.isWish || undefined,
        reason: how.reason,
        note: how.note,
        at: clock.instant(),
        by: by.actor,
        folds: how.reason === 'autosaved' && joins(current, by.actor, clock.now()) ? current.versionId : null,
      }
      const event = savedEvent(
        workspaceId,
        articleId,
        editionId,
        { title: text.title, language, versionId, revision: revision + 1, reason: how.reason },
        by,
      )
      const outcome = found(await store.save(workspaceId, save, [event]), 'edition')
      if (outcome !== 'slug-taken')
        return 'stale' in outcome ? refuseStale(workspaceId, outcome, shapes) : { record: outcome, body: text.body }
      if (how.isWish) return slugs.refuseTaken(workspaceId, language, text.slug, editionId)
      text.slug = await slugs.another(workspaceId, language, text.slug, editionId, attempt)
    }
    throw new Error('no free slug was found')
  }
}

/** One more language of an article, empty or as a copy of another of its editions. */
function createAddition(
  host: Host,
  { store, slugs }: Parts,
  get: (workspaceId: string, id: EditionId) => Promise<EditionText>,
) {
  const { clock, ids } = host
  return async (
    workspaceId: string,
    articleId: ArticleId,
    language: Language,
    copyFrom: EditionId | null,
    by: By,
  ): Promise<EditionId> => {
    const article = found(
      (await store.listArticles(workspaceId, { ids: [articleId], limit: 1, offset: 0 })).items[0],
      'article',
    )
    if (article.trashedAt !== null) refuse('not-found', { what: 'article' })
    if (article.editions.some((edition) => edition.language === language)) refuse('language-taken')
    const original = copyFrom === null ? null : await get(workspaceId, copyFrom)
    if (original && original.articleId !== articleId) refuse('not-found', { what: 'edition' })
    const id = ids.next<EditionId>()
    const title = original?.title ?? ''
    const meta = original ? { ...original.meta, canonicalUrl: null } : emptyMeta()
    const text = textOf(
      {
        title,
        slug: slugFor(title, language, id),
        lead: original?.lead ?? '',
        meta,
        body: original?.body ?? emptyBody(),
      },
      host,
    )
    for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
      text.slug = await slugs.another(workspaceId, language, text.slug, id, attempt)
      const edition: NewEdition = {
        ...text,
        id,
        versionId: ids.next<VersionId>(),
        language,
        status: 'draft',
        keepsSlug: false,
        permalinks: [],
        imported: null,
        reason: 'created',
        note: '',
      }
      const outcome = await store.create(
        workspaceId,
        { articleId, article: null, editions: [edition], at: clock.instant(), by: by.actor },
        creationEvents(workspaceId, articleId, [edition], by, false),
      )
      if (outcome === 'created') return id
      if (outcome === 'language-taken') refuse('language-taken')
    }
    throw new Error('no free slug was found')
  }
}

const joins = ({ newest }: EditionRecord, actor: string, nowMs: number): boolean =>
  newest.reason === 'autosaved' && newest.by === actor && nowMs - Date.parse(newest.at) <= foldMs

export const staleness = ({ revision, updatedAt, updatedBy }: EditionRecord) => ({
  stale: { current: revision, updatedAt, updatedBy },
})
