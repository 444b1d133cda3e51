/**
 * Files of an item: those that travel in the container are taken in at once; of those elsewhere a file is noted that a later
 * job fetches, and the text shows that file from the beginning.
 */
import { type ImportId, MediaId } from '@floowe/contracts/vocabulary'
import { type Host, Refusal, type Transaction } from '@floowe/platform'
import { bytesOf, type Container, type IncomingAttachment, type Note } from '../formats/index.ts'
import type { MediaLibrary } from '../media.ts'
import { fileBytesMax, newKeys } from '../media-intake.ts'
import { addFetch } from '../store/imports.ts'
import { findMediaOfSource, insertMedia } from '../store/media.ts'
import type { By } from '../terms.ts'
import type { Running } from './running.ts'

/** Files of one item; what is more stays as the source wrote it. */
const filesMax = 500

export type Taken = { media: ReadonlyMap<string, MediaId>; notes: Note[] }

export async function takeAttachments(
  host: Host,
  library: MediaLibrary,
  running: Running,
  container: Container,
  attachments: readonly IncomingAttachment[],
  by: By,
): Promise<Taken> {
  const media = new Map<string, MediaId>()
  const notes: Note[] = []
  if (attachments.length > filesMax)
    notes.push({
      code: 'too-many-files',
      text: `only the first ${filesMax} files were taken`,
      values: { limit: filesMax },
    })
  for (const attachment of attachments.slice(0, filesMax)) {
    if (media.has(attachment.ref)) continue
    const taken =
      attachment.kind === 'local'
        ? await takeLocal(library, running, container, attachment, by)
        : await noteRemote(host, running, attachment, by)
    if ('note' in taken) notes.push(taken.note)
    else media.set(attachment.ref, taken.id)
  }
  return { media, notes }
}

/** Files of the source that no item shows: they belong to its library all the same. */
export async function noteFiles(
  host: Host,
  running: Running,
  attachments: readonly IncomingAttachment[],
  signal: AbortSignal,
): Promise<void> {
  for (const attachment of attachments) {
    signal.throwIfAborted()
    if (attachment.kind === 'remote') await noteRemote(host, running, attachment, running.by)
  }
}

/** Of an item that stands here as it came, the files that could not be had then: this import tries again. */
export async function fetchAgain(
  { db }: Host,
  { workspaceId, importId, files }: Running,
  attachments: readonly IncomingAttachment[],
): Promise<void> {
  for (const { kind, location } of attachments) {
    const url = kind === 'remote' ? addressOf(location) : null
    if (!url || files.has(url)) continue
    await db.transaction(async (tx) => {
      const row = await findMediaOfSource(tx, workspaceId, url)
      if (!row) return
      files.set(url, row.id)
      if (row.sha256 === null) await wait(tx, workspaceId, importId, row.id, url)
    })
  }
}

/** Not there yet, or an earlier import could not get it: this one tries. */
async function wait(tx: Transaction, workspaceId: string, importId: ImportId, id: MediaId, url: string): Promise<void> {
  await tx.query("update media set state = 'fetching' where workspace_id = $1 and id = $2", [workspaceId, id])
  await addFetch(tx, workspaceId, importId, id, url)
}

type One = { id: MediaId } | { note: Note }

async function takeLocal(
  library: MediaLibrary,
  running: Running,
  container: Container,
  { location, alt, caption, title }: IncomingAttachment,
  by: By,
): Promise<One> {
  // An exported file carries the id that it had where it came from.
  const name = (location.split('/').at(-1) ?? location).replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/, '')
  const failed = (code: string, text: string): One => ({
    note: { code, text: `${location}: ${text}`, values: { file: location } },
  })
  const file = container.file(location)
  if (!file) return failed('file-missing', 'is not in the import')
  const known = running.files.get(file.path)
  if (known) return { id: known }
  const bytes = await bytesOf(file, fileBytesMax)
  if (!bytes) return failed('file-too-large', 'is larger than 50 MB')
  try {
    const { row } = await library.add(running.workspaceId, { name, bytes, alt, caption: caption || title }, by)
    running.files.set(file.path, row.id)
    return { id: row.id }
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'unavailable')
      return failed(error.code, 'is not a file that can be taken')
    throw error
  }
}

async function noteRemote(
  { db, ids, clock }: Host,
  running: Running,
  { location, alt, caption, title }: IncomingAttachment,
  by: By,
): Promise<One> {
  const url = addressOf(location)
  if (!url)
    return {
      note: {
        code: 'bad-address',
        text: `${location.slice(0, 200)}: is no address that can be fetched`,
        values: { file: location.slice(0, 200) },
      },
    }
  const known = running.files.get(url)
  if (known) return { id: known }
  const { workspaceId } = running
  const id = await db.transaction(async (tx): Promise<MediaId> => {
    const made = ids.next<MediaId>()
    await insertMedia(tx, workspaceId, {
      id: made,
      name: nameIn(url),
      type: 'application/octet-stream',
      bytes: 0,
      sha256: null,
      width: null,
      height: null,
      alt: alt.slice(0, 500),
      caption: (caption || title).slice(0, 1000),
      credit: '',
      state: 'fetching',
      ...newKeys(),
      shown_type: 'application/octet-stream',
      source_url: url,
      at: clock.instant(),
      by: by.actor,
    })
    const row = await findMediaOfSource(tx, workspaceId, url)
    const media = MediaId.parse(row?.id ?? made)
    if (row && row.sha256 === null) await wait(tx, workspaceId, running.importId, media, url)
    return media
  })
  running.files.set(url, id)
  return { id }
}

const addressOf = (location: string): string | null => {
  const url = URL.canParse(location) ? new URL(location) : null
  return url && /^https?:$/.test(url.protocol) && url.href.length <= 2048 ? url.href : null
}

export function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return (
      decodeURIComponent(last)
        .toWellFormed()
        .replace(/[\p{Cc}\p{Cf}/\\]/gu, '')
        .slice(0, 200) || 'file'
    )
  } catch {
    return last.slice(0, 200) || 'file'
  }
}
