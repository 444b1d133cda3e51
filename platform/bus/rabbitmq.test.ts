/** What happens to events while the broker, a process or a queue goes away. On a private broker that these tests may hurt. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { EventEnvelope } from '@floowe/contracts/events'
import { program, type Rabbitmq, startRabbitmq } from '@floowe/testbed/rabbitmq'
import { Connection } from 'rabbitmq-client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import type { Bus } from './port.ts'
import { rabbitmqBus, type RabbitmqOptions } from './rabbitmq.ts'

const isMissing = program.find() === null && !process.env['CI']
if (isMissing) console.warn('RabbitMQ is not here: its tests are skipped (npm run testbed -- install rabbitmq)')
const run = test.skipIf(isMissing)

let server: Rabbitmq
let prefix: string
let lines: string[]
const open: { close: () => Promise<void> }[] = []
beforeAll(async () => {
  if (!isMissing) server = await startRabbitmq()
}, 150_000)
afterAll(() => server?.stop())
beforeEach(() => {
  prefix = `test-${randomUUID()}`
  lines = []
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const names = ['test.one', 'test.two']
function newBus(options: Partial<RabbitmqOptions> = {}): Bus {
  const log = createLog({
    service: 'test',
    level: 'info',
    format: 'terse',
    destination: { write: (line) => void lines.push(line) },
  })
  const bus = rabbitmqBus({ url: server.url, prefix, knownNames: names, log, ...options })
  open.unshift(bus)
  return bus
}
/**
 * RabbitMQ 3.10 has a new quorum queue whole on its disk only after a second or two; killed before that, the queue stays without a
 * leader for good. That is the broker's matter, and not what these tests are about.
 */
const queuesAreOnDisk = (): Promise<string> => server.ctl('eval', '[ok = dets:sync(Table) || Table <- dets:all()].')

