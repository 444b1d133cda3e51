/**
 * The shared document of one edition: kept in this browser, followed over the connection, written into by the editor and the
 * fields. Carries out the steps of `link-steps.ts`.
 */
import type { documentNames, WritingMessage } from '@floowe/contracts/writing'
import type { EditionId } from '@floowe/contracts/vocabulary'
import * as Y from 'yjs'
import { reconnectPauseMs } from '../../../api/live-events.ts'
import type { Connection } from './connection.ts'
import { type Bytes, decodeBytes, encodeBytes } from './frames.ts'
import type { Kept } from './kept.ts'
import type { LastWords } from './last-words.ts'
import { firstLink, isUnsent, type LinkAct, type LinkEvent, type LinkState, stepLink, unsentOf } from './link-steps.ts'
import { createPresence, type PeerState, type Place } from './presence.ts'

export type WritingPorts = {
  connection: Connection
  /** Begins to keep the document here. Null: this browser keeps nothing. */
  keep: (doc: Y.Doc) => Promise<Kept | null>
  lastWords: LastWords
  now: () => number
  after: (ms: number, run: () => void) => () => void
}

export type WritingState = {
  /** The text is here and may be shown. */
  isReady: boolean
  isConnected: boolean
  /** Something typed here has no acknowledgement yet. */
  isUnsaved: boolean
  /** What is unsaved is also in this browser's storage. */
  isKept: boolean
  may: 'write' | 'read' | null
  /** Unix milliseconds of the last acknowledgement in this page. */
  savedAt: number | null
  refused: string | null
  /** Revision of the edition that has the newest text. */
  revision: number | null
  /** What this browser kept belongs to a document that the server no longer has. */
  isForeign: boolean
}

export type Writing = ReturnType<typeof createWriting>

/** The contract's; its code stays out of the bundle. */
const names: typeof documentNames = { title: 'title', lead: 'lead', body: 'body' }
/** Origin of what came from the server. */
const fromServer = Symbol('from the server')
/** Kept text is confirmed so long after the first letter that has no acknowledgement. */
const confirmMs = 400
/** A text of this browser is shown without the server's word after so long. */
const patienceMs = 2_500
/** Whoever waits for the server to have it all waits no longer. */
const flushMsMax = 15_000

