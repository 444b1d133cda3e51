/**
 * How the document of one edition follows the server's. Pure: events in, the next state and what to do out; sockets, clocks and
 * the document itself are elsewhere.
 *
 * Updates of the server are numbered without gaps, so `seq` says how far one has heard. At most one update of ours is under
 * way; what is typed meanwhile waits and leaves as one. An update that got no answer is sent again after the next opening:
 * applying it twice changes nothing.
 *
 *   away ── up ──▶ opening ── opened ──▶ following ── down ──▶ away
 *
 * After an opening with the whole state the document compares itself with it and offers what the server lacks; that is how
 * what was typed in an earlier visit gets there.
 */
import type { NumberedUpdate } from '@floowe/contracts/writing'
import { mergeUpdates } from 'yjs'
import { type Bytes, decodeBytes } from './frames.ts'

export type LinkState = {
  /** `away`: no connection; `opening`: asked for the document; `following`: it is here, and what comes is applied. */
  phase: 'away' | 'opening' | 'following'
  may: 'write' | 'read' | null
  /** Everything up to it is in the document; null before the first opening. */
  seq: number | null
  /** Own updates that were acknowledged before those in front of them came. */
  ahead: readonly number[]
  /** The count of own updates on this connection. */
  sent: number
  underWay: { n: number; update: Bytes } | null
  waiting: readonly Bytes[]
  /** The document has been compared with the server's at least once. */
  isCompared: boolean
  /** Why the server does not take what is written here. */
  refused: string | null
  /** Unix milliseconds of the last acknowledgement. */
  savedAt: number | null
  /** The store has the text up to this number, as this revision. */
  stored: { seq: number; revision: number } | null
}

/** What was typed here and has no acknowledgement yet, as one; null: nothing. */
export const unsentOf = ({ underWay, waiting }: LinkState): Bytes | null => {
  const updates = [...(underWay ? [underWay.update] : []), ...waiting]
  return updates.length === 0 ? null : mergeUpdates(updates)
}

export type LinkEvent =
  | { type: 'up' }
  | { type: 'down' }
  | { type: 'typed'; update: Bytes }
  | {
      type: 'opened'
      seq: number
      state: Bytes | null
      updates: readonly NumberedUpdate[]
      may: 'write' | 'read'
      saved: { seq: number; revision: number }
    }
  /** What the server lacks after it sent its whole state; null: nothing. */
  | { type: 'compared'; lacking: Bytes | null }
  | { type: 'update'; seq: number; update: Bytes }
  | { type: 'ack'; n: number; seq: number; at: number }
  | { type: 'saved'; seq: number; revision: number }
  | { type: 'refused'; n: number | null; code: string }
  /** Something of another tab came out of this browser's store: the server may have it or not, so all is compared again. */
  | { type: 'mixed' }
  /** A person asked to try what was refused once more. */
  | { type: 'again' }

export type LinkAct =
  | { type: 'open'; after: number | null }
  | { type: 'send'; n: number; update: Bytes }
  | { type: 'apply'; updates: readonly Bytes[] }
  /** Apply the server's whole state and say what it lacks. */
  | { type: 'compare'; state: Bytes }
  /** The server cannot answer now; open again after a pause. */
  | { type: 'later' }

export const firstLink: LinkState = {
  phase: 'away',
  may: null,
  seq: null,
  ahead: [],
  sent: 0,
  underWay: null,
  waiting: [],
  isCompared: false,
  refused: null,
  savedAt: null,
  stored: null,
}

/** Codes after which the same update may be taken later. */
const passing = new Set(['unreachable', 'unavailable', 'internal', 'too-many-requests'])

/** Is there something that the server has not acknowledged? What an earlier visit left counts once it was compared. */
export const isUnsent = (state: LinkState): boolean => state.underWay !== null || state.waiting.length > 0

type Step = { state: LinkState; acts: LinkAct[] }
const stay = (state: LinkState, ...acts: LinkAct[]): Step => ({ state, acts })

