/** Slots, embargoes, blackouts, campaigns, checks, many at once and the backlog, through the door. */
import { Refusal } from '@floowe/platform'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type FakeClock,
  openAgain,
  openStage,
  otherWorkspaceId,
  type Stage,
  startClock,
  workspaceId,
} from '../testing/stage.ts'

let clock: FakeClock
let stage: Stage
let site: string
let turn = 0
let channelId: string
beforeAll(async () => {
  clock = startClock()
  stage = await openStage({ clock })
  site = await stage.channelOf('floowe-site')
})
afterAll(() => stage.close())
beforeEach(async () => {
  turn += 1
  channelId = await stage.connect(`Hook ${turn}`)
})

const zone = 'Europe/Warsaw'
const refused = async (work: Promise<unknown>): Promise<Refusal> => {
  const error: unknown = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof Refusal) return error
  throw error
}
const planAt = (wallTime: string, on = channelId, content = stage.content.write()) =>
  stage.me.planDelivery({ editionId: content.editionId, channelId: on, when: { wallTime, zone } })
const none = { holidays: false, closedSundays: false }
const weekly = (time: string, weekdays = [1, 2, 3, 4, 5]) => weekdays.map((weekday) => ({ weekday, time }))
const setSlots = (slots: { weekday: number; time: string; pick?: 'earlier' | 'later' | 'skip' }[], skip = none) =>
  stage.me.setSlots({ channelId, slots, skip, basedOn: 0 })

describe('slots', () => {
  test('are kept in order, each once, and another’s change is not written over', async () => {
    const kept = await setSlots([...weekly('17:00', [5, 1]), ...weekly('09:00', [1]), ...weekly('17:00', [1])])
    expect(kept).toMatchObject({ ownZone: null, zone, revision: 1 })
    expect(kept.slots.map(({ weekday, time }) => `${weekday} ${time}`)).toEqual(['1 09:00', '1 17:00', '5 17:00'])
    expect(await refused(setSlots([]))).toMatchObject({ code: 'stale-revision', data: { current: 1 } })
    const again = await stage.me.setSlots({ channelId, ownZone: 'America/New_York', slots: [], skip: none, basedOn: 1 })
    expect(again).toMatchObject({ zone: 'America/New_York', revision: 2 })
    expect((await stage.me.listSlots(undefined)).find((one) => one.channelId === channelId)).toEqual(again)
  })

  test('an hour at which the clocks change is asked about', async () => {
    const error = await refused(setSlots(weekly('02:30', [7])))
    expect(error).toMatchObject({ code: 'times-unclear' })
    expect((error.data as { times: { day: string; exists: string }[] }).times).toEqual([
      expect.objectContaining({ weekday: 7, time: '02:30', day: '2027-03-28', exists: 'never' }),
    ])
    expect((await setSlots([{ weekday: 7, time: '02:30', pick: 'skip' }])).revision).toBe(1)
    const next = await stage.me.nextSlots({ channelId, from: '2027-03-22', limit: 2 })
    expect(next.map(({ day, isFree, reason }) => [day, isFree, reason])).toEqual([
      ['2027-03-28', false, 'no-such-time'],
      ['2027-04-04', true, null],
    ])
  })

  test('say why they are not free', async () => {
    await setSlots(weekly('09:00', [3, 4, 5]), { holidays: true, closedSundays: false })
    const taken = await planAt('2026-12-23T09:00')
    const next = await stage.me.nextSlots({ channelId, from: '2026-12-23', limit: 4 })
    expect(next.map(({ day, reason, deliveryId }) => [day, reason, deliveryId])).toEqual([
      ['2026-12-23', 'taken', taken.id],
      ['2026-12-24', 'holiday', null],
      ['2026-12-25', 'holiday', null],
      ['2026-12-30', null, null],
    ])
    expect(next[1]?.holiday).toEqual({ en: 'Christmas Eve', pl: 'Wigilia Bożego Narodzenia' })
  })

  test('the next free one is planned; two at once take two', async () => {
    await setSlots(weekly('09:00'))
    const plans = await Promise.all(
      Array.from({ length: 5 }, () =>
        stage.me.planDelivery({ editionId: stage.content.write().editionId, channelId, when: { slot: 'next' } }),
      ),
    )
    expect(plans.map(({ wallTime }) => wallTime).sort()).toEqual(
      ['23', '24', '25', '26', '27'].map((day) => `2026-11-${day}T09:00`),
    )
    const [first] = plans
    const moved = await stage.me.rescheduleDelivery({ id: first?.id ?? '', when: { slot: 'next' } })
    expect(moved.wallTime).toBe(first?.wallTime)
  })

  test('two processes that take the next ones at once never take the same', async () => {
    await setSlots(weekly('09:00', [1, 2, 3, 4, 5, 6, 7]))
    const other = await openAgain(stage)
    const take = (of: Stage) =>
      of.me.planDelivery({ editionId: stage.content.write().editionId, channelId, when: { slot: 'next' } })
    const plans = await Promise.all(Array.from({ length: 12 }, (_, n) => take(n % 2 === 0 ? stage : other)))
    expect(new Set(plans.map(({ dueAt }) => dueAt)).size).toBe(12)
    expect(
      plans
        .map(({ wallTime }) => wallTime)
        .sort()
        .at(-1),
    ).toBe('2026-12-04T09:00')
    await other.world.stopKeeping()
  })

  test('none is free where there are none', async () => {
    const plan = { editionId: stage.content.write().editionId, channelId, when: { slot: 'next' as const } }
    expect((await refused(stage.me.planDelivery(plan))).code).toBe('no-free-slot')
  })
})

