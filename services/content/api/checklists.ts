import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { by, type Ideas } from './ideas.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  'getChecklist' | 'updateChecklist' | 'getEditionChecklist' | 'tickChecklistItem' | 'openChecklist'
>

export const checklistOperations = ({ checklists }: Pick<Ideas, 'checklists'>): Operations => ({
  getChecklist: (_, { workspaceId }) => checklists.get(workspaceId),
  updateChecklist: (input, call) => checklists.update(call.workspaceId, input, by(call)),
  getEditionChecklist: async ({ id }, { workspaceId }) => ({ items: await checklists.check(workspaceId, id) }),
  tickChecklistItem: async (input, call) => ({ items: await checklists.tick(call.workspaceId, input, by(call)) }),
  openChecklist: ({ editionId, versionId }, { workspaceId }) => checklists.open(workspaceId, editionId, versionId),
})
