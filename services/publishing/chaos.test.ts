/**
 * Many deliveries, a receiver that fails in every way it knows, and a service that is killed again and again. The receiver's
 * log judges: each delivery has its effect exactly once, with the same bytes at every attempt, and none before its time.
 */
import type { Fault } from '@floowe/emulators/webhook-receiver'
import { expect, test } from 'vitest'
import { openAgain, openStage, type Stage, until } from './testing/stage.ts'

const faults: readonly Fault[] = [
  'accept-then-reset',
  'accept-then-500',
  'accept-then-hang',
  'garbage',
  'reset',
  { status: 429, retryAfter: 1 },
  { status: 503 },
  { status: 500 },
]
const deliveries = 160
const crashes = 5
const faultShare = 0.35
const env = {
  FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '1',
  FLOOWE_PUBLISHING_TIMEOUT_MS: '400',
  FLOOWE_PUBLISHING_LEASE_MS: '1500',
  FLOOWE_PUBLISHING_ATTEMPTS_MAX: '50',
  FLOOWE_PUBLISHING_SENDING_MAX: '24',
}

/** mulberry32: small, and the same everywhere for one seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function planAll(stage: Stage, random: () => number): Promise<Map<string, number>> {
  const channels = [await stage.connect('One'), await stage.connect('Two'), await stage.connect('Three')]
  const due = new Map<string, number>()
  for (let number = 0; number < deliveries; number++) {
    const content = stage.content.write({
      title: `Tekst ${number}`,
      html: `<p>${'słowo '.repeat(Math.floor(random() * 200))}</p>`,
    })
    const channelId = channels[Math.floor(random() * channels.length)] ?? ''
    const wallTime = new Date(Date.now() + 2_000 + random() * 5_000).toISOString().slice(0, 19)
    const plan = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId,
      when: { wallTime, zone: 'UTC' },
    })
    due.set(plan.id, Date.parse(plan.dueAt))
  }
  return due
}

test.each([1])(
  'seed %i: nothing lost, nothing twice, nothing early',
  async (seed) => {
    const random = seeded(seed)
    let stage = await openStage({ env, receiver: { hangMs: 2_000 } })
    try {
      stage.receiver.faults.always(() =>
        random() < faultShare ? (faults[Math.floor(random() * faults.length)] ?? 'ok') : 'ok',
      )
      const due = await planAll(stage, random)
      for (let crash = 0; crash < crashes; crash++) {
        // The moment of the kill is what the seed chooses; it is not waited for anything.
        await pause(400 + random() * 1_200)
        await stage.world.crash()
        stage = await openAgain(stage)
      }
      const open = () =>
        stage.world.sql(
          "select id, state, attempts, wake_at - now() as wakes_in from deliveries where state <> 'published'",
        )
      const endMs = Date.now() + 40_000
      while ((await open()).length > 0 && Date.now() < endMs) await pause(50)
      expect(await open()).toEqual([])

      const log = stage.receiver.log()
      const effects = stage.receiver.effects()
      expect([...effects.keys()].sort()).toEqual([...due.keys()].sort())
      expect(log.filter((entry) => entry.problem !== null)).toEqual([])
      const bytes = new Map<string, Set<string>>()
      for (const entry of log) bytes.set(entry.id, (bytes.get(entry.id) ?? new Set()).add(entry.hash))
      expect([...bytes.values()].every((hashes) => hashes.size === 1)).toBe(true)
      expect(new Set([...bytes.values()].flatMap((hashes) => [...hashes])).size).toBe(deliveries)
      expect(log.filter((entry) => entry.arrivedMs < (due.get(entry.id) ?? Number.POSITIVE_INFINITY))).toEqual([])
      // The run has teeth: faults came, and several attempts were needed.
      expect(log.length).toBeGreaterThan(deliveries * 1.2)
      expect(log.filter((entry) => entry.isTaken && !entry.isEffect).length).toBeGreaterThan(0)
    } finally {
      await stage.close()
    }
  },
  120_000,
)

test('two processes on one database share the work, and each delivery leaves once', async () => {
  const one = await openStage({ env: { FLOOWE_PUBLISHING_SENDING_MAX: '4' } })
  const two = await openAgain(one)
  try {
    const channelId = await one.connect()
    const wallTime = new Date(Date.now() + 3_000).toISOString().slice(0, 19)
    const plans = await Promise.all(
      Array.from({ length: 60 }, (_, number) =>
        (number % 2 === 0 ? one : two).me.planDelivery({
          editionId: one.content.write().editionId,
          channelId,
          when: { wallTime, zone: 'UTC' },
        }),
      ),
    )
    const log = await one.receiver.received(60, 20_000)
    await until(async () => (await one.me.listDeliveries({ state: 'published', limit: 1 })).total === 60)
    expect(log.map((entry) => entry.id).sort()).toEqual(plans.map((plan) => plan.id).sort())
    expect(one.receiver.log()).toHaveLength(60)
    const numbers = await one.world.sql<{ n: number }>('select count(distinct sequence)::int as n from deliveries')
    expect(numbers).toEqual([{ n: 60 }])
  } finally {
    await two.world.stopKeeping()
    await one.close()
  }
})

test('stopping in order writes down what is under way', async () => {
  const one = await openStage({ env, receiver: { hangMs: 150 } })
  const channelId = await one.connect()
  one.receiver.faults.next(['accept-then-hang'])
  // The call that asked for it loses its service and is of no interest here.
  void one.me
    .planDelivery({ editionId: one.content.write().editionId, channelId, when: { now: true } })
    .catch(() => undefined)
  await one.receiver.received(1)
  await one.world.stopKeeping()
  const two = await openAgain(one)
  try {
    const id = one.receiver.log()[0]?.id ?? ''
    expect((await two.me.getDelivery({ id })).history[0]).toMatchObject({ outcome: 'unknown', code: 'connection-lost' })
    await two.reaches(id, 'published')
    expect(two.receiver.log().filter((entry) => entry.isEffect)).toHaveLength(1)
  } finally {
    await two.close()
  }
})
