/** Files that an import found at other addresses, fetched one after the other; the report says what came and what did not. */
import { ImportId } from '@floowe/contracts/vocabulary'
import { type Host, type JobRun, OutboundError, Refusal } from '@floowe/platform'
import type { Note } from '../formats/index.ts'
import type { MediaLibrary } from '../media.ts'
import { fileBytesMax } from '../media-intake.ts'
import {
  type Fetch,
  findImport,
  type ImportRow,
  moveImport,
  openFetches,
  report,
  type ReportLine,
  settleFetch,
} from '../store/imports.ts'
import { nameIn } from './attachments.ts'

const timeoutMs = 30_000
const chunkSize = 20
const redirectsMax = 5
const eventEveryMs = 500

type Fetched = { outcome: 'media-fetched' | 'media-failed'; note: Note | null } | 'later'

/** @throws when files are left that a later attempt may get */
export async function fetchMedia(host: Host, library: MediaLibrary, job: JobRun): Promise<void> {
  const { db, clock } = host
  const { workspaceId } = job
  const id = ImportId.parse(job.input['importId'])
  let left = 0
  let toldAtMs = 0
  let after = 0
  for (;;) {
    const row = await findImport(db, workspaceId, id)
    if (!row || row.state !== 'fetching-media') return
    const fetches = await openFetches(db, workspaceId, id, after, chunkSize)
    if (fetches.length === 0) break
    for (const fetch of fetches) {
      job.signal.throwIfAborted()
      after = fetch.number
      const fetched = await fetchOne(host, library, job, row, fetch)
      if (fetched === 'later') {
        left += 1
        continue
      }
      const isTold = clock.now() - toldAtMs >= eventEveryMs
      if (isTold) toldAtMs = clock.now()
      await settle(host, workspaceId, row, fetch, fetched, isTold)
    }
  }
  if (left > 0) throw new Error(`${left} files are left for a later attempt`)
  await db.transaction(async (tx) => {
    const row = await findImport(tx, workspaceId, id)
    if (!row || !(await moveImport(tx, workspaceId, id, 'done', { at: clock.instant() }))) return
    await tx.emit({
      name: 'content.import-progressed',
      workspaceId,
      key: id,
      actor: row.created_by,
      data: { importId: id, state: 'done', itemsDone: row.items_done, itemsTotal: row.items_total },
    })
  })
}

async function fetchOne(
  { outbound }: Host,
  library: MediaLibrary,
  job: JobRun,
  row: ImportRow,
  fetch: Fetch,
): Promise<Fetched> {
  const later = (...problem: Parameters<typeof failed>): Fetched => (job.isLastAttempt ? failed(...problem) : 'later')
  try {
    const answer = await outbound.request(fetch.url, {
      timeoutMs,
      bytesMax: fileBytesMax,
      redirectsMax,
      context: 'a file of an import',
      signal: job.signal,
    })
    if (answer.status === 429 || answer.status >= 500)
      return later('bad-status', `the server answered ${answer.status}`, { status: answer.status })
    if (answer.status !== 200)
      return failed('bad-status', `the server answered ${answer.status}`, { status: answer.status })
    await library.fill(
      job.workspaceId,
      fetch.media_id,
      { name: nameIn(fetch.url), bytes: answer.body },
      { actor: row.created_by, requestId: null },
    )
    return { outcome: 'media-fetched', note: null }
  } catch (error) {
    if (job.signal.aborted) throw error
    if (error instanceof OutboundError) {
      const mayPass = ['unreachable', 'timed-out', 'reset-after-send', 'not-found'].includes(error.code)
      return mayPass
        ? later(error.code, outboundWords[error.code] ?? 'it could not be fetched')
        : failed(error.code, outboundWords[error.code] ?? 'it could not be fetched')
    }
    if (error instanceof Refusal && error.code !== 'unavailable')
      return failed(error.code, refusalWords[error.code] ?? 'it is not a file that can be taken')
    if (job.isLastAttempt) return failed('internal', 'it could not be stored')
    throw error
  }
}

const failed = (code: string, text: string, values: Note['values'] = {}): Fetched => ({
  outcome: 'media-failed',
  note: { code, text, values },
})
const outboundWords: Readonly<Record<string, string>> = {
  'blocked-address': 'its address leads into a private network',
  'bad-address': 'its address is not one that can be fetched',
  'not-found': 'its server is not known',
  unreachable: 'its server does not answer',
  'timed-out': 'its server took too long',
  'too-large': 'it is larger than 50 MB',
  'too-many-redirects': 'its server sends from one address to the next',
}
const refusalWords: Readonly<Record<string, string>> = {
  'unsupported-type': 'it is not of a kind that is taken',
  'picture-too-large': 'the picture has too many pixels',
  'too-large': 'it is larger than 50 MB',
}

async function settle(
  { db }: Host,
  workspaceId: string,
  row: ImportRow,
  fetch: Fetch,
  { outcome, note }: Exclude<Fetched, 'later'>,
  isTold: boolean,
): Promise<void> {
  const line: ReportLine = {
    position: row.items_total + fetch.number,
    sourceId: fetch.url.slice(0, 500),
    title: nameIn(fetch.url),
    outcome,
    articleId: null,
    editionId: null,
    notes: note ? [note] : [],
  }
  const isFetched = outcome === 'media-fetched'
  await db.transaction(async (tx) => {
    if (!(await settleFetch(tx, workspaceId, row.id, fetch.media_id))) return
    await report(tx, workspaceId, row.id, [line], {
      items: row.items_done,
      counts: row.counts,
      fetched: isFetched ? 1 : 0,
      failed: isFetched ? 0 : 1,
    })
    if (!isFetched) {
      await tx.query("update media set state = 'failed' where workspace_id = $1 and id = $2 and state = 'fetching'", [
        workspaceId,
        fetch.media_id,
      ])
      await tx.emit({
        name: 'content.media-changed',
        workspaceId,
        key: fetch.media_id,
        actor: row.created_by,
        data: { mediaId: fetch.media_id },
      })
    }
    if (isTold)
      await tx.emit({
        name: 'content.import-progressed',
        workspaceId,
        key: row.id,
        actor: row.created_by,
        data: { importId: row.id, state: 'fetching-media', itemsDone: row.items_done, itemsTotal: row.items_total },
      })
  })
}
