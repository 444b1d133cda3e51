/**
 * Files: taken in by their content, the same bytes once, pictures shrunk by a job.
 *
 * fetching (an import is bringing it) → processing (variants are being made) → ready; → failed when no picture can be made of
 * it or it never came. Files that are no pictures are ready at once.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Media } from '@floowe/contracts/content'
import type { MediaId } from '@floowe/contracts/vocabulary'
import { found, type Host, JobFailedForGood, refuse, Refusal } from '@floowe/platform'
import { originalKey, shownKey, shownUrl, variantKey, variantOf } from './media-addresses.ts'
import { type KnownType, recognise } from './media-types.ts'
import { PictureRefused, type Pictures, PicturesUnavailable } from './pictures/pictures.ts'
import { type Inspected, pixelsMax, variantWidths } from './pictures/protocol.ts'
import { mediaRef } from './references.ts'
import {
  deleteMedia, describeMedia, fillMedia, findMedia, findMediaOfBytes, insertMedia, listMedia, manyMedia, type MediaRow, type MediaWords, settleMedia,
} from './store/media.ts'
import type { Store } from './store/port.ts'
import type { By } from './terms.ts'

export const fileBytesMax = 50 * 1024 * 1024
/** The name of the job that makes the variants. */
export const pictureJob = 'content.picture'

export type NewFile = { name: string; bytes: Uint8Array; alt: string; caption?: string }
export type MediaLibrary = ReturnType<typeof createMedia>

export function createMedia(host: Host, store: Store, pictures: Pictures) {
  const { db, blobs, clock, ids, call } = host
  const describe = async (workspaceId: string, rows: readonly MediaRow[]): Promise<Media[]> => {
    const used = await store.content.countArticles(workspaceId, { media: rows.map((row) => row.id) })
    return rows.map((row) => mediaOf(workspaceId, row, used.get(row.id) ?? 0))
  }
  const one = async (workspaceId: string, row: MediaRow): Promise<Media> => found((await describe(workspaceId, [row]))[0], 'media')

  /** Recognises and keeps the bytes. @throws Refusal too-large, unsupported-type, picture-too-large, unavailable */
  const keep = async (workspaceId: string, bytes: Uint8Array): Promise<{ known: KnownType; seen: Inspected | null; sha256: string }> => {
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
          id, name: cleanName(file.name, known), bytes: file.bytes.byteLength, sha256, width: seen?.width ?? null, height: seen?.height ?? null,
          type: known.type, alt: file.alt, caption: file.caption ?? '', credit: '', state: seen ? 'processing' : 'ready', ...newKeys(), shown_type: shownType(known, seen),
          source_url: null, at: clock.instant(), by: by.actor,
        })
        if (!inserted) return false
        if (seen) await tx.enqueue({ kind: pictureJob, workspaceId, input: { mediaId: id } })
        await tx.emit({ name: 'content.media-added', workspaceId, key: id, ...by, data: { mediaId: id, name: file.name.slice(0, 200) } })
        return true
      })
      // Another upload of the same bytes may have been a moment faster.
      const row = isNew ? await findMedia(db, workspaceId, id) : await findMediaOfBytes(db, workspaceId, sha256)
      return { row: found(row, 'media'), isNew }
    },

    /** The bytes of a file that was `fetching`. False when nobody waits for it any more. @throws like `add` */
    fill: async (workspaceId: string, id: MediaId, file: { name: string; bytes: Uint8Array }, by: By): Promise<boolean> => {
      const { known, seen, sha256 } = await keep(workspaceId, file.bytes)
      return db.transaction(async (tx) => {
        const isFilled = await fillMedia(tx, workspaceId, id, {
          name: cleanName(file.name, known), type: known.type, bytes: file.bytes.byteLength, sha256, width: seen?.width ?? null, height: seen?.height ?? null,
          state: seen ? 'processing' : 'ready', shown_type: shownType(known, seen),
        })
        if (!isFilled) return false
        if (seen) await tx.enqueue({ kind: pictureJob, workspaceId, input: { mediaId: id } })
        await tx.emit({ name: 'content.media-changed', workspaceId, key: id, ...by, data: { mediaId: id } })
        return true
      })
    },

    get: async (workspaceId: string, id: MediaId): Promise<Media> => one(workspaceId, found(await findMedia(db, workspaceId, id), 'media')),
    many: async (workspaceId: string, wanted: readonly MediaId[]): Promise<Media[]> => describe(workspaceId, await manyMedia(db, workspaceId, wanted)),
    describe,
    list: async (workspaceId: string, query: string, page: { limit: number; offset: number }) => {
      const { items, total } = await listMedia(db, workspaceId, query, page)
      return { items: await describe(workspaceId, items), total }
    },

    update: async (workspaceId: string, id: MediaId, words: MediaWords, by: By): Promise<Media> => {
      const row = await db.transaction(async (tx) => {
        const updated = found(await describeMedia(tx, workspaceId, id, words), 'media')
        await tx.emit({ name: 'content.media-changed', workspaceId, key: id, ...by, data: { mediaId: id } })
        return updated
      })
      return one(workspaceId, row)
    },

    /** Only when no text shows it, and no published article showed it in a version that readers may still see. */
    delete: async (workspaceId: string, id: MediaId, by: By): Promise<void> => {
      const row = found(await findMedia(db, workspaceId, id), 'media')
      const users = await usersOf(id, workspaceId, store, call)
      if (users.length > 0 || (await store.templates.isUsing(workspaceId, mediaRef(id)))) refuse('still-used', { articles: users })
      const { isShared } = await db.transaction(async (tx) => {
        const gone = await deleteMedia(tx, workspaceId, row)
        await tx.emit({ name: 'content.media-deleted', workspaceId, key: id, ...by, data: { mediaId: id } })
        return gone
      })
      if (!isShared && row.sha256) await deleteBytes(host, workspaceId, row.sha256)
    },

    /** The job. May run again: it writes the same files and the same row. */
    makeVariants: async (workspaceId: string, id: MediaId, isLastAttempt: boolean): Promise<void> => {
      const row = await findMedia(db, workspaceId, id)
      if (!row?.sha256 || row.state !== 'processing') return
      const settle = (state: 'ready' | 'failed', variants: Parameters<typeof settleMedia>[4]) =>
        db.transaction(async (tx) => {
          const rows = await settleMedia(tx, workspaceId, id, state, variants)
          if (rows.length > 0) await tx.emit({ name: 'content.media-changed', workspaceId, key: id, actor: 'service:content', data: { mediaId: id } })
        })
      try {
        await settle('ready', await shrinkInto(host, pictures, workspaceId, row, row.sha256))
      } catch (error) {
        const isHopeless = error instanceof PictureRefused
        if (isHopeless || isLastAttempt) await settle('failed', [])
        throw isHopeless ? new JobFailedForGood(error.message, { cause: error }) : error
      }
    },
  }
}

