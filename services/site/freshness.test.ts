/** Two processes on one store: what one acknowledges, the other never contradicts. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeClock, testService, type World } from '@floowe/platform/testing'
import { delivery, snapshot, workspaceId } from './samples.ts'
import { service } from './service.ts'

let writer: World<'site'>
let reader: World<'site'>
const neighbours = {
  identity: {
    getWorkspace: async () => ({
      id: workspaceId as never,
      slug: 'studio' as never,
      name: 'Studio',
      language: 'pl',
      zone: 'Europe/Warsaw',
      isDemo: false,
      createdAt: '2026-01-01T00:00:00.000Z',
    }),
  },
}

beforeAll(async () => {
  writer = await testService(service, { neighbours }, 'site')
  reader = await testService(
    service,
    { neighbours, reopen: { databaseUrl: writer.databaseUrl, folder: writer.folder } },
    'site',
  )
  await writer.asService(workspaceId, 'publishing').putSnapshot(delivery(snapshot(1, { title: 'Wydanie 0' }), 1))
})
afterAll(async () => {
  await reader.stopKeeping()
  await writer.stop()
})

const shown = async (world: World<'site'>): Promise<number> => {
  const answer = await world.http.inject('/api/content/v1/studio/articles?limit=1')
  return Number(/"title":"Wydanie (\d+)"/.exec(answer.body)?.[1])
}
const publish = async (number: number): Promise<void> => {
  await writer
    .asService(workspaceId, 'publishing')
    .putSnapshot(delivery(snapshot(1, { title: `Wydanie ${number}` }), number + 1))
}
const leases = (world = writer) =>
  world.sql<{ holder: string; holds: boolean }>(
    'select holder, until > clock_timestamp() as holds from revision_leases where workspace_id = $1',
    [workspaceId],
  )
/** Reads until this process holds a lease; a busy one takes it within a few requests. */
const untilLeased = async (world: World<'site'>): Promise<void> => {
  for (let turn = 0; turn < 500; turn++) {
    await shown(world)
    if ((await leases(world)).some((lease) => lease.holds)) return
  }
  throw new Error('no lease was taken')
}

test('no stale answer after an acknowledged change, while another process answers from memory', async () => {
  for (let number = 1; number <= 6; number++) {
    await untilLeased(reader)
    // Readers go on meanwhile; what they see never goes back, and is new once the change is acknowledged.
    let acknowledged = 0
    let last = 0
    let isDone = false
    const reading = (async () => {
      for (let turn = 0; turn < 100_000 && !isDone; turn++) {
        const least = acknowledged
        const seen = await shown(reader)
        expect(seen).toBeGreaterThanOrEqual(Math.max(least, last))
        last = seen
        // An injected request never leaves the microtasks; the publisher's answers come by the socket.
        await new Promise(setImmediate)
      }
    })()
    await publish(number)
    acknowledged = number
    expect(await shown(reader)).toBe(number)
    expect(await shown(writer)).toBe(number)
    isDone = true
    await reading
  }
})

test('a process that stops takes its leases along; a lone one waits for nobody, its own lease included', async () => {
  await reader.stopKeeping()
  // The clock of this one stands still: waiting would never end.
  const lone = await testService(
    service,
    { neighbours, clock: fakeClock(), reopen: { databaseUrl: writer.databaseUrl, folder: writer.folder } },
    'site',
  )
  await writer.stopKeeping()
  expect(await lone.sql('select from revision_leases where workspace_id = $1', [workspaceId])).toEqual([])
  await untilLeased(lone)
  await lone.asService(workspaceId, 'publishing').putSnapshot(delivery(snapshot(1, { title: 'Wydanie 10' }), 110))
  expect(await shown(lone)).toBe(10)
  await lone.stopKeeping()
  writer = await testService(
    service,
    { neighbours, reopen: { databaseUrl: writer.databaseUrl, folder: writer.folder } },
    'site',
  )
  reader = await testService(
    service,
    { neighbours, reopen: { databaseUrl: writer.databaseUrl, folder: writer.folder } },
    'site',
  )
})

test('leases of processes that died are cleared away', async () => {
  await writer.sql(
    "insert into revision_leases (workspace_id, holder, until) values ($1, '0190dddd-0000-7000-8000-000000000001', clock_timestamp() - interval '5 minutes')",
    [workspaceId],
  )
  await publish(120)
  expect((await leases()).map((lease) => lease.holder)).not.toContain('0190dddd-0000-7000-8000-000000000001')
})
