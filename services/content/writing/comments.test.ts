import { commentLimits } from '@floowe/contracts/writing'
import { fakeClock } from '@floowe/platform/testing'
import { afterAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { codeOf, contentWorld, ewa, jan, paragraphs, workspace } from '../testing.ts'

const clock = fakeClock()
const world = await contentWorld({ clock })
afterAll(() => world.stop())
const { ewa: me, jan: him, other } = world
const nowhere = '0190aaaa-0000-7000-8000-00000000dead' as never

const edition = async () =>
  (await me.createArticle({ language: 'en', title: 'Draft', body: paragraphs('The river runs.', 'It is cold.') }))
    .edition
const thread = async (visibility: 'internal' | 'client' = 'internal') => {
  const { id } = await edition()
  return { id, made: await me.startThread({ id, quote: 'river', text: 'Which one?', visibility }) }
}
async function documentOf(id: string): Promise<Y.Doc> {
  const { state } = await me.openWriting({ editionId: id as never, after: null })
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Buffer.from(state ?? '', 'base64'))
  return doc
}
function wordsAt(doc: Y.Doc, anchor: { from: string; to: string } | null): string | null {
  const place = (text: string) =>
    Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(Buffer.from(text, 'base64')), doc)
  const [from, to] = [place(anchor?.from ?? ''), place(anchor?.to ?? '')]
  return from && to && from.type === to.type ? from.type.toString().slice(from.index, to.index) : null
}

