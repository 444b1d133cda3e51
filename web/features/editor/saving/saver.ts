/** Carries out the steps of `save-steps.ts`: sends, waits, keeps, looks. One per open edition. */
import type { Edition } from '@floowe/contracts/content'
import { refusalOf } from '../../../api/refusals.ts'
import type { KeptDrafts } from './kept-drafts.ts'
import {
  firstState,
  isUnsaved,
  pauseMs,
  type SaveAct,
  type SaveEvent,
  type SaveState,
  step,
  type Trouble,
} from './save-steps.ts'
import { type Draft, fingerprint, textOfEdition } from './text.ts'

export type SaverPorts = {
  /** The text as it is now. */
  read: () => Draft
  /** Puts the server's text in place of ours. */
  show: (edition: Edition) => void
  send: (
    draft: Draft,
    how: { basedOn: number; reason: 'autosaved' | 'saved'; note: string; isLast: boolean },
  ) => Promise<Edition>
  look: () => Promise<Edition>
  drafts: KeptDrafts
  /** The slug that was asked for is taken; it has to be taken out of what `read` answers. */
  slugTaken: (suggestion: string | null) => void
  /** The server has this now. */
  landed: (edition: Edition) => void
  now: () => number
  /** Runs later, ms. @returns a function that stops it. */
  after: (ms: number, run: () => void) => () => void
}

export type SaverState = {
  isUnsaved: boolean
  isSaving: boolean
  /** Unix milliseconds of the last answer. */
  savedAt: number | null
  trouble: Trouble | null
  /** What stands in the way of ours, when someone else saved. */
  theirs: Edition | null
  /** Unsaved text is nowhere but in this page. */
  isOnlyHere: boolean
  /** Why the last save failed, for its words. */
  error: unknown
}

/** Codes after which asking again may work; the save may also have arrived. */
const passing = new Set(['unreachable', 'unavailable', 'internal', 'too-many-requests'])
/** Remembered texts that got no answer. */
const unansweredMax = 8

export type Saver = ReturnType<typeof createSaver>