describe('an embargo', () => {
  test('refuses every way to go out earlier, and none at its end', async () => {
    const content = stage.content.write()
    const { articleId, editionId } = content
    const embargo = { wallTime: '2026-12-01T08:00', zone }
    const planning = await stage.me.updateArticlePlanning({ articleId, embargo })
    expect(planning.embargo).toMatchObject({ until: '2026-12-01T07:00:00.000Z' })
    const now = { editionId, channelId, when: { now: true as const } }
    expect(await refused(stage.me.planDelivery(now))).toMatchObject({
      code: 'embargoed',
      data: { until: '2026-12-01T07:00:00.000Z', wallTime: '2026-12-01T08:00', zone },
    })
    expect((await refused(planAt('2026-12-01T07:59', channelId, content))).code).toBe('embargoed')
    const plan = await planAt('2026-12-01T08:00', channelId, content)
    const earlier = { wallTime: '2026-11-30T08:00', zone }
    expect((await refused(stage.me.rescheduleDelivery({ id: plan.id, when: earlier }))).code).toBe('embargoed')
    expect((await refused(stage.me.sendDelivery({ id: plan.id }))).code).toBe('embargoed')
    const checked = await stage.me.checkPlan({ deliveryId: plan.id, when: earlier })
    expect(checked.conflicts[0]).toMatchObject({ code: 'embargoed', weight: 'refused', at: '2026-12-01T07:00:00.000Z' })
    await stage.me.updateArticlePlanning({ articleId, embargo: null })
    expect((await stage.me.rescheduleDelivery({ id: plan.id, when: earlier })).dueAt).toBe('2026-11-30T07:00:00.000Z')
  })

  test('plans that stand before it are named, or cancelled with it', async () => {
    const content = stage.content.write()
    const plan = await planAt('2026-11-25T09:00', channelId, content)
    const wish = { articleId: content.articleId, embargo: { wallTime: '2026-12-01T08:00', zone } }
    expect(await refused(stage.me.updateArticlePlanning(wish))).toMatchObject({
      code: 'planned-before-embargo',
      data: { deliveryIds: [plan.id] },
    })
    await stage.me.updateArticlePlanning({ ...wish, earlierPlans: 'cancel' })
    expect(await stage.stateOf(plan.id)).toBe('cancelled')
    expect((await refused(stage.me.restoreDelivery({ id: plan.id }))).code).toBe('embargoed')
  })

  test('an hour that comes twice or never is asked about', async () => {
    const { articleId } = stage.content.write()
    const at = (wallTime: string, pick: 'earlier' | null = null) =>
      stage.me.updateArticlePlanning({ articleId, embargo: { wallTime, zone, pick } })
    expect((await refused(at('2027-03-28T02:30'))).code).toBe('time-does-not-exist')
    expect((await refused(at('2027-10-31T02:30'))).code).toBe('time-exists-twice')
    expect((await at('2027-10-31T02:30', 'earlier')).embargo?.until).toBe('2027-10-31T00:30:00.000Z')
  })

  test('takes the first slot behind it', async () => {
    await setSlots(weekly('09:00'))
    const { articleId, editionId } = stage.content.write()
    await stage.me.updateArticlePlanning({ articleId, embargo: { wallTime: '2026-12-08T09:00', zone } })
    const plan = await stage.me.planDelivery({ editionId, channelId, when: { slot: 'next' } })
    expect(plan.wallTime).toBe('2026-12-08T09:00')
  })
})