describe('a thread', () => {
  test('is about words, and stays with them whatever is written around them', async () => {
    const { id, made } = await thread()
    expect(made).toMatchObject({ editionId: id, quote: 'river', visibility: 'internal', resolvedAt: null })
    expect(made.messages).toMatchObject([
      { text: 'Which one?', by: ewa, byName: 'Person e1', mentions: [], editedAt: null },
    ])
    const doc = await documentOf(id)
    expect(wordsAt(doc, made.anchor)).toBe('river')
    const text = (doc.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText // made so above
    const before = Y.encodeStateVector(doc)
    text.insert(0, 'Long ago: ')
    text.insert(16, '-')
    await me.appendWriting({
      editionId: id,
      updates: [Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64')],
    })
    const [again] = (await him.listComments({ id })).items
    expect(wordsAt(await documentOf(id), again?.anchor ?? null)).toBe('ri-ver')
  })

  test('begins at a block, at the whole text, or where an editor says', async () => {
    const { id, body } = await edition()
    const blockId = String(body.content[1]?.attrs?.id)
    const inBlock = await me.startThread({ id, blockId, quote: 'cold', text: 'x' })
    const ofBlock = await me.startThread({ id, blockId, text: 'x' })
    const ofAll = await me.startThread({ id, text: 'x' })
    const doc = await documentOf(id)
    expect([inBlock, ofBlock].map(({ anchor }) => wordsAt(doc, anchor))).toEqual(['cold', 'It is cold.'])
    expect(ofAll.anchor).toBeNull()
    const own = await me.startThread({ id, anchor: inBlock.anchor ?? undefined, quote: 'cold', text: 'x' })
    expect(own.anchor).toEqual(inBlock.anchor)
    expect(await codeOf(me.startThread({ id, blockId, quote: 'river', text: 'x' }))).toBe('quote-not-found')
    expect(await codeOf(me.startThread({ id, quote: 'no such words', text: 'x' }))).toBe('quote-not-found')
    expect(await codeOf(me.startThread({ id, anchor: { from: '/////w==', to: '/////w==' }, text: 'x' }))).toBe(
      'invalid-input',
    )
    expect(await codeOf(me.startThread({ id, text: ' ' }))).toBe('invalid-input')
  })

  test('is answered, resolved and taken up again, and everybody is told', async () => {
    const { id, made } = await thread()
    const answered = await him.reply({ id: made.id, text: 'The Wisła.' })
    expect(answered.messages.map(({ text, by }) => [text, by])).toEqual([
      ['Which one?', ewa],
      ['The Wisła.', jan],
    ])
    expect(await him.resolveThread({ id: made.id })).toMatchObject({
      resolvedAt: clock.instant(),
      resolvedBy: jan,
      resolvedByName: 'Person b2',
    })
    expect((await me.listComments({ id, resolved: false })).total).toBe(0)
    expect((await me.listComments({ id, resolved: true })).total).toBe(1)
    expect(await me.reopenThread({ id: made.id })).toMatchObject({ resolvedAt: null, resolvedBy: null })
    await world.drain()
    const told = world.events.filter(
      ({ name, data }) => name === 'content.comments-changed' && (data as { threadId: string }).threadId === made.id,
    )
    expect(told.map(({ actor }) => actor)).toEqual([ewa, jan, jan, ewa])
  })

  test('asked for twice under one id is one', async () => {
    const { id } = await edition()
    const ask = (onceId: string, target: string, text: string) =>
      world.rest('POST', target, {
        body: { text },
        as: { workspaceId: workspace, role: 'owner', userId: ewa },
        headers: { 'floowe-once': onceId },
      })
    const [one, two] = await Promise.all(
      [1, 2].map(() => ask('0190aaaa-0000-7000-8000-0000000000c1', `/editions/${id}/comments`, 'a')),
    )
    expect([one?.status, two?.status]).toEqual([201, 201])
    const threadId = String((one?.body as { id?: string } | undefined)?.id) // the operation's answer
    clock.advance(1)
    const replies = await Promise.all(
      [1, 2].map(() => ask('0190aaaa-0000-7000-8000-0000000000c2', `/comments/${threadId}/replies`, 'b')),
    )
    expect(replies.map(({ status }) => status)).toEqual([201, 201])
    const { items } = await me.listComments({ id })
    expect(items.map(({ messages }) => messages.map(({ text }) => text))).toEqual([['a', 'b']])
  })
})

describe('a message', () => {
  test('is changed, deleted and brought back by its author alone', async () => {
    const { id, made } = await thread()
    const messageId = made.messages[0]?.id as never
    clock.advance(1_000)
    expect((await me.editMessage({ id: messageId, text: 'Which river?' })).messages[0]).toMatchObject({
      text: 'Which river?',
      editedAt: clock.instant(),
    })
    expect(await codeOf(him.editMessage({ id: messageId, text: 'mine' }))).toBe('not-allowed')
    expect(await codeOf(him.deleteMessage({ id: messageId }))).toBe('not-allowed')
    await him.reply({ id: made.id, text: 'stays' })
    const deleted = await me.deleteMessage({ id: messageId })
    expect(deleted.messages[0]).toMatchObject({ text: '', deletedAt: clock.instant() })
    expect(await codeOf(me.editMessage({ id: messageId, text: 'x' }))).toBe('not-found')
    expect((await me.restoreMessage({ id: messageId })).messages[0]).toMatchObject({
      text: 'Which river?',
      deletedAt: null,
    })
    expect((await me.listComments({ id })).items[0]?.messages).toHaveLength(2)
  })

  test('that was the only one takes its thread away with it; after 30 days for good', async () => {
    const { id, made } = await thread()
    await me.deleteMessage({ id: made.messages[0]?.id as never })
    expect((await me.listComments({ id })).total).toBe(0)
    clock.advance(31 * 24 * 60 * 60 * 1000)
    await expect
      .poll(async () => (await world.sql('select id from comment_threads where id = $1', [made.id])).length)
      .toBe(0)
    expect(await codeOf(me.restoreMessage({ id: made.messages[0]?.id as never }))).toBe('not-found')
  })

  test('names people, who are told once', async () => {
    const { id, made } = await thread()
    const answered = await me.reply({ id: made.id, text: `Ask  ${'x'.repeat(400)}`, mentions: [jan as never] })
    expect(answered.messages[1]?.mentions).toEqual([jan])
    await me.editMessage({ id: answered.messages[1]?.id as never, text: 'Ask him', mentions: [jan as never] })
    await world.drain()
    const told = world.events.filter(({ name }) => name === 'content.person-mentioned')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      actor: ewa,
      data: { editionId: id, userIds: [jan], title: 'Draft', language: 'en' },
    })
    expect((told[0]?.data as { text?: string } | undefined)?.text).toHaveLength(300)
  })
})

