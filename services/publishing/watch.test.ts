import { afterEach, describe, expect, test } from 'vitest'
import { type FakeClock, openAgain, openStage, type Stage, startClock, until, workspaceId } from './testing/stage.ts'

const stages: Stage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})
const opened = async (clock: FakeClock, env: Record<string, string> = {}): Promise<Stage> => {
  const stage = await openStage({ clock, env })
  stages.push(stage)
  return stage
}
/** What a restart finds: the same database, the same outside. */
const restarted = async (
  stage: Stage,
  how: 'stopKeeping' | 'crash',
  options: { env?: Record<string, string>; outboundAllow?: readonly string[] } = {},
): Promise<Stage> => {
  await stage.world[how]()
  const next = await openAgain(stage, options)
  stages.splice(stages.indexOf(stage), 1, next)
  return next
}
const minute = 60_000
const planAt = async (stage: Stage, channelId: string, wallTime: string) => {
  const content = stage.content.write()
  return stage.me.planDelivery({ editionId: content.editionId, channelId, when: { wallTime, zone: 'UTC' } })
}
const asleepUntilReady = (stage: Stage) =>
  until(
    async () =>
      (await stage.world.sql('select from pulse where seen_at >= $1', [stage.world.clock.instant()])).length > 0,
    () => 'the schedule did not look',
  )

describe('what fell due while nothing was running', () => {
  test('is missed where the workspace holds, and a person sends it', async () => {
    const clock = startClock()
    let stage = await opened(clock)
    const plan = await planAt(stage, await stage.connect(), '2026-11-22T10:30')
    clock.advance(10 * minute)
    await asleepUntilReady(stage)
    await stage.world.drain()
    stage = await restarted(stage, 'stopKeeping', {})
    clock.advance(50 * minute)
    await stage.reaches(plan.id, 'missed')
    expect(await stage.me.getDelivery({ id: plan.id })).toMatchObject({
      problem: { code: 'was-off' },
      attempts: 0,
      dueAt: '2026-11-22T10:30:00.000Z',
    })
    expect(stage.receiver.log()).toEqual([])
    expect(await stage.me.sendDelivery({ id: plan.id })).toMatchObject({
      state: 'published',
      dueAt: '2026-11-22T10:30:00.000Z',
    })
    await stage.world.drain()
    expect(stage.world.events.map((event) => event.name)).toEqual([
      'publishing.delivery-missed',
      'publishing.delivery-released',
      'publishing.delivery-published',
    ])
  })

  test('a minute late is not missed', async () => {
    const clock = startClock()
    let stage = await opened(clock)
    const plan = await planAt(stage, await stage.connect(), '2026-11-22T10:30')
    clock.advance(29 * minute + 50_000)
    await asleepUntilReady(stage)
    await stage.world.stopKeeping()
    clock.advance(50_000)
    stage = await openAgain(stage, {})
    stages.splice(0, 1, stage)
    await stage.reaches(plan.id, 'published')
  })

  test('is sent late where the workspace says so, unless it is too old', async () => {
    const clock = startClock()
    const stage = await opened(clock)
    const channelId = await stage.connect()
    await stage.me.updatePublishingSettings({ missed: 'send-late', lateMinutesMax: 30 })
    const old = await planAt(stage, channelId, '2026-11-22T11:00')
    const fresh = await planAt(stage, channelId, '2026-11-22T11:50')
    clock.advance(2 * 60 * minute)
    await stage.reaches(fresh.id, 'published')
    expect(await stage.stateOf(old.id)).toBe('missed')
  })

  test('is only what nobody looked after: a backlog of a running installation is sent', async () => {
    const clock = startClock()
    const stage = await opened(clock)
    const plan = await planAt(stage, await stage.connect(), '2026-11-22T10:30')
    clock.advance(20 * minute)
    await asleepUntilReady(stage)
    // Another process was awake all the time, and had no hand free for this one.
    await stage.world.sql("update pulse set seen_at = '2026-11-22T10:39:30Z'")
    clock.advance(20 * minute)
    await stage.reaches(plan.id, 'published')
  })

  test('moving a missed plan makes it a plan again', async () => {
    const clock = startClock()
    const stage = await opened(clock)
    const plan = await planAt(stage, await stage.connect(), '2026-11-22T10:30')
    clock.advance(60 * minute)
    await stage.reaches(plan.id, 'missed')
    expect(
      await stage.me.rescheduleDelivery({ id: plan.id, when: { wallTime: '2026-11-22T12:00', zone: 'UTC' } }),
    ).toMatchObject({ state: 'planned', problem: null })
    clock.set('2026-11-22T11:59:30.000Z')
    await asleepUntilReady(stage)
    clock.set('2026-11-22T12:00:00.000Z')
    await stage.reaches(plan.id, 'published')
  })
})

