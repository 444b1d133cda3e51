import { afterEach, expect, test } from 'vitest'
import { notesService } from '../fixtures/notes-service.ts'
import type { Service } from '../service.ts'
import { testService, type WorldOptions } from '../testing.ts'

const workspaceId = '0190aaaa-0000-7000-8000-000000000001'
const uuid = (n: number): string => `0190bbbb-0000-7000-8000-${String(n).padStart(12, '0')}`
const open: { stop: () => Promise<void> }[] = []
const world = async (service: Service<null>, options?: WorldOptions) => {
  const made = await testService(service, options)
  open.push(made)
  return made
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

const changed = (n: number, key = uuid(n)) => ({
  name: 'content.media-changed' as const,
  workspaceId,
  key,
  actor: 'test',
  data: { mediaId: uuid(n) },
})

test('an event leaves with its fact, and not without it', async () => {
  const { service, parts } = notesService()
  const { drain, events } = await world(service)
  await parts.host.db.transaction(async (tx) => tx.emit(changed(1)))
  await expect(
    parts.host.db.transaction(async (tx) => {
      await tx.emit(changed(2))
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  await drain()
  expect(parts.heard).toEqual([uuid(1)])
  expect(events.map((event) => event.data)).toEqual([{ mediaId: uuid(1) }])
})

test('events of one key arrive in their order, and each is handled once although it is delivered twice', async () => {
  const { service, parts } = notesService()
  const { drain, ground, events, sql } = await world(service)
  await parts.host.db.transaction(async (tx) =>
    tx.emit(...Array.from({ length: 120 }, (_, n) => changed(n, 'one key'))),
  )
  await drain()
  await ground.bus.publish(events.slice(0, 50))
  await drain()
  expect(parts.heard).toEqual(Array.from({ length: 120 }, (_, n) => uuid(n)))
  expect(await sql('select count(*)::int as n from notes')).toEqual([{ n: 120 }])
})

test('a handler that fails is tried again, undoes its own writes, and holds back only its key', async () => {
  const failing = uuid(1)
  let failures = 2
  const { service, parts } = notesService({
    hear: (key) => {
      if (key === failing && failures-- > 0) throw new Error('not yet')
    },
  })
  const { drain, sql } = await world(service)
  await parts.host.db.transaction(async (tx) => tx.emit(changed(1, 'a'), changed(2, 'a'), changed(3, 'b')))
  await drain()
  expect(parts.heard.filter((key) => key !== uuid(3))).toEqual([uuid(1), uuid(2)])
  expect(parts.heard[0]).toBe(uuid(3))
  expect(await sql('select count(*)::int as n from notes')).toEqual([{ n: 3 }])
})

test('an event that never succeeds is parked and lets the next of its key pass', async () => {
  const { fakeClock } = await import('../clock.ts')
  const clock = fakeClock()
  const { service, parts } = notesService({
    hear: (key) => {
      if (key === uuid(1)) throw new Error('never')
    },
  })
  const { started } = await world(service, { clock })
  await parts.host.db.transaction(async (tx) => tx.emit(changed(1, 'a'), changed(2, 'a')))
  // Nine rounds cover the eight attempts; time moves past each pause.
  for (let round = 0; round < 9; round++) {
    await started.idle()
    clock.advance(61_000)
  }
  await started.idle()
  expect(parts.heard).toEqual([uuid(2)])
  expect(await started.counts()).toEqual({ waiting: 0, parked: 1 })
})

test('what was committed before a crash is delivered by the next start', async () => {
  const first = notesService()
  const before = await testService(first.service)
  await before.started.idle()
  await first.parts.host.db.query(
    `insert into outbox (id, workspace_id, name, key, actor, at, data) values ('${uuid(9)}', '${workspaceId}', 'content.media-changed', 'k', 'test', now(), '{"mediaId":"${uuid(9)}"}')`,
  )
  await before.crash()
  const second = notesService()
  const after = await world(second.service, { reopen: before })
  await after.drain()
  expect([...first.parts.heard, ...second.parts.heard]).toEqual([uuid(9)])
})
