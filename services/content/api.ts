/** Every operation of the contract meets the idea that answers it. */
import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { articleOperations } from './api/articles.ts'
import { checklistOperations } from './api/checklists.ts'
import { editionOperations } from './api/editions.ts'
import type { Ideas } from './api/ideas.ts'
import { importOperations } from './api/imports.ts'
import { mediaOperations } from './api/media.ts'
import { termOperations } from './api/terms.ts'
import { writingOperations } from './api/writing.ts'

export const createApi = (ideas: Ideas): Api<Contracts['content']> => ({
  ...articleOperations(ideas),
  ...editionOperations(ideas),
  ...checklistOperations(ideas),
  ...termOperations(ideas),
  ...mediaOperations(ideas),
  ...importOperations(ideas),
  ...writingOperations(ideas),
})
