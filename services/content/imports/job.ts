/**
 * The running import. Its place is the number of lines in its report: killed at any moment it goes on behind them, and items
 * that were taken but not yet reported are recognised by the mark that this import left on them.
 */
import { type EditionId, ImportId, Language } from '@floowe/contracts/vocabulary'
import { type Host, JobFailedForGood, type JobRun, Refusal } from '@floowe/platform'
import {
  type Container,
  type IncomingEntry,
  type IncomingItem,
  type Note,
  UnreadableContainer,
} from '../formats/index.ts'
import {
  abandonFetches,
  type Counts,
  findImport,
  type ImportRow,
  moveImport,
  report,
  type ReportLine,
} from '../store/imports.ts'
import type { ContentStore, FoundEdition } from '../store/port.ts'
import type { Terms } from '../terms.ts'
import { noteFiles } from './attachments.ts'
import { exportedFrom, sourceOf } from './identity.ts'
import type { Outcome, Taker } from './items.ts'
import { type Running, runningOf } from './running.ts'
import { takeUpload } from './upload.ts'

export const fetchJob = 'content.import-media'
/** Items whose earlier editions are looked up together. */
const chunkSize = 25
/** A report is written at least that often. */
const reportEveryMs = 500
const notesMax = 50

type Parts = { store: ContentStore; terms: Terms; take: Taker; expectPictures: () => void }

/** @throws when another attempt may help */
export async function runImport(host: Host, parts: Parts, job: JobRun): Promise<void> {
  const { db, blobs, clock, log } = host
  const { workspaceId } = job
  const row = await findImport(db, workspaceId, ImportId.parse(job.input['importId']))
  if (!row) return
  if (row.state !== 'waiting' && row.state !== 'reading' && row.state !== 'writing')
    return void (await blobs.delete(row.blob_key))
  try {
    await tell(host, workspaceId, row, 'reading')
    const isDone = await withContainer(host, row, async (container) => {
      const running = runningOf(row, workspaceId, Language.parse(row.language), parts.terms)
      const isWritten = await writeItems(host, parts, job, row, running, container)
      if (isWritten) await noteFiles(host, running, container.attachments, job.signal)
      return isWritten
    })
    await (isDone ? finish(host, workspaceId, row.id) : abandonFetches(db, workspaceId, row.id))
    await blobs.delete(row.blob_key)
  } catch (error) {
    if (job.signal.aborted) throw error
    const isUnreadable = error instanceof UnreadableContainer
    if (isUnreadable || job.isLastAttempt) {
      log.error('an import failed', { error, importId: row.id })
      const problem = isUnreadable
        ? { code: error.code, text: error.reason, file: error.file, line: error.line }
        : { code: 'internal', text: 'the import could not go on', file: null, line: null }
      await moveImport(db, workspaceId, row.id, 'failed', { at: clock.instant(), error: problem })
      await abandonFetches(db, workspaceId, row.id)
      await blobs.delete(row.blob_key)
    }
    throw isUnreadable ? new JobFailedForGood(error.message, { cause: error }) : error
  }
}

async function withContainer<Result>(
  host: Host,
  row: ImportRow,
  work: (container: Container) => Promise<Result>,
): Promise<Result> {
  const blob = await host.blobs.get(row.blob_key)
  if (!blob) throw new UnreadableContainer('file-gone', row.name, null, 'The uploaded file is gone.')
  const upload = await takeUpload(blob.stream, row.name)
  try {
    const container = await upload.container(host, row.format)
    try {
      return await work(container)
    } finally {
      await container.close()
    }
  } finally {
    await upload.close()
  }
}

/** False when the import was cancelled. */
async function writeItems(
  host: Host,
  { store, take, expectPictures }: Parts,
  job: JobRun,
  row: ImportRow,
  running: Running,
  container: Container,
): Promise<boolean> {
  const { workspaceId } = job
  if (!(await tell(host, workspaceId, row, 'writing'))) return false
  const progress = createProgress(host, workspaceId, row)
  let position = 0
  for await (const chunk of chunksOf(container, expectPictures)) {
    const wanted = chunk.filter(() => ++position > row.items_done)
    let number = position - wanted.length
    const existing = await editionsOf(store, workspaceId, wanted)
    for (const entry of wanted) {
      job.signal.throwIfAborted()
      number += 1
      const outcome =
        entry.kind === 'skipped'
          ? skipped(entry.notes)
          : await taken(host, () => take(running, container, entry, existing.get(entry.sourceId) ?? null))
      // What was found about the whole is told with its first item.
      if (number === 1) outcome.notes = [...container.notes, ...outcome.notes]
      progress.add(lineOf(number, entry, outcome))
      if (progress.isDue() && !(await progress.write())) return false
    }
  }
  return progress.write()
}

