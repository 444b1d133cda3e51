/** Writing together through the front door: real sockets, several people, and some who mean no good. */
import type { WritingMessage } from '@floowe/contracts/writing'
import { type HeadlessEditor, openHeadlessEditor } from '@floowe/testbed/headless-editor'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  type Answer,
  type Ask,
  cookieOf,
  password,
  setUp,
  startTestInstallation,
  type TestInstallation,
} from './testing.ts'

let world: TestInstallation
let owner: Ask
let adaId: string
const headersOf = (cookie: string) => ({ cookie, origin: world.url })
const cookies = { ada: '', grace: '', reader: '', stranger: '' }
const open: { close: () => void }[] = []

async function invited(email: string, name: string, role: string): Promise<Answer> {
  const made = await owner('POST', '/invitations', { body: { email, role } })
  return world.ask('POST', `/invitation-links/${made.body.link.url.split('/').at(-1)}`, { body: { name, password } })
}
beforeAll(async () => {
  world = await startTestInstallation()
  const { cookie, me } = await setUp(world)
  adaId = me.person.id
  cookies.ada = cookie
  owner = world.as(headersOf(cookie))
  cookies.grace = cookieOf(await invited('grace@example.com', 'Grace', 'editor'))
  cookies.reader = cookieOf(await invited('rita@example.com', 'Rita Reader', 'viewer'))
  const stranger = await invited('stranger@example.com', 'Stranger', 'viewer')
  cookies.stranger = cookieOf(stranger)
  await world.as(headersOf(cookies.stranger))('POST', '/workspaces', {
    body: { name: 'Elsewhere', slug: 'elsewhere', language: 'en', zone: 'UTC' },
  })
  await owner('DELETE', `/members/${stranger.body.person.id}`)
}, 120_000)
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})
afterAll(() => world.stop())

