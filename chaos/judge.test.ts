/** The judge finds what is wrong, and only that. */
import { Network as NetworkName } from '@floowe/contracts/networks'
import { describe, expect, test } from 'vitest'
import type { Happened, Making } from './door.ts'
import { type Case, judge, type Known, lengthOf, spreadOf } from './judge.ts'
import { fateOf } from './newsletter.ts'
import { entriesIn } from './pages.ts'
import { forMail, isMaking, weatherOf, wordIn } from './schedule.ts'

const word = 'zqbxbxc'
const created = (id: string, network = 'slack'): Happened => ({ network, word, kind: 'created', id })
const making = (fault: Making['fault'], atMs = 1_010, network = 'slack'): Making => ({ network, word, atMs, fault })
const known = (state: string): Known => ({ id: 'd', state, problem: null })
const caseOf = (state: string, effects: Happened[], makings: Making[], more: Partial<Case> = {}): Case => ({
  planned: [{ id: 'd', network: 'slack', word, dueMs: 1_000 }],
  known: [known(state)],
  evidence: { effects, makings },
  outages: [],
  after: { slack: 'ask' },
  ...more,
})
const figures = (given: Case) => judge(given).all

test('what is there once and was said to be is fine', () => {
  const { all, findings } = judge(caseOf('published', [created('1')], [making('ok')]))
  expect(findings).toEqual([])
  expect(all).toMatchObject({ published: 1, duplicates: 0, lost: 0, lateness: [10, 10, 10], faults: 0 })
})

test('twice, never, by nobody', () => {
  expect(figures(caseOf('published', [created('1'), created('2')], []))).toMatchObject({ duplicates: 1 })
  const taken: Happened = { ...created('1'), kind: 'removed' }
  expect(figures(caseOf('published', [created('1'), created('2'), taken], []))).toMatchObject({ duplicates: 0 })
  expect(figures(caseOf('published', [], [making('reset')]))).toMatchObject({ lost: 1, falseClaims: 1 })
  expect(figures(caseOf('missed', [], []))).toMatchObject({ lost: 1, falseClaims: 0 })
  expect(figures(caseOf('published', [created('1')], [], { known: [] }))).toMatchObject({ lost: 0, published: 0 })
  expect(figures(caseOf('', [], [], { known: [] }))).toMatchObject({ lost: 1 })
  expect(figures(caseOf('retrying', [], []))).toMatchObject({ lost: 0, open: 1 })
  expect(figures(caseOf('published', [created('1'), created('9', 'x')], []))).toMatchObject({ duplicates: 0 })
  expect(judge(caseOf('published', [created('1'), created('9', 'x')], [])).findings).toHaveLength(1)
})

test.each([
  [[making('accept-then-hang')], [], 'taken'],
  [[making({ status: 429, retryAfter: 1 }), making('reset')], [], 'cut'],
  [[], [{ name: 'kill', fromMs: 900, untilMs: 1_100 }], 'down'],
  [[making('ok')], [{ name: 'kill', fromMs: 50_000, untilMs: 51_000 }], 'unexplained'],
] as const)('%j %j: a person is asked because it was %s', (makings, outages, reason) => {
  expect(figures(caseOf('needs-human', [], [...makings], { outages })).reasons).toMatchObject({ [reason]: 1 })
})

test('where nobody can be asked, no answer is no yes', () => {
  const claim = (fault: Making['fault'], after: 'ask' | 'find') =>
    figures(caseOf('published', [created('1')], [making(fault)], { after: { slack: after } }))
  expect(claim('accept-then-hang', 'ask')).toMatchObject({ falseClaims: 1, lost: 0 })
  expect(claim('accept-then-hang', 'find')).toMatchObject({ falseClaims: 0 })
  expect(claim('slow-body', 'ask')).toMatchObject({ falseClaims: 0 })
})

