/**
 * One item of an import: a new article, a new text of one that nobody touched here since, or nothing. Whatever happens, it
 * happens to this item alone.
 */
import { Meta } from '@floowe/contracts/content'
import type { EditorialStatus } from '@floowe/contracts/content'
import { type ArticleId, type EditionId, Language, Slug, type VersionId } from '@floowe/contracts/vocabulary'
import { type Host, Refusal } from '@floowe/platform'
import { creationEvents, savedEvent } from '../articles.ts'
import { type Container, type IncomingItem, type Note, withSources } from '../formats/index.ts'
import type { MediaLibrary } from '../media.ts'
import { mediaRef } from '../references.ts'
import type { Slugs } from '../slugs.ts'
import type { ArticleFields, ContentStore, FoundEdition, Imported, NewEdition, Source, Text } from '../store/port.ts'
import { emptyMeta, slugFor, textOf } from '../texts.ts'
import { takeAttachments } from './attachments.ts'
import { exportedFrom, hashOf, sourceOf } from './identity.ts'
import type { Running } from './running.ts'

export type Outcome = { outcome: 'created' | 'updated' | 'unchanged' | 'kept' | 'skipped'; articleId: ArticleId | null; editionId: EditionId | null; notes: Note[] }
type Prepared = { hash: string; language: Language; text: Text; fields: ArticleFields; keepsSlug: boolean; notes: Note[] }

const slugTriesMax = 5
const limits = { tags: 100, categories: 100, authors: 20, permalinks: 50 } as const

/** Nothing of ours says "published": that is told by deliveries. What few may read must not go out by mistake. */
const statusOf: Readonly<Record<IncomingItem['status'], EditorialStatus>> = { draft: 'draft', 'in-review': 'in-review', scheduled: 'approved', published: 'approved', private: 'on-hold' }

export type Taker = ReturnType<typeof createTaker>