test('a blackout refuses, and slots leave it out', async () => {
  const blackouts = [{ name: 'Żałoba', from: '2026-12-14T00:00', until: '2026-12-14T23:59' }]
  expect((await stage.me.updateCalendarSettings({ blackouts })).spacingMinutes).toBe(15)
  await setSlots(weekly('09:00', [1]))
  expect(await refused(planAt('2026-12-14T09:00'))).toMatchObject({ code: 'blackout', data: { name: 'Żałoba' } })
  const [slot] = await stage.me.nextSlots({ channelId, from: '2026-12-14', limit: 1 })
  expect(slot).toMatchObject({ isFree: false, reason: 'blackout' })
  const wrong = [{ name: 'x', from: '2026-12-14T00:00', until: '2026-12-13T00:00' }]
  expect((await refused(stage.me.updateCalendarSettings({ blackouts: wrong }))).code).toBe('invalid-input')
  const editor = stage.world.as({ workspaceId, role: 'editor' })
  expect((await refused(editor.updateCalendarSettings({ spacingMinutes: 1 }))).code).toBe('not-allowed')
  await stage.me.updateCalendarSettings({ blackouts: [] })
  expect((await planAt('2026-12-14T09:00')).state).toBe('planned')
})

describe('a check', () => {
  test('names what refuses before what warns, and notes', async () => {
    const near = await planAt('2026-12-25T09:10')
    const { editionId } = stage.content.write()
    const { dueAt, conflicts } = await stage.me.checkPlan({
      editionId,
      channelId,
      when: { wallTime: '2026-12-25T09:00', zone },
    })
    expect(dueAt).toBe('2026-12-25T08:00:00.000Z')
    expect(conflicts.map(({ code, weight, deliveryId, minutes }) => [code, weight, deliveryId, minutes])).toEqual([
      ['too-close', 'warning', near.id, 10],
      ['holiday', 'note', null, null],
    ])
    expect(
      (await stage.me.checkPlan({ deliveryId: near.id, when: { wallTime: '2026-12-25T09:05', zone } })).conflicts,
    ).toEqual([expect.objectContaining({ code: 'holiday' })])
  })

  test('knows the text, the place, the clock and the channel', async () => {
    const codes = async (input: Parameters<Stage['me']['checkPlan']>[0]) =>
      (await stage.me.checkPlan(input)).conflicts.map(({ code }) => code)
    const content = stage.content.write()
    const on = { editionId: content.editionId, channelId }
    const at = (wallTime: string) => ({ wallTime, zone })
    expect(await codes({ ...on, when: at('2026-12-02T09:00') })).toEqual([])
    expect(await codes({ ...on, when: at('2020-01-02T09:00') })).toEqual(['past'])
    const { conflicts, dueAt } = await stage.me.checkPlan({ ...on, when: at('2027-03-28T02:30') })
    expect(dueAt).toBeNull()
    expect(conflicts).toEqual([
      expect.objectContaining({
        code: 'time-does-not-exist',
        at: '2027-03-28T00:30:00.000Z',
        later: '2027-03-28T01:30:00.000Z',
      }),
    ])
    const empty = stage.content.write({ title: '' })
    expect(await codes({ ...on, editionId: empty.editionId, when: at('2026-12-02T09:00') })).toEqual([
      'nothing-to-publish',
    ])
    await planAt('2026-12-10T09:00', channelId, content)
    expect(await codes({ ...on, when: at('2026-12-02T09:00') })).toEqual(['already-planned'])
    await stage.me.updateChannel({ id: channelId, paused: true })
    const other = stage.content.write()
    expect(await codes({ ...on, editionId: other.editionId, when: at('2026-12-02T09:00') })).toEqual([
      'channel-not-ready',
    ])
    expect((await refused(stage.me.checkPlan({ editionId: other.editionId, when: at('2026-12-02T09:00') }))).code).toBe(
      'invalid-input',
    )
  })

  test('warns of an approval that is missing', async () => {
    await stage.me.updateApprovalPolicy({ mode: 'required', steps: [] })
    const { editionId } = stage.content.write()
    const { conflicts } = await stage.me.checkPlan({
      editionId,
      channelId,
      when: { wallTime: '2026-12-02T09:00', zone },
    })
    expect(conflicts).toEqual([expect.objectContaining({ code: 'needs-approval', weight: 'warning' })])
    await stage.me.updateApprovalPolicy({ mode: 'none', steps: [] })
  })
})

