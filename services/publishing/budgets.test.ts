/** An account posts no more often than its network takes; what is too much waits, and nothing of it counts as tried. */
import { startTelegram } from '@floowe/emulators/telegram'
import { createLog, createMemoryRateLimits } from '@floowe/platform/testing'
import type { RateLimits } from '@floowe/platform'
import { afterEach, describe, expect, test } from 'vitest'
import { createBudgets, type Leaving } from './budgets.ts'
import type { Budget, Networks, Remote } from './networks/network.ts'
import { postOf } from './testing/network.ts'
import { type FakeClock, openAgain, openStage, type Stage, startClock, until } from './testing/stage.ts'

const minuteMs = 60_000
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

describe('what may leave', () => {
  const log = createLog({ service: 'test', level: 'silent' })
  const budgetsWith = (clock: FakeClock, budget: readonly Budget[], rateLimits: RateLimits) =>
    createBudgets({ rateLimits, clock, log, networks: { x: { budget } } as unknown as Networks }) // no more is read
  const leaving = (more: Partial<Leaving> = {}): Leaving => ({
    ...{ id: 'd', kind: 'publish', network: 'x', channelId: 'c', account: { id: 'anna' }, remote: {} },
    ...more,
  })
  const setup = (budget: readonly Budget[]) => {
    const clock = startClock()
    const rateLimits = createMemoryRateLimits({ nowMs: clock.now })
    const { wait } = budgetsWith(clock, budget, rateLimits)
    const startMs = clock.now()
    /** Null: at once; else how long it waits. */
    const waits = async (more: Partial<Leaving> = {}, parts = 1, remote: Remote = {}): Promise<number | null> => {
      const content = postOf(Array.from({ length: parts }, (_, at) => `Część ${at}`))
      const verdict = await wait(leaving({ remote, ...more }), content)
      if (verdict === null) return null
      expect(verdict).toMatchObject({ kind: 'unfinished', code: 'rate-budget' })
      return verdict.kind === 'unfinished' ? verdict.nextAtMs - startMs : Number.NaN
    }
    return { clock, rateLimits, waits, wait }
  }

  test('as many as the network takes; the others in the spans to come', async () => {
    const { clock, waits } = setup([{ count: 2, perMs: minuteMs }])
    const first = [await waits(), await waits(), await waits(), await waits(), await waits()]
    expect(first).toEqual([null, null, minuteMs, minuteMs, 2 * minuteMs])
    clock.advance(minuteMs)
    expect([await waits(), await waits(), await waits()]).toEqual([null, null, 2 * minuteMs])
  })

  test('every account counts for itself, whatever channel leads to it', async () => {
    const { waits } = setup([{ count: 1, perMs: minuteMs }])
    expect(await waits()).toBeNull()
    expect(await waits({ channelId: 'another' })).toBe(minuteMs)
    expect(await waits({ account: { id: 'ola' } })).toBeNull()
    expect(await waits({ account: {}, channelId: 'one' })).toBeNull()
    expect(await waits({ account: {}, channelId: 'two' })).toBeNull()
  })

  test('every piece that is not there yet counts; one post is never too much', async () => {
    const { clock, waits } = setup([{ count: 5, perMs: minuteMs }])
    expect(await waits({}, 3)).toBeNull()
    expect(await waits({}, 3)).toBe(minuteMs)
    const there = { 'part-0': { key: 'k', armedMs: 0, id: '1' } }
    expect(await waits({}, 3, there)).toBeNull()
    // What may be there is looked for, and nothing of it is new.
    expect(await waits({}, 1, { 'part-0': { key: 'k', armedMs: 0 } })).toBeNull()
    expect(await waits({})).toBe(minuteMs)
    clock.advance(minuteMs)
    expect(await waits({}, 9)).toBeNull()
  })

  test('of several spans the longest that is full counts, and it loses nothing to the others', async () => {
    const { clock, waits } = setup([
      { count: 3, perMs: 60 * minuteMs },
      { count: 2, perMs: minuteMs },
    ])
    expect([await waits(), await waits(), await waits(), await waits()]).toEqual([null, null, minuteMs, minuteMs])
    clock.advance(minuteMs)
    expect(await waits()).toBeNull()
    expect(await waits()).toBe(60 * minuteMs)
  })

  test('what is taken down waits for nobody, nor does what names no number', async () => {
    const { waits, wait } = setup([{ count: 1, perMs: minuteMs }])
    expect(await waits()).toBeNull()
    expect(await wait(leaving({ kind: 'unpublish' }), null)).toBeNull()
    const none = setup([])
    for (let post = 0; post < 5; post++) expect(await none.waits()).toBeNull()
  })

  test('a crowd of processes over one counter lets exactly so many through', async () => {
    const { clock, rateLimits } = setup([])
    const processes = Array.from({ length: 4 }, () => budgetsWith(clock, [{ count: 20, perMs: minuteMs }], rateLimits))
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, (_, at) => processes[at % 4]?.wait(leaving(), postOf(['x']))),
    )
    expect(verdicts.filter((verdict) => verdict === null)).toHaveLength(20)
  })
})

