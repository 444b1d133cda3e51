import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { by, type Ideas } from './ideas.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  | 'addEdition'
  | 'getEdition'
  | 'saveEdition'
  | 'setStatus'
  | 'listVersions'
  | 'getVersion'
  | 'restoreVersion'
  | 'exportEdition'
  | 'listPreviewLinks'
  | 'createPreviewLink'
  | 'revokePreviewLink'
  | 'renderSnapshot'
  | 'describeEditions'
>

export const editionOperations = ({ editions, exports, links, renderer, shapes, writing }: Ideas): Operations => ({
  addEdition: async ({ id, language, copyFrom }, call) => {
    const edition = await editions.get(
      call.workspaceId,
      await editions.add(call.workspaceId, id, language, copyFrom ?? null, by(call)),
    )
    return shapes.edition(call.workspaceId, edition, edition.body)
  },
  getEdition: async ({ id }, { workspaceId }) => {
    const edition = await editions.get(workspaceId, id)
    return shapes.edition(workspaceId, edition, edition.body)
  },
  saveEdition: async (input, call) => {
    const { record, body } = await editions.save(call.workspaceId, input, by(call))
    return shapes.edition(call.workspaceId, record, body)
  },
  setStatus: async ({ id, status, basedOn }, call) => {
    const { record, body } = await editions.setStatus(call.workspaceId, id, status, basedOn ?? null, by(call))
    return shapes.edition(call.workspaceId, record, body)
  },
  listVersions: async ({ id, limit, offset }, { workspaceId }) => {
    const { items, total } = await editions.listVersions(workspaceId, id, { limit, offset })
    return { items: await shapes.versions(workspaceId, items), total }
  },
  getVersion: async ({ id }, { workspaceId }) =>
    shapes.version(workspaceId, await editions.getVersion(workspaceId, id)),
  restoreVersion: async ({ id, versionId, basedOn }, call) => {
    const { record, body } = await editions.restore(call.workspaceId, id, versionId, basedOn, by(call))
    return shapes.edition(call.workspaceId, record, body)
  },
  exportEdition: async ({ id }, { workspaceId }) => {
    await writing.settle({ workspaceId, editionId: id })
    return exports.markdown(workspaceId, id)
  },

  listPreviewLinks: async ({ id }, { workspaceId }) =>
    links.list(workspaceId, (await editions.find(workspaceId, id)).id),
  createPreviewLink: async ({ id, days }, call) =>
    links.create(call.workspaceId, await editions.find(call.workspaceId, id), days, by(call), call.onceId),
  revokePreviewLink: async ({ id }, { workspaceId }) => {
    await links.revoke(workspaceId, id)
    return {}
  },

  renderSnapshot: async ({ editionId, versionId }, { workspaceId }) => {
    if (versionId === undefined) await writing.settle({ workspaceId, editionId })
    return renderer.snapshot(workspaceId, editionId, versionId ?? null)
  },
  describeEditions: async ({ ids }, { workspaceId }) => editions.describe(workspaceId, ids),
})
