/**
 * Editions: the article in one language. A save names the revision it is based on. Where the text is written together it joins
 * what was written since; else it is refused when someone saved in between. Each save leaves a version, autosaves of one sitting
 * share one.
 */
import { type Body, emptyBody } from '@floowe/contracts/body'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { ArticleId, EditionId, Language, VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse } from '@floowe/platform'
import { refuseStale } from './articles.ts'
import { creationEvents } from './creation.ts'
import { type EditionWriter, type Saved, staleness } from './edition-writer.ts'
import { createRecent } from './recent.ts'
import type { Shapes } from './shapes.ts'
import type { Slugs } from './slugs.ts'
import type { ContentStore, EditionText, FoundEdition, MetaFields, NewEdition, Stale } from './store/port.ts'
import type { By } from './terms.ts'
import { emptyMeta, slugFor, textOf } from './texts.ts'
import type { Writing } from './writing/writing.ts'

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
export type Editions = ReturnType<typeof createEditions>

type Parts = { store: ContentStore; slugs: Slugs; shapes: Shapes; writer: EditionWriter; writing: Writing }

export function createEditions(host: Host, parts: Parts) {
  const { store, shapes, writer, writing } = parts
  const { clock } = host
  const recent = createRecent()
  const find = async (workspaceId: string, id: EditionId): Promise<FoundEdition> =>
    found((await store.findEditions(workspaceId, { ids: [id] }))[0], 'edition')
  /** With everything that was written up to now. */
  const get = async (workspaceId: string, id: EditionId): Promise<EditionText> => {
    await writing.settle({ workspaceId, editionId: id })
    return found(await store.getEdition(workspaceId, id), 'edition')
  }
  const refuseIfStale = (workspaceId: string, outcome: Saved | Stale): Promise<Saved> | Saved =>
    'stale' in outcome ? refuseStale(workspaceId, outcome, shapes) : outcome

  return {
    get,
    find,
    save: async (workspaceId: string, request: SaveRequest, by: By): Promise<Saved> => {
      const { reason, note } = request
      const joined = await writing.join({ workspaceId, editionId: request.id }, request, { reason, note }, by)
      if (joined) return refuseIfStale(workspaceId, joined)
      const current = recent.basisOf(workspaceId, request) ?? (await find(workspaceId, request.id))
      // Asked before the search for a slug, which a stale save has no use for.
      if (current.revision !== request.basedOn) return refuseStale(workspaceId, staleness(current), shapes)
      const text = await writer.textFor(workspaceId, current, request)
      const outcome = await writer.write(workspaceId, current, text, { reason, note, joins: 'own' }, by)
      const saved = await refuseIfStale(workspaceId, outcome)
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
      const { title, lead, meta, body } = version
      const how = { reason: 'restored', note: `#${version.number}` } as const
      const joined = await writing.join({ workspaceId, editionId: id }, { basedOn, title, lead, meta, body }, how, by)
      if (joined) return refuseIfStale(workspaceId, joined)
      if (current.revision !== basedOn) return refuseStale(workspaceId, staleness(current), shapes)
      const text = await writer.textFor(workspaceId, { ...current, keepsSlug: true }, { title, lead, meta, body })
      return refuseIfStale(workspaceId, await writer.write(workspaceId, current, text, { ...how, joins: 'own' }, by))
    },

    listVersions: async (workspaceId: string, id: EditionId, page: { limit: number; offset: number }) => {
      await find(workspaceId, id)
      await writing.settle({ workspaceId, editionId: id })
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