const count = 25
type Options = { env?: Record<string, string>; rateLimits?: RateLimits }
async function onStage({ env = {}, rateLimits }: Options = {}) {
  const clock = startClock()
  const telegram = await startTelegram({ nowMs: clock.now })
  open.push(() => telegram.stop())
  const stage = await openStage({
    clock,
    rateLimits: rateLimits ?? createMemoryRateLimits({ nowMs: clock.now }),
    // A wait that counted as an attempt would be the last one.
    env: { FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url, FLOOWE_PUBLISHING_ATTEMPTS_MAX: '1', ...env },
  })
  open.push(() => stage.close())
  const fields = { token: telegram.token, chat: '@studio_wisla' }
  const { id: channelId } = await stage.me.createChannel({ network: 'telegram', fields })
  const plan = async (posts: number): Promise<string[]> => {
    const ids: string[] = []
    for (let post = 0; post < posts; post++) {
      const { editionId } = stage.content.write({ title: `Kamienica ${post}` })
      const when = { wallTime: '2026-11-22T12:00', zone: 'Europe/Warsaw' }
      ids.push((await stage.me.planDelivery({ editionId, channelId, when })).id)
    }
    return ids
  }
  const fallDue = () => clock.set('2026-11-22T11:00:00.000Z')
  return { clock, telegram, stage, channelId, plan, fallDue, me: stage.me }
}
const deliveries = async ({ me }: Pick<Stage, 'me'>) => (await me.listDeliveries({ limit: 100, offset: 0 })).items
const states = async (stage: Stage): Promise<Record<string, number>> => {
  const all = await deliveries(stage)
  return Object.fromEntries(
    [...new Set(all.map(({ state }) => state))].map((one) => [one, all.filter(({ state }) => state === one).length]),
  )
}
const come = (stage: Stage, wanted: Record<string, number>) =>
  until(
    async () =>
      JSON.stringify(Object.entries(await states(stage)).toSorted()) ===
      JSON.stringify(Object.entries(wanted).toSorted()),
    async () => JSON.stringify(await states(stage)),
  )

