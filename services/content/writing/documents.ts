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
type Weighed = { opened: Opened; bytes: number }
export type Documents = ReturnType<typeof createDocuments>

/** A document in memory takes some times the bytes of its updates. */
const keptBytesMax = 48 * 1024 * 1024
const keptMax = 200
const piecesMax = 10_000

export function createDocuments(log: Log, turns: Turns, lines: Lines) {
  const kept = new LRUCache<string, Weighed>({
    max: keptMax,
    maxSize: keptBytesMax,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
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
    const opened = { doc, seq, checkpointSeq: seq, bytes: state.length, clients: new Map<number, string>(), whole: null }
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
    /** The document as it was at a number, and with some updates of later; null when that is not kept any more. For one use. */
    at: async (place: Place, { seq, also }: Pick<Base, 'seq' | 'also'>): Promise<Y.Doc | null> => {
      const loaded = await load(place, seq)
      if (!loaded) return null
      const later = await log.some(place, also)
      if (later.length !== also.length) return null
      apply(
        loaded.opened.doc,
        later.map((update, index) => ({ seq: also[index] ?? 0, update })),
        place,
      )
      return loaded.opened.doc
    },
    /** A document has grown: what is kept in all stays within its bound. */
    grew: (place: Place): void => {
      const known = kept.peek(nameOf(place))
      if (known) kept.set(nameOf(place), { opened: known.opened, bytes: known.opened.bytes })
    },
    drop: (place: Place): void => void kept.delete(nameOf(place)),
    clear: (): void => kept.clear(),
  }
}
