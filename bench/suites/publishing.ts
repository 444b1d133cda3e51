/** Publish now until the site shows it, and how late planned deliveries leave: from due to the arrival of the request at a receiver on this machine. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { articleBody, randomFrom } from '../data.ts'
import { type Ask, pinSelf, setUp, type Started, startFloowe } from '../floowe.ts'
import { quantile, round } from '../measure.ts'
import { figure, type Figure, type Suite } from '../suite.ts'

const publications = 100
/** In the five standard rounds a thousand, at random seconds of five minutes. Then as many in one second. */
const dueTimes = 200
const dueOverSeconds = 60
const hooks = 12
/** Planning takes a while; the first is due after that. */
const planningMs = 15_000
const visibleMsMax = 20_000

export const suite: Suite = {
  about: `publish now → visible on the site (${publications} a round); a round of ${dueTimes} due times within ${dueOverSeconds} s to a signed webhook, and of ${dueTimes} in the same second`,
  run: async ({ rounds, tell }) => {
    pinSelf()
    const floowe = await startFloowe()
    try {
      const ask = await setUp(floowe)
      return [...(await visibility(floowe, ask, rounds, tell)), ...(await lateness(ask, rounds, tell))]
    } finally {
      await floowe.stop()
    }
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

async function lateness(ask: Ask, rounds: number, tell: (line: string) => void): Promise<Figure[]> {
  const receiver = await startReceiver()
  const [p50s, p99s, lasts]: [number[], number[], number[]] = [[], [], []]
  try {
    const channels: string[] = []
    for (let n = 0; n < hooks; n++)
      channels.push((await ask('POST', '/channels', { network: 'webhook', name: `Hook ${n}`, url: receiver.url })).id)
    const editions: string[] = []
    for (let n = 0; n < dueTimes; n++)
      editions.push(
        (
          await ask('POST', '/articles', {
            language: 'en',
            title: `Due ${n}`,
            slug: `due-${n}`,
            body: articleBody(n, 5_000),
          })
        ).edition.id,
      )
    for (let turn = 0; turn < rounds; turn++) {
      const random = randomFrom(turn + 1)
      const late = await latenessOf(
        ask,
        receiver,
        editions,
        (n) => channels[(n + 2 * turn) % hooks],
        () => Math.floor(random() * dueOverSeconds),
      )
      const atOnce = await latenessOf(
        ask,
        receiver,
        editions,
        (n) => channels[(n + 2 * turn + 1) % hooks],
        () => 0,
      )
      p50s.push(round(quantile(late, 0.5)))
      p99s.push(round(quantile(late, 0.99)))
      lasts.push(Math.max(...atOnce))
      tell(
        `round ${turn + 1}: due → arrival ${p50s.at(-1)} ms (p50), ${p99s.at(-1)} ms (p99), ${Math.max(...late)} ms (last); of ${dueTimes} at once the last ${lasts.at(-1)} ms`,
      )
    }
  } finally {
    receiver.stop()
  }
  return [
    figure(`lateness, ${rounds * dueTimes} at random seconds, p50`, 'ms', p50s, { atMost: 10 }),
    figure(`lateness, ${rounds * dueTimes} at random seconds, p99`, 'ms', p99s, { atMost: 50 }),
    figure(`${dueTimes} due in the same second, the last of them`, 'ms', lasts),
  ]
}

async function latenessOf(
  ask: Ask,
  receiver: Receiver,
  editions: readonly string[],
  channelOf: (n: number) => string | undefined,
  secondOf: () => number,
): Promise<number[]> {
  const startMs = Date.now() + planningMs
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

type Receiver = { url: string; arrivals: ReadonlyMap<string, number>; stop: () => void }
/** In a process of its own, as its work must not wait for ours. */
async function startReceiver(): Promise<Receiver> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../emulators/webhook-receiver.ts', import.meta.url)), '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const arrivals = new Map<string, number>()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  child.once('exit', () => reject(new Error('the receiver ended')))
  createInterface(child.stdout).on('line', (line) => {
    const address = /listening at ([^\s,]+)/.exec(line)?.[1]
    if (address) resolve(address)
    const [at, , id] = line.split(' ')
    if (at && id && /^\d{4}-/.test(at) && !arrivals.has(id)) arrivals.set(id, Date.parse(at))
  })
  return { url: await promise, arrivals, stop: () => void child.kill() }
}
