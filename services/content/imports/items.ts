/**
 * One item of an import: a new article, a new text of one that nobody touched here since, or nothing. Whatever happens, it
 * happens to this item alone.
 */
import type { EditorialStatus } from '@floowe/contracts/content'
import { type ArticleId, type EditionId, Slug, type VersionId } from '@floowe/contracts/vocabulary'
import { type Host, Refusal } from '@floowe/platform'
import { creationEvents, savedEvent } from '../creation.ts'
import type { Container, IncomingItem, Note } from '../formats/index.ts'
import type { MediaLibrary } from '../media.ts'
import type { Slugs } from '../slugs.ts'
import type { ContentStore, FoundEdition, Imported, NewEdition } from '../store/port.ts'
import { slugFor } from '../texts.ts'
import { fetchAgain } from './attachments.ts'
import { articleExportedFrom, exportedFrom, hashOf, revisionKeys, sourceOf } from './identity.ts'
import { createPreparation, type Prepared } from './preparation.ts'
import type { Running } from './running.ts'

export type Outcome = {
  outcome: 'created' | 'updated' | 'unchanged' | 'kept' | 'skipped'
  articleId: ArticleId | null
  editionId: EditionId | null
  notes: Note[]
}

const slugTriesMax = 5

/** Nothing of ours says "published": that is told by deliveries. What few may read must not go out by mistake. */
const statusOf: Readonly<Record<IncomingItem['status'], EditorialStatus>> = {
  draft: 'draft',
  'in-review': 'in-review',
  scheduled: 'approved',
  published: 'approved',
  private: 'on-hold',
}

type Parts = { store: ContentStore; slugs: Slugs }
export type Taker = ReturnType<typeof createTaker>

/** @param parts.exportedHash the hash that an export of this edition would have now, if it was read again. */
export function createTaker(
  host: Host,
  parts: Parts & { media: MediaLibrary; exportedHash: (workspaceId: string, id: EditionId) => Promise<string> },
) {
  const prepare = createPreparation(host, parts.media)
  return async (
    running: Running,
    container: Container,
    item: IncomingItem,
    existing: FoundEdition | null,
  ): Promise<Outcome> => {
    const { workspaceId } = running
    const hash = hashOf(item, (location) => container.file(location)?.size ?? null)
    if (!existing)
      return create(
        host,
        parts,
        running,
        item,
        await prepare(running, container, item, hash, Slug.safeParse(item.slug).data ?? ''),
      )
    const { articleId, id: editionId, imported } = existing
    const as = (outcome: Outcome['outcome'], ...notes: Note[]): Outcome => ({
      outcome,
      articleId,
      editionId,
      notes: [...item.notes, ...notes],
    })
    // Taken by this import before it was interrupted.
    if (imported?.importId === running.importId && imported.hash === hash) return as(imported.outcome)
    const isExport = exportedFrom(item.sourceId) === editionId
    const known = isExport || !imported ? await parts.exportedHash(workspaceId, editionId) : imported.hash
    if (known === hash) {
      await fetchAgain(host, running, item.attachments)
      return as('unchanged')
    }
    if (existing.article.trashedAt !== null)
      return as('kept', { code: 'in-trash-here', text: 'The article is in the trash here.' })
    if (isExport ? wasEditedSince(existing, item.extra) : wasEdited(existing))
      return as('kept', { code: 'edited-here', text: 'It was changed here since, so it was left alone.' })
    return update(
      host,
      parts,
      running,
      existing,
      item,
      await prepare(running, container, item, hash, Slug.safeParse(item.slug).data ?? existing.slug),
    )
  }
}

async function create(
  { clock, ids }: Host,
  { store, slugs }: Parts,
  running: Running,
  item: IncomingItem,
  prepared: Prepared,
): Promise<Outcome> {
  const { workspaceId, importId, by } = running
  const { language, text, fields, hash, notes } = prepared
  const group = item.groupId === null ? null : await articleOfGroup(store, workspaceId, item.groupId)
  const articleId = group ?? ids.next<ArticleId>()
  const id = ids.next<EditionId>()
  const status = statusOf[item.status]
  const wished = text.slug || slugFor(text.title, language, id)
  for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
    // Most are free, and finding out costs less than asking first.
    text.slug = attempt === 1 ? wished : await slugs.another(workspaceId, language, wished, id, attempt)
    const at = clock.instant()
    const imported: Imported = { ...sourceOf(item.sourceId), hash, importId, outcome: 'created', revision: 1, status }
    const edition: NewEdition = {
      ...text,
      id,
      versionId: ids.next<VersionId>(),
      language,
      status,
      keepsSlug: prepared.keepsSlug,
      permalinks: prepared.permalinks,
      imported,
      reason: 'imported',
      note: item.place.file,
    }
    const article = group ? null : { ...fields, importedRevision: 1 }
    const madeAt = item.date !== null && item.date < at ? item.date : at
    const outcome = await store.create(
      workspaceId,
      { articleId, article, editions: [edition], madeAt, at, by: by.actor },
      creationEvents(workspaceId, articleId, [edition], by, !group),
    )
    if (outcome === 'language-taken')
      return {
        outcome: 'skipped',
        articleId,
        editionId: null,
        notes: [
          ...notes,
          { code: 'language-taken', text: `the article has an edition in ${language}`, values: { language } },
        ],
      }
    if (outcome !== 'created') continue
    if (text.slug !== wished && item.slug !== null)
      notes.push({
        code: 'slug-changed',
        text: `the address ${wished} was taken; it is ${text.slug} here`,
        values: { from: wished, to: text.slug },
      })
    return { outcome: 'created', articleId, editionId: id, notes }
  }
  throw new Refusal('slug-taken')
}

