/**
 * Publish now until the site shows it; how late planned deliveries leave, from due to the arrival of the request at a receiver on this
 * machine; how many leave in a second. Beside BullMQ's delayed jobs and the bare job engine, which post the same bytes.
 */
import { articleBody, randomFrom } from '../data.ts'
import { type Ask, pinSelf, setUp, type Started, startFloowe } from '../floowe.ts'
import { quantile, round } from '../measure.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { figure, type Figure, type Suite } from '../suite.ts'
import { type Measured, peers } from './publishing-peers.ts'

const publications = 100
/** In the five standard rounds a thousand, at random seconds of two and a half minutes. Then as many in one second. */
const dueTimes = 200
const dueOverSeconds = 30
const hooks = 12
/** All of them due in the same second. */
const flood = 2_000
/** Planning takes a while; the first is due after that. */
const planningMs = 15_000
const floodPlanningMs = 60_000
const visibleMsMax = 20_000

export const suite: Suite = {
  about: `publish now → visible on the site (${publications} a round); a round of ${dueTimes} due times within ${dueOverSeconds} s to a signed webhook, and of ${dueTimes} in the same second; ${flood} at once; the same with BullMQ on Redis and the bare job engine`,
  run: async ({ rounds, tell }) => {
    pinSelf()
    const floowe = await startFloowe()
    const figures: Figure[] = []
    try {
      const ask = await setUp(floowe)
      figures.push(...(await visibility(floowe, ask, rounds, tell)))
      const { p50s, p99s, lasts, perSecond } = await lateness(ask, rounds, tell)
      figures.push(
        figure(`lateness, ${rounds * dueTimes} at random seconds, p50`, 'ms', p50s, { atMost: 10 }),
        figure(`lateness, ${rounds * dueTimes} at random seconds, p99`, 'ms', p99s, { atMost: 50 }),
        figure(`${dueTimes} due in the same second, the last of them`, 'ms', lasts),
        figure(`${flood} due at once`, 'deliveries/s', perSecond),
      )
    } finally {
      await floowe.stop()
    }
    return [...figures, ...(await peers({ rounds, dueTimes, dueOverSeconds, flood }, tell))]
  },
}

async function visibility({ url }: Started, ask: Ask, rounds: number, tell: (line: string) => void): Promise<Figure[]> {
  const channels: { id: string; network: string }[] = await ask('GET', '/channels')
  const channelId = channels.find((channel) => channel.network === 'floowe-site')?.id
  const [p50s, p99s]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < rounds; turn++) {
    const times: number[] = []
    for (let n = 0; n < publications; n++) {
      const slug = `now-${turn}-${n}`
      const { edition } = await ask('POST', '/articles', {
        language: 'en',
        title: `Now ${turn} ${n}`,
        slug,
        body: articleBody(n, 5_000),
      })
      const begunMs = performance.now()
      await ask('POST', '/deliveries', { editionId: edition.id, channelId, when: { now: true } })
      const page = await untilVisible(`${url}/site/bench/${slug}`, begunMs)
      times.push(performance.now() - begunMs)
      if (!page.includes(`Now ${turn} ${n}`)) throw new Error(`/site/bench/${slug} shows something else`)
    }
    p50s.push(round(quantile(times, 0.5)))
    p99s.push(round(quantile(times, 0.99)))
    tell(`round ${turn + 1}: visible after ${p50s.at(-1)} ms (p50), ${p99s.at(-1)} ms (p99)`)
  }
  return [figure('publish now → visible, p50', 'ms', p50s), figure('publish now → visible, p99', 'ms', p99s)]
}

