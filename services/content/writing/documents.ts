/**
 * Documents of this process: those used lately are kept in memory, and brought up to the log before they are read. The log is
 * the truth; what is here may be dropped at any time.
 */
import type { Log as Lines } from '@floowe/platform'
import { LRUCache } from 'lru-cache'
import * as Y from 'yjs'
import { type Base, type Kept, type Log, type Place, rowsMax } from './log.ts'
import type { Turns } from './turns.ts'

export type Opened = {
  doc: Y.Doc
  /** Everything up to it is in the document. */
  seq: number
  /** The newest checkpoint. */
  checkpointSeq: number
  /** Of the checkpoint and all updates since: an upper bound of the document. */
  bytes: number
  /** Who is behind the clients that are known here. */
  clients: Map<number, string>
  /** The whole of it, as it was asked for last. */
  whole: { seq: number; state: Uint8Array } | null
}
/** A document with changes on top: it is what the log says from `validFrom` on. */
export type Fork = { opened: Opened; validFrom: number }
type Weighed = { opened: Opened; bytes: number }
export type Documents = ReturnType<typeof createDocuments>

/** A document in memory takes some times the bytes of its updates. */
const keptBytesMax = 48 * 1024 * 1024
const keptMax = 200
const forksMax = 50
const piecesMax = 10_000

export function createDocuments(log: Log, turns: Turns, lines: Lines) {
  const kept = new LRUCache<string, Weighed>({
    max: keptMax,
    maxSize: keptBytesMax,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
  })
  const forks = new LRUCache<string, Fork>({
    max: forksMax,
    maxSize: keptBytesMax / 2,
    sizeCalculation: ({ opened }) => Math.max(1, opened.bytes),
  })
  const nameOf = ({ workspaceId, editionId }: Place): string => `${workspaceId} ${editionId}`

  const apply = (doc: Y.Doc, updates: readonly Kept[], place: Place): void => {
    doc.transact(() => {
      for (const { seq, update } of updates) {
        try {
          Y.applyUpdate(doc, update)
        } catch (error) {
          // What was taken had been tried before; nobody loses their text for one that cannot be read.
          lines.error('an update of a document cannot be read and is left out', { error, ...place, seq })
        }
      }
    })
  }
  const catchUp = async (
    opened: Pick<Opened, 'doc' | 'seq' | 'bytes'>,
    place: Place,
    until?: number,
  ): Promise<boolean> => {
    for (let piece = 0; piece < piecesMax; piece++) {
      const rows = await log.updates(place, opened.seq, until)
      const [first] = rows
      if (!first) return true
      if (first.seq !== opened.seq + 1) return false
      apply(opened.doc, rows, place)
      opened.seq = rows.at(-1)?.seq ?? opened.seq
      opened.bytes += rows.reduce((sum, { update }) => sum + update.length, 0)
      if (rows.length < rowsMax) return true
    }
    return true
  }
  const load = async (place: Place, until?: number): Promise<Weighed | null> => {
    const checkpoint = await log.checkpoint(place, until)
    if (!checkpoint) return null
    const doc = new Y.Doc()
    Y.applyUpdate(doc, checkpoint.state)
    const { seq, state } = checkpoint
    const opened = {
      doc,
      seq,
      checkpointSeq: seq,
      bytes: state.length,
      clients: new Map<number, string>(),
      whole: null,
    }
    const isWhole = (await catchUp(opened, place, until)) && (until === undefined || opened.seq === until)
    return isWhole ? { opened, bytes: opened.bytes } : null
  }

  return {
    /**
     * Works on the newest document, alone in this process; null is handed in when there is none. What `work` throws drops the
     * document from memory, as it may have been changed without the log.
     * @param how `known`: one that is in memory is taken as it is, without a look at what others have written
     */
    use: <Result>(
      place: Place,
      work: (opened: Opened | null) => Promise<Result>,
      how: 'newest' | 'known' = 'newest',
    ): Promise<Result> =>
      turns.take(`document ${nameOf(place)}`, async () => {
        const name = nameOf(place)
        try {
          const known = kept.get(name)
          // One that is behind what is still kept is read anew.
          const isUsable = known && (how === 'known' || (await catchUp(known.opened, place)))
          const weighed = isUsable ? known : await load(place)
          if (weighed && weighed !== known) kept.set(name, weighed)
          return await work(weighed?.opened ?? null)
        } catch (error) {
          kept.delete(name)
          throw error
        }
      }),
    /** The document as it was at a number; null when that is not kept any more. */
    at: async (place: Place, seq: number): Promise<Y.Doc | null> => (await load(place, seq))?.opened.doc ?? null,
    /**
     * The same for a change that is made on it, by one at a time. Kept with {@link keepFork}, it is moved on to the next revision
     * instead of being read anew.
     */
    fork: async (place: Place, base: Pick<Base, 'seq' | 'also'>): Promise<Fork | null> => {
      const name = nameOf(place)
      const known = base.also.length === 0 ? forks.get(name) : undefined
      forks.delete(name)
      if (known && known.validFrom <= base.seq && known.opened.seq <= base.seq)
        if ((await catchUp(known.opened, place, base.seq)) && known.opened.seq === base.seq) return known
      const loaded = await load(place, base.seq)
      if (!loaded || base.also.length === 0) return loaded && { opened: loaded.opened, validFrom: base.seq }
      const later = await log.some(place, base.also)
      if (later.length !== base.also.length) return null
      const updates = later.map((update, index) => ({ seq: base.also[index] ?? 0, update }))
      apply(loaded.opened.doc, updates, place)
      return { opened: loaded.opened, validFrom: Math.max(base.seq, ...base.also) }
    },
    /** @param written number of the change that was made on it */
    keepFork: (place: Place, { opened, validFrom }: Fork, written: number | null): void =>
      void forks.set(nameOf(place), { opened, validFrom: Math.max(validFrom, written ?? 0) }),
    /** A document has grown: what is kept in all stays within its bound. */
    grew: (place: Place): void => {
      const known = kept.peek(nameOf(place))
      if (known) kept.set(nameOf(place), { opened: known.opened, bytes: known.opened.bytes })
    },
    drop: (place: Place): void => void kept.delete(nameOf(place)),
    clear: (): void => {
      kept.clear()
      forks.clear()
    },
  }
}
