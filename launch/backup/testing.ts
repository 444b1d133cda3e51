/** What the tests of moves share: an installation filled with a bit of everything, what people see of it, and the command line. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { expect } from 'vitest'
import { checkout } from '../open.ts'

type Body = any // bodies of any operation
/** Throws unless the answer is good. */
export type Must = (method: string, target: string, body?: unknown) => Promise<Body>

/** As the first owner, by the local credential. */
export const mustAt =
  (url: string, folder: string): Must =>
  async (method, target, body) => {
    const isForm = body instanceof FormData
    const answer = await fetch(`${url}/api/v1${target}`, {
      method,
      headers: {
        authorization: `Bearer ${readFileSync(path.join(folder, 'local-credential'), 'utf8').trim()}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${target} answered ${answer.status}: ${text}`)
    return text === '' ? null : (JSON.parse(text) as Body)
  }

export const bodyOf = (text: string) => ({
  type: 'doc',
  content: [{ type: 'paragraph', attrs: { id: 'b1' }, content: [{ type: 'text', text }] }],
})
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
export const picture = (name: string): FormData => {
  const form = new FormData()
  form.append('file', new File([dot, name], `${name}.png`, { type: 'image/png' }))
  return form
}

/** Deliveries to the webhook, by what becomes of them before the move. */
export type Story = { published: string; hanging: string; retrying: string; soon: string; soonMs: number; late: string }
/** Planned that far ahead: longer than a backup takes. */
const soonInMs = 30_000
const wallOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19)

/** Two languages, versions, terms, pictures, the trash, templates, people, keys, and deliveries in every state. */
export async function tell(must: Must, receiver: WebhookReceiver, pictures: number): Promise<Story> {
  const articles: { id: string; edition: { id: string; revision: number } }[] = []
  for (let n = 0; n < 7; n++) {
    const { article, edition } = await must('POST', '/articles', {
      language: 'en',
      title: `Article ${n}`,
      body: bodyOf(`Zażółć „gęślą” ${n}`),
      tags: ['river', `tag ${n}`],
      categories: ['News'],
    })
    articles.push({ id: article.id, edition })
  }
  for (const { id, edition } of articles.slice(0, 3)) {
    await must('POST', `/articles/${id}/editions`, { language: 'pl', title: `Artykuł ${id.slice(-4)}` })
    let { revision } = edition
    for (const reason of ['saved', 'autosaved', 'autosaved', 'saved'])
      revision = (
        await must('PUT', `/editions/${edition.id}`, {
          ...{ basedOn: revision, title: `Saved ${revision}`, lead: 'Lead', reason, note: reason },
          body: bodyOf(`Text ${revision}`),
        })
      ).revision
  }
  await must('DELETE', `/articles/${articles.at(-1)?.id}`)
  const media = []
  for (let n = 0; n < pictures; n++) media.push(await must('POST', '/media', picture(`picture ${n}`)))
  const first = await must('GET', `/articles/${articles[0]?.id}`)
  await must('PATCH', `/articles/${first.id}`, {
    basedOn: first.revision,
    coverId: media[0].id,
    authors: ['Ada'],
  })
  await must('POST', '/templates', { name: 'Review', language: 'pl', body: bodyOf('Wzór') })
  await must('POST', '/invitations', { email: 'second@example.com', role: 'viewer' })
  await must('POST', '/keys', { name: 'reader', permissions: ['content:read'] })

  const channel = await must('POST', '/channels', { network: 'webhook', name: 'Hook', url: receiver.url })
  receiver.trust(channel.secret)
  const send = async (n: number, when: object, channelId: string = channel.id): Promise<string> =>
    (await must('POST', '/deliveries', { editionId: articles[n]?.edition.id, channelId, when })).id
  const stateOf = async (id: string): Promise<string> => (await must('GET', `/deliveries/${id}`)).state
  const published = await send(0, { now: true })
  await expect.poll(() => stateOf(published), { timeout: 20_000 }).toBe('published')
  receiver.faults.always(() => ({ status: 503, retryAfter: 3600 }))
  const retrying = await send(1, { now: true })
  await expect.poll(() => stateOf(retrying), { timeout: 20_000 }).toBe('retrying')
  const late = await send(4, { wallTime: '2031-01-01T09:00', zone: 'Europe/Warsaw' })
  const site = (await must('GET', '/channels')).find((one: { network: string }) => one.network === 'floowe-site')
  const onSite = await send(0, { now: true }, site.id)
  await expect.poll(() => stateOf(onSite), { timeout: 20_000 }).toBe('published')
  // Taken, and never answered: it is under way when the move begins.
  receiver.faults.next(['accept-then-hang'])
  const hanging = await send(2, { now: true })
  await receiver.received(3, 20_000)
  const soonMs = Date.now() + soonInMs
  const soon = await send(3, { wallTime: wallOf(soonMs), zone: 'UTC' })
  return { published, hanging, retrying, soon, soonMs, late }
}

/** All that is not a delivery, as people see it; with addresses that do not tell which installation answered. */
export async function seen(must: Must, url: string): Promise<Body> {
  const articles = [
    ...(await must('GET', '/articles?sort=title&limit=100')).items,
    ...(await must('GET', '/articles?trashed=true&limit=100')).items,
  ]
  const editions = articles.flatMap((article: Body) => article.editions as Body[])
  const versions = []
  for (const { id } of editions) versions.push((await must('GET', `/editions/${id}/versions?limit=100`)).items)
  const all = {
    articles,
    versions,
    editions: await Promise.all(editions.map(({ id }) => must('GET', `/editions/${id}`))),
    texts: await Promise.all(versions.flat().map(({ id }) => must('GET', `/versions/${id}`))),
    terms: await Promise.all(['tag', 'category', 'author'].map((kind) => must('GET', `/terms?kind=${kind}`))),
    media: await must('GET', '/media?limit=100'),
    templates: await must('GET', '/templates'),
    members: await must('GET', '/members'),
    invitations: await must('GET', '/invitations'),
    keys: await must('GET', '/keys'),
    channels: await must('GET', '/channels'),
    found: await must('GET', `/search?query=${encodeURIComponent('gęślą')}`),
  }
  return JSON.parse(JSON.stringify(all).replaceAll(url, 'URL')) as Body
}

/** Every entry of the audit log, oldest first: what a move may only add to. */
export async function audit(must: Must): Promise<Body[]> {
  const entries: Body[] = []
  for (let page = 0; page < 100; page++) {
    const { items } = await must('GET', `/audit?limit=100&offset=${page * 100}`)
    entries.push(...items)
    if (items.length < 100) break
  }
  return entries.reverse()
}

/** Makes articles and saves them again and again, until it is stopped; each revision with a title of its own. */
export function keepWriting(must: Must, writers: number) {
  /** The revision of each edition that was acknowledged. */
  const written = new Map<string, number>()
  let isOver = false
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !isOver && n < 1_000; n++) {
      const title = (revision: number): string => `wr${writer}n${n}r${revision}`
      const { edition } = await must('POST', '/articles', { language: 'en', title: title(1) })
      written.set(edition.id, 1)
      for (let revision = 1; revision < 4 && !isOver; revision++) {
        const saved = { basedOn: revision, title: title(revision + 1), lead: '', body: bodyOf('again') }
        written.set(edition.id, (await must('PUT', `/editions/${edition.id}`, saved)).revision)
      }
    }
  }
  const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  all.catch(() => undefined)
  return {
    written,
    stop: async () => {
      isOver = true
      await all
    },
  }
}