async function untilVisible(address: string, begunMs: number): Promise<string> {
  while (performance.now() - begunMs < visibleMsMax) {
    const answer = await fetch(address)
    const text = await answer.text()
    if (answer.status === 200) return text
    if (answer.status !== 404) throw new Error(`${address} answered ${answer.status}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error(`${address} did not become visible`)
}

async function lateness(ask: Ask, rounds: number, tell: (line: string) => void): Promise<Measured> {
  const receiver = await startReceiver()
  const measured: Measured = { p50s: [], p99s: [], lasts: [], perSecond: [] }
  try {
    const channels: string[] = []
    for (let n = 0; n < hooks; n++)
      channels.push((await ask('POST', '/channels', { network: 'webhook', name: `Hook ${n}`, url: receiver.url })).id)
    const editions = await writtenArticles(ask)
    const on = (turn: number) => (n: number) => channels[(n + turn) % hooks]
    for (let turn = 0; turn < rounds; turn++) {
      const random = randomFrom(turn + 1)
      const late = await latenessOf(ask, receiver, editions, on(2 * turn), () => Math.floor(random() * dueOverSeconds))
      const atOnce = await latenessOf(ask, receiver, editions, on(2 * turn + 1), () => 0)
      measured.p50s.push(round(quantile(late, 0.5)))
      measured.p99s.push(round(quantile(late, 0.99)))
      measured.lasts.push(Math.max(...atOnce))
      tell(
        `round ${turn + 1}: due → arrival ${measured.p50s.at(-1)} ms (p50), ${measured.p99s.at(-1)} ms (p99), ${Math.max(...late)} ms (last); of ${dueTimes} at once the last ${measured.lasts.at(-1)} ms`,
      )
    }
    const flooded = await flooding(ask, receiver, channels)
    measured.perSecond.push(flooded)
    tell(`${flood} due at once: ${flooded} a second`)
  } finally {
    receiver.stop()
  }
  return measured
}

async function writtenArticles(ask: Ask, prefix = 'due'): Promise<string[]> {
  const editions: string[] = []
  for (let n = 0; n < dueTimes; n++) {
    const text = { language: 'en', title: `Due ${n}`, slug: `${prefix}-${n}`, body: articleBody(n, 5_000) }
    editions.push((await ask('POST', '/articles', text)).edition.id)
  }
  return editions
}

/** Each article to each of ten channels. @returns deliveries a second, from due to the last arrival */
async function flooding(ask: Ask, receiver: Receiver, channels: readonly string[]): Promise<number> {
  const fresh = await writtenArticles(ask, 'flood')
  const editions = Array.from({ length: flood }, (_, n) => fresh[n % dueTimes] ?? '')
  const channelOf = (n: number): string | undefined => channels[Math.floor(n / dueTimes)]
  const late = await latenessOf(ask, receiver, editions, channelOf, () => 0, floodPlanningMs)
  return round((flood * 1_000) / Math.max(...late))
}

async function latenessOf(
  ask: Ask,
  receiver: Receiver,
  editions: readonly string[],
  channelOf: (n: number) => string | undefined,
  secondOf: () => number,
  beforehandMs = planningMs,
): Promise<number[]> {
  const startMs = Date.now() + beforehandMs
  const due = new Map<string, number>()
  for (const [n, edition] of editions.entries()) {
    // Plans are made to the second.
    const wallTime = new Date(startMs + secondOf() * 1000).toISOString().slice(0, 19)
    // An edition goes to another channel each time: the same one would have it already.
    const { id, dueAt } = await ask('POST', '/deliveries', {
      editionId: edition,
      channelId: channelOf(n),
      when: { wallTime, zone: 'UTC' },
    })
    due.set(id, Date.parse(dueAt))
  }
  if (Date.now() > startMs - 1_000) throw new Error('planning took too long; the machine is busy')
  const untilMs = startMs + dueOverSeconds * 1000 + 60_000
  while ([...due.keys()].some((id) => !receiver.arrivals.has(id))) {
    if (Date.now() > untilMs)
      throw new Error(`${[...due.keys()].filter((id) => !receiver.arrivals.has(id)).length} deliveries did not arrive`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  const late = [...due].map(([id, ms]) => (receiver.arrivals.get(id) ?? Number.NaN) - ms)
  if (Math.min(...late) < 0) throw new Error('something was sent before it was due')
  return late
}
