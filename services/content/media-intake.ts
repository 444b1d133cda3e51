/** Files are taken in by their content, whatever their name says; the same bytes once. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { MediaId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse, Refusal } from '@floowe/platform'
import { originalKey } from './media-addresses.ts'
import { type KnownType, recognise } from './media-types.ts'
import { PictureRefused, type Pictures, PicturesUnavailable } from './pictures/pictures.ts'
import { type Inspected, pixelsMax } from './pictures/protocol.ts'
import { fillMedia, findMedia, findMediaOfBytes, insertMedia, type MediaRow } from './store/media.ts'
import type { By } from './terms.ts'

export const fileBytesMax = 50 * 1024 * 1024
/** The name of the job that makes the variants. */
export const pictureJob = 'content.picture'

export type NewFile = { name: string; bytes: Uint8Array; alt: string; caption?: string }

export function createIntake({ db, blobs, clock, ids }: Host, pictures: Pictures) {
  /** Recognises and keeps the bytes. @throws Refusal too-large, unsupported-type, picture-too-large, unavailable */
  const keep = async (
    workspaceId: string,
    bytes: Uint8Array,
  ): Promise<{ known: KnownType; seen: Inspected | null; sha256: string }> => {
    if (bytes.byteLength > fileBytesMax) refuse('too-large', { limitBytes: fileBytesMax })
    const known = await recognise(bytes)
    if ('found' in known) refuse('unsupported-type', { found: known.found })
    const seen = known.kind === 'file' ? null : await look(pictures, bytes, known)
    const { sha256 } = await blobs.put(originalKey(workspaceId, hashOf(bytes)), bytes, { type: known.type })
    return { known, seen, sha256 }
  }

  return {
    /** The file, or the one the workspace has with the same bytes. @throws Refusal too-large, unsupported-type, picture-too-large */
    add: async (workspaceId: string, file: NewFile, by: By): Promise<{ row: MediaRow; isNew: boolean }> => {
      if (file.bytes.byteLength > fileBytesMax) refuse('too-large', { limitBytes: fileBytesMax })
      const there = await findMediaOfBytes(db, workspaceId, hashOf(file.bytes))
      if (there) return { row: there, isNew: false }
      const { known, seen, sha256 } = await keep(workspaceId, file.bytes)
      const id = ids.next<MediaId>()
      const isNew = await db.transaction(async (tx) => {
        const inserted = await insertMedia(tx, workspaceId, {
          id,
          name: cleanName(file.name, known),
          bytes: file.bytes.byteLength,
          sha256,
          width: seen?.width ?? null,
          height: seen?.height ?? null,
          type: known.type,
          alt: file.alt,
          caption: file.caption ?? '',
          credit: '',
          state: seen ? 'processing' : 'ready',
          ...newKeys(),
          shown_type: shownType(known, seen),
          source_url: null,
          at: clock.instant(),
          by: by.actor,
        })
        if (!inserted) return false
        if (seen) await tx.enqueue({ kind: pictureJob, workspaceId, input: { mediaId: id } })
        await tx.emit({
          name: 'content.media-added',
          workspaceId,
          key: id,
          ...by,
          data: { mediaId: id, name: file.name.slice(0, 200) },
        })
        return true
      })
      // Another upload of the same bytes may have been a moment faster.
      const row = isNew ? await findMedia(db, workspaceId, id) : await findMediaOfBytes(db, workspaceId, sha256)
      return { row: found(row, 'media'), isNew }
    },

    /** The bytes of a file that was `fetching`. False when nobody waits for it any more. @throws like `add` */
    fill: async (
      workspaceId: string,
      id: MediaId,
      file: { name: string; bytes: Uint8Array },
      by: By,
    ): Promise<boolean> => {
      const { known, seen, sha256 } = await keep(workspaceId, file.bytes)
      return db.transaction(async (tx) => {
        const isFilled = await fillMedia(tx, workspaceId, id, {
          name: cleanName(file.name, known),
          type: known.type,
          bytes: file.bytes.byteLength,
          sha256,
          width: seen?.width ?? null,
          height: seen?.height ?? null,
          state: seen ? 'processing' : 'ready',
          shown_type: shownType(known, seen),
        })
        if (!isFilled) return false
        if (seen) await tx.enqueue({ kind: pictureJob, workspaceId, input: { mediaId: id } })
        await tx.emit({ name: 'content.media-changed', workspaceId, key: id, ...by, data: { mediaId: id } })
        return true
      })
    },
  }
}

export const newKeys = (): { key: string; original_key: string } => ({
  key: randomBytes(16).toString('hex'),
  original_key: randomBytes(16).toString('hex'),
})
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A GIF may move and an ordinary file is no picture: those are shown as they came. */
const shownType = (known: KnownType, seen: Inspected | null): string =>
  known.type === 'image/gif' || seen === null
    ? known.type
    : seen.hasAlpha || known.kind === 'vector'
      ? 'image/png'
      : 'image/jpeg'

function cleanName(name: string, { ending }: KnownType): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  // The same characters the contract refuses in a line: controls, direction changes, zero-width and broken ones.
  const clean = last
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, '')
    .trim()
    .slice(0, 200)
  return clean === '' || clean.startsWith('.') ? `file.${ending}` : clean
}

async function look(pictures: Pictures, bytes: Uint8Array, known: KnownType): Promise<Inspected> {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-picture-'))
  try {
    const file = path.join(folder, 'original')
    await writeFile(file, bytes)
    return await pictures.inspect(file)
  } catch (error) {
    if (error instanceof PictureRefused && error.code === 'too-many-pixels')
      refuse('picture-too-large', { megapixelsMax: pixelsMax / 1_000_000 })
    if (error instanceof PictureRefused) refuse('unsupported-type', { found: `damaged ${known.type}` })
    if (error instanceof PicturesUnavailable) throw new Refusal('unavailable', undefined, { cause: error })
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