describe('25 posts to one chat at once', () => {
  test('20 go, the others in the next minute; none has failed, and each says why it waits', async () => {
    const { clock, telegram, stage, plan, fallDue, me } = await onStage()
    await plan(count)
    fallDue()
    await come(stage, { published: 20, retrying: 5 })
    expect(telegram.messages()).toHaveLength(20)
    const nextAt = '2026-11-22T11:01:00.000Z'
    const waiting = (await deliveries(stage)).filter(({ state }) => state === 'retrying')
    for (const { id } of waiting)
      expect(await me.getDelivery({ id })).toMatchObject({
        ...{ problem: { code: 'rate-budget' }, nextAttemptAt: nextAt, attempts: 0 },
        history: [{ number: 1, outcome: 'waiting', code: 'rate-budget', finishedAt: null, retryAt: nextAt }],
      })
    clock.advance(minuteMs - 1)
    expect(telegram.messages()).toHaveLength(20)
    clock.advance(1)
    await come(stage, { published: count })
    expect(telegram.messages()).toHaveLength(count)
    for (const { id } of waiting)
      expect(await me.getDelivery({ id })).toMatchObject({
        ...{ problem: null, attempts: 1 },
        history: [{ number: 1, outcome: 'accepted' }],
      })
    expect(stage.world.events.some(({ name }) => name === 'publishing.delivery-failed')).toBe(false)
  })

  test('two processes share the number', async () => {
    const { clock, telegram, stage, plan, fallDue } = await onStage({ env: { FLOOWE_PUBLISHING_SENDING_MAX: '2' } })
    const other = await openAgain(stage)
    open.push(() => other.world.stop())
    await plan(count)
    fallDue()
    await come(stage, { published: 20, retrying: 5 })
    expect(telegram.messages()).toHaveLength(20)
    clock.advance(minuteMs)
    await come(stage, { published: count })
    expect(telegram.messages()).toHaveLength(count)
  })

  test('what was refused in earnest before keeps its attempts and its time', async () => {
    const { clock, telegram, stage, plan, fallDue, me } = await onStage({
      env: { FLOOWE_PUBLISHING_ATTEMPTS_MAX: '2' },
    })
    telegram.faults.next(Array.from({ length: 20 }, () => ({ status: 429, retryAfter: 3 })))
    const ids = await plan(21)
    fallDue()
    await come(stage, { retrying: 21 })
    const [refused = ''] = ids
    const problemOf = async (id: string) => (await me.getDelivery({ id })).problem?.code
    expect(await problemOf(refused)).toBe('rate-limited')
    // Their pauses are over; there is no room for any of them in this minute.
    clock.advance(10_000)
    await until(async () => (await problemOf(refused)) === 'rate-budget')
    expect((await me.getDelivery({ id: refused })).history).toMatchObject([
      { number: 1, outcome: 'refused' },
      { number: 2, outcome: 'waiting' },
    ])
    clock.advance(minuteMs)
    await come(stage, { published: 20, retrying: 1 })
    clock.advance(minuteMs)
    await come(stage, { published: 21 })
    expect((await me.getDelivery({ id: refused })).history).toMatchObject([
      { number: 1, outcome: 'refused' },
      { number: 2, outcome: 'accepted' },
    ])
  })

  test('while nobody counts they go out', async () => {
    const away: RateLimits = { consume: () => Promise.reject(new Error('away')), close: async () => undefined }
    const { telegram, stage, plan, fallDue } = await onStage({ rateLimits: away })
    await plan(count)
    fallDue()
    await come(stage, { published: count })
    expect(telegram.messages()).toHaveLength(count)
  })

  test('switched off they go out', async () => {
    const { stage, plan, fallDue } = await onStage({ env: { FLOOWE_PUBLISHING_BUDGETS: 'off' } })
    await plan(count)
    fallDue()
    await come(stage, { published: count })
  })

  test('one that waits can be cancelled, and what is out can be taken down at once', async () => {
    const { clock, telegram, stage, channelId, plan, fallDue, me } = await onStage()
    await plan(21)
    fallDue()
    await come(stage, { published: 20, retrying: 1 })
    const all = await deliveries(stage)
    const waiting = all.find(({ state }) => state === 'retrying')
    const out = all.find(({ state }) => state === 'published')
    expect(await me.cancelDelivery({ id: waiting?.id ?? '' })).toMatchObject({ state: 'cancelled' })
    expect(await me.unpublish({ editionId: out?.editionId ?? '', channelId })).toMatchObject({ state: 'unpublished' })
    expect(telegram.messages()).toHaveLength(19)
    clock.advance(10 * minuteMs)
    expect(telegram.messages()).toHaveLength(19)
  })
})
