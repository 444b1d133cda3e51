/** Series through the door: made once whoever makes them, changed and ended without touching what is armed or was moved by hand. */
import type { SeriesPlan } from '@floowe/contracts/calendar'
import type { ArticleId } from '@floowe/contracts/vocabulary'
import { DeliveryState } from '@floowe/contracts/deliveries'
import { Refusal } from '@floowe/platform'
import { afterEach, expect, test } from 'vitest'
import {
  editorId,
  type FakeClock,
  openAgain,
  openStage,
  otherWorkspaceId,
  type Stage,
  startClock,
  until,
  workspaceId,
} from '../testing/stage.ts'

const stages: Stage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})
const opened = async (clock: FakeClock): Promise<Stage> => {
  const stage = await openStage({ clock })
  stages.push(stage)
  return stage
}
const daily: SeriesPlan = {
  recurrence: { every: 'days', interval: 1 },
  firstDay: '2026-11-23',
  time: '09:00',
  zone: 'Europe/Warsaw',
  pick: null,
  end: { count: 5 },
  skip: { holidays: false, closedSundays: false },
  instead: 'nothing',
}
const begun = async (stage: Stage, wish: Partial<SeriesPlan> = {}) => {
  const content = stage.content.write()
  const channelId = (await stage.me.listChannels(undefined)).find(({ network }) => network === 'webhook')?.id
  const place = { editionId: content.editionId, channelId: channelId ?? (await stage.connect()) }
  return { content, place, series: await stage.me.createSeries({ ...daily, ...wish, ...place }) }
}
const made = async (stage: Stage, seriesId: string, all = false) => {
  const range = { from: '2026-11-01', to: '2027-11-30', zone: 'Europe/Warsaw' }
  const states = all ? DeliveryState.options : undefined
  const { items } = await stage.me.getCalendar({ ...range, ...(states && { states: [...states] }) })
  return items.filter(({ series }) => series?.id === seriesId)
}
const walls = async (stage: Stage, seriesId: string) =>
  (await made(stage, seriesId)).map(({ wallTime, state }) => `${wallTime?.slice(5)} ${state}`)
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

test('its days are ordinary deliveries that name it', async () => {
  const stage = await opened(startClock())
  const { series, content } = await begun(stage, { end: { count: 3 } })
  expect(series).toMatchObject({ state: 'active', made: 3, problem: null, title: content.title, createdBy: editorId })
  const items = await made(stage, series.id)
  expect(items.map(({ dueAt, state, series, createdBy }) => ({ dueAt, state, day: series?.day, createdBy }))).toEqual([
    { dueAt: '2026-11-23T08:00:00.000Z', state: 'planned', day: '2026-11-23', createdBy: editorId },
    { dueAt: '2026-11-24T08:00:00.000Z', state: 'planned', day: '2026-11-24', createdBy: editorId },
    { dueAt: '2026-11-25T08:00:00.000Z', state: 'planned', day: '2026-11-25', createdBy: editorId },
  ])
  await stage.world.drain()
  expect(stage.world.events.map(({ name }) => name)).toContain('publishing.calendar-changed')
})

test('each day goes out as something new, and once', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const { series } = await begun(stage, { end: { count: 3 } })
  for (const day of ['2026-11-23', '2026-11-24', '2026-11-25']) {
    clock.set(`${day}T08:00:00.000Z`)
    const due = (await made(stage, series.id, true)).find((item) => item.series?.day === day)
    await stage.reaches(due?.id ?? '', 'published')
  }
  const kinds = stage.receiver.log().map(({ type }) => type)
  expect(kinds).toHaveLength(3)
  expect(new Set(kinds).size).toBe(1)
  expect(await walls(stage, series.id)).toEqual([
    '11-23T09:00 replaced',
    '11-24T09:00 replaced',
    '11-25T09:00 published',
  ])
})

test('sixty days ahead, and further as time goes on', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const { series } = await begun(stage, {
    recurrence: { every: 'weeks', interval: 1, weekdays: [1] },
    end: { count: 20 },
  })
  expect(series.made).toBe(9)
  clock.advance(15 * 24 * 3_600_000)
  await until(async () => (await made(stage, series.id, true)).length === 11)
  expect(new Set((await made(stage, series.id, true)).map(({ series }) => series?.day)).size).toBe(11)
})

