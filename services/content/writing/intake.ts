/**
 * Updates into the log. While one commit of a document runs, what arrives for it waits and is committed together. An update is
 * tried on the document first, so that nothing that cannot be read is ever kept.
 */
import { writingLimits, writingTopic, type WritingHint } from '@floowe/contracts/writing'
import { type Host, Refusal, refuse } from '@floowe/platform'
import * as Y from 'yjs'
import { clientsIn } from './document.ts'
import type { Documents, Opened } from './documents.ts'
import type { Log, Place } from './log.ts'

export type Written = { seq: number } | { code: 'invalid-input' | 'not-allowed' | 'too-large' }
export type Intake = ReturnType<typeof createIntake>
type Arrived = {
  updates: readonly Uint8Array[]
  by: string
  done: (results: Written[]) => void
  failed: (error: unknown) => void
}
type Sorted = { update: Uint8Array; by: string; tell: (result: Written) => void }

/** Updates of one commit. */
const togetherMax = 500
/** Updates that wait for one document; more are refused, and sent again later. */
const waitingMax = 5_000
/** Reading a thousand updates takes as long as reading a checkpoint of so many changes. */
const checkpointEvery = 1_000
/** A large document is written out less often, as that takes a while in which nothing else is done. */
const bytesPerUpdate = 256
const checkpointEveryMax = 4_000
/** Larger news are read from the rows. */
const hintCharactersMax = 40_000

type Parts = { log: Log; documents: Documents; onWritten: (place: Place) => void }

export function createIntake({ clock, signals, log: lines }: Host, { log, documents, onWritten }: Parts) {
  const queues = new Map<string, { place: Place; arrived: Arrived[]; count: number }>()
  const background = new Set<Promise<void>>()

  const takeTurns = async (name: string): Promise<void> => {
    const queue = queues.get(name)
    while (queue && queue.arrived.length > 0) {
      const together: Arrived[] = []
      let count = 0
      while (queue.arrived[0] && (together.length === 0 || count + queue.arrived[0].updates.length <= togetherMax)) {
        count += queue.arrived[0].updates.length
        together.push(...queue.arrived.splice(0, 1))
      }
      queue.count -= count
      try {
        const results = await documents.use(queue.place, (opened) => commit(queue.place, opened, together), 'known')
        for (const [index, { done }] of together.entries()) done(results[index] ?? [])
        onWritten(queue.place)
      } catch (error) {
        for (const { failed } of together) failed(error)
      }
    }
    queues.delete(name)
  }

  const commit = async (place: Place, opened: Opened | null, together: readonly Arrived[]): Promise<Written[][]> => {
    if (!opened) return refuse('not-found', { what: 'edition' })
    const results = together.map(({ updates }) => updates.map((): Written => ({ code: 'invalid-input' })))
    const all = together.flatMap(({ updates, by }, one) =>
      updates.map((update, other) => ({
        update,
        by,
        tell: (result: Written): void => void results[one]?.splice(other, 1, result),
      })),
    )
    const { good, clients, isSpoilt } = await sort(place, opened, all)
    if (good.length > 0) {
      const at = clock.instant()
      const last = await log.append(place, good, clients, at)
      if (last === null) return refuse('not-found', { what: 'edition' })
      const first = last - good.length + 1
      for (const [index, { tell }] of good.entries()) tell({ seq: first + index })
      for (const { client, by } of clients) opened.clients.set(client, by)
      // Others may have written meanwhile; what they wrote is read the next time.
      if (first === opened.seq + 1) opened.seq = last
      opened.bytes += good.reduce((sum, { update }) => sum + update.length, 0)
      documents.grew(place)
      tellOthers(place, good, first)
      if (!isSpoilt && opened.seq === last) keepCheckpoint(place, opened)
    }
    if (isSpoilt) documents.drop(place)
    return results
  }

  /** Those that are taken, applied to the document; the others are told why not. */
  const sort = async (place: Place, opened: Opened, all: readonly Sorted[]) => {
    const read = all.flatMap((each) => {
      const clients = readClients(each.update)
      if (clients) return [{ ...each, clients }]
      each.tell({ code: 'invalid-input' })
      return []
    })
    const unknown = new Set(read.flatMap(({ clients }) => [...clients].filter((client) => !opened.clients.has(client))))
    if (unknown.size > 0)
      for (const [client, by] of await log.owners(place, [...unknown])) opened.clients.set(client, by)
    const fresh = new Map<number, string>()
    const good: Sorted[] = []
    let isSpoilt = false
    let bytes = opened.bytes
    for (const { clients, update, by, tell } of read) {
      bytes += update.length
      const isForeign = [...clients].some((client) => (opened.clients.get(client) ?? fresh.get(client) ?? by) !== by)
      if (isForeign) tell({ code: 'not-allowed' })
      else if (bytes > writingLimits.documentBytesMax) tell({ code: 'too-large' })
      else if (!tryOn(opened.doc, update)) {
        isSpoilt = true
        tell({ code: 'invalid-input' })
      } else {
        good.push({ update, by, tell })
        for (const client of clients) if (!opened.clients.has(client)) fresh.set(client, by)
      }
    }
    return { good, clients: [...fresh].map(([client, by]) => ({ client, by })), isSpoilt }
  }

  const tellOthers = ({ workspaceId, editionId }: Place, good: readonly Sorted[], first: number): void => {
    const updates = good.map(({ update }, index) => ({ seq: first + index, u: Buffer.from(update).toString('base64') }))
    const hint: WritingHint = { workspaceId, editionId, seq: first + good.length - 1, updates }
    const text = JSON.stringify(hint)
    signals.send(writingTopic, text.length <= hintCharactersMax ? text : JSON.stringify({ ...hint, updates: null }))
  }
  const keepCheckpoint = (place: Place, opened: Opened): void => {
    const { seq, checkpointSeq, bytes, doc } = opened
    const every = Math.min(checkpointEveryMax, Math.max(checkpointEvery, bytes / bytesPerUpdate))
    if (seq - checkpointSeq < every) return
    const state = Y.encodeStateAsUpdate(doc)
    opened.checkpointSeq = seq
    opened.bytes = state.length
    documents.grew(place)
    const kept = log
      .keepCheckpoint(place, seq, state, clock.instant())
      .catch((error: unknown) => lines.warn('a checkpoint was not written; the next one will be', { error, ...place }))
      .finally(() => background.delete(kept))
    background.add(kept)
  }

  return {
    /**
     * Resolves when they are on the disk: for each its number, or why not.
     * @throws Refusal not-found; too-many-requests when too much waits
     */
    append: (place: Place, updates: readonly Uint8Array[], by: string): Promise<Written[]> =>
      new Promise((done, failed) => {
        const name = `${place.workspaceId} ${place.editionId}`
        const waiting = queues.get(name)
        if ((waiting?.count ?? 0) + updates.length > waitingMax)
          return void failed(new Refusal('too-many-requests', { retryAfterSeconds: 1 }))
        const arrived = { updates, by, done, failed }
        if (waiting) {
          waiting.arrived.push(arrived)
          waiting.count += updates.length
          return undefined
        }
        queues.set(name, { place, arrived: [arrived], count: updates.length })
        void takeTurns(name)
        return undefined
      }),
    idle: async (): Promise<void> => void (await Promise.allSettled(background)),
  }
}

function readClients(update: Uint8Array): Set<number> | null {
  try {
    return clientsIn(update)
  } catch {
    return null
  }
}

function tryOn(doc: Y.Doc, update: Uint8Array): boolean {
  try {
    Y.applyUpdate(doc, update)
    return true
  } catch {
    return false
  }
}
