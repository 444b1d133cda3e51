/**
 * How typing becomes saves. Pure: events in, the next state and what to do out; clocks, requests and storage are elsewhere.
 *
 * Changes are numbered. At most one save is under way; while it is, typing only raises the number, and when it lands the next
 * one carries whatever is newest. A save names the revision it stands on and is sent again only after the last one was
 * answered, so saves arrive in order by construction, never by timestamps.
 *
 *   clean ── typed ──▶ waiting ── due ──▶ under way ── landed ──▶ clean, or waiting again when more was typed
 *                                             ├── no answer ──▶ silent: kept here, tried again ever slower, at once when back online
 *                                             ├── stale ──────▶ stale: someone saved in between; nothing is sent until a person decides
 *                                             └── refused ────▶ refused: kept here; the next change tries again
 *
 * Whatever is not on the server is kept in this browser before a save leaves and whenever one fails.
 */

export type Trouble =
  | { kind: 'silent' }
  | { kind: 'stale'; current: number }
  | { kind: 'refused'; code: string; change: number }

export type SaveState = {
  /** Of the server's text that ours stands on. */
  revision: number
  /** Number of the newest change; 0 as loaded. */
  typed: number
  /** Number of the newest change that the server has. */
  saved: number
  underWay: { change: number; isAsked: boolean } | null
  /** A person asked for a version of its own; perhaps even if nothing changed. */
  asked: { note: string; evenIfClean: boolean } | null
  trouble: Trouble | null
  /** Saves in a row without an answer. */
  tries: number
  firstUnsavedAt: number | null
  lastTypedAt: number
  savedAt: number | null
  /** The newest revision by someone else that was heard of while a save was under way. */
  heard: number
}

export type SaveEvent =
  | { type: 'typed'; at: number }
  | { type: 'due'; at: number }
  | { type: 'asked'; at: number; note: string; evenIfClean: boolean }
  | { type: 'landed'; revision: number; at: number }
  | { type: 'silent'; at: number }
  | { type: 'stale'; current: number }
  | { type: 'refused'; code: string }
  /** The save was refused for something that has been taken out of it. */
  | { type: 'again'; at: number }
  | { type: 'online'; at: number }
  | { type: 'heard'; revision: number }
  /** The server's newest text was looked at, and it is someone else's. */
  | { type: 'looked'; revision: number }
  /** The server's newest text is what we sent without getting an answer. */
  | { type: 'own'; change: number; revision: number; at: number }
  | { type: 'reloaded'; revision: number }
  | { type: 'keep-mine'; at: number; note: string }

export type SaveAct =
  | { type: 'send'; change: number; basedOn: number; reason: 'autosaved' | 'saved'; note: string }
  | { type: 'wait'; ms: number }
  | { type: 'keep' }
  | { type: 'forget' }
  /** Take the server's newest text, quietly: nothing here is unsaved. */
  | { type: 'reload' }
  /** Look at the server's newest text, to tell the person what it is. */
  | { type: 'look' }

/** After the last keystroke; a save has left well within a second of it. */
export const pauseMs = 650
/** While someone types without a pause. */
const unsavedMsMax = 2_500
const retryMsMax = 30_000

export const retryPauseMs = (tries: number): number => Math.min(retryMsMax, 1_000 * 2 ** Math.min(tries - 1, 10))

/** @param unsaved the text differs from the server's already (it was kept here from an earlier visit). */
export const firstState = (revision: number, at: number, unsaved: boolean): SaveState => ({
  revision,
  typed: unsaved ? 1 : 0,
  saved: 0,
  underWay: null,
  asked: null,
  trouble: null,
  tries: 0,
  firstUnsavedAt: unsaved ? at : null,
  lastTypedAt: at,
  savedAt: null,
  heard: 0,
})

export const isUnsaved = (state: SaveState): boolean => state.typed > state.saved

type Step = { state: SaveState; acts: SaveAct[] }
const stay = (state: SaveState, ...acts: SaveAct[]): Step => ({ state, acts })