export function stepLink(state: LinkState, event: LinkEvent): Step {
  switch (event.type) {
    case 'up':
      return stay({ ...takenBack(state), phase: 'opening', sent: 0, ahead: [] }, { type: 'open', after: state.seq })
    case 'down':
      return stay({ ...takenBack(state), phase: 'away' })
    case 'typed':
      return sendNext({ ...state, waiting: [...state.waiting, event.update] })
    case 'opened':
      return opened(state, event)
    case 'compared':
      return sendNext({ ...state, isCompared: true, waiting: event.lacking ? [event.lacking] : [] })
    case 'update':
      return heard(state, event.seq, event.update)
    case 'ack':
      return acknowledged(state, event.n, event.seq, event.at)
    case 'saved':
      return stay({ ...state, stored: { seq: event.seq, revision: event.revision } })
    case 'refused':
      return refused(state, event.n, event.code)
    case 'mixed':
      return state.phase === 'following'
        ? stay(
            { ...takenBack(state), phase: 'opening', seq: null, ahead: [], isCompared: false },
            { type: 'open', after: null },
          )
        : stay({ ...state, seq: null, ahead: [], isCompared: false })
    case 'again':
      return sendNext({ ...takenBack(state), refused: null })
  }
}

/** An update without an answer goes back to the front of those that wait. */
const takenBack = (state: LinkState): LinkState =>
  state.underWay ? { ...state, underWay: null, waiting: [state.underWay.update, ...state.waiting] } : state

function sendNext(state: LinkState): Step {
  if (state.phase !== 'following' || !state.isCompared || state.may !== 'write') return stay(state)
  if (state.underWay || state.waiting.length === 0 || state.refused !== null) return stay(state)
  const update = state.waiting.length === 1 ? state.waiting[0] : mergeUpdates([...state.waiting])
  if (!update) return stay(state)
  const n = state.sent + 1
  return stay({ ...state, sent: n, underWay: { n, update }, waiting: [] }, { type: 'send', n, update })
}

function opened(state: LinkState, event: Extract<LinkEvent, { type: 'opened' }>): Step {
  const next: LinkState = {
    ...takenBack(state),
    phase: 'following',
    may: event.may,
    ahead: [],
    seq: event.seq,
    refused: null,
    stored: event.saved,
  }
  // what waits is part of what the comparison finds
  if (event.state !== null)
    return stay({ ...next, waiting: [], isCompared: false }, { type: 'compare', state: event.state })
  const updates = event.updates.filter(({ seq }) => seq > (state.seq ?? 0)).map(({ u }) => decodeBytes(u))
  const sent = sendNext(next)
  return stay(sent.state, ...(updates.length > 0 ? [{ type: 'apply', updates } as const] : []), ...sent.acts)
}

function heard(state: LinkState, seq: number, update: Bytes): Step {
  if (state.phase !== 'following' || state.seq === null || seq <= state.seq) return stay(state)
  // a gap: something was missed, so it is asked for
  if (seq > state.seq + 1 && !fillsGap(state, seq))
    return stay({ ...takenBack(state), phase: 'opening' }, { type: 'open', after: state.seq })
  const next = advanced({ ...state, seq: Math.max(state.seq, seq) })
  // one's own comes back too
  return state.underWay && isSame(state.underWay.update, update)
    ? stay(next)
    : stay(next, { type: 'apply', updates: [update] })
}

const isSame = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, place) => byte === b[place])

/** Everything between is of our own and acknowledged already. */
function fillsGap(state: LinkState, seq: number): boolean {
  for (let between = (state.seq ?? 0) + 1; between < seq; between++) if (!state.ahead.includes(between)) return false
  return true
}

/** Moves on over own updates that were acknowledged. */
function advanced(state: LinkState): LinkState {
  let seq = state.seq ?? 0
  while (state.ahead.includes(seq + 1)) seq++
  return { ...state, seq, ahead: state.ahead.filter((own) => own > seq) }
}

function acknowledged(state: LinkState, n: number, seq: number, at: number): Step {
  if (state.underWay?.n !== n) return stay(state)
  const next = advanced({ ...state, underWay: null, savedAt: at, ahead: [...state.ahead, seq] })
  return sendNext(next)
}

function refused(state: LinkState, n: number | null, code: string): Step {
  if (n === null)
    return state.phase === 'opening'
      ? stay(
          { ...state, refused: passing.has(code) ? null : code },
          ...(passing.has(code) ? [{ type: 'later' } as const] : []),
        )
      : stay(state)
  if (state.underWay?.n !== n) return stay(state)
  // the document may be a newer one by now, or the pause is all it needs: it is opened again
  if (passing.has(code)) return stay({ ...takenBack(state), phase: 'opening' }, { type: 'later' })
  return stay({ ...takenBack(state), refused: code })
}
