/** What a person does with Floowe before the moment comes: connects channels, writes articles, plans deliveries. Over REST only. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Channel as Connected } from '@floowe/contracts/channels'
import type { Ask, Client } from '@floowe/faults/client.ts'
import type { Random } from '@floowe/faults/random.ts'
import { createWriter, type Text } from '@floowe/faults/texts.ts'
import type { Emulators } from './door.ts'
import type { Place } from './networks.ts'
import * as newsletter from './newsletter.ts'
import { builtIn, feedEntriesMax } from './pages.ts'
import type { Subject } from './subjects.ts'

export type Channel = { id: string; network: string; url: string | null }
type Article = { editionId: string; word: string }
export type Planned = { id: string; network: string; word: string; dueMs: number }

const atOnce = 6
const perSecondMax = 50
/** Fewer are due in a second when they would be over sooner: blows are to fall among them. */
const lastsSecondsMin = 60
/** Planned whole before the first of them is due. */
const batchMax = 2_500
/** How many a machine plans in a second, until it has shown it. */
const firstGuess = 50
const aheadMs = 4_000
/** Where planning took longer than was thought; again and again while the other clock is ahead of ours. */
const laterMs = 8_000
const laterTimesMax = 40
const laterPauseMs = 1_000
const patienceMs = 150_000
const retryPauseMs = 150

/** With one key until it is answered. @returns the body of a success, or the code of a refusal */
async function keyed<Body>(client: Client, ask: Ask): Promise<{ made: Body } | { refused: string; text: string }> {
  const headers = { 'idempotency-key': randomUUID() }
  const endMs = Date.now() + patienceMs
  while (Date.now() < endMs) {
    const outcome = await client.once({ ...ask, headers })
    if (outcome.is === 'answered') {
      if (outcome.status < 300) return { made: outcome.body as Body } // the caller names the contract's own shape
      const { code } = outcome.body as { code?: string } // a refusal has one
      if (code !== 'idempotency-in-progress')
        return { refused: code ?? String(outcome.status), text: JSON.stringify(outcome.body).slice(0, 400) }
    }
    await pause(retryPauseMs)
  }
  throw new Error(`${ask.path} was not answered within ${patienceMs} ms`)
}

async function made<Body>(client: Client, ask: Ask): Promise<Body> {
  const answer = await keyed<Body>(client, ask)
  if ('made' in answer) return answer.made
  throw new Error(`${ask.path}: ${answer.refused} ${answer.text}`)
}

/** The first owner, their workspace, and a channel to each network; as many feeds as show that many deliveries. By network. */
export async function settleIn(
  client: Client,
  { setupCode }: Subject,
  emulators: Emulators,
  deliveries: number,
): Promise<Channel[]> {
  await made(client, {
    method: 'POST',
    path: '/api/v1/setup',
    headers: { authorization: '' },
    body: {
      code: setupCode,
      owner: { name: 'Ada', email: 'ada@example.com', password: 'a long enough password', locale: 'en' },
      workspace: { name: 'Chaos', slug: 'chaos', language: 'en', zone: 'UTC' },
    },
    through: ['identity'],
  })
  // An outage of more than a minute makes late deliveries, not missed ones: those would be a person's to decide.
  await client.until({
    method: 'PATCH',
    path: '/api/v1/publishing/settings',
    body: { missed: 'send-late', lateMinutesMax: 60 },
    through: ['publishing'],
  })
  const places = Object.entries(emulators.places)
  for (const [network, place] of places) await connect(client, network, place, emulators)
  const feeds = Math.ceil(deliveries / (places.length + builtIn.length) / feedEntriesMax)
  for (let feed = 1; feed <= feeds; feed++)
    await post(client, '/channels', { network: 'feed', name: `feed ${feed}`, fields: {} })
  const channels = await client.until<Connected[]>({ path: '/api/v1/channels', through: ['publishing'] })
  return channels
    .map(({ id, network, settings: { url } }) => ({ id, network, url }))
    .toSorted((one, other) => (one.network < other.network ? -1 : 1))
}

const post = <Body>(client: Client, path: string, body: object): Promise<Body> =>
  made<Body>(client, { method: 'POST', path: `/api/v1${path}`, body, through: ['publishing'] })