describe('campaigns', () => {
  const fields = { name: 'Wiosna', firstDay: '2027-03-01', lastDay: '2027-03-31', colour: 'moss' as const }

  test('are made, changed, removed and brought back with their articles', async () => {
    const made = await stage.me.createCampaign({ ...fields, note: 'Zielono' })
    expect(made).toMatchObject({ ...fields, note: 'Zielono', articles: 0, revision: 1 })
    const content = stage.content.write()
    const { articleId } = content
    expect(await stage.me.updateArticlePlanning({ articleId, campaignIds: [made.id] })).toMatchObject({
      campaignIds: [made.id],
    })
    const plan = await planAt('2027-03-10T09:00', channelId, content)
    const month = { from: '2027-03-01', to: '2027-03-31', zone }
    const [item] = (await stage.me.getCalendar({ ...month, campaigns: [made.id] })).items
    expect(item).toMatchObject({ id: plan.id, campaignIds: [made.id] })
    const changed = await stage.me.updateCampaign({ id: made.id, lastDay: '2027-04-02', basedOn: 1 })
    expect(changed).toMatchObject({ name: 'Wiosna', note: 'Zielono', lastDay: '2027-04-02', articles: 1, revision: 2 })
    expect((await refused(stage.me.updateCampaign({ id: made.id, name: 'x', basedOn: 1 }))).code).toBe('stale-revision')
    expect((await refused(stage.me.updateCampaign({ id: made.id, firstDay: '2027-05-01', basedOn: 2 }))).code).toBe(
      'invalid-input',
    )
    await stage.me.removeCampaign({ id: made.id })
    await stage.me.removeCampaign({ id: made.id })
    expect((await stage.me.getCalendar({ ...month, campaigns: [made.id] })).items).toEqual([])
    expect((await stage.me.getArticlePlanning({ articleId })).campaignIds).toEqual([])
    expect((await refused(stage.me.updateCampaign({ id: made.id, name: 'x', basedOn: 3 }))).code).toBe('not-found')
    await stage.me.restoreCampaign({ id: made.id })
    expect((await stage.me.getCalendar({ ...month, campaigns: [made.id] })).items).toHaveLength(1)
    expect((await stage.me.listCampaigns({ from: '2027-04-01', to: '2027-04-30' })).map(({ id }) => id)).toEqual([
      made.id,
    ])
    expect(await stage.me.listCampaigns({ from: '2027-04-03' })).toEqual([])
  })

  test('are of one workspace', async () => {
    const made = await stage.me.createCampaign(fields)
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    expect(await stranger.listCampaigns({})).toEqual([])
    for (const work of [
      () => stranger.updateCampaign({ id: made.id, name: 'x', basedOn: 1 }),
      () => stranger.removeCampaign({ id: made.id }),
      () => stranger.restoreCampaign({ id: made.id }),
      () => stranger.updateArticlePlanning({ articleId: stage.content.write().articleId, campaignIds: [made.id] }),
    ])
      expect((await refused(work())).code).toBe('not-found')
    const { articleId } = stage.content.write()
    const unknown = '0190aaaa-0000-7000-8000-0000000000ff'
    expect((await refused(stage.me.updateArticlePlanning({ articleId, campaignIds: [unknown] }))).code).toBe(
      'not-found',
    )
    expect((await refused(stage.me.updateArticlePlanning({ articleId: unknown, campaignIds: [] }))).code).toBe(
      'not-found',
    )
  })
})

describe('many at once', () => {
  test('are moved, each by itself, keeping their wall clocks over a change of the clocks', async () => {
    const plans = [await planAt('2027-03-27T09:00'), await planAt('2027-03-27T02:30'), await planAt('2027-03-27T15:00')]
    const now = await stage.me.planDelivery({
      editionId: stage.content.write().editionId,
      channelId,
      when: { now: true },
    })
    const ids = [...plans, now].map(({ id }) => id)
    const moved = await stage.me.changeDeliveries({ ids, change: { kind: 'move', days: 1 } })
    expect(moved.map(({ delivery, refusal }) => [delivery?.wallTime, refusal?.code])).toEqual([
      ['2027-03-28T09:00', undefined],
      ['2027-03-27T02:30', 'time-does-not-exist'],
      ['2027-03-28T15:00', undefined],
      [null, 'wrong-state'],
    ])
    expect(moved[0]).toMatchObject({
      delivery: { dueAt: '2027-03-28T07:00:00.000Z' },
      before: { wallTime: '2027-03-27T09:00', zone },
    })
    const back = await stage.me.changeDeliveries({ ids: ids.slice(0, 1), change: { kind: 'move', days: -1 } })
    expect(back[0]?.delivery?.dueAt).toBe('2027-03-27T08:00:00.000Z')
  })

  test('are cancelled and restored', async () => {
    const ids = [(await planAt('2027-05-04T09:00')).id, (await planAt('2027-05-05T09:00')).id]
    const states = async (kind: 'cancel' | 'restore') =>
      (await stage.me.changeDeliveries({ ids, change: { kind } })).map(({ delivery }) => delivery?.state)
    expect(await states('cancel')).toEqual(['cancelled', 'cancelled'])
    expect(await states('restore')).toEqual(['planned', 'planned'])
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    const seen = await stranger.changeDeliveries({ ids, change: { kind: 'cancel' } })
    expect(seen.map(({ delivery, refusal }) => [delivery, refusal?.code])).toEqual([
      [null, 'not-found'],
      [null, 'not-found'],
    ])
  })
})