describe('who may', () => {
  test('comment: whoever may read; show it to clients: whoever may write', async () => {
    const { id } = await edition()
    const reader = world.as({ workspaceId: workspace, permissions: ['content:read'], userId: jan })
    const made = await reader.startThread({ id, text: 'from a reader' })
    expect(await codeOf(reader.setThreadVisibility({ id: made.id, visibility: 'client' }))).toBe('not-allowed')
    expect(await codeOf(world.as({ workspaceId: workspace, permissions: [] }).listComments({ id }))).toBe('not-allowed')
    expect(await codeOf(world.anonymous.listComments({ id }))).toBe('not-signed-in')
  })

  test('see them: nobody of another workspace', async () => {
    const { id, made } = await thread()
    const messageId = made.messages[0]?.id as never
    const tries: (() => Promise<unknown>)[] = [
      () => other.listComments({ id }),
      () => other.startThread({ id, text: 'x' }),
      () => other.reply({ id: made.id, text: 'x' }),
      () => other.resolveThread({ id: made.id }),
      () => other.reopenThread({ id: made.id }),
      () => other.setThreadVisibility({ id: made.id, visibility: 'client' }),
      () => other.editMessage({ id: messageId, text: 'x' }),
      () => other.deleteMessage({ id: messageId }),
      () => other.restoreMessage({ id: messageId }),
      () => me.reply({ id: nowhere, text: 'x' }),
      () => me.listComments({ id: nowhere }),
    ]
    for (const one of tries) expect(await codeOf(one())).toBe('not-found')
    expect((await me.listComments({ id })).items).toEqual([made])
  })

  test('clients read open threads that are for them, without ids and without what was deleted', async () => {
    const { id, made } = await thread('client')
    await me.startThread({ id, text: 'inside' })
    const done = await me.startThread({ id, text: 'done', visibility: 'client' })
    await me.resolveThread({ id: done.id })
    const gone = await him.reply({ id: made.id, text: 'gone' })
    await him.deleteMessage({ id: gone.messages[1]?.id as never })
    expect(await world.inner.commentsForClient({ editionId: id })).toEqual([
      {
        id: made.id,
        quote: 'river',
        messages: [{ text: 'Which one?', byName: 'Person e1', createdAt: made.createdAt }],
      },
    ])
    await me.setThreadVisibility({ id: made.id, visibility: 'internal' })
    expect(await world.inner.commentsForClient({ editionId: id })).toEqual([])
  })

  test('are there too many, one more is refused', async () => {
    const { id, made } = await thread()
    await world.sql(
      `insert into comment_messages (workspace_id, id, thread_id, text, by, mentions, created_at)
       select $1, gen_random_uuid(), $2, 'x', $3, '{}', now() from generate_series(1, $4)`,
      [workspace, made.id, ewa, commentLimits.messagesMax - 1],
    )
    expect(await codeOf(me.reply({ id: made.id, text: 'x' }))).toBe('too-many-comments')
    await world.sql(
      `insert into comment_threads (workspace_id, id, edition_id, article_id, quote, visibility, created_at)
       select $1, gen_random_uuid(), $2, $2, '', 'internal', now() from generate_series(1, $3)`,
      [workspace, id, commentLimits.threadsMax - 1],
    )
    expect(await codeOf(me.startThread({ id, text: 'x' }))).toBe('too-many-comments')
  })
})

test('comments and documents go with their article, and with their workspace', async () => {
  const left = () =>
    world.sql(
      `select (select count(*) from comment_threads where workspace_id = $1) + (select count(*) from comment_messages where workspace_id = $1)
         + (select count(*) from writing where workspace_id = $1) + (select count(*) from writing_updates where workspace_id = $1)
         + (select count(*) from writing_checkpoints where workspace_id = $1) + (select count(*) from writing_bases where workspace_id = $1)
         + (select count(*) from writing_clients where workspace_id = $1) as left`,
      [workspace],
    )
  const { id, made } = await thread()
  const { articleId } = await me.getEdition({ id })
  await me.trashArticle({ id: articleId })
  await me.deleteArticle({ id: articleId })
  await world.drain()
  expect(await codeOf(me.reply({ id: made.id, text: 'x' }))).toBe('not-found')
  expect(await world.sql('select edition_id from writing where edition_id = $1', [id])).toEqual([])
  await world.tell({
    name: 'identity.workspace-removed',
    workspaceId: workspace,
    key: workspace,
    actor: ewa,
    data: { id: workspace } as never,
  })
  expect(await left()).toEqual([{ left: '0' }])
})
