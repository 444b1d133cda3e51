import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  firstState,
  isUnsaved,
  pauseMs,
  retryPauseMs,
  type SaveAct,
  type SaveEvent,
  type SaveState,
  step,
} from './save-steps.ts'

/** Runs events one after another; answers the state and all that was to be done. */
function after(...events: SaveEvent[]): { state: SaveState; acts: SaveAct[] } {
  let state = firstState(7, 0, false)
  const acts: SaveAct[] = []
  for (const event of events) {
    const next = step(state, event)
    state = next.state
    acts.push(...next.acts)
  }
  return { state, acts }
}
const sends = (acts: readonly SaveAct[]) => acts.filter((act) => act.type === 'send')
const typed = (at: number): SaveEvent => ({ type: 'typed', at })
const due = (at: number): SaveEvent => ({ type: 'due', at })
const landed = (revision: number, at = 1_000): SaveEvent => ({ type: 'landed', revision, at })

describe('in order', () => {
  test('a pause after typing sends once, based on what was loaded; landing makes it clean', () => {
    const { state, acts } = after(typed(0), typed(100), due(800), landed(8, 900))
    expect(sends(acts)).toEqual([{ type: 'send', change: 2, basedOn: 7, reason: 'autosaved', note: '' }])
    expect(state).toMatchObject({ revision: 8, saved: 2, underWay: null, savedAt: 900 })
    expect(acts.at(-1)).toEqual({ type: 'forget' })
  })
  test('the pause is well within a second, and is not put off for ever', () => {
    expect(pauseMs).toBeLessThan(900)
    expect(after(typed(0)).acts).toEqual([{ type: 'wait', ms: pauseMs }])
    const waits = after(...Array.from({ length: 30 }, (_, index) => typed(index * 100))).acts
    expect(waits.at(-1)).toEqual({ type: 'wait', ms: 0 })
  })
  test('one at a time: what is typed meanwhile waits for the answer and goes with the newest number', () => {
    const begun = after(typed(0), due(700), typed(710), due(1_400), typed(1_500), due(2_200))
    expect(sends(begun.acts)).toHaveLength(1)
    const done = after(typed(0), due(700), typed(710), due(1_400), typed(1_500), landed(8, 2_300), due(2_300))
    expect(sends(done.acts).at(-1)).toMatchObject({ change: 3, basedOn: 8 })
  })
  test('text is kept here before a save leaves', () => {
    expect(after(typed(0), due(700)).acts.map((act) => act.type)).toEqual(['wait', 'keep', 'send'])
  })
  test('Cmd-S with nothing unsaved sends nothing; with a name it makes a version', () => {
    expect(after({ type: 'asked', at: 1, note: '', evenIfClean: false }).acts).toEqual([])
    expect(sends(after({ type: 'asked', at: 1, note: 'Po korekcie', evenIfClean: true }).acts)).toEqual([
      { type: 'send', change: 0, basedOn: 7, reason: 'saved', note: 'Po korekcie' },
    ])
  })
  test('Cmd-S during an autosave makes its own version after it', () => {
    const { acts, state } = after(
      typed(0),
      due(700),
      typed(720),
      { type: 'asked', at: 730, note: '', evenIfClean: false },
      landed(8),
    )
    expect(sends(acts)).toMatchObject([
      { change: 1, reason: 'autosaved' },
      { change: 2, basedOn: 8, reason: 'saved' },
    ])
    expect(step(state, landed(9)).state).toMatchObject({ asked: null, revision: 9 })
  })
})

describe('without an answer', () => {
  test('is kept here, tried again ever slower, and at once when the network is back', () => {
    const lost = after(typed(0), due(700), { type: 'silent', at: 800 })
    expect(lost.acts.slice(-2)).toEqual([{ type: 'keep' }, { type: 'wait', ms: 1_000 }])
    expect(lost.state.trouble).toEqual({ kind: 'silent' })
    expect([1, 2, 3, 9].map(retryPauseMs)).toEqual([1_000, 2_000, 4_000, 30_000])
    const back = step(lost.state, { type: 'online', at: 900 })
    expect(sends(back.acts)).toMatchObject([{ basedOn: 7, change: 1 }])
  })
  test('an asked save stays an asked save', () => {
    const { acts } = after(
      typed(0),
      { type: 'asked', at: 10, note: 'x', evenIfClean: false },
      { type: 'silent', at: 20 },
      due(1_020),
    )
    expect(sends(acts).map((act) => act.reason)).toEqual(['saved', 'saved'])
  })
  test('the save had arrived after all: what the server has is ours', () => {
    const { state } = after(
      typed(0),
      due(700),
      { type: 'silent', at: 800 },
      due(1_800),
      { type: 'stale', current: 8 },
      { type: 'own', change: 1, revision: 8, at: 1_900 },
    )
    expect(state).toMatchObject({ trouble: null, revision: 8, saved: 1 })
    expect(isUnsaved(state)).toBe(false)
  })
})