export function step(state: SaveState, event: SaveEvent): Step {
  switch (event.type) {
    case 'typed': {
      const next = {
        ...state,
        typed: state.typed + 1,
        lastTypedAt: event.at,
        firstUnsavedAt: state.firstUnsavedAt ?? event.at,
      }
      return stay(next, { type: 'wait', ms: untilDue(next, event.at) })
    }
    case 'due':
      return due(state)
    case 'asked':
      return asked(state, event.note, event.evenIfClean)
    case 'landed':
      return state.underWay ? landed(state, state.underWay.change, event.revision, event.at) : stay(state)
    case 'own':
      return landed({ ...state, heard: 0 }, event.change, event.revision, event.at)
    case 'silent':
      return silent(state)
    case 'stale':
      return stale(state, event.current)
    case 'refused':
      return stay(
        {
          ...state,
          underWay: null,
          asked: null,
          trouble: { kind: 'refused', code: event.code, change: state.underWay?.change ?? state.typed },
        },
        { type: 'keep' },
      )
    case 'again':
      return send({ ...state, underWay: null })
    case 'online':
      return state.trouble?.kind === 'silent' && !state.underWay ? due(state) : stay(state)
    case 'heard':
      return heard(state, event.revision)
    case 'looked':
      return state.trouble?.kind === 'stale'
        ? stay({ ...state, trouble: { kind: 'stale', current: Math.max(event.revision, state.trouble.current) } })
        : stay(state)
    case 'reloaded':
      return stay(
        {
          ...state,
          revision: event.revision,
          saved: state.typed,
          underWay: null,
          asked: null,
          trouble: null,
          tries: 0,
          firstUnsavedAt: null,
          heard: 0,
        },
        { type: 'forget' },
      )
    case 'keep-mine':
      return state.trouble?.kind === 'stale'
        ? send({
            ...state,
            revision: state.trouble.current,
            trouble: null,
            asked: { note: event.note, evenIfClean: true },
          })
        : stay(state)
  }
}

const untilDue = (state: SaveState, at: number): number =>
  Math.max(0, Math.min(state.lastTypedAt + pauseMs, (state.firstUnsavedAt ?? at) + unsavedMsMax) - at)

function asked(state: SaveState, note: string, evenIfClean: boolean): Step {
  if (state.trouble?.kind === 'stale' || !(isUnsaved(state) || evenIfClean)) return stay(state)
  const next = { ...state, asked: { note, evenIfClean } }
  return state.underWay ? stay(next) : send(next)
}

function due(state: SaveState): Step {
  if (!isUnsaved(state) && !state.asked) return stay(state)
  if (state.underWay) return stay(state, { type: 'keep' })
  if (state.trouble?.kind === 'stale') return stay(state, { type: 'keep' })
  if (state.trouble?.kind === 'refused' && state.trouble.change === state.typed) return stay(state, { type: 'keep' })
  return send(state)
}

function send(state: SaveState): Step {
  const { typed: change, revision: basedOn, asked } = state
  // `asked` stays until it lands, so that a save without an answer is sent again as what it was
  return stay(
    { ...state, underWay: { change, isAsked: asked !== null } },
    { type: 'keep' },
    { type: 'send', change, basedOn, reason: asked ? 'saved' : 'autosaved', note: asked?.note ?? '' },
  )
}

function landed(state: SaveState, change: number, revision: number, at: number): Step {
  const saved = Math.max(state.saved, change)
  const next: SaveState = {
    ...state,
    revision,
    saved,
    underWay: null,
    asked: state.underWay?.isAsked ? null : state.asked,
    trouble: null,
    tries: 0,
    savedAt: at,
    firstUnsavedAt: state.typed > saved ? at : null,
  }
  const others = next.heard > revision ? heard({ ...next, heard: 0 }, next.heard) : null
  if (others) return others
  if (next.asked && (isUnsaved(next) || next.asked.evenIfClean)) return send(next)
  if (isUnsaved(next)) return stay(next, { type: 'wait', ms: untilDue(next, at) })
  return stay({ ...next, asked: null, heard: 0 }, { type: 'forget' })
}

function silent(state: SaveState): Step {
  const tries = state.tries + 1
  const next: SaveState = { ...state, underWay: null, tries, trouble: { kind: 'silent' }, heard: 0 }
  // heard meanwhile: a look tells whether it was this save that arrived, or someone else's
  if (state.heard > state.revision) return stale(next, state.heard)
  return stay(next, { type: 'keep' }, { type: 'wait', ms: retryPauseMs(tries) })
}

function stale(state: SaveState, current: number): Step {
  return stay(
    { ...state, underWay: null, asked: null, trouble: { kind: 'stale', current } },
    { type: 'keep' },
    { type: 'look' },
  )
}

function heard(state: SaveState, revision: number): Step {
  if (revision <= state.revision) return stay(state)
  // it may be our own; the answer under way will tell
  if (state.underWay) return stay({ ...state, heard: Math.max(state.heard, revision) })
  if (!isUnsaved(state)) return stay(state, { type: 'reload' })
  return stale(state, Math.max(revision, state.trouble?.kind === 'stale' ? state.trouble.current : 0))
}