async function connect(
  client: Client,
  network: string,
  { connecting }: Place,
  { trust }: Pick<Emulators, 'trust'>,
): Promise<void> {
  if (connecting.by === 'webhook') {
    const { secret } = await post<{ secret: string }>(client, '/channels', {
      network,
      name: network,
      url: connecting.url,
    })
    await trust(secret)
  } else if (connecting.by === 'fields') {
    const { id } = await post<{ id: string }>(client, '/channels', {
      network,
      name: network,
      fields: connecting.fields,
    })
    if (network === newsletter.network) await subscribe(client, id)
  } else {
    const { address } = await post<{ address: string }>(client, '/connections', { network })
    const { headers } = await fetch(address, { redirect: 'manual' })
    const { searchParams } = new URL(headers.get('location') ?? 'about:blank')
    const { id, accounts } = await post<{ id: string; accounts: { id: string }[] }>(client, '/connections/accounts', {
      state: searchParams.get('state') ?? '',
      code: searchParams.get('code') ?? '',
    })
    await post(client, `/connections/${id}/channels`, { accountId: accounts[0]?.id ?? '' })
  }
}

async function subscribe(client: Client, channelId: string): Promise<void> {
  const { readers, declaration, perSecond } = newsletter
  await post(client, `/channels/${channelId}/subscribers/import`, { csv: readers.join('\n'), declaration })
  await client.until({
    method: 'PATCH',
    path: `/api/v1/channels/${channelId}/newsletter`,
    body: { perSecond },
    through: ['publishing'],
  })
}

/** The same texts for the same seed, whatever else is drawn. */
export function textsOf(seed: number, count: number, random: Random): Text[] {
  const writer = createWriter(seed, 1, random.fork('texts'))
  return Array.from({ length: count }, () => writer.next())
}

export const writeArticles = (client: Client, texts: readonly Text[]): Promise<Article[]> =>
  several(texts, async ({ token: word, title, lead, body }) => {
    const { edition } = await made<{ edition: { id: string } }>(client, {
      method: 'POST',
      path: '/api/v1/articles',
      body: { language: 'en', title, lead, body },
      through: ['content'],
    })
    return { editionId: edition.id, word }
  })

export type Schedule = { planned: Planned[]; refused: string[] }

/**
 * Each article to each network until there are enough, a batch at a time; the next batch is planned when the one before it has
 * fallen due, so that planning does not disturb what is measured.
 */
export async function planAll(
  client: Client,
  channels: readonly Channel[],
  articles: readonly Article[],
  count: number,
  tell: (line: string) => void,
): Promise<Schedule> {
  const schedule: Schedule = { planned: [], refused: [] }
  const networks = [...Map.groupBy(channels, ({ network }) => network).values()]
  const perSecond = Math.min(perSecondMax, count / lastsSecondsMin)
  let rate = firstGuess
  for (let from = 0; from < count; from += batchMax) {
    const numbers = Array.from({ length: Math.min(batchMax, count - from) }, (_, at) => at)
    const beganMs = Date.now()
    const startMs = beganMs + aheadMs + (numbers.length / rate) * 1_000
    await several(numbers, async (at) => {
      const number = from + at
      const place = Math.floor(number / networks.length)
      const own = networks[number % networks.length] ?? []
      const channel = own[Math.floor(place / feedEntriesMax) % own.length]
      const article = articles[place]
      if (!channel || !article) throw new Error(`nothing to plan as number ${number}`)
      await planOne(client, channel, article, startMs + (at / perSecond) * 1_000, schedule)
    })
    // Slower than it was, with room: kills may come in between.
    rate = Math.max(5, (numbers.length / ((Date.now() - beganMs) / 1_000)) * 0.7)
    tell(`${schedule.planned.length} planned, in ${Math.round((Date.now() - beganMs) / 1_000)} s`)
    const endMs = Math.max(...schedule.planned.map(({ dueMs }) => dueMs))
    while (Date.now() < endMs) await pause(250)
  }
  return schedule
}

async function planOne(
  client: Client,
  { id: channelId, network }: Channel,
  { editionId, word }: Article,
  dueMs: number,
  schedule: Schedule,
): Promise<void> {
  for (let attempt = 0; attempt < laterTimesMax; attempt++) {
    const wanted = Math.max(dueMs, attempt === 0 ? 0 : Date.now() + laterMs)
    const answer = await keyed<{ id: string; dueAt: string }>(client, {
      method: 'POST',
      path: '/api/v1/deliveries',
      body: { editionId, channelId, when: { wallTime: new Date(wanted).toISOString().slice(0, 19), zone: 'UTC' } },
      through: ['publishing'],
    })
    if ('made' in answer) {
      schedule.planned.push({ id: answer.made.id, network, word, dueMs: Date.parse(answer.made.dueAt) })
      return
    }
    if (answer.refused !== 'time-in-past') {
      schedule.refused.push(`${network} ${word}: ${answer.refused} ${answer.text}`)
      return
    }
    await pause(laterPauseMs)
  }
  schedule.refused.push(`${network} ${word}: always too late`)
}

/** Some at once, in order. */
async function several<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at]
      if (item !== undefined) results[at] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}
