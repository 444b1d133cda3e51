import type { LineAnswer } from '@floowe/platform'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from './outcomes.ts'

const nowMs = Date.parse('2026-11-22T10:00:00.000Z')
const rules = { attemptsMax: 3, hoursMax: 24, pauseMs: 60_000 }
const after = (answer: LineAnswer, attempts = 1) =>
  outcomeOf(answer, { attempts, firstArmedAt: new Date(nowMs) }, rules, nowMs, 'm@example.com')
const no = (status: number, text: string, at: 'recipient' | 'content' | 'sender' = 'recipient'): LineAnswer => ({
  kind: status >= 500 ? 'refused' : 'deferred',
  at,
  status,
  text,
})

describe('after one attempt', () => {
  test.each<[LineAnswer, object]>([
    [
      { kind: 'accepted', text: '250' },
      { state: 'accepted', bounce: null },
    ],
    [
      { kind: 'unknown', text: 'lost' },
      { state: 'unknown', code: 'outcome-unknown', bounce: null },
    ],
    [
      { kind: 'lost', text: 'reset' },
      { state: 'deferred', code: 'connection-lost', isTrouble: true },
    ],
    [no(550, '550 No such user'), { state: 'refused', code: 'no-mailbox', bounce: 'hard' }],
    [no(551, '551 User not local'), { state: 'refused', code: 'no-mailbox', bounce: 'hard' }],
    [no(553, '553 5.1.3 Bad syntax'), { state: 'refused', code: 'no-mailbox', bounce: 'hard' }],
    [no(550, '550 5.2.1 Disabled'), { state: 'refused', code: 'no-mailbox', bounce: 'hard' }],
    [no(554, '554 5.1.10 Null MX'), { state: 'refused', code: 'no-mailbox', bounce: 'hard' }],
    // Of reputation and rules, and of the sender's own address: the reader is not to blame.
    [no(550, '550 5.7.1 Blocked'), { state: 'refused', code: 'mail-refused', bounce: null }],
    [no(550, '550 5.1.8 Bad sender'), { state: 'refused', code: 'mail-refused', bounce: null }],
    [no(554, '554 Relay denied'), { state: 'refused', code: 'mail-refused', bounce: null }],
    [no(550, '550 Spam', 'content'), { state: 'refused', code: 'mail-refused', bounce: null }],
    [no(552, '552 Quota exceeded'), { state: 'deferred', code: 'mailbox-full', bounce: null }],
    [no(550, '550 5.2.2 Over quota'), { state: 'deferred', code: 'mailbox-full', bounce: null }],
    [no(451, '451 4.7.1 Greylisted'), { state: 'deferred', code: 'not-now', bounce: null }],
    [no(550, '550 5.7.1 Sender', 'sender'), { state: 'waiting', code: 'sender-refused', isTrouble: true }],
    [no(451, '451 Later', 'sender'), { state: 'waiting', isTrouble: true }],
  ])('%j', (answer, expected) => {
    expect(after(answer)).toMatchObject(expected)
  })
})

test('a full mailbox is tried twice', () => {
  expect(after(no(552, '552 Full'), 2)).toMatchObject({ state: 'refused', code: 'mailbox-full', bounce: 'soft' })
})

test('what is never taken is given up after so many attempts, and counts as a soft bounce', () => {
  const [first, second] = [after(no(451, '451 Later')), after(no(451, '451 Later'), 2)]
  const waits = [first, second].map(({ nextAt }) => Date.parse(nextAt ?? '') - nowMs)
  expect(waits[0]).toBeGreaterThanOrEqual(48_000)
  expect(waits[1]).toBeGreaterThan(2 * 48_000)
  expect(after(no(451, '451 Later'), 3)).toMatchObject({ state: 'refused', code: 'gave-up', bounce: 'soft' })
  // A line that breaks says nothing of the reader.
  expect(after({ kind: 'lost', text: 'reset' }, 3)).toMatchObject({ state: 'refused', code: 'gave-up', bounce: null })
})