describe('a letter of a newsletter', () => {
  const letter = (state: string, makings: Making[], more: Partial<Known> = {}, outages: Case['outages'] = []) =>
    figures({
      ...caseOf(state, [created('1', 'newsletter')], makings, { outages, after: { newsletter: 'ask' } }),
      planned: [{ id: 'd', network: 'newsletter', word, dueMs: 1_000 }],
      known: [{ ...known(state), ...more }],
    })
  const met = (fault: Making['fault']) => making(fault, 1_010, 'newsletter')

  test.each(['slow-body', 'wrong-type', 'accept-then-hang'] as const)('%s is no answer', (fault) => {
    expect(letter('needs-human', [met(fault)]).reasons).toMatchObject({ taken: 1 })
    expect(letter('published', [met(fault)])).toMatchObject({ falseClaims: 1 })
    expect(letter('published', [met({ status: 451 }), met('ok')])).toMatchObject({ falseClaims: 0, lost: 0 })
  })

  test('that was put off is no reason to ask a person', () => {
    expect(letter('needs-human', [met({ status: 451 }), met('ok')]).reasons).toMatchObject({ unexplained: 1 })
    expect(forMail({ status: 503 })).toEqual({ status: 451 })
    expect(forMail({ status: 429, retryAfter: 1 })).toEqual({ status: 429, retryAfter: 1 })
  })

  test('lost by a kill when it was tried last', () => {
    const outages = [{ name: 'kill', fromMs: 64_000, untilMs: 66_000 }]
    expect(letter('needs-human', [], { triedMs: 63_000 }, outages).reasons).toMatchObject({ down: 1 })
    expect(letter('needs-human', [], {}, outages).reasons).toMatchObject({ unexplained: 1 })
  })

  test('has a fate of its own once the issue is out', () => {
    const at = '1970-01-01T00:00:05.000Z'
    const recipient = { email: 'ola@example.org', state: 'unknown', code: 'outcome-unknown', armedAt: at }
    const published = { state: 'published', problem: null }
    const asked = { state: 'needs-human', problem: { code: 'outcome-unknown' }, triedMs: 5_000 }
    expect(fateOf(published, recipient)).toEqual(asked)
    expect(fateOf(published, undefined)).toEqual(published)
    expect(fateOf({ state: 'failed', problem: null }, recipient)).toEqual({ state: 'failed', problem: null })
    expect(fateOf(published, { ...recipient, state: 'deferred' }).state).toBe('retrying')
  })
})

test('each entry of a feed counts, the same one twice', () => {
  const item = `<item>\n<title>${word} plan</title>\n<guid>1</guid>\n</item>`
  const rss = `<rss><channel><title>feed 1</title>${item}${item}</channel></rss>`
  const entries = entriesIn(rss, 'https://floowe.example/rss.xml')
  expect(entries.map((entry) => entry.word)).toEqual([word, word])
  expect(new Set(entries.map(({ id }) => id)).size).toBe(2)
  expect(entriesIn('<rss><channel><title>feed 1</title></channel></rss>', 'x')).toEqual([])
})

test('an outage is left out of the lateness, once', () => {
  const outages = [
    { name: 'a', fromMs: 500, untilMs: 2_000 },
    { name: 'b', fromMs: 1_800, untilMs: 3_000 },
  ]
  const given = caseOf('published', [created('1')], [making('ok', 3_100)], { outages })
  expect(figures(given)).toMatchObject({
    lateness: [100, 100, 100],
    latenessWhole: [2_100, 2_100, 2_100],
    downShare: 1,
  })
  const pairs = [
    [5, 6],
    [0, 3],
    [1, 2],
  ] as const
  expect(lengthOf(pairs)).toBe(4)
  expect(spreadOf([])).toBeNull()
})

test('a seed fixes every fault, whatever comes first', () => {
  const climate = { seed: 7, share: 0.05, listingSeconds: 12 }
  const [one, other] = [weatherOf(climate), weatherOf(climate)]
  const names = Array.from({ length: 20_000 }, (_, at) => `word ${at}`)
  const faults = names.map((name) => one.faultOf('x', name, 1))
  expect(names.toReversed().map((name) => other.faultOf('x', name, 1))).toEqual(faults.toReversed())
  const share = faults.filter((fault) => fault !== 'ok').length / faults.length
  expect(share).toBeGreaterThan(0.045)
  expect(share).toBeLessThan(0.055)
  expect(new Set(faults.map((fault) => JSON.stringify(fault))).size).toBe(13)
  const delays = NetworkName.options.map(one.listingDelayMs)
  expect(Math.max(...delays)).toBeLessThanOrEqual(12_000)
  expect(Math.max(...delays)).toBeGreaterThan(0)
})

test('knows what makes something, and whose it is', () => {
  expect(isMaking({ method: 'POST', path: '/2/tweets' })).toBe(true)
  expect(isMaking({ method: 'POST', path: '/oauth/v2/accessToken' })).toBe(false)
  expect(wordIn('{"text":"zqbxbxch the\\n\\nzqbxbxch"}')).toBe('zqbxbxch')
  expect(wordIn('nothing')).toBeNull()
})

test('what a clock that had jumped took for due is not early, and says nothing of lateness', () => {
  const early = caseOf('published', [created('1')], [making('ok', 400)])
  expect(figures(early)).toMatchObject({ early: 1 })
  const outages = [{ name: 'jump of the clock of publishing-1', fromMs: 300, untilMs: 900 }]
  expect(figures({ ...early, outages })).toMatchObject({ early: 0, lateness: null })
})
