/** What the tests of the stores share: a world for each adapter, and things to keep in it. */
import type { ArticleId, EditionId, VersionId } from '@floowe/contracts/vocabulary'
import type { Host, NewEvent } from '@floowe/platform'
import { fakeClock, testService } from '@floowe/platform/testing'
import { service } from '../service.ts'
import { paragraphs } from '../testing.ts'
import { emptyMeta } from '../texts.ts'
import { jsonbStore } from './jsonb.ts'
import { mongodbStore } from './mongodb.ts'
import type { Creation, NewEdition, Save, Store } from './port.ts'

export const workspace = '0190aaaa-0000-7000-8000-000000000001'
export const elsewhere = '0190aaaa-0000-7000-8000-000000000002'
export const at = '2026-11-22T10:00:00.000Z'
export const later = '2026-11-22T11:00:00.000Z'

/**
 * The service on a database of its own, with a second store beside its own, as another process would have it. Time stands still, so
 * that the service's own sweeps do nothing unasked.
 */
export async function storeWorld(documentsUrl: string | null) {
  const opened: { host?: Host; store?: Store } = {}
  const world = await testService(
    {
      ...service,
      start: async (host, settings) => {
        opened.host = host
        opened.store = host.documents ? await mongodbStore(host.documents, host) : jsonbStore(host.db)
        return service.start(host, settings)
      },
    },
    { documentsUrl, clock: fakeClock('2026-11-22T12:00:00.000Z') },
    'content',
  )
  const { host, store } = opened
  if (!host || !store) throw new Error('the service did not start')
  const id = <Id extends string>() => world.ground.ids.next<Id>()
  return { ...world, host, store, id, ...thingsWith(id) }
}
export type StoreWorld = Awaited<ReturnType<typeof storeWorld>>

function thingsWith(id: <Id extends string>() => Id) {
  const edition = (more: Partial<NewEdition> = {}): NewEdition => ({
    id: id<EditionId>(),
    versionId: id<VersionId>(),
    language: 'en',
    status: 'draft',
    keepsSlug: false,
    permalinks: [],
    imported: null,
    reason: 'created',
    note: '',
    title: 'Title',
    slug: `s-${id<string>()}`,
    lead: 'Lead',
    meta: emptyMeta(),
    body: paragraphs('body'),
    words: 2,
    refs: [],
    ...more,
  })
  const creation = (editions: NewEdition[], more: Partial<Creation> = {}): Creation => ({
    articleId: id<ArticleId>(),
    editions,
    at,
    by: 'someone',
    article: {
      type: 'article',
      tags: [],
      categories: [],
      authors: [],
      coverId: null,
      source: null,
      extra: {},
      importedRevision: null,
    },
    ...more,
  })
  const save = (from: Pick<NewEdition, 'id' | 'slug'>, basedOn: number, more: Partial<Save> = {}): Save => ({
    editionId: from.id,
    basedOn,
    versionId: id<VersionId>(),
    reason: 'saved',
    note: '',
    folds: null,
    at: later,
    by: 'someone',
    title: 'New title',
    slug: from.slug,
    lead: 'New lead',
    meta: emptyMeta(),
    body: paragraphs('new body'),
    words: 4,
    refs: [],
    ...more,
  })
  const event = (key: string): NewEvent => ({
    name: 'content.article-updated',
    workspaceId: workspace,
    key,
    actor: 'someone',
    data: { articleId: key },
  })
  return { edition, creation, save, event }
}

/** Whether a save went through. */
export const isSaved = (outcome: unknown): boolean =>
  outcome !== null && typeof outcome === 'object' && 'revision' in outcome
