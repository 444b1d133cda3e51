/** The calendar as a file, and a file as ideas and plans, through the door. */
import { Refusal } from '@floowe/platform'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  editorId,
  type FakeClock,
  openStage,
  otherWorkspaceId,
  type Stage,
  startClock,
  workspaceId,
} from '../testing/stage.ts'
import { guessMapping, readSheet } from './import-file.ts'

let clock: FakeClock
let stage: Stage
let channelId: string
let turn = 0
beforeAll(async () => {
  clock = startClock()
  stage = await openStage({ clock })
})
afterAll(() => stage.close())
beforeEach(async () => {
  turn += 1
  channelId = await stage.connect(`Kanał ${turn}`)
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
const asks = { zone, language: 'pl' }

describe('out', () => {
  test('in Polish with a semicolon and a mark, formulas defused', async () => {
    const content = stage.content.write({ title: '=SUM(A1); "cudzysłów"' })
    const plan = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId,
      when: { wallTime: '2027-02-01T09:00', zone },
    })
    const range = { from: '2027-02-01', to: '2027-02-28', zone }
    const { csv, next } = await stage.me.exportCalendar({ ...range, locale: 'pl' })
    expect(next).toBeNull()
    const [head, row, rest] = csv.split('\r\n')
    expect(head?.startsWith('\uFEFF"Data";"Godzina";"Strefa";"Tytuł";"Kanał"')).toBe(true)
    expect(row).toBe(
      `"2027-02-01";"09:00";"Europe/Warsaw";"'=SUM(A1); ""cudzysłów""";"Kanał ${turn}";"webhook";"pl";"planned";"";"Person 0a";"";"2027-02-01T08:00:00.000Z";"${plan.id}"`,
    )
    expect(rest).toBe('')
    const english = await stage.me.exportCalendar({ ...range, channels: [channelId] })
    expect(english.csv.split('\r\n')[0]).toContain('"Date","Time"')
  })
})

describe('what a file says', () => {
  test('headings are known in both languages, and in any case', () => {
    expect(guessMapping(['Tytuł', 'DATA', 'Godzina', 'kanał', 'inne'])).toEqual({
      title: 0,
      date: 1,
      time: 2,
      channel: 3,
    })
    expect(guessMapping(['Publish date', 'Headline', 'Account', 'Tags'])).toEqual({
      date: 0,
      title: 1,
      channel: 2,
      tags: 3,
    })
  })

  test('lines are those of the file, whatever stands within quotes', () => {
    const sheet = readSheet('title,lead\n"a\nb","c"\n\nd,e\n')
    expect(sheet).toEqual({
      columns: ['title', 'lead'],
      cells: [
        { line: 2, record: ['a\nb', 'c'] },
        { line: 5, record: ['d', 'e'] },
      ],
    })
    expect(readSheet('title\n"never closed')).toHaveProperty('brokenAt')
    expect(readSheet('')).toEqual({ brokenAt: null })
  })

  test('row by row: made, refused and why', async () => {
    const csv = [
      'Tytuł;Data;Godzina;Kanał;Język;Treść',
      'Pomysł;;;;',
      `Plan;28.03.2027;9:00;kanał ${turn};en;Słowa`,
      ';2027-03-28;09:00;;',
      'Kiedy;03/04/2027;09:00;;',
      'Kiedy;2027-02-30;09:00;;',
      `Kiedy;2027-03-28;25:00;Kanał ${turn};`,
      `Kiedy;2027-03-28;;Kanał ${turn};`,
      'Gdzie;2027-03-28;09:00;Nigdzie;',
      'Gdzie;2027-03-28;09:00;;',
      `Dawno;2020-03-28;09:00;Kanał ${turn};`,
      `Nigdy;2027-03-28;02:30;Kanał ${turn};`,
      'Język;;;;polszczyzna-x',
      `Bez słów;2027-03-28;09:00;Kanał ${turn};`,
    ].join('\r\n')
    const shown = await stage.me.previewCalendarImport({ csv, ...asks })
    expect(shown.rows.map(({ line, outcome, code, isPlanned }) => [line, outcome, code, isPlanned])).toEqual([
      [2, 'made', null, false],
      [3, 'made', null, true],
      [4, 'refused', 'row-title', false],
      [5, 'refused', 'row-day', false],
      [6, 'refused', 'row-day', false],
      [7, 'refused', 'row-time', false],
      [8, 'refused', 'row-time-missing', false],
      [9, 'refused', 'row-channel', false],
      [10, 'refused', 'row-channel-missing', false],
      [11, 'made', 'time-in-past', false],
      [12, 'made', 'time-does-not-exist', false],
      [13, 'refused', 'row-language', false],
      [14, 'made', 'nothing-to-publish', false],
    ])
    expect(shown).toMatchObject({ total: 13, counts: { made: 5, unchanged: 0, refused: 8 } })
    expect(shown.rows[1]).toMatchObject({ wallTime: '2027-03-28T09:00', channelName: `Kanał ${turn}` })
    expect(shown.rows[3]?.text).toContain('2027-03-28')
    expect(stage.content.ideas).toEqual([])
  })
})

