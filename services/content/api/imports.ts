import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { by, type Ideas } from './ideas.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  'startImport' | 'listImports' | 'getImport' | 'listImportItems' | 'cancelImport'
>

export const importOperations = ({ imports }: Ideas): Operations => ({
  startImport: async ({ file, format, language }, call) =>
    imports.start(
      call.workspaceId,
      { file, format: format ?? null, language: language ?? null },
      by(call),
      call.onceId,
    ),
  listImports: async (page, { workspaceId }) => imports.list(workspaceId, page),
  getImport: async ({ id }, { workspaceId }) => imports.get(workspaceId, id),
  listImportItems: async ({ id, outcome, ...page }, { workspaceId }) =>
    imports.items(workspaceId, id, outcome ?? null, page),
  cancelImport: async ({ id }, call) => imports.cancel(call.workspaceId, id, by(call)),
})
