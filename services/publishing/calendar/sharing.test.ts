/** Saved views, links to read and iCal feeds, through the door. */
import { Refusal } from '@floowe/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FakeClock, openStage, otherWorkspaceId, type Stage, startClock, workspaceId } from '../testing/stage.ts'
import { strictIcal } from './testing/strict-ical.ts'

let clock: FakeClock
let stage: Stage
let channelId: string
beforeAll(async () => {
  clock = startClock()
  stage = await openStage({ clock })
  channelId = await stage.connect('Kanał')
})
afterAll(() => stage.close())

const zone = 'Europe/Warsaw'
const filters = { channels: [], networks: [], states: [], languages: [], campaigns: [], authors: [], text: '' }
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )
const planAt = (wallTime: string, title: string) =>
  stage.me.planDelivery({ editionId: stage.content.write({ title }).editionId, channelId, when: { wallTime, zone } })
const tokenOf = (url: string): string => url.split('/').at(-1) ?? ''

describe('views', () => {
  test('are one’s own unless they are shared', async () => {
    const other = stage.world.as({ workspaceId, role: 'viewer', userId: '0190aaaa-0000-7000-8000-00000000000b' })
    const own = await stage.me.createCalendarView({ name: 'Moje', layout: 'board', filters: { ...filters, text: 'x' } })
    expect(own).toMatchObject({ isMine: true, isShared: false, layout: 'board', filters: { text: 'x' }, revision: 1 })
    expect(await other.listCalendarViews(undefined)).toEqual([])
    expect(await refusal(other.updateCalendarView({ id: own.id, name: 'x', basedOn: 1 }))).toBe('not-found')
    const shared = await stage.me.updateCalendarView({ id: own.id, isShared: true, basedOn: 1 })
    expect(shared).toMatchObject({ isShared: true, revision: 2, layout: 'board' })
    expect(await other.listCalendarViews(undefined)).toMatchObject([{ id: own.id, isMine: false }])
    expect(await refusal(other.updateCalendarView({ id: own.id, name: 'x', basedOn: 2 }))).toBe('not-allowed')
    expect(await refusal(other.removeCalendarView({ id: own.id }))).toBe('not-allowed')
    expect(await refusal(stage.me.updateCalendarView({ id: own.id, name: 'x', basedOn: 1 }))).toBe('stale-revision')
    expect(await refusal(stage.me.createCalendarView({ name: 'MOJE', filters }))).toBe('name-taken')
    await other.createCalendarView({ name: 'Moje', filters })
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    expect(await stranger.listCalendarViews(undefined)).toEqual([])
    expect(await refusal(stranger.removeCalendarView({ id: own.id }))).toBe('not-found')
    await stage.me.removeCalendarView({ id: own.id })
    expect(await stage.me.listCalendarViews(undefined)).toEqual([])
  })
})

