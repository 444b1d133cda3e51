/**
 * Pictures as a channel of posts takes them: the file itself where it fits, else one made of it.
 *
 * What was made is kept beside the variants under the hash of its bytes, and for each set of rules a note says which one fits
 * them. A note is written once and never changed, so that what was approved yesterday is what is sent tomorrow.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PostMedia } from '@floowe/contracts/networks'
import type { EditionId, MediaId } from '@floowe/contracts/vocabulary'
import { BlobError, found, type Host, refuse, Refusal } from '@floowe/platform'
import { fitKey, fittedKey, originalKey } from './media-addresses.ts'
import { withOriginal } from './media-original.ts'
import { endingOf, kindOf } from './media-types.ts'
import { PictureRefused, type Pictures, PicturesUnavailable } from './pictures/pictures.ts'
import type { FitRules } from './pictures/protocol.ts'
import { findMedia, findMediaOfBytes, manyMedia, type MediaRow } from './store/media.ts'
import type { ContentStore } from './store/port.ts'

type Wanted = FitRules & { editionId: EditionId; mediaIds: readonly MediaId[] | null }

const Fitted = PostMedia.pick({ type: true, bytes: true, sha256: true, width: true, height: true })
type Fitted = ReturnType<typeof Fitted.parse>

export function createPostPictures(host: Host, store: ContentStore, pictures: Pictures) {
  const { db, blobs } = host
  const fittedTo = createFitter(host, pictures)
  return {
    /** In the order asked for. @throws Refusal not-found (the edition), unavailable */
    picturesForPost: async (
      workspaceId: string,
      { editionId, mediaIds, types, bytesMax, sideMax }: Wanted,
      signal: AbortSignal,
    ): Promise<(PostMedia | null)[]> => {
      const rules: FitRules = { types, bytesMax, sideMax }
      const coverIds = await coverOf(store, workspaceId, editionId)
      const ids = mediaIds ?? coverIds
      const rows = new Map((await manyMedia(db, workspaceId, ids)).map((row) => [row.id, row]))
      const named: (PostMedia | null)[] = []
      for (const id of ids) {
        // Whoever asked may be gone; what was made until then is kept for the next time.
        signal.throwIfAborted()
        const row = rows.get(id)
        if (!row || !isPicture(row)) named.push(null)
        else if (isFitting(row, rules)) named.push(nameOf(row, row))
        else {
          const fitted = await fittedTo(workspaceId, row, rules)
          named.push(fitted && nameOf({ ...row, name: fileName(row.name, fitted.type) }, fitted))
        }
      }
      return named
    },

    /** @throws Refusal not-found */
    readPicture: async (workspaceId: string, id: MediaId, sha256: string): Promise<File> => {
      const row = found(await findMedia(db, workspaceId, id), 'media')
      if (row.sha256 === null || kindOf(row.type) === 'file') refuse('not-found', { what: 'picture' })
      const isOriginal = row.sha256 === sha256
      const key = isOriginal ? originalKey(workspaceId, row.sha256) : fittedKey(workspaceId, row.sha256, sha256)
      const { bytes, type } = found(await blobs.read(key), 'picture')
      const name = isOriginal ? row.name : fileName(row.name, type)
      return new File([bytes as Uint8Array<ArrayBuffer>], name, { type }) // a Buffer that no other thread shares
    },
  }
}

/** @throws Refusal not-found */
async function coverOf(store: ContentStore, workspaceId: string, editionId: EditionId): Promise<MediaId[]> {
  const { articleId } = found((await store.findEditions(workspaceId, { ids: [editionId] }))[0], 'edition')
  const { items } = await store.listArticles(workspaceId, { ids: [articleId], limit: 1, offset: 0 })
  const coverId = items[0]?.coverId ?? null
  return coverId === null ? [] : [coverId]
}

type Picture = MediaRow & { sha256: string }
/** One of which no sizes could be made is damaged: a channel would refuse it. */
const isPicture = (row: MediaRow): row is Picture =>
  row.sha256 !== null && kindOf(row.type) !== 'file' && row.state !== 'failed'

/** A camera's JPEG may say where it was taken: it is always written anew, without that. */
const isFitting = ({ type, bytes, width, height }: MediaRow, { types, bytesMax, sideMax }: FitRules): boolean =>
  types.includes(type) &&
  type !== 'image/jpeg' &&
  bytes <= bytesMax &&
  (sideMax === null || (width !== null && height !== null && Math.max(width, height) <= sideMax))

const nameOf = ({ id, name, alt }: MediaRow, { type, bytes, sha256, width, height }: Fitted): PostMedia => ({
  mediaId: id,
  name,
  type,
  bytes,
  sha256,
  width,
  height,
  alt,
})

/** Some networks tell a type by the ending. */
const fileName = (name: string, type: string): string => `${name.replace(/\.[a-z0-9]{1,5}$/i, '')}.${endingOf(type)}`

function createFitter({ db, blobs, log }: Host, pictures: Pictures) {
  const noteAt = async (key: string): Promise<Fitted | null> => {
    const blob = await blobs.read(key)
    return blob && Fitted.parse(JSON.parse(blob.bytes.toString('utf8')))
  }
  const make = async (
    workspaceId: string,
    { id, sha256, type }: Picture,
    rules: FitRules,
  ): Promise<(Fitted & { content: Buffer }) | null> => {
    try {
      return await withOriginal(blobs, workspaceId, sha256, async (file, folder) => {
        const made = await pictures.fit({ file, folder, isVector: kindOf(type) === 'vector', ...rules })
        if (!made) return null
        const content = await readFile(made.file)
        return { ...Fitted.parse({ ...made, sha256: hashOf(content) }), content }
      })
    } catch (error) {
      if (error instanceof PicturesUnavailable) throw new Refusal('unavailable', undefined, { cause: error })
      if (!(error instanceof PictureRefused)) throw error
      log.warn('a picture cannot be made to fit', { mediaId: id, error })
      return null
    }
  }

  /** Null when it cannot be made to fit, or was deleted meanwhile. @throws Refusal unavailable */
  return async (workspaceId: string, row: Picture, rules: FitRules): Promise<Fitted | null> => {
    const noteKey = fitKey(
      workspaceId,
      row.sha256,
      hashOf(JSON.stringify([rules.types, rules.bytesMax, rules.sideMax])),
    )
    const keyOf = ({ sha256 }: Fitted): string => fittedKey(workspaceId, row.sha256, sha256)
    const known = await noteAt(noteKey)
    if (known && (await blobs.head(keyOf(known)))) return known
    const made = await make(workspaceId, row, rules)
    if (!made) return null
    const { content, ...fitted } = made
    await blobs.put(keyOf(fitted), content, { type: fitted.type })
    const isFirst = await putNote(noteKey, fitted, known !== null)
    // Who deletes the original lists what lies beside it, and may have done so a moment too early.
    if (!(await findMediaOfBytes(db, workspaceId, row.sha256))) {
      await blobs.delete(noteKey)
      await blobs.delete(keyOf(fitted))
      return null
    }
    return isFirst ? fitted : noteAt(noteKey)
  }

  /** False when another process was faster: then its picture is the one. */
  async function putNote(key: string, fitted: Fitted, isReplacing: boolean): Promise<boolean> {
    try {
      await blobs.put(key, JSON.stringify(fitted), { type: 'application/json', ifNoneMatch: !isReplacing })
      return true
    } catch (error) {
      if (error instanceof BlobError && error.code === 'exists') return false
      throw error
    }
  }
}

const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
