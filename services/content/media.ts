/**
 * Files: taken in by their content, the same bytes once, pictures shrunk by a job.
 *
 * fetching (an import is bringing it) → processing (variants are being made) → ready; → failed when no picture can be made of
 * it or it never came. Files that are no pictures are ready at once.
 */
import type { Media } from '@floowe/contracts/content'
import type { MediaId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse } from '@floowe/platform'
import { shownUrl, variantOf } from './media-addresses.ts'
import { createIntake } from './media-intake.ts'
import { createVariants } from './media-variants.ts'
import type { Pictures } from './pictures/pictures.ts'
import { createPostPictures } from './post-pictures.ts'
import { mediaRef } from './references.ts'
import {
  deleteMedia,
  describeMedia,
  findMedia,
  listMedia,
  manyMedia,
  type MediaRow,
  type MediaWords,
} from './store/media.ts'
import type { Store } from './store/port.ts'
import type { By } from './terms.ts'

export type MediaLibrary = ReturnType<typeof createMedia>

export function createMedia(host: Host, store: Store, pictures: Pictures) {
  const { db, call } = host
  const describe = async (workspaceId: string, rows: readonly MediaRow[]): Promise<Media[]> => {
    const used = await store.content.countArticles(workspaceId, { media: rows.map((row) => row.id) })
    return rows.map((row) => mediaOf(workspaceId, row, used.get(row.id) ?? 0))
  }
  const one = async (workspaceId: string, row: MediaRow): Promise<Media> =>
    found((await describe(workspaceId, [row]))[0], 'media')

  return {
    ...createIntake(host, pictures),
    /** A file is about to be added. */
    expectPictures: pictures.expect,
    makeVariants: createVariants(host, pictures),
    ...createPostPictures(host, store.content, pictures),
    get: async (workspaceId: string, id: MediaId): Promise<Media> =>
      one(workspaceId, found(await findMedia(db, workspaceId, id), 'media')),
    many: async (workspaceId: string, wanted: readonly MediaId[]): Promise<Media[]> =>
      describe(workspaceId, await manyMedia(db, workspaceId, wanted)),
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
      if (users.length > 0 || (await store.templates.isUsing(workspaceId, mediaRef(id))))
        refuse('still-used', { articles: users })
      const { isShared } = await db.transaction(async (tx) => {
        const gone = await deleteMedia(tx, workspaceId, row)
        await tx.emit({ name: 'content.media-deleted', workspaceId, key: id, ...by, data: { mediaId: id } })
        return gone
      })
      if (!isShared && row.sha256) await deleteBytes(host, workspaceId, row.sha256)
    },
  }
}

export function mediaOf(workspaceId: string, row: MediaRow, usedBy: number): Media {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    bytes: row.bytes,
    sha256: row.sha256 ?? '',
    width: row.width,
    height: row.height,
    alt: row.alt,
    caption: row.caption,
    credit: row.credit,
    focalPoint: row.focal_x === null || row.focal_y === null ? null : { x: row.focal_x, y: row.focal_y },
    state: row.state,
    url: shownUrl(workspaceId, row),
    variants: row.variants.map((variant) => variantOf(workspaceId, row, variant)),
    createdAt: row.created_at.toISOString(),
    usedBy,
  }
}

async function deleteBytes({ blobs }: Host, workspaceId: string, sha256: string): Promise<void> {
  const folder = blobs.within(`${workspaceId}/media/${sha256}`)
  // An original, its sizes, and two files for each set of rules of a channel: one page, but for a workspace of very many channels.
  for (let page = 0; page < 100; page++) {
    const { items, next } = await folder.list('', { limit: 1000 })
    for (const { key } of items) await folder.delete(key)
    if (next === null) return
  }
}

const usersMax = 20

async function usersOf(
  id: MediaId,
  workspaceId: string,
  store: Store,
  call: Host['call'],
): Promise<{ articleId: string; title: string }[]> {
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