test('a person plans the same edition beside it', async () => {
  const stage = await opened(startClock())
  const { place } = await begun(stage)
  const when = { wallTime: '2026-12-24T10:00', zone: 'Europe/Warsaw' }
  expect((await stage.me.planDelivery({ ...place, when })).series).toBeNull()
  expect(await refusal(stage.me.planDelivery({ ...place, when }))).toBe('already-planned')
})

test('a day that was moved or cancelled alone stays so, whatever the series does', async () => {
  const stage = await opened(startClock())
  const { series } = await begun(stage)
  const [first, second, third] = await made(stage, series.id)
  const moved = await stage.me.rescheduleDelivery({
    id: first?.id ?? '',
    when: { wallTime: '2026-11-23T15:30', zone: 'Europe/Warsaw' },
  })
  expect(moved.series?.isDetached).toBe(true)
  await stage.me.cancelDelivery({ id: second?.id ?? '' })
  const later = await stage.me.updateSeries({ ...daily, time: '11:00', id: series.id, basedOn: series.revision })
  expect(await walls(stage, series.id)).toEqual([
    '11-23T15:30 planned',
    '11-25T11:00 planned',
    '11-26T11:00 planned',
    '11-27T11:00 planned',
  ])
  const back = await stage.me.rescheduleDelivery({
    id: first?.id ?? '',
    when: { wallTime: '2026-11-23T11:00', zone: 'Europe/Warsaw' },
  })
  expect(back.series?.isDetached).toBe(false)
  const ended = await stage.me.endSeries({ id: series.id })
  expect(ended.state).toBe('ended')
  expect(await walls(stage, series.id)).toEqual([])
  expect((await made(stage, series.id, true)).find(({ id }) => id === third?.id)?.state).toBe('cancelled')
  const resumed = await stage.me.resumeSeries({ id: series.id })
  expect(resumed.revision).toBeGreaterThan(later.revision)
  expect(await walls(stage, series.id)).toEqual([
    '11-23T11:00 planned',
    '11-25T11:00 planned',
    '11-26T11:00 planned',
    '11-27T11:00 planned',
  ])
})

test('changed days: what is no day of it any more goes, what is new comes, what is out stays', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const { series } = await begun(stage)
  clock.set('2026-11-23T08:00:00.000Z')
  await stage.reaches((await made(stage, series.id))[0]?.id ?? '', 'published')
  const recurrence = { every: 'weeks' as const, interval: 1, weekdays: [1, 3, 5] }
  await stage.me.updateSeries({ ...daily, recurrence, id: series.id, basedOn: series.revision })
  expect(await walls(stage, series.id)).toEqual([
    '11-23T09:00 published',
    '11-25T09:00 planned',
    '11-27T09:00 planned',
    '11-30T09:00 planned',
    '12-02T09:00 planned',
  ])
})

test('two workers make each day once, and so do workers that are killed', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const { series } = await begun(stage, { end: { count: 200 } })
  expect(series.made).toBe(60)
  let current = stage
  const other = await openAgain(stage)
  for (let turn = 0; turn < 6; turn++) {
    // Everything that was claimed is free again, and both look at once.
    await current.world.sql('update series set look_at = $1', [clock.instant()])
    clock.advance(10 * 24 * 3_600_000)
    if (turn % 2 === 1) {
      await current.world.crash()
      current = await openAgain(current)
      stages.splice(0, 1, current)
    }
  }
  const days = async () => (await made(current, series.id, true)).map(({ series }) => series?.day ?? '')
  await until(async () => (await days()).length >= 119)
  const all = await days()
  expect(new Set(all).size).toBe(all.length)
  const [twice] = await current.world.sql<{ n: string }>(
    'select count(*) as n from (select series_day from deliveries where series_id is not null group by series_day having count(*) > 1) x',
  )
  expect(Number(twice?.n)).toBe(0)
  await other.world.crash()
})

