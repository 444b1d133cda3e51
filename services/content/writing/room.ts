/** What works with documents themselves. Loaded when the first one is opened: an installation without any has no Yjs in memory. */
import type { EditionId } from '@floowe/contracts/vocabulary'
import { found, type Host } from '@floowe/platform'
import * as Y from 'yjs'
import type { EditionWriter } from '../edition-writer.ts'
import type { ContentStore } from '../store/port.ts'
import { clientOf, firstState, textOfDocument, type WritingText } from './document.ts'
import { createDocuments } from './documents.ts'
import { createIntake } from './intake.ts'
import type { Log, Place } from './log.ts'
import { createSaver } from './saver.ts'
import { createTurns } from './turns.ts'

export type Sent = {
  seq: number
  state: Uint8Array | null
  updates: { seq: number; update: Uint8Array }[]
  saved: { seq: number; revision: number }
}
export type Room = ReturnType<typeof createRoom>

/** Whoever is further behind, or by more bytes, gets the whole document. */
const updatesSentMax = 2_000
const bytesSentMax = 2 * 1024 * 1024

export function createRoom(
  host: Host,
  {
    store,
    writer,
    log,
    onWritten,
  }: { store: ContentStore; writer: EditionWriter; log: Log; onWritten: (place: Place) => void },
) {
  const turns = createTurns()
  const documents = createDocuments(log, turns, host.log)
  const intake = createIntake(host, { log, documents, onWritten })
  const saver = createSaver(host, { store, writer, log, documents, intake, turns })

  /** Makes the document of a text that was never opened; whoever comes second finds it made. */
  const begin = async (place: Place): Promise<void> => {
    const edition = found(await store.getEdition(place.workspaceId, place.editionId), 'edition')
    const { versionId, revision, slug, meta, articleId } = edition
    const client = clientOf(`${edition.id} ${versionId}`)
    await log.begin(place, {
      articleId,
      state: firstState(edition, client),
      client,
      by: edition.updatedBy,
      at: host.clock.instant(),
      base: { versionId, revision, seq: 0, also: [], slug, meta },
    })
  }

  const since = async (place: Place, after: number, last: number): Promise<Sent['updates'] | null> => {
    if (after > last || last - after > updatesSentMax) return null
    const updates = await log.updates(place, after)
    const isWhole = updates.every(({ seq }, index) => seq === after + 1 + index) && after + updates.length >= last
    const bytes = updates.reduce((sum, { update }) => sum + update.length, 0)
    return isWhole && bytes <= bytesSentMax ? updates : null
  }

  /** @throws Refusal not-found */
  const read = async (place: Place, after: number | null): Promise<Sent> => {
    const { seq, savedSeq, savedRevision } = found(await log.head(place), 'edition')
    const saved = { seq: savedSeq, revision: savedRevision }
    const updates = after === null ? null : await since(place, after, seq)
    if (updates) return { seq: updates.at(-1)?.seq ?? seq, state: null, updates, saved }
    const whole = await documents.use(place, async (opened) => {
      if (opened && opened.whole?.seq !== opened.seq)
        opened.whole = { seq: opened.seq, state: Y.encodeStateAsUpdate(opened.doc) }
      return opened?.whole
    })
    return { ...found(whole, 'edition'), updates: [], saved }
  }

  return {
    append: intake.append,
    settle: saver.settle,
    join: saver.join,
    read,
    open: async (place: Place, after: number | null): Promise<Sent> => {
      if (!(await log.head(place))) await begin(place)
      return read(place, after)
    },
    /** The text as it was at a number; null when that is not kept any more. */
    textAt: async (place: Place, seq: number): Promise<WritingText | null> => {
      const doc = await documents.at(place, seq)
      return doc && textOfDocument(doc)
    },
    use: documents.use,
    forget: (workspaceId: string, editionId: EditionId): void => documents.drop({ workspaceId, editionId }),
    stop: async (): Promise<void> => {
      await turns.idle()
      await intake.idle()
      documents.clear()
    },
  }
}
