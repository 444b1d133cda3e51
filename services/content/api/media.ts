import type { Contracts } from '@floowe/contracts/index'
import { type Api, found, refuse } from '@floowe/platform'
import { by, type Ideas, question } from './ideas.ts'
import { fileBytesMax } from '../media-intake.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  'listMedia' | 'uploadMedia' | 'getMedia' | 'updateMedia' | 'deleteMedia' | 'picturesForPost' | 'readPicture'
>

export const mediaOperations = ({ media }: Ideas): Operations => ({
  listMedia: async ({ query, limit, offset }, { workspaceId }) =>
    media.list(workspaceId, question(query), { limit, offset }),
  uploadMedia: async ({ file, alt }, call) => {
    if (file.size > fileBytesMax) refuse('too-large', { limitBytes: fileBytesMax })
    const { row } = await media.add(
      call.workspaceId,
      { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), alt },
      by(call),
    )
    return found((await media.describe(call.workspaceId, [row]))[0], 'media')
  },
  getMedia: async ({ id }, { workspaceId }) => media.get(workspaceId, id),
  updateMedia: async ({ id, ...words }, call) => media.update(call.workspaceId, id, words, by(call)),
  deleteMedia: async ({ id }, call) => {
    await media.delete(call.workspaceId, id, by(call))
    return {}
  },
  picturesForPost: async (wanted, { workspaceId, signal }) => media.picturesForPost(workspaceId, wanted, signal),
  readPicture: async ({ mediaId, sha256 }, { workspaceId }) => media.readPicture(workspaceId, mediaId, sha256),
})
