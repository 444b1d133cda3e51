import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { decodeBytes, encodeBytes } from './frames.ts'
import { firstLink, isUnsent, type LinkAct, type LinkEvent, type LinkState, stepLink } from './link-steps.ts'

const doc = new Y.Doc()
/** Updates that add one letter each, in order. */
const letters = ['a', 'b', 'c', 'd'].map((letter) => {
  let made: Uint8Array = new Uint8Array()
  doc.once('update', (update: Uint8Array) => (made = update))
  doc.getText('title').insert(doc.getText('title').length, letter)
  return made
})
const [a, b, c, d] = letters as [Uint8Array, Uint8Array, Uint8Array, Uint8Array] // four letters
const saved = { seq: 0, revision: 1 }
const opened = (more: Partial<Extract<LinkEvent, { type: 'opened' }>> = {}): LinkEvent => ({
  type: 'opened',
  seq: 5,
  state: new Uint8Array([0, 0]),
  updates: [],
  may: 'write',
  saved,
  ...more,
})

function run(events: readonly LinkEvent[], from: LinkState = firstLink): { state: LinkState; acts: LinkAct[] } {
  let state = from
  const acts: LinkAct[] = []
  for (const event of events) {
    const next = stepLink(state, event)
    state = next.state
    acts.push(...next.acts)
  }
  return { state, acts }
}
const following = run([{ type: 'up' }, opened(), { type: 'compared', lacking: null }]).state
const wordOf = (update: Uint8Array): string => {
  const read = new Y.Doc()
  Y.applyUpdate(read, update)
  return read.getText('title').toString()
}

test('it opens with nothing first, and with its number after a break', () => {
  expect(run([{ type: 'up' }]).acts).toEqual([{ type: 'open', after: null }])
  expect(run([{ type: 'down' }, { type: 'up' }], following).acts).toEqual([{ type: 'open', after: 5 }])
})

test('nothing is sent before it was compared with the server', () => {
  const { acts } = run([{ type: 'typed', update: a }, { type: 'up' }, opened()])
  expect(acts.map(({ type }) => type)).toEqual(['open', 'compare'])
  const whole = Y.mergeUpdates([a, b])
  expect(
    run([
      { type: 'typed', update: a },
      { type: 'up' },
      opened(),
      { type: 'typed', update: b },
      { type: 'compared', lacking: whole },
    ]).acts.at(-1),
  ).toEqual({ type: 'send', n: 1, update: whole })
})

test('one is under way, what is typed meanwhile leaves as one', () => {
  const first = run(
    [
      { type: 'typed', update: a },
      { type: 'typed', update: b },
      { type: 'typed', update: c },
    ],
    following,
  )
  expect(first.acts).toEqual([{ type: 'send', n: 1, update: a }])
  const next = run([{ type: 'ack', n: 1, seq: 6, at: 7 }], first.state)
  expect(next.acts).toHaveLength(1)
  expect(next.acts[0]).toMatchObject({ type: 'send', n: 2 })
  const both = new Y.Doc()
  Y.applyUpdate(both, a)
  Y.applyUpdate(both, (next.acts[0] as { update: Uint8Array }).update) // sent just above
  expect(both.getText('title').toString()).toBe('abc')
  expect(next.state).toMatchObject({ savedAt: 7, seq: 6 })
  expect(isUnsent(run([{ type: 'ack', n: 2, seq: 7, at: 8 }], next.state).state)).toBe(false)
})

test('an answer to another update than the one under way counts for nothing', () => {
  const first = run([{ type: 'typed', update: a }], following)
  expect(run([{ type: 'ack', n: 9, seq: 6, at: 1 }], first.state).state).toEqual(first.state)
})

test('an update without an answer is sent again after a break, with what was typed since', () => {
  const cut = run([{ type: 'typed', update: a }, { type: 'typed', update: b }, { type: 'down' }], following)
  expect(isUnsent(cut.state)).toBe(true)
  const again = run(
    [{ type: 'up' }, opened({ seq: 6, state: null, updates: [{ seq: 6, u: encodeBytes(d) }] })],
    cut.state,
  )
  expect(again.acts.map(({ type }) => type)).toEqual(['open', 'apply', 'send'])
  expect(again.state.underWay?.n).toBe(1)
  expect(wordOf(again.state.underWay?.update ?? new Uint8Array())).toBe('ab')
})

test('what comes twice is applied once, and a gap is asked for', () => {
  const { acts, state } = run(
    [
      { type: 'update', seq: 6, update: a },
      { type: 'update', seq: 6, update: a },
    ],
    following,
  )
  expect(acts).toEqual([{ type: 'apply', updates: [a] }])
  expect(run([{ type: 'update', seq: 9, update: d }], state).acts).toEqual([{ type: 'open', after: 6 }])
})

test('an acknowledgement may overtake what others wrote before', () => {
  const sent = run([{ type: 'typed', update: a }], following)
  const acknowledged = run([{ type: 'ack', n: 1, seq: 7, at: 1 }], sent.state)
  expect(acknowledged.state).toMatchObject({ seq: 5, ahead: [7] })
  const filled = run([{ type: 'update', seq: 6, update: b }], acknowledged.state)
  expect(filled.state).toMatchObject({ seq: 7, ahead: [] })
  const on = run([{ type: 'update', seq: 8, update: c }], filled.state)
  expect(on.acts).toEqual([{ type: 'apply', updates: [c] }])
})

test('who may only read sends nothing', () => {
  const reading = run([{ type: 'up' }, opened({ may: 'read' }), { type: 'compared', lacking: null }]).state
  expect(run([{ type: 'typed', update: a }], reading).acts).toEqual([])
})

test('a refusal stays until somebody asks again; a passing one opens anew after a pause', () => {
  const sent = run([{ type: 'typed', update: a }], following)
  const refused = run([{ type: 'refused', n: 1, code: 'too-large' }], sent.state)
  expect(refused.state.refused).toBe('too-large')
  expect(isUnsent(refused.state)).toBe(true)
  expect(run([{ type: 'typed', update: b }], refused.state).acts).toEqual([])
  expect(run([{ type: 'again' }], refused.state).acts).toMatchObject([{ type: 'send', n: 2 }])
  const passing = run([{ type: 'refused', n: 1, code: 'unavailable' }], sent.state)
  expect(passing.acts).toEqual([{ type: 'later' }])
  expect(passing.state).toMatchObject({ phase: 'opening', refused: null })
})

test('one’s own update that comes back is not applied again', () => {
  const sent = run([{ type: 'typed', update: a }], following)
  const heard = run([{ type: 'update', seq: 6, update: a }], sent.state)
  expect(heard.acts).toEqual([])
  expect(heard.state.seq).toBe(6)
  expect(isUnsent(run([{ type: 'ack', n: 1, seq: 6, at: 1 }], heard.state).state)).toBe(false)
})

test('what another tab left in the store is compared with the server', () => {
  const typing = run([{ type: 'typed', update: a }, { type: 'mixed' }], following)
  expect(typing.acts.at(-1)).toEqual({ type: 'open', after: null })
  const again = run([opened({ seq: 9 }), { type: 'compared', lacking: b }], typing.state)
  expect(again.acts.map(({ type }) => type)).toEqual(['compare', 'send'])
  expect(again.state).toMatchObject({ seq: 9, phase: 'following' })
})

test('bytes survive their way as text', () => {
  expect(decodeBytes(encodeBytes(a))).toEqual(a)
})