test('filters: channels, networks, states, languages, authors and words of the title', async () => {
  const range = { from: '2027-06-01', to: '2027-06-30', zone }
  const polish = await planAt('2027-06-02T09:00', channelId, stage.content.write({ title: 'ŁÓDŹ nocą' }))
  const english = await planAt(
    '2027-06-03T09:00',
    site,
    stage.content.write({ title: 'Lodz by night', language: 'en' }),
  )
  const gone = await planAt('2027-06-04T09:00')
  await stage.me.cancelDelivery({ id: gone.id })
  const ids = async (filters: object) =>
    (await stage.me.getCalendar({ ...range, ...filters })).items.map(({ id }) => id)
  expect(await ids({})).toEqual([polish.id, english.id])
  expect(await ids({ channel: channelId })).toEqual([polish.id])
  expect(await ids({ channels: [site] })).toEqual([english.id])
  expect(await ids({ networks: ['webhook'] })).toEqual([polish.id])
  expect(await ids({ languages: ['en'] })).toEqual([english.id])
  expect(await ids({ states: ['cancelled'] })).toEqual([gone.id])
  expect(await ids({ text: 'łódź NOCĄ' })).toEqual([polish.id])
  expect(await ids({ text: 'łódź night' })).toEqual([])
  expect(await ids({ authors: ['0190aaaa-0000-7000-8000-00000000000b'] })).toEqual([])
  const page = await stage.me.getCalendar({ ...range, limit: 1 })
  expect(page).toMatchObject({ isCut: true, items: [{ id: polish.id }] })
  const rest = await stage.me.getCalendar({ ...range, limit: 1, after: page.next ?? '' })
  expect(rest).toMatchObject({ isCut: false, next: null, items: [{ id: english.id }] })
  expect((await refused(stage.me.getCalendar({ ...range, after: 'x' }))).code).toBe('invalid-input')
  const query = `from=2027-06-01&to=2027-06-30&zone=Europe%2FWarsaw&channels=${site},${channelId}&states=planned`
  const answer = await stage.world.rest('GET', `/calendar?${query}`, { as: { workspaceId, role: 'viewer' } })
  expect((answer.body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual([polish.id, english.id])
})

test('the backlog holds what goes nowhere yet', async () => {
  const content = stage.content.write({ title: 'Backlog one' })
  const other = stage.content.write({ title: 'Backlog two' })
  const titles = async () => (await stage.me.listBacklog({ text: 'Backlog' })).items.map(({ title }) => title)
  expect((await titles()).sort()).toEqual(['Backlog one', 'Backlog two'])
  const plan = await planAt('2027-07-01T09:00', channelId, content)
  expect(await titles()).toEqual(['Backlog two'])
  await stage.me.cancelDelivery({ id: plan.id })
  expect((await titles()).sort()).toEqual(['Backlog one', 'Backlog two'])
  const first = await stage.me.listBacklog({ text: 'Backlog', limit: 1 })
  const second = await stage.me.listBacklog({ text: 'Backlog', limit: 1, after: first.next ?? '' })
  expect([...first.items, ...second.items].map(({ articleId }) => articleId).sort()).toEqual(
    [content.articleId, other.articleId].sort(),
  )
  expect(second.next).toBeNull()
  expect((await refused(stage.me.listBacklog({ after: 'x' }))).code).toBe('invalid-input')
})

test('an embargo that is set while plans are made lets none slip before it', async () => {
  const embargo = { wallTime: '2026-12-20T09:00', zone }
  for (let turn = 0; turn < 5; turn++) {
    const content = stage.content.write()
    const outcomes = await Promise.allSettled([
      planAt('2026-12-15T09:00', channelId, content),
      stage.me.updateArticlePlanning({ articleId: content.articleId, embargo }),
    ])
    // Whoever was first: the plan stands and the embargo was refused, or the other way round.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [lost] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Refusal] : []))
    expect(['embargoed', 'planned-before-embargo']).toContain(lost?.code)
  }
})
