/**
 * Imports: a file is checked as a whole and kept, then a job takes its items one by one.
 *
 * waiting → reading → writing → (fetching-media →) done; failed when the file or this machine stands in the way; cancelled by a
 * person at any time: what was taken stays.
 */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Import, ImportItem } from '@floowe/contracts/content'
import { type ImportId, Language } from '@floowe/contracts/vocabulary'
import { found, type Host, once, refuse } from '@floowe/platform'
import type { z } from 'zod'
import { type ContainerFormat, UnreadableContainer } from '../formats/index.ts'
import {
  abandonFetches,
  findImport,
  type ImportRow,
  insertImport,
  listImports,
  listItems,
  moveImport,
  openImports,
} from '../store/imports.ts'
import type { By } from '../terms.ts'
import { takeUpload } from './upload.ts'

export const importJob = 'content.import'
export const fileBytesMax = 256 * 1024 * 1024
/** Imports of a workspace that may run or wait at a time. */
const openMax = 5
/** Entries of one import. */
const itemsMax = 100_000

type Shape = z.input<typeof Import>
type Upload = { file: File; format: ContainerFormat | null; language: Language | null }
export type Imports = ReturnType<typeof createImports>

export function createImports(host: Host) {
  const { db, blobs, clock, ids, call } = host
  const get = async (workspaceId: string, id: ImportId): Promise<ImportRow> =>
    found(await findImport(db, workspaceId, id), 'import')
  const languageOf = async (workspaceId: string, wish: Language | null): Promise<Language> => {
    if (wish) return wish
    const workspace = await call.identity.getWorkspace({ workspace: workspaceId }, { workspaceId })
    return Language.parse(workspace?.language ?? 'en')
  }

  const begin = async (
    workspaceId: string,
    { file, format, language }: Upload,
    by: By,
    id: ImportId,
  ): Promise<Shape> => {
    if (file.size > fileBytesMax) refuse('too-large', { limitBytes: fileBytesMax })
    if ((await openImports(db, workspaceId)) >= openMax) refuse('too-many-requests', { retryAfterSeconds: 60 })
    const spoken = await languageOf(workspaceId, language)
    const key = `${workspaceId}/imports/${id}`
    const name = nameOf(file)
    const upload = await takeUpload(Readable.fromWeb(file.stream() as never), name) // the same stream, typed by the browser's library
    try {
      const container = await upload.container(host, format)
      await container.close()
      if (container.total > itemsMax)
        refuse('unreadable-file', {
          file: name,
          line: null,
          reason: `more than ${itemsMax} entries`,
          problem: 'too-many-items',
        })
      await blobs.put(key, createReadStream(upload.path), { bytesMax: fileBytesMax })
      await db.transaction(async (tx) => {
        await insertImport(tx, workspaceId, {
          id,
          format: container.format,
          name,
          language: spoken,
          blob_key: key,
          bytes: file.size,
          items_total: container.total,
          at: clock.instant(),
          by: by.actor,
        })
        await tx.enqueue({ kind: importJob, workspaceId, input: { importId: id } })
        await tx.emit({
          name: 'content.import-progressed',
          workspaceId,
          key: id,
          ...by,
          data: { importId: id, state: 'waiting', itemsDone: 0, itemsTotal: container.total },
        })
      })
    } catch (error) {
      // Another run under the same id keeps the same file.
      if (!(await findImport(db, workspaceId, id))) await blobs.delete(key)
      throw refusalOf(error)
    } finally {
      await upload.close()
    }
    return importOf(await get(workspaceId, id))
  }

  return {
    /**
     * @param onceId what was begun under it before is answered again
     * @throws Refusal too-large, unsupported-type, unreadable-file (nothing of it is taken then)
     */
    start: (workspaceId: string, given: Upload, by: By, onceId: string | null): Promise<Shape> =>
      once(
        onceId,
        async (id) => {
          const row = await findImport(db, workspaceId, id as ImportId) // begun below, or nothing's
          return row && importOf(row)
        },
        () => begin(workspaceId, given, by, (onceId ?? ids.next<ImportId>()) as ImportId), // the id of its first try
      ),

    get: async (workspaceId: string, id: ImportId): Promise<Shape> => importOf(await get(workspaceId, id)),
    list: async (workspaceId: string, page: { limit: number; offset: number }) => {
      const { items, total } = await listImports(db, workspaceId, page)
      return { items: items.map(importOf), total }
    },
    items: async (
      workspaceId: string,
      id: ImportId,
      outcome: z.infer<typeof ImportItem>['outcome'] | null,
      page: { limit: number; offset: number },
    ) => {
      await get(workspaceId, id)
      return listItems(db, workspaceId, id, outcome, page)
    },

    /** Stops it where it is. One that is over stays as it ended. */
    cancel: async (workspaceId: string, id: ImportId, by: By): Promise<Shape> => {
      const row = await get(workspaceId, id)
      await db.transaction(async (tx) => {
        if (!(await moveImport(tx, workspaceId, id, 'cancelled', { at: clock.instant() }))) return
        await abandonFetches(tx, workspaceId, id)
        await tx.emit({
          name: 'content.import-progressed',
          workspaceId,
          key: id,
          ...by,
          data: { importId: id, state: 'cancelled', itemsDone: row.items_done, itemsTotal: row.items_total },
        })
      })
      return importOf(await get(workspaceId, id))
    },
  }
}

const nameOf = (file: File): string =>
  (file.name.split(/[/\\]/).at(-1) ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 200) || 'upload'

/** What the reader says of a container, in the words of the contract. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof UnreadableContainer)) return error
  try {
    if (error.code === 'unsupported-type') refuse('unsupported-type', { found: error.reason })
    return refuse('unreadable-file', { file: error.file, line: error.line, reason: error.reason, problem: error.code })
  } catch (refusal) {
    return refusal
  }
}

const importOf = (row: ImportRow): Shape => ({
  id: row.id,
  format: row.format,
  name: row.name,
  state: row.state,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  createdBy: row.created_by,
  itemsTotal: row.items_total,
  itemsDone: row.items_done,
  counts: row.counts,
  media: { total: row.media_total, fetched: row.media_fetched, failed: row.media_failed },
  error: row.error,
})