describe('a link to read', () => {
  const range = { from: '2027-01-01', to: '2027-01-31' }

  test('shows what its filters let through, without titles of what is not out', async () => {
    const plan = await planAt('2027-01-10T09:00', 'Tajemnica')
    const made = await stage.me.createCalendarLink({
      kind: 'page',
      name: 'Klient',
      filters: { ...filters, channels: [channelId] },
      zone,
    })
    expect(made).toMatchObject({ kind: 'page', showsTitles: false, lastOpenedAt: null })
    expect(made.url).toMatch(/^https:\/\/floowe\.example\/calendar\/shared\/flc_[\w-]{43}$/)
    const token = tokenOf(made.url)
    const shown = await stage.world.anonymous.openCalendarLink({ token, ...range })
    expect(shown).toMatchObject({ workspaceName: 'Studio', name: 'Klient', zone, next: null, campaigns: [] })
    expect(shown.items).toEqual([
      expect.objectContaining({
        id: plan.id,
        title: null,
        url: null,
        wallTime: '2027-01-10T09:00',
        state: 'planned',
        channelName: 'Kanał',
      }),
    ])
    expect(JSON.stringify(shown)).not.toContain('Tajemnica')
    const [kept] = await stage.world.sql<{ row: string }>(
      'select calendar_links::text as row from calendar_links where id = $1',
      [made.id],
    )
    expect(kept?.row).not.toContain(token.slice(4))
    const open = await stage.me.createCalendarLink({
      kind: 'page',
      name: 'Z tytułami',
      filters,
      zone,
      showsTitles: true,
    })
    expect((await stage.world.anonymous.openCalendarLink({ token: tokenOf(open.url), ...range })).items[0]?.title).toBe(
      'Tajemnica',
    )
    const other = await stage.me.createCalendarLink({
      kind: 'page',
      name: 'Inny',
      filters: { ...filters, languages: ['en'] },
      zone,
    })
    expect((await stage.world.anonymous.openCalendarLink({ token: tokenOf(other.url), ...range })).items).toEqual([])
    expect((await stage.me.listCalendarLinks(undefined)).find(({ id }) => id === made.id)?.lastOpenedAt).toBe(
      clock.instant(),
    )
  })

  test('opens nothing once it is over, revoked, or of another kind', async () => {
    const open = (url: string) => refusal(stage.world.anonymous.openCalendarLink({ token: tokenOf(url), ...range }))
    const soon = new Date(clock.now() + 60_000).toISOString()
    const made = await stage.me.createCalendarLink({ kind: 'page', name: 'Krótki', filters, zone, expiresAt: soon })
    expect(await open(made.url)).toBe('nothing was refused')
    clock.advance(61_000)
    expect(await open(made.url)).toBe('link-expired')
    const revoked = await stage.me.createCalendarLink({ kind: 'page', name: 'Unieważniony', filters, zone })
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    expect(await refusal(stranger.revokeCalendarLink({ id: revoked.id }))).toBe('not-found')
    await stage.me.revokeCalendarLink({ id: revoked.id })
    await stage.me.revokeCalendarLink({ id: revoked.id })
    expect(await open(revoked.url)).toBe('link-expired')
    const feed = await stage.me.createCalendarLink({ kind: 'feed', name: 'iCal', filters, zone })
    expect(await open(feed.url.replace('.ics', ''))).toBe('link-expired')
    expect(await open('https://floowe.example/flc_0000000000000000000000000000')).toBe('link-expired')
    const past = '2020-01-01T00:00:00.000Z'
    expect(
      await refusal(stage.me.createCalendarLink({ kind: 'page', name: 'x', filters, zone, expiresAt: past })),
    ).toBe('invalid-input')
    const reader = stage.world.as({ workspaceId, role: 'viewer' })
    expect(await refusal(reader.createCalendarLink({ kind: 'page', name: 'x', filters, zone }))).toBe('not-allowed')
  })
})

describe('an iCal feed', () => {
  const get = (url: string, headers: Record<string, string> = {}) =>
    stage.world.http.inject({ method: 'GET', url: new URL(url).pathname, headers })

  test('is what a strict reader takes, in UTC, with the zone beside it', async () => {
    const title = 'Zażółć; gęślą, jaźń \\ '.repeat(6).trim()
    const plan = await planAt('2027-03-28T09:00', title)
    const { url } = await stage.me.createCalendarLink({
      kind: 'feed',
      name: 'Plan, cały',
      filters,
      zone,
      showsTitles: true,
    })
    expect(url).toMatch(/\/calendar\/ical\/flc_[\w-]{43}\.ics$/)
    const answer = await get(url)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    })
    const { properties, events } = strictIcal(answer.rawPayload)
    expect(properties).toMatchObject({ VERSION: '2.0', 'X-WR-CALNAME': 'Studio: Plan, cały', 'X-WR-TIMEZONE': zone })
    const event = events.find(({ UID }) => UID === `${plan.id}@floowe`)
    expect(event).toMatchObject({
      SUMMARY: `${title} · Kanał`,
      DTSTART: '20270328T070000Z',
      'X-FLOOWE-ZONE': zone,
      STATUS: 'TENTATIVE',
      DESCRIPTION: 'Kanał: zaplanowane, 09:00 Europe/Warsaw',
    })
  })

  test('answers 304 to who has it, until something changes', async () => {
    const plan = await planAt('2027-04-01T09:00', 'Etag')
    const { url } = await stage.me.createCalendarLink({ kind: 'feed', name: 'Etag', filters, zone })
    const first = await get(url)
    const etag = String(first.headers['etag'])
    expect(first.body).not.toContain('Etag ·')
    const again = await get(url, { 'if-none-match': `W/"other", ${etag}` })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    await stage.me.rescheduleDelivery({ id: plan.id, when: { wallTime: '2027-04-02T09:00', zone } })
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(200)
  })

  test('says nothing of links that are no more', async () => {
    const { url, id } = await stage.me.createCalendarLink({ kind: 'feed', name: 'Koniec', filters, zone })
    const page = await stage.me.createCalendarLink({ kind: 'page', name: 'Strona', filters, zone })
    await stage.me.revokeCalendarLink({ id })
    for (const gone of [
      url,
      `https://x.example/calendar/ical/${tokenOf(page.url)}.ics`,
      'https://x.example/calendar/ical/x.ics',
    ])
      expect((await get(gone)).statusCode).toBe(404)
  })
})
