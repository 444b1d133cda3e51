/**
 * How late deliveries leave: from the due instant to the arrival of the request at a receiver in a process of its own.
 * Run it with `vitest run --config services/publishing/testing/measure.config.ts`.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage, until } from './stage.ts'

const html = `<p>${'Zażółć gęślą jaźń. '.repeat(270)}</p>`
let stage: Stage
let receiver: { url: string; arrivals: Map<string, number>; stop: () => void }
let channels: string[]

beforeAll(async () => {
  receiver = await startReceiver()
  stage = await openStage()
  channels = []
  for (let number = 1; number <= 5; number++)
    channels.push((await stage.me.createChannel({ network: 'webhook', name: `Hook ${number}`, url: receiver.url })).id)
})
afterAll(async () => {
  await stage.close()
  receiver.stop()
})

async function startReceiver() {
  const child = spawn(process.execPath, ['emulators/webhook-receiver.ts', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const arrivals = new Map<string, number>()
  const { promise: url, resolve } = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    const address = /listening at (\S+?),/.exec(line)?.[1]
    if (address) resolve(address)
    const [at, , id] = line.split(' ')
    if (at && id && !arrivals.has(id)) arrivals.set(id, Date.parse(at))
  })
  return { url: await url, arrivals, stop: () => void child.kill() }
}

async function lateness(name: string, dueAt: readonly number[]): Promise<void> {
  const due = new Map<string, number>()
  for (const [index, ms] of dueAt.entries()) {
    const content = stage.content.write({ title: `${name} ${index}`, html })
    const plan = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId: channels[index % channels.length] ?? '',
      when: { wallTime: new Date(ms).toISOString().slice(0, 19), zone: 'UTC' },
    })
    due.set(plan.id, Date.parse(plan.dueAt))
  }
  const endMs = Math.max(...dueAt) + 5_000
  while (Date.now() < endMs && [...due.keys()].some((id) => !receiver.arrivals.has(id)))
    await new Promise((resolve) => setTimeout(resolve, 250))
  await until(() => [...due.keys()].every((id) => receiver.arrivals.has(id)))
  const late = [...due]
    .map(([id, ms]) => (receiver.arrivals.get(id) ?? Number.NaN) - ms)
    .sort((one, other) => one - other)
  const at = (share: number): number | undefined => late[Math.min(late.length - 1, Math.floor(share * late.length))]
  console.log(
    `${name}: n ${late.length}, min ${late[0]}, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${late.at(-1)} ms`,
  )
  const [left] = await stage.world.sql<{ left: string }>(
    `select string_agg(round(ms)::text, ' / ' order by share) as left from (
       select share, percentile_disc(share) within group (order by extract(epoch from a.started_at - d.due_at) * 1000) as ms
       from unnest(array[0, 0.5, 0.9, 0.99, 1]::float8[]) share, attempts a join deliveries d on d.workspace_id = a.workspace_id and d.id = a.delivery_id where d.id = any($1) group by share) x`,
    [[...due.keys()]],
  )
  console.log(`${name}: handed to the network, as the service itself noted: ${left?.left} ms (min, p50, p90, p99, max)`)
  expect(late[0]).toBeGreaterThanOrEqual(0)
}

const second = 1_000
test.each([[1_000, 120]])('%i due times in %i seconds', (count, seconds) => {
  const startMs = Date.now() + 45 * second
  return lateness(
    `${count} in ${seconds} s`,
    Array.from({ length: count }, () => startMs + Math.random() * seconds * second),
  )
})
test('200 due in the same second', () =>
  lateness(
    '200 in one second',
    Array.from({ length: 200 }, () => Math.ceil(Date.now() / second) * second + 10 * second),
  ))
test('a month of a calendar among 100,000 deliveries', async () => {
  const content = stage.content.write()
  const channelId = await stage.channelOf('floowe-site')
  const { id } = await stage.me.planDelivery({ editionId: content.editionId, channelId, when: { now: true } })
  await stage.world.sql(
    `insert into deliveries (workspace_id, id, kind, state, article_id, edition_id, version_id, frozen_at, title, slug, language, channel_id, due_at, published_at, created_at, created_by)
     select workspace_id, gen_random_uuid(), 'publish', 'replaced', article_id, gen_random_uuid(), version_id, frozen_at, 'Tekst ' || n, slug, language, channel_id, at, at, created_at, created_by
     from deliveries, generate_series(1, 100000) n, lateral (select timestamptz '2022-01-01' + n * interval '26 minutes' as at) x where id = $1`,
    [id],
  )
  await stage.world.sql('analyze deliveries')
  const took: number[] = []
  for (let round = 0; round < 40; round++) {
    const month = String(1 + (round % 12)).padStart(2, '0')
    const beganMs = performance.now()
    const { items } = await stage.me.getCalendar({
      from: `2024-${month}-01`,
      to: `2024-${month}-28`,
      zone: 'Europe/Warsaw',
    })
    took.push(performance.now() - beganMs)
    expect(items.length).toBeGreaterThan(1_500)
  }
  took.sort((one, other) => one - other)
  console.log(
    `calendar of a month (about 1,550 items) among 100,000: p50 ${took[20]?.toFixed(1)}, p95 ${took[38]?.toFixed(1)} ms`,
  )
})
test('publishing now', async () => {
  const took: number[] = []
  for (let round = 0; round < 100; round++) {
    const content = stage.content.write({ html })
    const beganMs = performance.now()
    const { state } = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId: channels[0] ?? '',
      when: { now: true },
    })
    took.push(performance.now() - beganMs)
    expect(state).toBe('published')
  }
  took.sort((one, other) => one - other)
  console.log(`publish now, from the call to its answer: p50 ${took[50]?.toFixed(1)}, p99 ${took[98]?.toFixed(1)} ms`)
})