describe('in', () => {
  const file = (name: string) =>
    `title,date,time,channel,campaign,text\n${name} one,2027-05-04,09:00,Kanał ${turn},Maj,Words\n${name} two,,,,,\n`

  test('makes ideas and plans in the name of who imports; the same file again makes nothing', async () => {
    const { id: campaignId } = await stage.me.createCampaign({
      name: 'Maj',
      firstDay: '2027-05-01',
      lastDay: '2027-05-31',
      colour: 'moss',
    })
    const csv = file('Once')
    const before = stage.content.ideas.length
    const made = await stage.me.importCalendar({ csv, name: 'maj.csv', ...asks })
    expect(made).toMatchObject({
      name: 'maj.csv',
      state: 'done',
      total: 2,
      done: 2,
      counts: { made: 2, unchanged: 0, refused: 0 },
      createdBy: editorId,
    })
    expect(stage.content.ideas.slice(before).map(({ by, title }) => [by, title])).toEqual([
      [editorId, 'Once one'],
      [editorId, 'Once two'],
    ])
    const { rows } = await stage.me.getCalendarImport({ id: made.id })
    const [planned, idea] = rows.items
    expect(idea).toMatchObject({ line: 3, outcome: 'made', isPlanned: false })
    const delivery = await stage.me.getDelivery({ id: planned?.deliveryId ?? '' })
    expect(delivery).toMatchObject({
      title: 'Once one',
      state: 'planned',
      wallTime: '2027-05-04T09:00',
      zone,
      createdBy: editorId,
    })
    expect((await stage.me.getArticlePlanning({ articleId: planned?.articleId ?? '' })).campaignIds).toEqual([
      campaignId,
    ])
    const foretold = await stage.me.previewCalendarImport({ csv, ...asks })
    expect(foretold.counts).toEqual({ made: 0, unchanged: 2, refused: 0 })
    const again = await stage.me.importCalendar({ csv, name: 'maj.csv', ...asks })
    expect(again.counts).toEqual({ made: 0, unchanged: 2, refused: 0 })
    expect(stage.content.ideas).toHaveLength(before + 2)
    expect((await stage.me.listCalendarImports({ limit: 1 })).items[0]?.id).toBe(again.id)
    const unchanged = await stage.me.getCalendarImport({ id: again.id, outcome: 'unchanged' })
    expect(unchanged.rows.items.map(({ deliveryId }) => deliveryId)).toEqual([delivery.id, null])
  })

  test('a long file goes on behind, and the same file twice at once makes each row once', async () => {
    const rows = Array.from({ length: 260 }, (_, n) => `Long ${n}`).join('\n')
    const csv = `title\n${rows}\n`
    const before = stage.content.ideas.length
    const started = await Promise.all([1, 2].map(() => stage.me.importCalendar({ csv, name: 'long.csv', ...asks })))
    await stage.world.drain()
    const ended = await Promise.all(started.map(({ id }) => stage.me.getCalendarImport({ id })))
    expect(ended.map(({ state, done }) => [state, done])).toEqual([
      ['done', 260],
      ['done', 260],
    ])
    const titles = stage.content.ideas.slice(before).map(({ title }) => title)
    expect(titles).toHaveLength(260)
    expect(new Set(titles).size).toBe(260)
  })

  test('a row whose plan was refused keeps its idea, and is planned by the same file later', async () => {
    await stage.me.updateChannel({ id: channelId, paused: true })
    const csv = `title,lead,date,time,channel\nLater,Words,2027-06-01,09:00,Kanał ${turn}\n`
    const first = await stage.me.importCalendar({ csv, name: 'a.csv', ...asks })
    const [row] = (await stage.me.getCalendarImport({ id: first.id })).rows.items
    expect(row).toMatchObject({ outcome: 'made', code: 'channel-not-ready', isPlanned: false })
    await stage.me.updateChannel({ id: channelId, paused: false })
    const second = await stage.me.importCalendar({ csv, name: 'a.csv', ...asks })
    const [now] = (await stage.me.getCalendarImport({ id: second.id })).rows.items
    expect(now).toMatchObject({ outcome: 'made', code: null, isPlanned: true, articleId: row?.articleId })
    expect(stage.content.ideas.filter(({ title }) => title === 'Later')).toHaveLength(1)
  })

  test('what is refused as a whole', async () => {
    const take = (csv: string, more = {}) => stage.me.importCalendar({ csv, name: 'x.csv', ...asks, ...more })
    expect(await refused(take('a,b\n1,2\n'))).toMatchObject({ code: 'column-missing', data: { field: 'title' } })
    expect((await take('a,b\nMapped,2\n', { mapping: { title: 0 } })).counts.made).toBe(1)
    expect((await refused(take('title\n"open'))).code).toBe('file-unreadable')
    expect(await refused(take(`title\n${'x\n'.repeat(5_001)}`))).toMatchObject({
      code: 'too-many-rows',
      data: { max: 5_000 },
    })
    const planner = stage.world.as({ workspaceId, permissions: ['publishing:plan', 'publishing:read', 'content:read'] })
    expect((await refused(planner.importCalendar({ csv: 'title\na\n', name: 'x', ...asks }))).code).toBe('not-allowed')
    const made = await take('title\nMine\n')
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    expect((await refused(stranger.getCalendarImport({ id: made.id }))).code).toBe('not-found')
    expect((await refused(stranger.cancelCalendarImport({ id: made.id }))).code).toBe('not-found')
    expect((await stage.me.cancelCalendarImport({ id: made.id })).state).toBe('done')
  })
})

test('an import that was cancelled stops, and what it made stays', async () => {
  const csv = `title\n${Array.from({ length: 3_000 }, (_, n) => `Stop ${n}`).join('\n')}\n`
  const { id } = await stage.me.importCalendar({ csv, name: 'stop.csv', ...asks })
  expect((await stage.me.cancelCalendarImport({ id })).state).toBe('cancelled')
  await stage.world.drain()
  const ended = await stage.me.getCalendarImport({ id })
  expect(ended).toMatchObject({ state: 'cancelled', total: 3_000 })
  expect(ended.done).toBeLessThan(3_000)
  expect(stage.content.ideas.filter(({ title }) => title.startsWith('Stop '))).toHaveLength(ended.counts.made)
})