test('hours that come twice or never are asked about; the preview says so before anything is kept', async () => {
  const stage = await opened(startClock())
  const { place } = await begun(stage)
  const spring = { ...daily, firstDay: '2027-03-27', time: '02:30', end: { count: 3 } }
  const shown = await stage.me.previewSeries({ ...spring, ...place, limit: 10 })
  expect(shown.unclear).toEqual([
    expect.objectContaining({ day: '2027-03-28', exists: 'never', earlier: '2027-03-28T00:30:00.000Z' }),
  ])
  expect(shown.occurrences.map(({ day, reason }) => [day, reason])).toEqual([
    ['2027-03-27', null],
    ['2027-03-28', 'no-such-time'],
    ['2027-03-29', null],
    ['2027-03-30', null],
  ])
  expect(await refusal(stage.me.createSeries({ ...spring, ...place }))).toBe('times-unclear')
  const later = await stage.me.previewSeries({ ...spring, pick: 'later', ...place, limit: 10 })
  expect(later).toMatchObject({ unclear: [], total: 3, lastDay: '2027-03-29', warnings: [] })
  expect(later.occurrences[1]).toMatchObject({
    pick: 'later',
    dueAt: '2027-03-28T01:30:00.000Z',
    wallTime: '2027-03-28T02:30',
  })
})

test('what is refused', async () => {
  const stage = await opened(startClock())
  const { place, series } = await begun(stage)
  const { me } = stage
  const site = await stage.channelOf('floowe-site')
  expect(await refusal(me.createSeries({ ...daily, ...place, channelId: site }))).toBe('not-repeatable')
  expect(await refusal(me.createSeries({ ...daily, ...place, end: { until: '2026-11-01' } }))).toBe('no-occurrence')
  const empty = stage.content.write({ title: '' })
  expect(await refusal(me.createSeries({ ...daily, ...place, editionId: empty.editionId }))).toBe('nothing-to-publish')
  expect(await refusal(me.updateSeries({ ...daily, id: series.id, basedOn: 7 }))).toBe('stale-revision')
  await me.endSeries({ id: series.id })
  expect(await refusal(me.updateSeries({ ...daily, id: series.id, basedOn: series.revision + 1 }))).toBe('series-over')
  await me.updateChannel({ id: place.channelId, paused: true })
  expect(await refusal(me.createSeries({ ...daily, ...place }))).toBe('channel-not-ready')
  expect(await refusal(me.resumeSeries({ id: series.id }))).toBe('channel-not-ready')
  const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
  expect(await refusal(stranger.getSeries({ id: series.id }))).toBe('not-found')
  expect(await refusal(stranger.endSeries({ id: series.id }))).toBe('not-found')
  const reader = stage.world.as({ workspaceId, role: 'viewer' })
  expect(await refusal(reader.createSeries({ ...daily, ...place }))).toBe('not-allowed')
  expect((await reader.listSeries({})).total).toBe(1)
})

test('a series ends with its channel and with its article', async () => {
  const stage = await opened(startClock())
  const one = await begun(stage)
  await stage.world.tell({
    name: 'content.article-trashed',
    workspaceId,
    key: one.content.articleId,
    actor: editorId,
    data: { articleId: one.content.articleId as ArticleId },
  })
  expect((await stage.me.getSeries({ id: one.series.id })).state).toBe('ended')
  expect(await walls(stage, one.series.id)).toEqual([])
  const two = await begun(stage)
  await stage.me.removeChannel({ id: two.place.channelId })
  expect((await stage.me.getSeries({ id: two.series.id })).state).toBe('ended')
})

test('a day that cannot be made says why, and is made when it can', async () => {
  const clock = startClock()
  const stage = await opened(clock)
  const { series, place } = await begun(stage, {
    recurrence: { every: 'weeks', interval: 1, weekdays: [1] },
    end: { count: 12 },
  })
  await stage.me.updateChannel({ id: place.channelId, paused: true })
  clock.advance(8 * 24 * 3_600_000)
  const problem = async () => (await stage.me.getSeries({ id: series.id })).problem
  await until(async () => (await problem())?.code === 'channel-not-ready')
  await stage.me.updateChannel({ id: place.channelId, paused: false })
  clock.advance(3_700_000)
  await until(async () => (await problem()) === null)
})