/** Article first: killed in between, the edition still differs from the source and is taken again. */
async function update(
  { clock, ids }: Host,
  { store, slugs }: Parts,
  running: Running,
  existing: FoundEdition,
  item: IncomingItem,
  prepared: Prepared,
): Promise<Outcome> {
  const { workspaceId, importId, by } = running
  const { articleId, id, language, article } = existing
  const { text, notes, hash } = prepared
  const kept: Outcome = { outcome: 'kept', articleId, editionId: id, notes }
  // A file exported from here changes the text like a person would; where the edition once came from stays as it was.
  const isExport = exportedFrom(item.sourceId) === id
  const { source, importedRevision: _none, ...fields } = prepared.fields
  const more = isExport ? {} : { source, importedRevision: article.revision + 1 }
  const changed = await store.changeArticle(
    workspaceId,
    articleId,
    { ...fields, ...more, basedOn: article.revision, at: clock.instant() },
    [{ name: 'content.article-updated', workspaceId, key: articleId, ...by, data: { articleId } }],
  )
  if (changed !== 'changed') return kept
  const revision = existing.revision + 1
  const imported: Imported | undefined = isExport
    ? undefined
    : {
        ...(existing.imported ?? sourceOf(item.sourceId)),
        hash,
        importId,
        outcome: 'updated',
        revision,
        status: await followStatus(store, running, existing, statusOf[item.status], clock.instant()),
      }
  for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
    const versionId = ids.next<VersionId>()
    const saved = await store.save(
      workspaceId,
      {
        ...text,
        editionId: id,
        basedOn: existing.revision,
        versionId,
        keepsSlug: prepared.keepsSlug || undefined,
        reason: 'imported',
        note: item.place.file,
        folds: null,
        permalinks: prepared.permalinks,
        imported,
        at: clock.instant(),
        by: by.actor,
      },
      [
        savedEvent(
          workspaceId,
          articleId,
          id,
          { title: text.title, language, versionId, revision, reason: 'imported' },
          by,
        ),
      ],
    )
    if (saved !== 'slug-taken') {
      // Someone saved it in this very moment, or deleted it.
      return saved && !('stale' in saved) ? { ...kept, outcome: 'updated' } : kept
    }
    text.slug = await slugs.another(workspaceId, language, text.slug, id, attempt)
  }
  throw new Refusal('slug-taken')
}

/** A text that was taken back or closed at its source is so here too, unless someone here has decided since. */
async function followStatus(
  store: ContentStore,
  { workspaceId, by }: Running,
  { id, articleId, title, language, status: from, imported }: FoundEdition,
  to: EditorialStatus,
  at: string,
): Promise<EditorialStatus> {
  if (from === to) return to
  if (imported && imported.status !== from) return imported.status
  await store.mark(workspaceId, id, { status: to, at }, [
    {
      name: 'content.edition-status-changed',
      workspaceId,
      key: articleId,
      ...by,
      data: { articleId, editionId: id, title, language, from, to },
    },
  ])
  return to
}

/** Changed here since the import. */
const wasEdited = ({ imported, revision, article }: FoundEdition): boolean =>
  revision !== imported?.revision || article.revision !== article.importedRevision
/** Changed here since the file was exported. */
const wasEditedSince = ({ revision, article }: FoundEdition, extra: Readonly<Record<string, unknown>>): boolean =>
  extra[revisionKeys.edition] !== revision || extra[revisionKeys.article] !== article.revision

/** The article that other items of the group made, here or in an earlier import; or the one it was exported from. */
async function articleOfGroup(store: ContentStore, workspaceId: string, groupId: string): Promise<ArticleId | null> {
  const own = articleExportedFrom(groupId)
  const filter = own ? { ids: [own] } : { source: sourceOf(groupId) }
  const [article] = (await store.listArticles(workspaceId, { ...filter, limit: 1, offset: 0 })).items
  if (article) return article.id
  return own
    ? ((await store.listArticles(workspaceId, { source: sourceOf(groupId), limit: 1, offset: 0 })).items[0]?.id ?? null)
    : null
}