export function createWriting(editionId: EditionId, me: string, ports: WritingPorts) {
  const { connection } = ports
  const doc = new Y.Doc()
  const [title, lead, body] = [doc.getText(names.title), doc.getText(names.lead), doc.getXmlFragment(names.body)]
  const watchers = new Set<() => void>()
  let link: LinkState = firstLink
  let kept: Kept | null = null
  let isKept = false
  let isShowable = false
  let wasCompared = false
  let isForeign = false
  let isEnded = false
  let stopLater = (): void => undefined
  let stopConfirming: (() => void) | null = null
  let leave = (): void => undefined
  const idle: (() => void)[] = []
  const preparing = new Set<() => void>()
  let shown = summary()

  const presence = createPresence(me, {
    now: ports.now,
    after: ports.after,
    send: (state: PeerState | null) => void connection.send({ t: 'presence', e: editionId, state }),
  })

  function summary(): WritingState {
    return {
      isReady: wasCompared || isShowable,
      isConnected: link.phase === 'following',
      isUnsaved: isUnsent(link),
      isKept,
      may: link.may,
      savedAt: link.savedAt,
      refused: link.refused,
      revision: link.stored?.revision ?? null,
      isForeign,
    }
  }
  function tell(): void {
    const next = summary()
    const isSame = (Object.keys(next) as (keyof WritingState)[]).every((name) => next[name] === shown[name])
    if (!isSame) {
      shown = next
      for (const watcher of watchers) watcher()
    }
    if (!isUnsent(link) || link.refused !== null || link.phase !== 'following')
      for (const done of idle.splice(0)) done()
  }
  function feed(event: LinkEvent): void {
    const next = stepLink(link, event)
    const wasClean = !isUnsent(link)
    link = next.state
    wasCompared ||= link.isCompared
    for (const act of next.acts) carryOut(act)
    if (isUnsent(link)) confirmSoon()
    else if (!wasClean) {
      isKept = false
      ports.lastWords.drop()
    }
    tell()
  }
  function carryOut(act: LinkAct): void {
    if (act.type === 'open') connection.send({ t: 'open', e: editionId, after: act.after })
    else if (act.type === 'send') connection.send({ t: 'update', e: editionId, n: act.n, u: encodeBytes(act.update) })
    else if (act.type === 'apply') {
      for (const prepare of preparing) prepare()
      doc.transact(() => {
        for (const update of act.updates) Y.applyUpdate(doc, update, fromServer)
      }, fromServer)
    } else if (act.type === 'compare') compare(act.state)
    else {
      stopLater()
      stopLater = ports.after(reconnectPauseMs(3), () => connection.isUp() && feed({ type: 'up' }))
    }
  }
  function compare(state: Bytes): void {
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, state)
    if (isOfAnother(doc, theirs)) {
      isForeign = true
      tell()
      return
    }
    for (const prepare of preparing) prepare()
    Y.applyUpdate(doc, state, fromServer)
    const isSame = Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(theirs))
    feed({ type: 'compared', lacking: isSame ? null : Y.encodeStateAsUpdate(doc, Y.encodeStateVector(theirs)) })
    theirs.destroy()
  }
  /** Finds out, now and then while something is unsaved, whether the browser really has it. */
  function confirmSoon(): void {
    if (!kept || stopConfirming) return
    stopConfirming = ports.after(confirmMs, () => {
      stopConfirming = null
      // mostly the server was faster
      if (!isUnsent(link)) return
      void kept?.confirm().then((isThere) => {
        isKept = isThere && isUnsent(link)
        tell()
      })
    })
  }
  function hear(message: WritingMessage): void {
    if (message.t === 'opened') {
      feed({ ...message, type: 'opened', state: message.state === null ? null : decodeBytes(message.state) })
      if (!isForeign) presence.begin()
    } else if (message.t === 'ack') feed({ ...message, type: 'ack', at: ports.now() })
    else if (message.t === 'update') feed({ type: 'update', seq: message.seq, update: decodeBytes(message.u) })
    else if (message.t === 'saved') feed({ ...message, type: 'saved' })
    else if (message.t === 'refused') feed({ type: 'refused', n: message.n, code: message.code })
    else if (message.t === 'presence') presence.hear(message.from, message.person, message.state)
  }
  doc.on('update', (update: Bytes, origin: unknown) => {
    if (origin === fromServer) return
    // what the store had is found by the comparison
    if (kept !== null && origin === kept.origin) {
      if (link.isCompared) feed({ type: 'mixed' })
    } else feed({ type: 'typed', update })
  })

  /** The server is sent the very bytes: some of it may lean on what has yet to come from there. */
  function takeUp(update: Bytes): void {
    try {
      Y.applyUpdate(doc, update, fromServer)
    } catch {
      return // cut off when it was written
    }
    feed({ type: 'typed', update })
  }

  async function begin(): Promise<void> {
    kept = await ports.keep(doc).catch(() => null)
    if (isEnded) return kept?.close()
    for (const update of ports.lastWords.read()) takeUp(update)
    if (doc.store.clients.size > 0)
      ports.after(patienceMs, () => {
        isShowable = true
        tell()
      })
    leave = connection.join(editionId, {
      up: () => feed({ type: 'up' }),
      down: () => {
        presence.end()
        feed({ type: 'down' })
      },
      hear,
    })
  }

  return {
    editionId,
    doc,
    title,
    lead,
    body,
    presence,
    state: () => shown,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    /** Runs right before what others wrote comes in. @returns a function that stops it. */
    beforeOthers: (prepare: () => void) => {
      preparing.add(prepare)
      return () => void preparing.delete(prepare)
    },
    place: (place: Place | null) => presence.place(place),
    /** Resolves when all is acknowledged (true), or when it will not be for now (false). */
    flush: async (): Promise<boolean> => {
      if (isUnsent(link) && link.phase === 'following' && link.refused === null)
        await new Promise<void>((resolve) => {
          idle.push(resolve)
          ports.after(flushMsMax, resolve)
        })
      return !isUnsent(link) && link.isCompared
    },
    /** A person asks to try again what was refused. */
    again: () => feed({ type: 'again' }),
    /** Is everything that is typed here on the server or at least in this browser's storage? What is not yet is put there at once. */
    secure: (): boolean => {
      for (const prepare of preparing) prepare()
      const unsent = unsentOf(link)
      return unsent === null || ports.lastWords.keep(unsent) || isKept
    },
    begin,
    end: () => {
      isEnded = true
      stopLater()
      stopConfirming?.()
      presence.end()
      leave()
      if (link.isCompared && !isUnsent(link)) kept?.markClean()
      kept?.close()
      doc.destroy()
    },
  }
}

/** Two documents with text and no writer in common were made apart: merged, every word would stand twice. */
function isOfAnother(ours: Y.Doc, theirs: Y.Doc): boolean {
  const [own, other] = [ours.store.clients, theirs.store.clients]
  if (own.size === 0 || other.size === 0) return false
  return ![...own.keys()].some((client) => other.has(client))
}