describe('someone else saved', () => {
  test('heard while a save got no answer: looked at before anything is sent again', () => {
    const { acts, state } = after(typed(0), due(700), { type: 'heard', revision: 8 }, { type: 'silent', at: 800 })
    expect(acts.at(-1)).toEqual({ type: 'look' })
    expect(state.trouble).toEqual({ kind: 'stale', current: 8 })
  })
  const conflict = [typed(0), due(700), { type: 'stale', current: 9 }] as const
  test('nothing is sent any more, whatever is typed, until a person decides', () => {
    const { state, acts } = after(
      ...conflict,
      typed(900),
      due(1_600),
      { type: 'asked', at: 1_700, note: '', evenIfClean: false },
      { type: 'online', at: 1_800 },
    )
    expect(sends(acts)).toHaveLength(1)
    expect(state.trouble).toEqual({ kind: 'stale', current: 9 })
    expect(acts.filter((act) => act.type === 'keep').length).toBeGreaterThanOrEqual(2)
  })
  test('keeping mine saves on top of theirs, as a version of its own', () => {
    const { acts } = after(...conflict, { type: 'keep-mine', at: 2_000, note: 'zamiast wersji 9' })
    expect(sends(acts).at(-1)).toEqual({
      type: 'send',
      change: 1,
      basedOn: 9,
      reason: 'saved',
      note: 'zamiast wersji 9',
    })
  })
  test('keeping mine while they save again asks again', () => {
    const { state } = after(...conflict, { type: 'keep-mine', at: 2_000, note: '' }, { type: 'stale', current: 10 })
    expect(state.trouble).toEqual({ kind: 'stale', current: 10 })
  })
  test('taking theirs leaves nothing unsaved', () => {
    const { state, acts } = after(...conflict, { type: 'reloaded', revision: 9 })
    expect(isUnsaved(state)).toBe(false)
    expect(acts.at(-1)).toEqual({ type: 'forget' })
  })
  test('heard while clean: quietly reloaded. Heard while unsaved: a conflict. Heard of our own: nothing', () => {
    expect(after({ type: 'heard', revision: 8 }).acts).toEqual([{ type: 'reload' }])
    expect(after(typed(0), { type: 'heard', revision: 8 }).state.trouble).toEqual({ kind: 'stale', current: 8 })
    expect(after(typed(0), due(700), { type: 'heard', revision: 8 }, landed(8)).acts.map((act) => act.type)).toEqual([
      'wait',
      'keep',
      'send',
      'forget',
    ])
    expect(after(typed(0), due(700), { type: 'heard', revision: 9 }, landed(8)).acts.at(-1)).toEqual({ type: 'reload' })
    expect(after({ type: 'heard', revision: 7 }).acts).toEqual([])
  })
})

describe('refused', () => {
  test('is not sent again as it was; the next change tries', () => {
    const { acts } = after(
      typed(0),
      due(700),
      { type: 'refused', code: 'too-large' },
      due(900),
      typed(1_000),
      due(1_700),
    )
    expect(sends(acts)).toMatchObject([{ change: 1 }, { change: 2 }])
  })
  test('a slug that is taken goes, the text is sent at once', () => {
    const { acts } = after(typed(0), due(700), { type: 'again', at: 800 })
    expect(sends(acts)).toHaveLength(2)
  })
})

test('text kept from an earlier visit is sent without a keystroke', () => {
  const state = firstState(3, 0, true)
  expect(isUnsaved(state)).toBe(true)
  expect(sends(step(state, due(700)).acts)).toMatchObject([{ basedOn: 3, change: 1 }])
})

/**
 * A server in miniature: revisions grow by one, a save on an old revision is refused. Others save too; answers get lost on
 * the way there or on the way back.
 */
type Happening =
  | 'type'
  | 'pause'
  | 'ask'
  | 'answer'
  | 'lose-request'
  | 'lose-answer'
  | 'other'
  | 'hear'
  | 'keep-mine'
  | 'take-theirs'
  | 'online'
const happening = fc.constantFrom<Happening>(
  'type',
  'type',
  'pause',
  'pause',
  'ask',
  'answer',
  'answer',
  'lose-request',
  'lose-answer',
  'other',
  'hear',
  'keep-mine',
  'take-theirs',
  'online',
)