describe('a paused channel', () => {
  test('resumed within a minute sends; later the plan is missed', async () => {
    const clock = startClock()
    const stage = await opened(clock)
    const channelId = await stage.connect()
    const soon = await planAt(stage, channelId, '2026-11-22T10:00:20')
    const next = await planAt(stage, channelId, '2026-11-22T10:02')
    await stage.me.updateChannel({ id: channelId, paused: true })
    clock.set('2026-11-22T10:00:50.000Z')
    await asleepUntilReady(stage)
    expect(await stage.stateOf(soon.id)).toBe('planned')
    await stage.me.updateChannel({ id: channelId, paused: false })
    await stage.reaches(soon.id, 'published')
    await stage.me.updateChannel({ id: channelId, paused: true })
    clock.set('2026-11-22T10:01:40.000Z')
    await asleepUntilReady(stage)
    clock.set('2026-11-22T10:02:30.000Z')
    await asleepUntilReady(stage)
    expect(await stage.stateOf(next.id)).toBe('planned')
    clock.set('2026-11-22T10:03:20.000Z')
    await stage.reaches(next.id, 'missed')
    expect(await stage.me.getDelivery({ id: next.id })).toMatchObject({ problem: { code: 'channel-paused' } })
    await expect(stage.me.sendDelivery({ id: next.id })).rejects.toMatchObject({
      code: 'channel-not-ready',
      data: { state: 'paused' },
    })
  })
})

test('what was due on a paused channel while nothing was running is told by the channel', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const channelId = await stage.connect()
  const plan = await planAt(stage, channelId, '2026-11-22T10:30')
  await stage.me.updateChannel({ id: channelId, paused: true })
  clock.advance(24 * 60 * minute)
  await stage.reaches(plan.id, 'missed')
  expect(await stage.me.getDelivery({ id: plan.id })).toMatchObject({ problem: { code: 'channel-paused' } })
})

