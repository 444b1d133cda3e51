/**
 * Writing together, as the rest of the service sees it. An edition that nobody has opened in an editor has no document: then every
 * question here is one look at a key.
 */
import type { EditionId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse, Refusal } from '@floowe/platform'
import { LRUCache } from 'lru-cache'
import type { EditionWriter, Saved } from '../edition-writer.ts'
import type { ContentStore, Stale } from '../store/port.ts'
import type { By } from '../terms.ts'
import type { Written } from './intake.ts'
import { createWritingLog, type Place } from './log.ts'
import type { Room, Sent } from './room.ts'
import type { JoinedHow, Joining } from './saver.ts'

export type Writing = ReturnType<typeof createWriting>

/** The edition has what was written after so long, at most a second with the saving itself. */
const saveAfterMs = 800
/** Documents of this process that wait to be saved; others are found by the sweep. */
const waitingMax = 1_000
/** What is younger is being saved by the process that took it. */
const leftBehindMs = 3_000
/** A text that was written in just now is looked at by the search index when its writers pause. */
const busyMs = 5_000
const quietMs = 2_000
const lookBackMs = 60 * 60 * 1000
const keptMs = 30 * 24 * 60 * 60 * 1000

export function createWriting(host: Host, parts: { store: ContentStore; writer: EditionWriter }) {
  const { db, clock, log: lines } = host
  const log = createWritingLog(db)
  const waiting = new Map<string, { place: Place; cancel: () => void }>()
  const running = new Set<Promise<void>>()
  /** Texts that cannot be saved (too large), and at which number: they are not tried again before they change. */
  const hopeless = new LRUCache<string, number>({ max: 1_000 })
  let isStopped = false
  let isFirstLook = true
  let made: Promise<Room> | null = null
  const room = (): Promise<Room> =>
    (made ??= import('./room.ts').then(({ createRoom }) => createRoom(host, { ...parts, log, onWritten: soon })))
  const nameOf = ({ workspaceId, editionId }: Place): string => `${workspaceId} ${editionId}`

  const save = async (place: Place): Promise<void> => {
    try {
      await (await room()).settle(place)
    } catch (error) {
      const head = await log.head(place).catch(() => null)
      if (error instanceof Refusal && head) hopeless.set(nameOf(place), head.seq)
      lines.warn('a text could not be saved from its document', { error, ...place })
    }
  }
  function soon(place: Place): void {
    const name = nameOf(place)
    if (isStopped || waiting.has(name) || waiting.size >= waitingMax) return
    const cancel = clock.at(clock.now() + saveAfterMs, () => {
      waiting.delete(name)
      const saved = save(place).finally(() => running.delete(saved))
      running.add(saved)
    })
    waiting.set(name, { place, cancel })
  }

  return {
    log,
    room,
    /** Afterwards the edition has all that was written until now. */
    settle: async (place: Place): Promise<void> => {
      const head = await log.head(place)
      if (!head || head.savedSeq >= head.seq) return
      await (await room()).settle(place)
    },
    settleAll: async (workspaceId: string, editionIds: readonly EditionId[]): Promise<void> => {
      for (const editionId of editionIds) {
        const head = await log.head({ workspaceId, editionId })
        if (head && head.savedSeq < head.seq) await (await room()).settle({ workspaceId, editionId })
      }
    },
    /** A save from outside the document; null when the edition has none. */
    join: async (place: Place, wish: Joining, how: JoinedHow, by: By): Promise<Saved | Stale | null> =>
      (await log.head(place)) ? (await room()).join(place, wish, how, by) : null,

    open: async (place: Place, after: number | null): Promise<Sent> => (await room()).open(place, after),
    read: async (place: Place, after: number): Promise<Sent> => (await room()).read(place, after),
    append: async (place: Place, updates: readonly Uint8Array[], by: string): Promise<Written[]> =>
      (await room()).append(place, updates, by),
    writers: (place: Place) => log.clients(place),
    moment: async (place: Place, seq: number) => {
      const { savedRevision } = found(await log.head(place), 'edition')
      const text = await (await room()).textAt(place, seq)
      if (!text) return refuse('not-found', { what: 'moment' })
      return { seq, revision: savedRevision, text, written: await log.moment(place, seq) }
    },

    /** Texts that came past their documents: they join them. */
    follow: async (workspaceId: string, revisions: ReadonlyMap<EditionId, number>): Promise<void> => {
      for (const editionId of await log.lagging(workspaceId, revisions)) soon({ workspaceId, editionId })
    },
    /** Saves what a process that is gone has left; answers whether there may be more. */
    sweep: async (): Promise<boolean> => {
      const places = await log.behind(new Date(clock.now() - leftBehindMs).toISOString())
      for (const place of places) {
        const name = nameOf(place)
        if (isStopped) return false
        const head = hopeless.has(name) ? await log.head(place) : null
        if (!waiting.has(name) && (!head || hopeless.get(name) !== head.seq)) await save(place)
      }
      return false
    },
    /** Editions that are being written at this moment: the search index takes them in a little later, see {@link unindexed}. */
    busy: (workspaceId: string, editionIds: readonly EditionId[]): Promise<Set<EditionId>> =>
      editionIds.length === 0
        ? Promise.resolve(new Set())
        : log.busy(workspaceId, editionIds, new Date(clock.now() - busyMs).toISOString()),
    /** Of those, the ones that the search index is to take in now. */
    unindexed: async () => {
      const now = clock.now()
      const since = isFirstLook ? 0 : now - lookBackMs
      const found = await log.unindexed(new Date(since).toISOString(), new Date(now - quietMs).toISOString())
      isFirstLook = false
      return found
    },
    thin: (): Promise<boolean> => log.thin(new Date(clock.now() - keptMs).toISOString()),

    abandon: (): void => {
      isStopped = true
      for (const { cancel } of waiting.values()) cancel()
      waiting.clear()
    },
    /** What waits to be saved is saved now. */
    stop: async (): Promise<void> => {
      isStopped = true
      const left = [...waiting.values()]
      for (const { cancel } of left) cancel()
      waiting.clear()
      await Promise.all([...running])
      for (const { place } of left) await save(place)
      await (await made)?.stop()
    },
  }
}