function play(happenings: readonly Happening[]) {
  const server = { revision: 1, text: 'start', by: 'us', versions: ['start'] }
  let state = firstState(1, 0, false)
  let at = 0
  let flight: { basedOn: number; text: string; change: number } | null = null
  const unanswered = new Map<string, number>()
  const dropped = new Set<string>()
  let kept: string | null = null
  const mine = (change: number) => `mine ${change}`
  const feed = (event: SaveEvent): void => {
    const next = step(state, event)
    state = next.state
    for (const act of next.acts) {
      if (act.type === 'send') {
        if (flight) throw new Error('two saves under way')
        flight = { basedOn: act.basedOn, text: act.change === 0 ? server.text : mine(act.change), change: act.change }
      }
      if (act.type === 'keep') kept = mine(state.typed)
      if (act.type === 'forget') kept = null
      if (act.type === 'reload') feed({ type: 'reloaded', revision: server.revision })
      if (act.type === 'look') {
        const own = server.by === 'us' ? unanswered.get(server.text) : undefined
        if (own !== undefined) feed({ type: 'own', change: own, revision: server.revision, at })
      }
    }
  }
  const arrive = (sent: NonNullable<typeof flight>): boolean => {
    if (sent.basedOn !== server.revision) return false
    server.revision += 1
    server.text = sent.text
    server.by = 'us'
    server.versions.push(sent.text)
    return true
  }
  for (const what of happenings) {
    at += 400
    const sent = flight as { basedOn: number; text: string; change: number } | null // assigned inside feed
    if (what === 'type') feed({ type: 'typed', at })
    else if (what === 'pause') feed({ type: 'due', at })
    else if (what === 'ask') feed({ type: 'asked', at, note: '', evenIfClean: false })
    else if (what === 'online') feed({ type: 'online', at })
    else if (what === 'hear') feed({ type: 'heard', revision: server.revision })
    else if (what === 'keep-mine') feed({ type: 'keep-mine', at, note: '' })
    else if (what === 'take-theirs' && state.trouble?.kind === 'stale') {
      for (let change = state.saved + 1; change <= state.typed; change++) dropped.add(mine(change))
      feed({ type: 'reloaded', revision: server.revision })
    } else if (what === 'other') {
      server.revision += 1
      server.text = `theirs ${server.revision}`
      server.by = 'them'
      server.versions.push(server.text)
    } else if (sent && (what === 'answer' || what === 'lose-answer' || what === 'lose-request')) {
      flight = null
      const isTaken = what !== 'lose-request' && arrive(sent)
      if (what === 'answer')
        feed(isTaken ? { type: 'landed', revision: server.revision, at } : { type: 'stale', current: server.revision })
      else {
        unanswered.set(sent.text, sent.change)
        feed({ type: 'silent', at })
      }
    }
  }
  return {
    state: () => state,
    server,
    kept: () => kept,
    feed,
    flight: () => flight,
    answer: () => {
      const sent = flight as { basedOn: number; text: string; change: number } | null // assigned inside feed
      flight = null
      if (sent)
        feed(
          arrive(sent)
            ? { type: 'landed', revision: server.revision, at }
            : { type: 'stale', current: server.revision },
        )
    },
    mine,
    dropped,
  }
}

describe('whatever happens, in whatever order', () => {
  test('never two saves at once, no version of others lost, nothing of ours neither saved nor kept', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const world = play(happenings)
        const state = world.state()
        // every text that others saved is among the versions: ours only ever went on top of it
        const theirs = happenings.filter((what) => what === 'other').length
        expect(world.server.versions.filter((text) => text.startsWith('theirs'))).toHaveLength(theirs)
        // after a pause, what is not on the server is kept here
        world.feed({ type: 'due', at: 1e9 })
        const newest = world.mine(state.typed)
        if (isUnsaved(world.state())) expect(world.kept()).toBe(newest)
        else if (state.typed > 0 && !world.dropped.has(newest)) expect(world.server.versions).toContain(newest)
      }),
      { numRuns: 3_000 },
    )
  })

  test('when the network is good again and nobody else writes, the newest text arrives, or a person is asked', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const world = play(happenings)
        for (let turn = 0; turn < 4; turn++) {
          world.answer()
          world.feed({ type: 'online', at: 1e9 + turn })
          world.feed({ type: 'due', at: 1e9 + turn })
        }
        const { trouble, typed: newest } = world.state()
        if (trouble?.kind === 'stale') return
        expect(isUnsaved(world.state())).toBe(false)
        if (newest > 0 && !world.dropped.has(world.mine(newest)))
          expect(world.server.versions).toContain(world.mine(newest))
      }),
      { numRuns: 3_000 },
    )
  })
})