describe('after a restore', () => {
  const scene = async (clock: FakeClock, stage: Stage) => {
    const channelId = await stage.connect()
    stage.receiver.faults.next([{ status: 503, retryAfter: 4 * 60 * 60 }])
    const retrying = await stage.me.planDelivery({
      editionId: stage.content.write().editionId,
      channelId,
      when: { now: true },
    })
    const due = await planAt(stage, channelId, '2026-11-22T10:30')
    const future = await planAt(stage, channelId, '2026-11-23T10:30')
    stage.receiver.faults.next(['accept-then-hang'])
    const content = stage.content.write()
    const plan = stage.me
      .planDelivery({ editionId: content.editionId, channelId, when: { now: true } })
      .catch(() => undefined)
    await until(async () => stage.receiver.log().length === 2)
    const [sending] = (await stage.me.listDeliveries({ state: 'sending' })).items
    await stage.world.crash()
    await plan
    clock.advance(60 * minute)
    return { channelId, retrying: retrying.id, due: due.id, future: future.id, sending: sending?.id ?? '' }
  }

  test('with FLOOWE_PUBLISHING_HOLD nothing leaves by itself but what is planned for later', async () => {
    const clock = startClock()
    const before = await opened(clock)
    const { retrying, due, future, sending } = await scene(clock, before)
    const stage = await openAgain(before, { env: { FLOOWE_PUBLISHING_HOLD: 'on' } })
    stages.splice(0, 1, stage)
    for (const id of [retrying, due, sending]) {
      await stage.reaches(id, 'on-hold')
      expect(await stage.me.getDelivery({ id })).toMatchObject({ problem: { code: 'after-restore' } })
    }
    expect((await stage.me.getDelivery({ id: sending })).history).toMatchObject([
      { outcome: 'unknown', code: 'interrupted' },
    ])
    clock.advance(10 * 60 * minute)
    await asleepUntilReady(stage)
    expect(await stage.stateOf(future)).toBe('planned')
    expect(stage.receiver.log()).toHaveLength(2)
    expect(await stage.me.sendDelivery({ id: sending })).toMatchObject({ state: 'published' })
    expect(stage.receiver.effects().get(sending)?.attempt).toBe(1)
    expect(stage.receiver.log().filter((entry) => entry.isEffect)).toHaveLength(1)
    clock.set('2026-11-23T10:29:30.000Z')
    await asleepUntilReady(stage)
    clock.set('2026-11-23T10:30:00.000Z')
    await stage.reaches(future, 'published')
  })

  test('holdOpen does the same while running, and counts', async () => {
    const clock = startClock()
    const stage = await opened(clock)
    const channelId = await stage.connect()
    stage.receiver.faults.next([{ status: 503, retryAfter: 600 }])
    const retrying = await stage.me.planDelivery({
      editionId: stage.content.write().editionId,
      channelId,
      when: { now: true },
    })
    const future = await planAt(stage, channelId, '2026-11-22T12:00')
    const everywhere = stage.world.asService(null, 'identity')
    expect(await everywhere.holdOpen({ since: '2026-11-22T09:00:00.000Z' })).toEqual({ held: 1 })
    expect(await everywhere.holdOpen({ since: '2026-11-22T09:00:00.000Z' })).toEqual({ held: 1 })
    expect(await stage.stateOf(retrying.id)).toBe('on-hold')
    // The backup is from a machine whose clock was ahead of ours.
    expect(await everywhere.holdOpen({ since: '2026-11-22T13:00:00.000Z' })).toEqual({ held: 2 })
    expect(await stage.stateOf(future.id)).toBe('on-hold')
    // What is first sent from now on bears a number beyond all that the site may have seen.
    const siteId = await stage.channelOf('floowe-site')
    await stage.me.planDelivery({ editionId: stage.content.write().editionId, channelId: siteId, when: { now: true } })
    expect(stage.site.puts.at(-1)?.sequence).toBeGreaterThan(3_000_000)
    expect(
      await stage.me.rescheduleDelivery({ id: future.id, when: { wallTime: '2026-11-22T14:00', zone: 'UTC' } }),
    ).toMatchObject({ state: 'planned', problem: null })
  })
})

test('what is put on hold while it waits for a place is not sent', async () => {
  const clock = startClock()
  const stage = await opened(clock, { FLOOWE_PUBLISHING_SENDING_MAX: '1' })
  const channelId = await stage.connect()
  stage.receiver.faults.next(['accept-then-hang'])
  const plans = [1, 2].map(() =>
    stage.me.planDelivery({ editionId: stage.content.write().editionId, channelId, when: { now: true } }),
  )
  const sending = async () => (await stage.me.listDeliveries({ state: 'sending' })).items
  await until(async () => (await sending()).length === 2 && stage.receiver.log().length === 1)
  const waiting = (await sending()).find(({ id }) => id !== stage.receiver.log()[0]?.id)
  await stage.world.asService(null, 'identity').holdOpen({ since: clock.instant() })
  clock.advance(10_000)
  await Promise.all(plans)
  await until(async () => (await stage.world.sql("select from deliveries where state = 'sending'")).length === 0)
  // The place is free now; a delivery that came later takes it, the held one does not.
  const later = await stage.me.planDelivery({
    editionId: stage.content.write().editionId,
    channelId,
    when: { now: true },
  })
  expect(later.state).toBe('published')
  expect(stage.receiver.log().map((entry) => entry.id)).not.toContain(waiting?.id)
  expect(await stage.stateOf(waiting?.id ?? '')).toBe('on-hold')
})

