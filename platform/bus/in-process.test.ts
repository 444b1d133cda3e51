import type { EventEnvelope } from '@floowe/contracts/events'
import { expect, test } from 'vitest'
import { inProcessBus } from './in-process.ts'

const event = (name: string): EventEnvelope => ({
  id: name,
  name,
  workspaceId: 'w',
  key: 'k',
  at: '2026-01-01T00:00:00.000Z',
  actor: 'a',
  requestId: null,
  data: {},
})

test('each listener is handed what it asked for, in order; a second one of the same name is refused', async () => {
  const bus = inProcessBus()
  const heard: string[] = []
  await bus.subscribe('one', ['a', 'b'], async (events) => void heard.push(...events.map(({ name }) => `one ${name}`)))
  await bus.subscribe('other', ['b'], async (events) => void heard.push(...events.map(({ name }) => `other ${name}`)))
  await expect(bus.subscribe('one', [], async () => undefined)).rejects.toThrow('listens already')
  await bus.publish([event('a'), event('b'), event('c')])
  expect(heard).toEqual(['one a', 'one b', 'other b'])
})

test('held, events wait until the last hold is over', async () => {
  const bus = inProcessBus()
  const heard: string[] = []
  await bus.subscribe('one', ['a'], async (events) => void heard.push(...events.map(({ name }) => name)))
  const [first, second] = [bus.hold(), bus.hold()]
  const published = bus.publish([event('a')])
  first()
  await new Promise(setImmediate)
  expect(heard).toEqual([])
  second()
  await published
  expect(heard).toEqual(['a'])
  await bus.publish([event('a')])
  expect(heard).toEqual(['a', 'a'])
})