export function createTaker(host: Host, { store, slugs, media, exportedHash }: {
  store: ContentStore
  slugs: Slugs
  media: MediaLibrary
  /** The hash that an export of this edition would have now, if it was read again. */
  exportedHash: (workspaceId: string, id: EditionId) => Promise<string>
}) {
  const { clock, ids } = host

  const prepare = async (running: Running, container: Container, item: IncomingItem, hash: string, slug: string): Promise<Prepared> => {
    const taken = await takeAttachments(host, media, running, container, item.attachments, running.by)
    const own = (address: string): string | null => (taken.media.has(address) ? mediaRef(taken.media.get(address) ?? '') : null)
    const language = Language.safeParse(item.language).data ?? running.language
    const notes = [...item.notes, ...taken.notes]
    const cut = <Entry>(name: keyof typeof limits, entries: readonly Entry[]): Entry[] => {
      if (entries.length > limits[name]) notes.push({ code: `too-many-${name}`, text: `only the first ${limits[name]} ${name} were taken`, values: { limit: limits[name] } })
      return entries.slice(0, limits[name])
    }
    const text = textOf({ title: item.title, slug, lead: item.lead, meta: metaOf(item), body: withSources(item.body, { src: own, href: own }) }, host)
    const { system, id } = sourceOf(item.groupId ?? item.sourceId)
    const source: Source = { system, id, permalink: item.permalinks[0] ?? null, status: item.status, date: item.date }
    const fields: ArticleFields = {
      type: item.type, source, permalinks: cut('permalinks', item.permalinks), extra: item.extra, importedRevision: null,
      tags: await running.termIds('tag', cut('tags', item.tags)), categories: await running.termIds('category', cut('categories', item.categories)),
      authors: await running.termIds('author', cut('authors', item.authors)), coverId: (item.cover && taken.media.get(item.cover.ref)) ?? null,
    }
    return { hash, language, text, fields, keepsSlug: item.slug !== null, notes }
  }

  const create = async (running: Running, item: IncomingItem, prepared: Prepared): Promise<Outcome> => {
    const { workspaceId, importId, by } = running
    const { language, text, fields, hash, notes } = prepared
    const group = item.groupId === null || !fields.source ? null : await articleOfGroup(store, workspaceId, fields.source)
    const articleId = group ?? ids.next<ArticleId>()
    const id = ids.next<EditionId>()
    const wished = text.slug || slugFor(text.title, language, id)
    for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
      text.slug = await slugs.free(workspaceId, language, wished, id)
      const at = clock.instant()
      const imported: Imported = { ...sourceOf(item.sourceId), hash, importId, outcome: 'created', revision: 1 }
      const edition: NewEdition = {
        ...text, id, versionId: ids.next<VersionId>(), language, status: statusOf[item.status], keepsSlug: prepared.keepsSlug, imported, reason: 'imported', note: item.place.file,
      }
      const article = group ? null : { ...fields, importedRevision: 1 }
      const madeAt = item.date !== null && item.date < at ? item.date : at
      const outcome = await store.create(workspaceId, { articleId, article, editions: [edition], madeAt, at, by: by.actor }, creationEvents(workspaceId, articleId, [edition], by, !group))
      if (outcome === 'language-taken') return { outcome: 'skipped', articleId, editionId: null, notes: [...notes, { code: 'language-taken', text: `the article has an edition in ${language}`, values: { language } }] }
      if (outcome !== 'created') continue
      if (text.slug !== wished && item.slug !== null) notes.push({ code: 'slug-changed', text: `the address ${wished} was taken; it is ${text.slug} here`, values: { from: wished, to: text.slug } })
      return { outcome: 'created', articleId, editionId: id, notes }
    }
    throw new Refusal('slug-taken')
  }

  /** Article first: killed in between, the edition still differs from the source and is taken again. */
  const update = async (running: Running, existing: FoundEdition, item: IncomingItem, { text, fields, hash, notes, keepsSlug }: Prepared): Promise<Outcome> => {
    const { workspaceId, importId, by } = running
    const { articleId, id, language } = existing
    const outcome: Outcome = { outcome: 'updated', articleId, editionId: id, notes }
    const importedRevision = existing.article.revision + 1
    const changed = await store.changeArticle(workspaceId, articleId, { ...fields, basedOn: existing.article.revision, importedRevision, at: clock.instant() }, [
      { name: 'content.article-updated', workspaceId, key: articleId, ...by, data: { articleId } },
    ])
    if (changed !== 'changed') return { ...outcome, outcome: 'kept' }
    for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
      const versionId = ids.next<VersionId>()
      const revision = existing.revision + 1
      const imported: Imported = { ...(existing.imported ?? sourceOf(item.sourceId)), hash, importId, outcome: 'updated', revision }
      const saved = await store.save(workspaceId, {
        ...text, editionId: id, basedOn: existing.revision, versionId, keepsSlug: existing.keepsSlug || keepsSlug, reason: 'imported', note: item.place.file, folds: null, imported, at: clock.instant(), by: by.actor,
      }, [savedEvent(workspaceId, articleId, id, { title: text.title, language, versionId, revision, reason: 'imported' }, by)])
      if (saved === 'slug-taken') {
        text.slug = await slugs.free(workspaceId, language, text.slug, id)
        continue
      }
      // Someone saved it in this very moment, or deleted it.
      return saved && !('stale' in saved) ? outcome : { ...outcome, outcome: 'kept' }
    }
    throw new Refusal('slug-taken')
  }

  return async (running: Running, container: Container, item: IncomingItem, existing: FoundEdition | null): Promise<Outcome> => {
    const { workspaceId } = running
    const hash = hashOf(item, (location) => container.file(location)?.size ?? null)
    if (!existing) return create(running, item, await prepare(running, container, item, hash, Slug.safeParse(item.slug).data ?? ''))
    const { articleId, id: editionId, imported } = existing
    const as = (outcome: Outcome['outcome'], ...notes: Note[]): Outcome => ({ outcome, articleId, editionId, notes: [...item.notes, ...notes] })
    const known = imported?.hash ?? (await exportedHash(workspaceId, editionId))
    // Taken by this import before it was interrupted.
    if (imported?.importId === running.importId && known === hash) return as(imported.outcome)
    if (known === hash) return as('unchanged')
    if (existing.article.trashedAt !== null) return as('kept', { code: 'in-trash', text: 'the article is in the trash here' })
    if (wasEdited(existing, item)) return as('kept', { code: 'edited-here', text: 'it was changed here since, so it was left alone' })
    return update(running, existing, item, await prepare(running, container, item, hash, Slug.safeParse(item.slug).data ?? existing.slug))
  }
}

/** Changed here since the import, or, for a file exported from here, since that export. */
function wasEdited({ imported, revision, article }: FoundEdition, item: IncomingItem): boolean {
  if (imported) return revision !== imported.revision || article.revision !== article.importedRevision
  return exportedFrom(item.sourceId) === null || item.extra['floowe-revision'] !== revision
}

async function articleOfGroup(store: ContentStore, workspaceId: string, { system, id }: Source): Promise<ArticleId | null> {
  const { items } = await store.listArticles(workspaceId, { source: { system, id }, limit: 1, offset: 0 })
  return items[0]?.id ?? null
}

function metaOf({ meta }: IncomingItem): ReturnType<typeof emptyMeta> {
  const whole = Meta.safeParse(meta)
  if (whole.success) return whole.data
  const title = Meta.shape.title.safeParse(meta.title).data ?? ''
  const description = Meta.shape.description.safeParse(meta.description.slice(0, 500)).data ?? ''
  const canonicalUrl = Meta.shape.canonicalUrl.safeParse(meta.canonicalUrl).data ?? null
  return { ...emptyMeta(), title, description, canonicalUrl, isHidden: meta.isHidden }
}