describe('a process that died', () => {
  test('while sending: after the lease the same bytes go out under the same id', async () => {
    const clock = startClock()
    const before = await opened(clock)
    const channelId = await before.connect()
    before.receiver.faults.next(['accept-then-hang'])
    const plan = before.me
      .planDelivery({ editionId: before.content.write().editionId, channelId, when: { now: true } })
      .catch(() => undefined)
    await before.receiver.received(1)
    const id = before.receiver.log()[0]?.id ?? ''
    const stage = await restarted(before, 'crash')
    await plan
    expect(await stage.stateOf(id)).toBe('sending')
    clock.advance(21_000)
    await stage.reaches(id, 'published')
    const requests = stage.receiver.log()
    expect(requests).toHaveLength(2)
    expect(new Set(requests.map((request) => request.hash)).size).toBe(1)
    expect(requests.filter((request) => request.isEffect)).toHaveLength(1)
    expect((await stage.me.getDelivery({ id })).history).toMatchObject([
      { outcome: 'unknown', code: 'interrupted' },
      { outcome: 'accepted' },
    ])
  })

  test('each time it sent this one: it does not try for ever', async () => {
    const clock = startClock()
    const stage = await opened(clock, { FLOOWE_PUBLISHING_ATTEMPTS_MAX: '3' })
    const channelId = await stage.connect()
    const plan = await planAt(stage, channelId, '2026-11-22T10:30')
    await stage.world.sql(
      "update deliveries set state = 'sending', attempts = 3, tries = 3, round_at = due_at, armed_at = due_at, wake_at = $2 where id = $1",
      [plan.id, clock.instant()],
    )
    clock.advance(10_000)
    await stage.reaches(plan.id, 'failed')
    expect(stage.receiver.log()).toEqual([])
  })
})

test('an address that was allowed once and is not any more is not reached', async () => {
  const clock = startClock()
  const before = await opened(clock)
  const plan = await planAt(before, await before.connect(), '2026-11-22T10:30')
  const stage = await restarted(before, 'stopKeeping', { outboundAllow: [] })
  expect(await stage.me.sendDelivery({ id: plan.id })).toMatchObject({
    state: 'failed',
    problem: { code: 'blocked-address' },
  })
  expect(stage.receiver.log()).toEqual([])
})

test('new rules of a zone move the instants of plans, not their wall clocks', async () => {
  const clock = startClock()
  const before = await opened(clock)
  const content = before.content.write()
  const plan = await before.me.planDelivery({
    editionId: content.editionId,
    channelId: await before.connect(),
    when: { wallTime: '2027-07-01T09:00', zone: 'Europe/Warsaw' },
  })
  await asleepUntilReady(before)
  await before.world.sql(
    "update deliveries set due_at = due_at + interval '1 hour', wake_at = wake_at + interval '1 hour' where id = $1",
    [plan.id],
  )
  await before.world.sql("update pulse set zone_data = '2020a'")
  await before.world.drain()
  const stage = await restarted(before, 'stopKeeping')
  await until(async () => (await stage.me.getDelivery({ id: plan.id })).dueAt === '2027-07-01T07:00:00.000Z')
  await stage.world.drain()
  expect(stage.world.events.map((event) => [event.name, event.workspaceId])).toEqual([
    ['publishing.delivery-moved', workspaceId],
  ])
})

test('when rules of zones changed, the ends of embargoes follow their wall clocks', async () => {
  const before = await opened(startClock())
  const { articleId } = before.content.write()
  await before.me.updateArticlePlanning({ articleId, embargo: { wallTime: '2027-07-01T09:00', zone: 'Europe/Warsaw' } })
  await before.world.sql("update embargoes set until = '2027-07-01T05:00:00Z'")
  await before.world.sql("update pulse set zone_data = '2020a'")
  const stage = await restarted(before, 'stopKeeping')
  const endOf = async () => (await stage.me.getArticlePlanning({ articleId })).embargo?.until
  await until(async () => (await endOf()) === '2027-07-01T07:00:00.000Z')
})

test('a connection that ends is told of a week and a day ahead, once each, and again when it was renewed', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const id = await stage.connect('Ends')
  const day = 24 * 60 * minute
  const endsAt = async (inMs: number): Promise<void> => {
    const endsMs = String(clock.now() + inMs)
    await stage.world.sql("update channels set account = jsonb_build_object('endsMs', $2::text) where id = $1", [
      id,
      endsMs,
    ])
  }
  const warnings = async (): Promise<number> => {
    await asleepUntilReady(stage)
    await stage.world.drain()
    return stage.world.events.filter(({ name }) => name === 'publishing.connection-expiring').length
  }
  await endsAt(7.5 * day)
  clock.advance(20 * minute)
  expect(await warnings()).toBe(0)
  clock.advance(day)
  await until(async () => (await warnings()) === 1)
  clock.advance(20 * minute)
  expect(await warnings()).toBe(1)
  clock.advance(6 * day)
  await until(async () => (await warnings()) === 2)
  await endsAt(3 * day)
  clock.advance(20 * minute)
  await until(async () => (await warnings()) === 3)
})
