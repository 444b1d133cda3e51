/** The job that makes the sizes of a picture. May run again: it writes the same files and the same row. */
import { createReadStream } from 'node:fs'
import type { MediaId } from '@floowe/contracts/vocabulary'
import { type Host, JobFailedForGood } from '@floowe/platform'
import { shownKey, variantKey } from './media-addresses.ts'
import { withOriginal } from './media-original.ts'
import { PictureRefused, type Pictures } from './pictures/pictures.ts'
import { findMedia, type MediaRow, settleMedia } from './store/media.ts'

export const createVariants =
  (host: Host, pictures: Pictures) =>
  async (workspaceId: string, id: MediaId, isLastAttempt: boolean): Promise<void> => {
    const { db } = host
    const row = await findMedia(db, workspaceId, id)
    if (!row?.sha256 || row.state !== 'processing') return
    const settle = (state: 'ready' | 'failed', variants: MediaRow['variants']) =>
      db.transaction(async (tx) => {
        const rows = await settleMedia(tx, workspaceId, id, state, variants)
        if (rows.length > 0)
          await tx.emit({
            name: 'content.media-changed',
            workspaceId,
            key: id,
            actor: 'service:content',
            data: { mediaId: id },
          })
      })
    try {
      await settle('ready', await shrinkInto(host, pictures, workspaceId, row, row.sha256))
    } catch (error) {
      const isHopeless = error instanceof PictureRefused || error instanceof JobFailedForGood
      if (isHopeless || isLastAttempt) await settle('failed', [])
      throw isHopeless ? new JobFailedForGood(error.message, { cause: error }) : error
    }
  }

async function shrinkInto(
  { blobs }: Host,
  pictures: Pictures,
  workspaceId: string,
  row: MediaRow,
  sha256: string,
): Promise<MediaRow['variants']> {
  const variants = await withOriginal(blobs, workspaceId, sha256, async (file, folder) => {
    const shown = row.shown_type === 'image/png' || row.shown_type === 'image/jpeg' ? row.shown_type : null
    const made = await pictures.shrink({ file, folder, isVector: row.type === 'image/svg+xml', shown })
    for (const variant of made.variants)
      await blobs.put(variantKey(workspaceId, sha256, variant.width), createReadStream(variant.file), {
        type: variant.type,
      })
    if (made.shown)
      await blobs.put(shownKey(workspaceId, sha256), createReadStream(made.shown.file), { type: made.shown.type })
    return made.variants.map(({ width, height, bytes, type }) => ({ width, height, bytes, type }))
  })
  if (!variants) throw new JobFailedForGood(`the original of ${row.id} is not there`)
  return variants
}