/** @param kept the text shown differs from `edition`: it was kept here from an earlier visit. */
export function createSaver(edition: Edition, ports: SaverPorts, kept: 'none' | 'restore' | 'conflict' = 'none') {
  let state: SaveState = firstState(edition.revision, ports.now(), kept !== 'none')
  let theirs: Edition | null = kept === 'conflict' ? edition : null
  if (kept === 'conflict') state = { ...state, trouble: { kind: 'stale', current: edition.revision } }
  let isKeptHere = kept !== 'none'
  let stopWaiting: (() => void) | null = null
  let isEnded = false
  let lastError: unknown = null
  let sentFingerprint: string | null = null
  const unanswered: { fingerprint: string; change: number }[] = []
  const idle: (() => void)[] = []
  const watchers = new Set<() => void>()
  let shown = summary()

  function summary(): SaverState {
    return {
      isUnsaved: isUnsaved(state),
      isSaving: state.underWay !== null,
      savedAt: state.savedAt,
      trouble: state.trouble,
      theirs: state.trouble?.kind === 'stale' ? theirs : null,
      isOnlyHere: isUnsaved(state) && !isKeptHere && state.trouble !== null,
      error: state.trouble ? lastError : null,
    }
  }
  function feed(event: SaveEvent): void {
    const next = step(state, event)
    state = next.state
    for (const act of next.acts) carryOut(act)
    shown = summary()
    for (const watcher of watchers) watcher()
    if (!state.underWay) for (const done of idle.splice(0)) done()
  }
  function carryOut(act: SaveAct): void {
    if (act.type === 'wait') {
      stopWaiting?.()
      stopWaiting = ports.after(act.ms, () => feed({ type: 'due', at: ports.now() }))
    } else if (act.type === 'keep') keep()
    else if (act.type === 'forget') {
      ports.drafts.forget(edition.id)
      isKeptHere = false
    } else if (act.type === 'send') void send(act)
    else void look(act.type === 'reload')
  }
  function keep(): void {
    const draft = ports.read()
    isKeptHere = ports.drafts.keep({
      editionId: edition.id,
      articleId: edition.articleId,
      language: edition.language,
      basedOn: state.revision,
      at: ports.now(),
      draft,
      sent: sentFingerprint ?? unanswered.at(-1)?.fingerprint ?? null,
    })
  }
  async function send({ change, basedOn, reason, note }: Extract<SaveAct, { type: 'send' }>): Promise<void> {
    const draft = ports.read()
    sentFingerprint = fingerprint(draft)
    const own = sentFingerprint
    try {
      const saved = await ports.send(draft, { basedOn, reason, note, isLast: false })
      sentFingerprint = null
      ports.landed(saved)
      feed({ type: 'landed', revision: saved.revision, at: ports.now() })
    } catch (error) {
      sentFingerprint = null
      failed(error, { change, fingerprint: own })
    }
  }
  function failed(error: unknown, sent: { change: number; fingerprint: string }): void {
    lastError = error
    const { code, data } = refusalOf(error)
    if (code === 'stale-revision') feed({ type: 'stale', current: Number(data.current) || state.revision + 1 })
    else if (code === 'slug-taken') {
      ports.slugTaken(typeof data.suggestion === 'string' ? data.suggestion : null)
      feed({ type: 'again', at: ports.now() })
    } else if (passing.has(code)) {
      unanswered.push(sent)
      if (unanswered.length > unansweredMax) unanswered.shift()
      feed({ type: 'silent', at: ports.now() })
    } else feed({ type: 'refused', code })
  }
  /** The newest text of the server: shown at once when nothing here is unsaved, else laid beside ours. */
  async function look(isQuiet: boolean): Promise<void> {
    const current = await ports.look().catch(() => null)
    if (!current || isEnded) return
    const found = fingerprint(textOfEdition(current))
    const own = unanswered.find((sent) => sent.fingerprint === found)
    if (!isQuiet && own && current.revision > state.revision) {
      ports.landed(current)
      feed({ type: 'own', change: own.change, revision: current.revision, at: ports.now() })
      return
    }
    if (isQuiet && !isUnsaved(state) && !state.underWay) {
      if (current.revision <= state.revision) return
      ports.show(current)
      ports.landed(current)
      feed({ type: 'reloaded', revision: current.revision })
      return
    }
    theirs = current
    // something was typed while the quiet reload was on its way
    feed(isQuiet ? { type: 'heard', revision: current.revision } : { type: 'looked', revision: current.revision })
  }
  /** Resolves when no save is under way. */
  const settled = (): Promise<void> =>
    state.underWay ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()

  return {
    state: () => shown,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    revision: () => state.revision,
    typed: () => feed({ type: 'typed', at: ports.now() }),
    /** Saves now, without waiting for the pause. With a note it makes a version even if nothing changed. */
    save: async (note = ''): Promise<boolean> => {
      feed({ type: 'asked', at: ports.now(), note, evenIfClean: note !== '' })
      for (let turn = 0; turn < 5 && state.underWay; turn++) await settled()
      return !isUnsaved(state)
    },
    /** Before something that needs the server to have it all (planning, previewing). */
    flush: async (): Promise<boolean> => {
      feed({ type: 'due', at: ports.now() })
      for (let turn = 0; turn < 5 && (state.underWay || (isUnsaved(state) && !state.trouble)); turn++) {
        await settled()
        if (isUnsaved(state)) feed({ type: 'due', at: ports.now() })
      }
      return !isUnsaved(state)
    },
    online: () => feed({ type: 'online', at: ports.now() }),
    heard: (revision: number) => feed({ type: 'heard', revision }),
    keepMine: (note: string) => feed({ type: 'keep-mine', at: ports.now(), note }),
    /** Ours goes aside, theirs is shown. @returns ours, or null when there was nothing of theirs. */
    takeTheirs: (): Draft | null => {
      if (!theirs) return null
      const ours = ports.read()
      ports.show(theirs)
      ports.landed(theirs)
      feed({ type: 'reloaded', revision: theirs.revision })
      return ours
    },
    /** The text here is this edition of the server now (a restored version). */
    replaced: (current: Edition) => {
      ports.show(current)
      ports.landed(current)
      feed({ type: 'reloaded', revision: current.revision })
    },
    /** Keeps what is unsaved in this browser now. @returns false when it is nowhere but in this page. */
    secure: (): boolean => {
      if (isUnsaved(state)) keep()
      return !isUnsaved(state) || isKeptHere
    },
    /** The page goes away, perhaps for good: what is unsaved is kept here and sent without waiting for the answer. */
    leave: (): void => {
      if (!isUnsaved(state)) return
      keep()
      if (state.underWay || state.trouble?.kind === 'stale') return
      const draft = ports.read()
      void ports.send(draft, { basedOn: state.revision, reason: 'autosaved', note: '', isLast: true }).catch(() => {})
    },
    /** From here on it acts by itself. @returns a function that stops it; a save under way still lands. */
    begin: (): (() => void) => {
      isEnded = false
      if (isUnsaved(state)) carryOut({ type: 'wait', ms: pauseMs })
      return () => {
        isEnded = true
        stopWaiting?.()
      }
    },
  }
}