/** Another program on the same broker. */
async function stranger<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> {
  const connection = new Connection(server.url)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

let count = 0
const event = (data: unknown, key = 'k', name = 'test.one'): EventEnvelope => ({
  id: randomUUID(),
  name,
  workspaceId: randomUUID(),
  key,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'service:test',
  requestId: null,
  data,
})
const numbered = (length: number): EventEnvelope[] =>
  Array.from({ length }, (_, index) => event(index, `key ${(count += 1) % 5}`))

function inbox() {
  const kept = new Map<string, unknown>()
  let handed = 0
  return {
    accept: async (events: readonly EventEnvelope[]): Promise<void> => {
      handed += events.length
      for (const { id, data } of events) if (!kept.has(id)) kept.set(id, data)
    },
    data: () => [...kept.values()],
    handed: () => handed,
  }
}

/** A relay: takes batches in order until they are confirmed. `taken` is how many were. */
function relay(bus: Bus, events: readonly EventEnvelope[], batch = 50) {
  const state = { taken: 0, failures: 0 }
  const work = async (): Promise<void> => {
    const giveUpAt = Date.now() + 60_000
    while (state.taken < events.length && Date.now() < giveUpAt) {
      const next = events.slice(state.taken, state.taken + batch)
      try {
        await bus.publish(next)
        state.taken += next.length
      } catch {
        state.failures += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
  return { state, done: work() }
}
const numbersTo = (end: number): number[] => Array.from({ length: end }, (_, index) => index)

run(
  'the broker is killed while 2,000 events are on their way: none is lost, the order holds',
  { timeout: 240_000 },
  async () => {
    const [one, other] = [inbox(), inbox()]
    await newBus().subscribe('one', ['test.one'], one.accept)
    const bus = newBus()
    await bus.subscribe('other', ['test.one'], other.accept)
    await queuesAreOnDisk()
    const carrying = relay(bus, numbered(2000), 20)
    await expect.poll(() => carrying.state.taken, { interval: 1 }).toBeGreaterThan(200)
    await server.restart('SIGKILL')
    await carrying.done
    expect(carrying.state).toMatchObject({ taken: 2000 })
    expect(carrying.state.failures).toBeGreaterThan(0)
    for (const { data } of [one, other]) await expect.poll(() => data().length, { timeout: 30_000 }).toBe(2000)
    for (const { data } of [one, other]) expect(data()).toEqual(numbersTo(2000))
    // Two buses, each with its line for the outage and its line for the end.
    expect(lines.filter((line) => line.includes('RabbitMQ is away'))).toHaveLength(2)
    expect(lines.filter((line) => line.includes('RabbitMQ is back'))).toHaveLength(2)
  },
)

run('what was confirmed outlives a restart while nobody listens', { timeout: 240_000 }, async () => {
  const bus = newBus()
  const before = inbox()
  const subscription = await bus.subscribe('one', ['test.one'], before.accept)
  await subscription.end()
  await relay(bus, numbered(300)).done
  await server.restart()
  const after = inbox()
  await newBus().subscribe('one', ['test.one'], after.accept)
  await expect.poll(after.data, { timeout: 20_000 }).toEqual(numbersTo(300))
  expect(before.data()).toEqual([])
})

run('two processes of one listener share its queue: one takes, the other goes on in order when it ends', async () => {
  const [bus, otherBus] = [newBus(), newBus()]
  const [one, other] = [inbox(), inbox()]
  const subscription = await bus.subscribe('one', ['test.one'], one.accept)
  await otherBus.subscribe('one', ['test.one'], other.accept)
  const carrying = relay(otherBus, numbered(1000))
  await expect.poll(() => one.data().length, { interval: 1 }).toBeGreaterThan(100)
  await subscription.end()
  await carrying.done
  await expect.poll(() => one.data().length + other.data().length).toBe(1000)
  expect([...one.data(), ...other.data()]).toEqual(numbersTo(1000))
  expect(one.handed() + other.handed()).toBe(1000)
})

run('a process that is killed in the middle loses nothing: the next one goes on in order', async () => {
  const script = `
    const { rabbitmqBus } = await import(${JSON.stringify(new URL('rabbitmq.ts', import.meta.url).href)})
    const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }
    const bus = rabbitmqBus({ url: process.argv[1], prefix: process.argv[2], knownNames: [], log: silent })
    await bus.subscribe('one', ['test.one'], async (events) => {
      for (const { data } of events) process.stdout.write(data + ' ')
      await new Promise((resolve) => setTimeout(resolve, 5))
    })
    process.stdout.write('ready ')`
  const args = ['--input-type=module', '-e', script, server.url, prefix]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  open.push({ close: async () => void child.kill('SIGKILL') })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  await expect.poll(() => said, { timeout: 10_000 }).toContain('ready')
  const bus = newBus()
  const other = inbox()
  await bus.subscribe('one', ['test.one'], other.accept)
  const carrying = relay(bus, numbered(1000), 10)
  await expect.poll(() => said.split(' ').length, { interval: 1 }).toBeGreaterThan(100)
  child.kill('SIGKILL')
  await carrying.done
  await expect.poll(() => other.data().at(-1), { timeout: 10_000 }).toBe(999)
  const before = said.split(' ').filter((word) => /^\d+$/.test(word))
  const first = other.data()[0] as number // numbered() gives numbers
  // What was said but not acknowledged comes twice; nothing is left out, and nothing changes places.
  expect(first).toBeLessThanOrEqual(before.length)
  expect([...before.slice(0, first).map(Number), ...other.data()]).toEqual(numbersTo(1000))
})

run('a process that cannot keep events gives them back, in order, to one that can', async () => {
  const [bus, otherBus] = [newBus({ handBackAfterMs: 200 }), newBus()]
  const other = inbox()
  await bus.subscribe('one', ['test.one'], async () => {
    throw new Error('no database here')
  })
  await relay(otherBus, numbered(500)).done
  await otherBus.subscribe('one', ['test.one'], other.accept)
  await expect.poll(other.data, { timeout: 10_000 }).toEqual(numbersTo(500))
  expect(lines.filter((line) => line.includes('cannot be kept'))).toHaveLength(1)
})

run('a queue that somebody deletes is made anew', async () => {
  const bus = newBus()
  const one = inbox()
  await bus.subscribe('one', ['test.one'], one.accept)
  await stranger((connection) => connection.queueDelete({ queue: `${prefix}.events.one` }))
  await expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain('is listened to again')
  await bus.publish([event('after')])
  await expect.poll(one.data).toEqual(['after'])
})

run('what is no event is put aside and said; those around it are heard', async () => {
  const bus = newBus()
  const one = inbox()
  await bus.subscribe('one', ['test.one'], one.accept)
  const strange = [
    'not even JSON',
    '{}',
    JSON.stringify({ ...event(1), id: 'not an id' }),
    JSON.stringify(event('\ud800')),
    '',
  ]
  await bus.publish([event('before')])
  await stranger(async (connection) => {
    const publisher = connection.createPublisher({ confirm: true })
    for (const text of strange)
      await publisher.send({ exchange: `${prefix}.events`, routingKey: 'test.one' }, Buffer.from(text))
    await publisher.close()
  })
  await bus.publish([event('after')])
  await expect.poll(one.data).toEqual(['before', 'after'])
  const dead = `${prefix}.dead-events`
  await stranger(async (connection) => {
    const found: string[] = []
    const take = async (): Promise<number> => {
      const message = await connection.basicGet({ queue: dead, noAck: true })
      if (message) found.push(String(message.body))
      return found.length
    }
    await expect.poll(take, { timeout: 10_000 }).toBe(strange.length)
    expect(found.sort()).toEqual([...strange].sort())
  })
  expect(lines.filter((line) => line.includes('this is not an event'))).toHaveLength(strange.length)
})

run('names that are no longer heard are no longer brought', async () => {
  const before = newBus()
  await before.subscribe('one', ['test.one', 'test.two'], inbox().accept)
  await before.close()
  const bus = newBus()
  const one = inbox()
  await bus.subscribe('one', ['test.two'], one.accept)
  await bus.publish([event('forgotten', 'k', 'test.one'), event('heard', 'k', 'test.two')])
  await expect.poll(one.data).toEqual(['heard'])
})

run('a broker that is away at the start is waited for by none', { timeout: 240_000 }, async () => {
  await server.halt()
  const bus = newBus({ startWithinMs: 50 })
  const one = inbox()
  await bus.subscribe('one', ['test.one'], one.accept)
  expect(bus.isConnected()).toBe(false)
  await expect(bus.publish([event('early')])).rejects.toThrow()
  await expect(bus.waiting()).rejects.toThrow()
  const back = new Promise<void>((resolve) => void bus.whenBack(resolve))
  await server.begin()
  await back
  expect(bus.isConnected()).toBe(true)
  await relay(bus, [event('late')]).done
  await expect.poll(one.data).toEqual(['late'])
  expect(lines.filter((line) => line.includes('RabbitMQ is away'))).toHaveLength(1)
})

run('a broker that is full takes nothing and says so; later all arrives', { timeout: 60_000 }, async () => {
  const bus = newBus({ confirmWithinMs: 200 })
  const one = inbox()
  await bus.subscribe('one', ['test.one'], one.accept)
  await bus.publish([event('before')])
  const full = await server.ctl('eval', 'vm_memory_monitor:get_vm_memory_high_watermark().')
  await server.ctl('set_vm_memory_high_watermark', 'absolute', '1MB')
  try {
    await expect(bus.publish([event('confirmed late')])).rejects.toThrow('did not confirm')
    expect(bus.isConnected()).toBe(false)
    await expect(bus.publish([event('not taken')])).rejects.toThrow('away')
  } finally {
    await server.ctl('set_vm_memory_high_watermark', full.trim())
  }
  await relay(bus, [event('after')]).done
  await expect.poll(one.data).toEqual(['before', 'confirmed late', 'after'])
  expect(lines.filter((line) => line.includes('RabbitMQ is'))).toHaveLength(2)
})

run('closing ends what is in hand, and does not wait for a broker that is gone', { timeout: 240_000 }, async () => {
  const bus = newBus()
  await bus.subscribe('one', ['test.one'], inbox().accept)
  await server.halt('SIGKILL')
  try {
    const startedAt = performance.now()
    await bus.close()
    expect(performance.now() - startedAt).toBeLessThan(8000)
    await expect(bus.publish([event('x')])).rejects.toThrow('closed')
  } finally {
    await server.begin()
  }
})