async function* chunksOf(container: Container, expectPictures: () => void): AsyncGenerator<IncomingEntry[]> {
  let chunk: IncomingEntry[] = []
  for await (const entry of container.entries()) {
    if (entry.kind === 'item' && entry.attachments.some(({ kind }) => kind === 'local')) expectPictures()
    chunk.push(entry)
    if (chunk.length < chunkSize) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

/** What earlier imports made of these items, and what was exported from here, by source id. */
async function editionsOf(
  store: ContentStore,
  workspaceId: string,
  entries: readonly IncomingEntry[],
): Promise<ReadonlyMap<string, FoundEdition>> {
  const found = new Map<string, FoundEdition>()
  const items = entries.filter((entry): entry is IncomingItem => entry.kind === 'item')
  const systems = new Set(items.map((item) => sourceOf(item.sourceId).system))
  for (const system of systems) {
    const own = items.filter((item) => sourceOf(item.sourceId).system === system)
    const editions = await store.findEditions(workspaceId, {
      system,
      sourceIds: own.map((item) => sourceOf(item.sourceId).id),
    })
    for (const edition of editions) if (edition.imported) found.set(`${system}:${edition.imported.id}`, edition)
  }
  const exported = items.flatMap((item) => exportedFrom(item.sourceId) ?? [])
  if (exported.length > 0) {
    const editions = new Map(
      (await store.findEditions(workspaceId, { ids: exported })).map((edition) => [edition.id, edition]),
    )
    for (const item of items) {
      const edition = editions.get(exportedFrom(item.sourceId) ?? ('' as EditionId)) // the empty id names none
      if (edition) found.set(item.sourceId, edition)
    }
  }
  return found
}

const skipped = (notes: Note[]): Outcome => ({ outcome: 'skipped', articleId: null, editionId: null, notes })

/** An item that cannot be taken is skipped with the reason; when this machine is in trouble, the whole import waits. */
async function taken({ log }: Host, take: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await take()
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'unavailable')
      return skipped([{ code: error.code, text: reasonOf(error) }])
    if (!isAboutItem(error)) throw error
    log.error('an item of an import could not be taken', { error })
    return skipped([{ code: 'internal', text: 'this item could not be stored' }])
  }
}

function reasonOf(refusal: Refusal): string {
  if (refusal.code === 'too-large') return 'the text is larger than 2 MiB'
  return `it was refused: ${refusal.code}`
}

/** PostgreSQL refused a value or a rule (classes 22 and 23): the same item would fail again. */
const isAboutItem = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && /^2[23]/.test(String(error.code))

const plain = (text: string): string => text.slice(0, 500).toWellFormed().replaceAll('\u0000', '')

const lineOf = (
  position: number,
  entry: IncomingEntry,
  { outcome, articleId, editionId, notes }: Outcome,
): ReportLine => ({
  position,
  sourceId: entry.sourceId.slice(0, 500),
  title: entry.title.slice(0, 300).toWellFormed(),
  outcome,
  articleId,
  editionId,
  notes: notes.slice(0, notesMax).map(({ code, text, values }) => ({
    code,
    text: plain(text),
    ...(values && {
      values: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? plain(value) : value]),
      ),
    }),
  })),
})

/** Gathers lines and writes them now and then, with the word that it goes on. */
function createProgress({ db, clock }: Host, workspaceId: string, row: ImportRow) {
  const counts: Counts = { ...row.counts }
  let lines: ReportLine[] = []
  let done = row.items_done
  let writtenAtMs = clock.now()
  return {
    add: (line: ReportLine): void => {
      lines.push(line)
      done += 1
      if (line.outcome !== 'media-fetched' && line.outcome !== 'media-failed') counts[line.outcome] += 1
    },
    isDue: (): boolean => clock.now() - writtenAtMs >= reportEveryMs || lines.length >= 200,
    write: async (): Promise<boolean> => {
      const isOpen = await db.transaction(async (tx) => {
        if (!(await report(tx, workspaceId, row.id, lines, { items: done, counts, fetched: 0, failed: 0 })))
          return false
        // At the end the word comes with the new state.
        if (lines.length > 0 && done < row.items_total)
          await tx.emit({
            name: 'content.import-progressed',
            workspaceId,
            key: row.id,
            actor: row.created_by,
            data: { importId: row.id, state: 'writing', itemsDone: done, itemsTotal: row.items_total },
          })
        return true
      })
      lines = []
      writtenAtMs = clock.now()
      return isOpen
    },
  }
}

/** False when it was cancelled meanwhile. */
async function tell({ db }: Host, workspaceId: string, row: ImportRow, state: 'reading' | 'writing'): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await moveImport(tx, workspaceId, row.id, state))) return false
    await tx.emit({
      name: 'content.import-progressed',
      workspaceId,
      key: row.id,
      actor: row.created_by,
      data: { importId: row.id, state, itemsDone: row.items_done, itemsTotal: row.items_total },
    })
    return true
  })
}

async function finish({ db, clock }: Host, workspaceId: string, id: ImportId): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await findImport(tx, workspaceId, id)
    if (!row) return
    const hasFetches = row.media_total > row.media_fetched + row.media_failed
    const state = hasFetches ? 'fetching-media' : 'done'
    if (!(await moveImport(tx, workspaceId, id, state, hasFetches ? {} : { at: clock.instant() }))) return
    if (hasFetches) await tx.enqueue({ kind: fetchJob, workspaceId, input: { importId: id } })
    await tx.emit({
      name: 'content.import-progressed',
      workspaceId,
      key: id,
      actor: row.created_by,
      data: { importId: id, state, itemsDone: row.items_done, itemsTotal: row.items_total },
    })
  })
}