const bodyOf = (...texts: string[]) => ({
  type: 'doc',
  content: texts.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
})
async function editionOf(...texts: string[]): Promise<{ id: string; revision: number; body: any }> {
  return (await owner('POST', '/articles', { body: { language: 'en', title: 'Draft', body: bodyOf(...texts) } })).body
    .edition
}
type Seen = HeadlessEditor & { heard: WritingMessage[] }
async function editor(who: keyof typeof cookies, editionId: string, workspace = 'first'): Promise<Seen> {
  const heard: WritingMessage[] = []
  const made = openHeadlessEditor({
    url: world.url,
    workspace,
    editionId,
    headers: headersOf(cookies[who]),
    onMessage: (message) => heard.push(message),
  })
  open.push(made)
  await expect.poll(() => made.isFollowing()).toBe(true)
  return Object.assign(made, { heard })
}
/** A socket that says what it is told to. */
function raw(query: string, headers: Record<string, string>) {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/api/v1/writing?${query}`, { headers } as never) // node's own WebSocket takes headers
  const heard: WritingMessage[] = []
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data)) as WritingMessage))
  socket.addEventListener('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
  const opened = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve()))
  open.push(socket)
  const say = async (message: unknown): Promise<void> => {
    await opened
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }
  return { socket, heard, closed, say }
}
const asAda = () => raw('workspace=first', headersOf(cookies.ada))
const wordsOf = async (id: string): Promise<string[]> =>
  (await owner('GET', `/editions/${id}`)).body.body.content.map((node: any) =>
    (node.content ?? []).map(({ text }: any) => text).join(''),
  ) // a body

describe('people who write in one text', () => {
  test('see each other’s words, and all of them are in the edition', async () => {
    const { id } = await editionOf('river')
    const [ada, grace] = [await editor('ada', id), await editor('grace', id)]
    ada.text(0)?.insert(0, 'The ')
    grace.text(0)?.insert(5, ' runs')
    await expect
      .poll(() => [ada.text(0)?.toString(), grace.text(0)?.toString()])
      .toEqual(['The river runs', 'The river runs'])
    await expect.poll(() => ada.heard.findLast(({ t }) => t === 'saved')).toMatchObject({ seq: 2 })
    expect(await wordsOf(id)).toEqual(['The river runs'])
    expect(Y.encodeStateAsUpdate(ada.doc)).toEqual(Y.encodeStateAsUpdate(grace.doc))
  })

  test('know who is there, by the name that the server knows', async () => {
    const { id } = await editionOf('river')
    const [ada, grace] = [await editor('ada', id), await editor('grace', id)]
    const presences = ({ heard }: Seen) => heard.filter((message) => message.t === 'presence')
    const state = { head: 'x', person: { name: 'Somebody else' } }
    ada.send({ t: 'presence', e: id as never, state })
    await expect.poll(() => presences(grace)).toMatchObject([{ person: { id: adaId, name: 'Ada Owner' }, state }])
    // Whoever comes later is told too.
    const late = await editor('reader', id)
    await expect.poll(() => presences(late)).toHaveLength(1)
    ada.send({ t: 'presence', e: id as never, state: { much: 'x'.repeat(5_000) } })
    await expect.poll(() => ada.refusals).toContain('too-large')
    ada.close()
    await expect.poll(() => presences(grace).at(-1)).toMatchObject({ person: { id: adaId }, state: null })
  })

  test('go on after a lost connection with what each has written meanwhile', async () => {
    const { id } = await editionOf('river')
    const [ada, grace] = [await editor('ada', id), await editor('grace', id)]
    ada.cut()
    grace.cut()
    ada.text(0)?.insert(0, 'The ')
    grace.text(0)?.insert(5, ' runs')
    await expect
      .poll(() => [ada.text(0)?.toString(), grace.text(0)?.toString()])
      .toEqual(['The river runs', 'The river runs'])
    expect([ada.connections(), grace.connections()]).toEqual([2, 2])
    // What came while nobody had it open is read from its number on.
    const opened = ada.heard.filter((message) => message.t === 'opened')
    expect(opened.map(({ state }) => state !== null)).toEqual([true, false])
  })

  test('see what comes over REST, which loses nothing of theirs', async () => {
    const { id, revision, body } = await editionOf('river', 'home')
    const ada = await editor('ada', id)
    ada.text(0)?.insert(5, ' runs')
    await expect.poll(() => ada.isSettled()).toBe(true)
    const content = [body.content[0], { ...body.content[1], content: [{ type: 'text', text: 'sweet home' }] }]
    const saved = await owner('PUT', `/editions/${id}`, {
      body: { basedOn: revision, title: 'Draft', lead: '', body: { type: 'doc', content } },
    })
    expect(saved.status).toBe(200)
    await expect.poll(() => ada.text(1)?.toString()).toBe('sweet home')
    expect(await wordsOf(id)).toEqual(['river runs', 'sweet home'])
  })
})

describe('who may not', () => {
  test('nobody without a credential, and no page of another site', async () => {
    expect(await raw('workspace=first', {}).closed).toBe(4401)
    expect(await raw('workspace=first', { cookie: cookies.ada, origin: 'https://evil.example' }).closed).toBe(4401)
    expect(await raw('workspace=first', { cookie: cookies.ada }).closed).toBe(4401)
    expect(await raw('workspace=first', headersOf(cookies.stranger)).closed).toBe(4401)
  })

  test('nobody of another workspace', async () => {
    const { id } = await editionOf('secret')
    const stranger = raw('workspace=elsewhere', headersOf(cookies.stranger))
    await stranger.say({ t: 'open', e: id, after: null })
    await stranger.say({ t: 'update', e: id, n: 1, u: 'AAA=' })
    await expect.poll(() => stranger.heard.length).toBe(2)
    expect(stranger.heard.every((message) => message.t === 'refused' && message.code === 'not-found')).toBe(true)
    expect(JSON.stringify(stranger.heard)).not.toContain('opened')
  })

  test('a reader reads, and writes nothing', async () => {
    const { id } = await editionOf('river')
    const [reader, ada] = [await editor('reader', id), await editor('ada', id)]
    expect(reader.heard[0]).toMatchObject({ t: 'opened', may: 'read' })
    ada.text(0)?.insert(0, 'The ')
    await expect.poll(() => reader.text(0)?.toString()).toBe('The river')
    const rude = raw('workspace=first', headersOf(cookies.reader))
    await rude.say({ t: 'open', e: id, after: null })
    await rude.say({ t: 'update', e: id, n: 1, u: 'AAA=' })
    await expect.poll(() => rude.heard).toContainEqual({ t: 'refused', e: id, n: 1, code: 'not-allowed' })
  })

  test('nobody whose session ended: at once', async () => {
    const { id } = await editionOf('river')
    const again = await world.ask('POST', '/session', { body: { email: 'ada@example.com', password } })
    const session = raw('workspace=first', headersOf(cookieOf(again)))
    await session.say({ t: 'open', e: id, after: null })
    await expect.poll(() => session.heard.length).toBe(1)
    await world.as(headersOf(cookieOf(again)))('DELETE', '/session')
    expect(await session.closed).toBe(4401)
  })

  test('nobody with more connections or texts than anyone needs', async () => {
    const many = Array.from({ length: 21 }, asAda)
    expect(await Promise.race(many.map(({ closed }) => closed))).toBe(1013)
    for (const { socket } of many) socket.close()
    const ids = await Promise.all(Array.from({ length: 21 }, async () => (await editionOf('x')).id))
    const one = raw('workspace=first', headersOf(cookies.grace))
    for (const e of ids) await one.say({ t: 'open', e, after: null })
    await expect.poll(() => one.heard.length).toBe(21)
    expect(one.heard.filter(({ t }) => t === 'refused')).toMatchObject([{ n: null, code: 'too-many-requests' }])
  })
})

describe('what is no message', () => {
  test('is refused, and after too many the connection ends', async () => {
    const { id } = await editionOf('river')
    const rude = asAda()
    const wrong = [
      '',
      '{',
      'null',
      '[]',
      { t: 'open' },
      { t: 'open', e: 'x', after: null },
      { t: 'update', e: id, n: 1 },
      { t: 'nothing' },
    ]
    for (const message of wrong) await rude.say(message)
    await expect.poll(() => rude.heard.length).toBe(wrong.length)
    expect(rude.heard.every((message) => message.t === 'refused' && message.code === 'invalid-input')).toBe(true)
    for (let count = 0; count < 20; count++) await rude.say('{')
    expect(await rude.closed).toBe(1008)
  })

  test('is too large: an update, or anything at all', async () => {
    const { id } = await editionOf('river')
    const rude = asAda()
    await rude.say({ t: 'open', e: id, after: null })
    await rude.say({ t: 'update', e: id, n: 7, u: 'A'.repeat(1_398_400) })
    await expect.poll(() => rude.heard).toContainEqual({ t: 'refused', e: id, n: 7, code: 'too-large' })
    await rude.say('x'.repeat(1_500_000))
    expect(await rude.closed).toBe(1009)
  })

  test('comes too fast', async () => {
    const rude = asAda()
    for (let count = 0; count < 250; count++) await rude.say({ t: 'ping' })
    expect(await rude.closed).toBe(1013)
  })

  test('says things that no text may hold: they never get into the edition, and nobody’s editing stops', async () => {
    const { id } = await editionOf('river')
    const [ada, grace] = [await editor('ada', id), await editor('grace', id)]
    const body = ada.doc.getXmlFragment('body')
    const push = (name: string, fill: (element: Y.XmlElement) => void): void => {
      const made = new Y.XmlElement(name)
      ada.doc.transact(() => {
        body.push([made])
        fill(made)
      })
    }
    push('script', (element) => element.insert(0, [new Y.XmlText('alert(1)')]))
    push('heading', (element) => element.setAttribute('onclick', 'evil()'))
    push('paragraph', (element) => element.insert(0, [new Y.XmlElement('iframe')]))
    push('table', (element) => element.insert(0, [new Y.XmlElement('paragraph'), new Y.XmlText('loose')]))
    ada.doc.getText('title').insert(0, '\u202E\u0000')
    ada.doc.getMap('elsewhere').set('x', new Y.Map([['y', 1]]))
    grace.text(0)?.insert(0, 'The ')
    await expect.poll(() => ada.isSettled() && grace.isSettled()).toBe(true)
    const saved = await owner('GET', `/editions/${id}`)
    expect(saved.status).toBe(200)
    expect(saved.body.title).toBe('Draft')
    expect(JSON.stringify(saved.body.body)).not.toMatch(/script|alert|onclick|iframe|loose/)
    expect(saved.body.body.content[0].content[0].text).toBe('The river')
    expect(Y.encodeStateAsUpdate(ada.doc)).toEqual(Y.encodeStateAsUpdate(grace.doc))
  })

  test('is no update of Yjs: only that one is refused', async () => {
    const { id } = await editionOf('river')
    const rude = asAda()
    await rude.say({ t: 'open', e: id, after: null })
    await expect.poll(() => rude.heard.length).toBe(1)
    for (const [n, u] of ['AAAA', '//////8=', 'AQH/////Dw==', 'Zm9vYmFy'].entries())
      await rude.say({ t: 'update', e: id, n, u })
    const answers = () => rude.heard.filter(({ t }) => t === 'refused' || t === 'ack')
    await expect.poll(() => answers().length).toBe(4)
    expect(answers().some((message) => message.t === 'refused' && message.code === 'internal')).toBe(false)
    expect(await wordsOf(id)).toEqual(['river'])
  })
})