/** What {@link keepWriting} wrote and is there, by edition. */
export async function textsOf(must: Must): Promise<Map<string, { title: string; revision: number }>> {
  const texts = new Map<string, { title: string; revision: number }>()
  for (let page = 0; page < 100; page++) {
    const { items } = await must('GET', `/articles?limit=100&offset=${page * 100}`)
    for (const { editions } of items)
      for (const { id, title, revision } of editions)
        if (/^wr\d+n\d+r\d+$/.test(title)) texts.set(id, { title, revision })
    if (items.length < 100) break
  }
  return texts
}
export const foundTitles = ({ items }: Body): string[] => items.map(({ title }: Body) => title as string)

export type Outcome = { code: number | null; signal: NodeJS.Signals | null; out: string; err: string }
type Variables = Readonly<Record<string, string>>

/** Without blocking: the receiver of webhooks lives in this process. `heard` is called with each line of stderr. */
export function runNode(
  words: readonly string[],
  variables: Variables,
  heard: (line: string, kill: () => void) => void = () => undefined,
): Promise<Outcome> {
  const child = spawn(process.execPath, [path.join(checkout, words[0] ?? ''), ...words.slice(1)], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    for (const line of chunk.toString().split('\n').filter(Boolean)) heard(line, () => void child.kill('SIGKILL'))
  })
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, out, err })))
}
export const floowe = (variables: Variables, ...words: string[]): Promise<Outcome> =>
  runNode(['cli/floowe.ts', ...words], variables)

/** Ends a restore again and again while it brings things in, at points that `random` (0 to 1) picks; then lets it go on to its end. */
export async function restoreKilled(
  file: string,
  variables: Variables,
  random: () => number,
  killsWanted: number,
): Promise<Outcome & { kills: number }> {
  let kills = 0
  for (let turn = 0; turn < killsWanted * 3 && kills < killsWanted; turn++) {
    let isAimed = false
    const outcome = await runNode(['launch/restore.ts', file], variables, (line, kill) => {
      if (isAimed || !/^(bringing it in|going on|comparing)/.test(line)) return
      isAimed = true
      void pause(Math.floor(random() * 60)).then(kill)
    })
    if (outcome.signal !== 'SIGKILL') return { ...outcome, kills }
    kills += 1
  }
  return { ...(await runNode(['launch/restore.ts', file], variables)), kills }
}

/** One seed, one series (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A job of tomorrow's: work that is to be done, and was not. */
export const laterJob = (workspaceId: string) => ({
  text: `insert into content.jobs (id, workspace_id, kind, input, run_at, created_at) values ($1, $2, 'content.remove-files', '{"n": 1}', '2031-01-01', '2026-01-01')`,
  values: [randomUUID(), workspaceId],
})