export function mediaOf(workspaceId: string, row: MediaRow, usedBy: number): Media {
  return {
    id: row.id, name: row.name, type: row.type, bytes: row.bytes, sha256: row.sha256 ?? '', width: row.width, height: row.height, alt: row.alt, caption: row.caption, credit: row.credit,
    focalPoint: row.focal_x === null || row.focal_y === null ? null : { x: row.focal_x, y: row.focal_y }, state: row.state,
    url: shownUrl(workspaceId, row), variants: row.variants.map((variant) => variantOf(workspaceId, row, variant)), createdAt: row.created_at.toISOString(), usedBy,
  }
}

export const newKeys = (): { key: string; original_key: string } => ({ key: randomBytes(16).toString('hex'), original_key: randomBytes(16).toString('hex') })
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A GIF may move and an ordinary file is no picture: those are shown as they came. */
const shownType = (known: KnownType, seen: Inspected | null): string => (known.type === 'image/gif' || seen === null ? known.type : seen.hasAlpha || known.kind === 'vector' ? 'image/png' : 'image/jpeg')

function cleanName(name: string, { ending }: KnownType): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  // The same characters the contract refuses in a line: controls, direction changes, zero-width and broken ones.
  const clean = last.toWellFormed().replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, '').trim().slice(0, 200)
  return clean === '' || clean.startsWith('.') ? `file.${ending}` : clean
}

async function look(pictures: Pictures, bytes: Uint8Array, known: KnownType): Promise<Inspected> {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-picture-'))
  try {
    const file = path.join(folder, 'original')
    await writeFile(file, bytes)
    return await pictures.inspect(file)
  } catch (error) {
    if (error instanceof PictureRefused && error.code === 'too-many-pixels') refuse('picture-too-large', { megapixelsMax: pixelsMax / 1_000_000 })
    if (error instanceof PictureRefused) refuse('unsupported-type', { found: `damaged ${known.type}` })
    if (error instanceof PicturesUnavailable) throw new Refusal('unavailable', undefined, { cause: error })
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function shrinkInto({ blobs }: Host, pictures: Pictures, workspaceId: string, row: MediaRow, sha256: string): Promise<MediaRow['variants']> {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-picture-'))
  try {
    const file = path.join(folder, 'original')
    const original = await blobs.get(originalKey(workspaceId, sha256))
    if (!original) throw new JobFailedForGood(`the original of ${row.id} is not there`)
    const target = await open(file, 'wx')
    try {
      for await (const part of original.stream) await target.write(part as Uint8Array) // a byte stream
    } finally {
      await target.close()
    }
    const shown = row.shown_type === 'image/png' || row.shown_type === 'image/jpeg' ? row.shown_type : null
    const made = await pictures.shrink({ file, folder, isVector: row.type === 'image/svg+xml', shown })
    for (const variant of made.variants) await blobs.put(variantKey(workspaceId, sha256, variant.width), createReadStream(variant.file), { type: variant.type })
    if (made.shown) await blobs.put(shownKey(workspaceId, sha256), createReadStream(made.shown.file), { type: made.shown.type })
    return made.variants.map(({ width, height, bytes, type }) => ({ width, height, bytes, type }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function deleteBytes({ blobs }: Host, workspaceId: string, sha256: string): Promise<void> {
  const folder = blobs.within(`${workspaceId}/media/${sha256}`)
  // An original, a shown picture and at most one more size than the fixed ones.
  const { items } = await folder.list('', { limit: variantWidths.length + 10 })
  for (const { key } of items) await folder.delete(key)
}

const usersMax = 20

async function usersOf(id: MediaId, workspaceId: string, store: Store, call: Host['call']): Promise<{ articleId: string; title: string }[]> {
  const now = await store.content.findEditions(workspaceId, { pointingTo: mediaRef(id) })
  // What lies in the trash counts: it may be taken out again.
  const users = new Map(now.map((edition) => [edition.articleId, edition.title]))
  if (users.size === 0) {
    const once = await store.content.findEditions(workspaceId, { oncePointingTo: mediaRef(id) })
    for (const edition of once.slice(0, usersMax)) {
      const channels = await call.publishing.publishedChannels({ articleId: edition.articleId }, { workspaceId })
      if (channels.length > 0) users.set(edition.articleId, edition.title)
    }
  }
  return [...users].slice(0, usersMax).map(([articleId, title]) => ({ articleId, title }))
}
