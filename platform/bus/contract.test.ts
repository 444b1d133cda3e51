/** What every bus must do. A further adapter adds itself to the list. */
import { randomUUID } from 'node:crypto'
import type { EventEnvelope } from '@floowe/contracts/events'
import { hasRabbitmq, openRabbitmq } from '@floowe/testbed/rabbitmq'
import { Connection } from 'rabbitmq-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { inProcessBus } from './in-process.ts'
import type { Bus } from './port.ts'
import { rabbitmqBus } from './rabbitmq.ts'

type Place = { bus: () => Bus; close: () => Promise<void> }
type Adapter = { name: string; isMissing: boolean; open: () => Promise<Place> }

const log = createLog({ service: 'test', level: 'silent' })
const names = ['test.one', 'test.two', 'test.three']
const adapters: Adapter[] = [
  { name: 'in process', isMissing: false, open: async () => ({ bus: inProcessBus, close: async () => undefined }) },
  {
    name: 'RabbitMQ',
    isMissing: !hasRabbitmq() && !process.env['CI'],
    open: async () => {
      const { url, stop } = await openRabbitmq()
      const prefixes: string[] = []
      const bus = (): Bus => {
        const prefix = `test-${randomUUID()}`
        prefixes.push(prefix)
        return rabbitmqBus({ url, prefix, knownNames: names, log })
      }
      const close = async (): Promise<void> => {
        await removeAll(url, prefixes)
        await stop()
      }
      return { bus, close }
    },
  },
]

/** The broker may be somebody's own. */
async function removeAll(url: string, prefixes: readonly string[]): Promise<void> {
  const connection = new Connection(url)
  for (const prefix of prefixes) {
    for (const name of ['one', 'other', 'late']) await connection.queueDelete({ queue: `${prefix}.events.${name}` })
    await connection.queueDelete({ queue: `${prefix}.dead-events` })
    for (const name of ['events', 'dead-events']) await connection.exchangeDelete({ exchange: `${prefix}.${name}` })
  }
  await connection.close()
}
for (const { name, isMissing } of adapters)
  if (isMissing) console.warn(`${name} is not here: its tests are skipped (npm run testbed -- install)`)

const event = (name: string, key = 'k', data: unknown = null): EventEnvelope => ({
  id: randomUUID(),
  name,
  workspaceId: randomUUID(),
  key,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'service:test',
  requestId: null,
  data,
})

/** As a relay does: until it was taken. */
async function carry(bus: Bus, events: readonly EventEnvelope[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await bus.publish(events)
    } catch (error) {
      if (attempt === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** As an inbox does: each event once, in the order in which they came first. */
function inbox() {
  const kept = new Map<string, EventEnvelope>()
  return {
    accept: async (events: readonly EventEnvelope[]): Promise<void> => {
      for (const one of events) if (!kept.has(one.id)) kept.set(one.id, one)
    },
    events: () => [...kept.values()],
    data: () => [...kept.values()].map(({ data }) => data),
  }
}

const describeHere = (adapter: Adapter, tests: () => void): void =>
  void describe.skipIf(adapter.isMissing)(`the bus: ${adapter.name}`, tests)
for (const adapter of adapters)
  describeHere(adapter, () => {
    let place: Place
    const buses: Bus[] = []
    const newBus = (): Bus => {
      const bus = place.bus()
      buses.push(bus)
      return bus
    }
    beforeAll(async () => {
      place = await adapter.open()
    }, 150_000)
    afterEach(async () => {
      for (const bus of buses.splice(0)) await bus.close()
    })
    afterAll(() => place.close())

    test('every listener gets its copy of what it asked for, whole and in order', async () => {
      const bus = newBus()
      const [one, other] = [inbox(), inbox()]
      await bus.subscribe('one', ['test.one', 'test.two'], one.accept)
      await bus.subscribe('other', ['test.two'], other.accept)
      expect(bus.isConnected()).toBe(true)
      const events = [
        event('test.one', 'k', { text: 'żółć \u2028 \\u0000 "', list: [1.5, null, true] }),
        event('test.two'),
        event('test.three'),
        event('test.one'),
      ]
      await bus.publish(events)
      await expect.poll(one.events).toEqual([events[0], events[1], events[3]])
      await expect.poll(other.events).toEqual([events[1]])
      await expect
        .poll(async () => [...(await bus.waiting())])
        .toEqual([
          ['one', 0],
          ['other', 0],
        ])
      await bus.publish([])
    })

    test('the order of a key holds over many batches and large events', async () => {
      const bus = newBus()
      const one = inbox()
      await bus.subscribe('one', ['test.one'], one.accept)
      const events = Array.from({ length: 1000 }, (_, index) =>
        event('test.one', `key ${index % 7}`, index % 50 === 0 ? 'x'.repeat(100_000) : index),
      )
      for (let at = 0; at < events.length; at += 90) await carry(bus, events.slice(at, at + 90))
      await expect.poll(() => one.events().length, { timeout: 20_000 }).toBe(1000)
      expect(one.events().map(({ id }) => id)).toEqual(events.map(({ id }) => id))
    })

    test('who subscribes later hears what comes after', async () => {
      const bus = newBus()
      const [one, late] = [inbox(), inbox()]
      await bus.subscribe('one', ['test.one'], one.accept)
      await bus.publish([event('test.one', 'k', 'before')])
      await bus.subscribe('late', ['test.one'], late.accept)
      await bus.publish([event('test.one', 'k', 'after')])
      await expect.poll(late.data).toEqual(['after'])
      await expect.poll(one.data).toEqual(['before', 'after'])
    })

    test('what a listener cannot keep comes again, in order, and nothing is lost', async () => {
      const bus = newBus()
      const [one, other] = [inbox(), inbox()]
      let failures = 3
      await bus.subscribe('one', ['test.one'], async (events) => {
        await one.accept(events.slice(0, 1))
        if (failures-- > 0) throw new Error('the database is away')
        await one.accept(events)
      })
      await bus.subscribe('other', ['test.one'], other.accept)
      const events = Array.from({ length: 20 }, (_, index) => event('test.one', 'k', index))
      for (let at = 0; at < events.length; at += 5) await carry(bus, events.slice(at, at + 5))
      const numbers = events.map(({ data }) => data)
      await expect.poll(one.data, { timeout: 10_000 }).toEqual(numbers)
      await expect.poll(other.data).toEqual(numbers)
      expect(failures).toBeLessThan(0)
    })

    test('a listener that ends finishes what it was handed; the rest waits for its next subscription', async () => {
      const bus = newBus()
      const before = inbox()
      const begun = Promise.withResolvers<void>()
      const go = Promise.withResolvers<void>()
      const first = await bus.subscribe('one', ['test.one'], async (events) => {
        begun.resolve()
        await go.promise
        await before.accept(events)
      })
      await expect(bus.subscribe('one', ['test.one'], before.accept)).rejects.toThrow('listens already')
      const published = bus.publish([event('test.one', 'k', 1)])
      await begun.promise
      let hasEnded = false
      const ended = first.end().then(() => void (hasEnded = true))
      await new Promise(setImmediate)
      expect(hasEnded).toBe(false)
      go.resolve()
      await ended
      expect(before.data()).toEqual([1])
      await published
      const carried = carry(bus, [event('test.one', 'k', 2)])
      const after = inbox()
      await bus.subscribe('one', ['test.one'], after.accept)
      await carried
      await expect.poll(after.data).toEqual([2])
      expect(before.data()).toEqual([1])
    })
  })
