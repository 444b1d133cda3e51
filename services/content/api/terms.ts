import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { by, type Ideas, question } from './ideas.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  | 'listTerms'
  | 'createTerm'
  | 'updateTerm'
  | 'deleteTerm'
  | 'listTemplates'
  | 'createTemplate'
  | 'updateTemplate'
  | 'deleteTemplate'
>

export const termOperations = ({ terms, templates, writing }: Ideas): Operations => ({
  listTerms: async ({ kind, query, limit, offset }, { workspaceId }) =>
    terms.list(workspaceId, kind, question(query), { limit, offset }),
  createTerm: async (input, call) => terms.create(call.workspaceId, input, by(call)),
  updateTerm: async ({ id, ...change }, call) => terms.update(call.workspaceId, id, change, by(call)),
  deleteTerm: async ({ id, mergeInto }, call) => {
    await terms.delete(call.workspaceId, id, mergeInto ?? null, by(call))
    return {}
  },
  listTemplates: async (_input, { workspaceId }) => templates.list(workspaceId),
  createTemplate: async (input, { workspaceId, onceId }) => {
    if (input.fromEdition) await writing.settle({ workspaceId, editionId: input.fromEdition })
    return templates.create(workspaceId, input, onceId)
  },
  updateTemplate: async ({ id, ...patch }, { workspaceId }) => templates.update(workspaceId, id, patch),
  deleteTemplate: async ({ id }, { workspaceId }) => {
    await templates.delete(workspaceId, id)
    return {}
  },
})
