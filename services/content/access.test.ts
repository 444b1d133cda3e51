/** Every operation as nobody, without its permission, and with ids of another workspace. */
import { content } from '@floowe/contracts/content'
import type { Permission } from '@floowe/contracts/vocabulary'
import { Permission as AnyPermission } from '@floowe/contracts/vocabulary'
import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, ewa, fileOf, paragraphs, workspace } from './testing.ts'

const world = await contentWorld()
afterAll(() => world.stop())

const mine = world.ewa
const { article, edition } = await mine.createArticle({
  language: 'en',
  title: 'Mine',
  tags: ['t'],
  body: paragraphs('x'),
})
const term = article.tags[0]?.id
const template = await mine.createTemplate({ name: 'n', language: 'en' })
const media = await mine.uploadMedia({ file: fileOf('a.pdf', '%PDF-1.4 x') })
const picture = await mine.uploadMedia({
  file: fileOf('a.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
})
const link = await mine.createPreviewLink({ id: edition.id })
const thread = await mine.startThread({ id: edition.id, text: 'x' })
await mine.openWriting({ editionId: edition.id, after: null })
const started = await mine.startImport({ file: fileOf('a.md', '# Title\n\ntext') })
await world.drain()

/** A valid input for each operation, naming things of the first workspace. */
const inputs: Record<keyof typeof content, unknown> = {
  listArticles: {},
  createArticle: { language: 'en', title: 'New' },
  getArticle: { id: article.id },
  updateArticle: { id: article.id, basedOn: 1 },
  duplicateArticle: { id: article.id },
  trashArticle: { id: article.id },
  restoreArticle: { id: article.id },
  deleteArticle: { id: article.id },
  getReferences: { id: article.id },
  addEdition: { id: article.id, language: 'pl' },
  getEdition: { id: edition.id },
  saveEdition: { id: edition.id, basedOn: 1, title: 't', lead: '', body: paragraphs('y') },
  setStatus: { id: edition.id, status: 'approved' },
  listVersions: { id: edition.id },
  getVersion: { id: edition.versionId },
  restoreVersion: { id: edition.id, versionId: edition.versionId, basedOn: 1 },
  exportEdition: { id: edition.id },
  listTerms: { kind: 'tag' },
  createTerm: { kind: 'tag', name: 'fresh' },
  updateTerm: { id: term, name: 'renamed' },
  deleteTerm: { id: term },
  listTemplates: undefined,
  createTemplate: { name: 'n', language: 'en' },
  updateTemplate: { id: template.id, name: 'x' },
  deleteTemplate: { id: template.id },
  listMedia: {},
  uploadMedia: { file: fileOf('b.pdf', '%PDF-1.4 y') },
  getMedia: { id: media.id },
  updateMedia: { id: media.id, alt: 'x' },
  deleteMedia: { id: media.id },
  listPreviewLinks: { id: edition.id },
  createPreviewLink: { id: edition.id },
  revokePreviewLink: { id: link.id },
  search: { query: 'mine' },
  startImport: { file: fileOf('b.md', '# x') },
  listImports: {},
  getImport: { id: started.id },
  listImportItems: { id: started.id },
  cancelImport: { id: started.id },
  getChecklist: undefined,
  updateChecklist: { items: [], basedOn: 0 },
  getEditionChecklist: { id: edition.id },
  tickChecklistItem: { id: edition.id, itemId: article.id, isDone: true },
  openChecklist: { editionId: edition.id, versionId: edition.versionId },
  makeIdea: {
    ...{
      articleId: '0190eeee-0000-7000-8000-000000000001',
      by: 'service:publishing',
      language: 'en',
      title: 'Idea',
      lead: '',
      text: 'One\nTwo',
    },
    ...{ status: 'idea', tags: [], categories: [] },
  },
  renderSnapshot: { editionId: edition.id },
  picturesForPost: {
    editionId: edition.id,
    mediaIds: [picture.id],
    types: ['image/svg+xml'],
    bytesMax: 10_000,
    sideMax: null,
  },
  readPicture: { mediaId: picture.id, sha256: picture.sha256 },
  describeEditions: { ids: [edition.id] },
  openWriting: { editionId: edition.id, after: null },
  appendWriting: { editionId: edition.id, updates: ['AAA='] },
  readWriting: { editionId: edition.id, after: 0 },
  getMoment: { id: edition.id, seq: 0 },
  describeWriters: { id: edition.id },
  listComments: { id: edition.id },
  startThread: { id: edition.id, text: 'x' },
  reply: { id: thread.id, text: 'x' },
  editMessage: { id: thread.messages[0]?.id, text: 'x' },
  deleteMessage: { id: thread.messages[0]?.id },
  restoreMessage: { id: thread.messages[0]?.id },
  resolveThread: { id: thread.id },
  reopenThread: { id: thread.id },
  setThreadVisibility: { id: thread.id, visibility: 'client' },
  commentsForClient: { editionId: edition.id },
}
const operations = Object.keys(inputs) as (keyof typeof content)[]
type Someone = Record<string, (input: unknown) => Promise<unknown>>
const needs = (operation: keyof typeof content) => content[operation]['~orpc'].meta.needs

/** Those that name nothing of the other workspace: they answer with what the caller's own holds. */
const own = new Set([
  'listArticles',
  'createArticle',
  'makeIdea',
  'listTerms',
  'createTerm',
  'listTemplates',
  'createTemplate',
  'listMedia',
  'uploadMedia',
  'search',
  'startImport',
  'listImports',
  'getChecklist',
  'updateChecklist',
  'describeEditions',
])

test('every operation is walked', () => {
  expect(operations.sort()).toEqual(Object.keys(content).sort())
})

describe.each(operations)('%s', (operation) => {
  test('is refused to nobody', async () => {
    expect(
      await codeOf((world.anonymous as unknown as Someone)[operation]?.(inputs[operation]) ?? Promise.resolve()),
    ).toBe('not-signed-in')
  })
  test('is refused without its permission', async () => {
    const all = AnyPermission.options.filter((permission) => permission !== needs(operation))
    const someone = world.as({
      workspaceId: workspace,
      userId: ewa,
      permissions: all as Permission[],
    }) as unknown as Someone
    const answer = someone[operation]?.(inputs[operation]) ?? Promise.resolve()
    if (needs(operation) === 'service') await answer
    else expect(await codeOf(answer)).toBe('not-allowed')
  })
  test('finds nothing of another workspace', async () => {
    const stranger = world.other as unknown as Someone
    const answer = stranger[operation]?.(inputs[operation]) ?? Promise.resolve()
    if (!own.has(operation)) expect(await codeOf(answer)).toBe('not-found')
    else
      expect(JSON.stringify(await answer)).not.toMatch(
        new RegExp([article.id, edition.id, media.id, template.id, started.id].join('|')),
      )
  })
})

test('nothing was touched', async () => {
  expect(await mine.getArticle({ id: article.id })).toEqual(article)
  expect((await mine.getEdition({ id: edition.id })).revision).toBe(1)
  expect((await mine.listPreviewLinks({ id: edition.id })).map((one) => one.id)).toEqual([link.id])
})
