/** Taking in what was written elsewhere. */
import { z } from 'zod'
import { Import, ImportFormat, ImportItem, ImportState } from './content-shapes.ts'
import { operation } from './operation.ts'
import { ImportId, Language, pageOf, Paging } from './vocabulary.ts'

const tag = 'Content'

export const importOperations = {
  /** Files of one import: a `.zip` of a Markdown folder, a WordPress `.xml`, a Ghost `.json`, or single `.md` files. */
  startImport: operation(
    tag,
    'content:import',
    { method: 'POST', path: '/imports', summary: 'Import articles from other systems', successStatus: 202 },
    { bodyBytesMax: 260 * 1024 * 1024, once: true },
  )
    .errors({
      'unreadable-file': {
        status: 422,
        data: z.object({
          file: z.string(),
          line: z.number().nullable(),
          reason: z.string(),
          problem: z.string().describe('stable code of the reason'),
        }),
      },
      'unsupported-type': { status: 415, data: z.object({ found: z.string() }) },
    })
    .input(z.object({ file: z.file(), format: ImportFormat.optional(), language: Language.optional() }))
    .output(Import),
  listImports: operation(tag, 'content:read', { method: 'GET', path: '/imports', summary: 'Imports, newest first' })
    .input(Paging)
    .output(pageOf(Import)),
  getImport: operation(tag, 'content:read', { method: 'GET', path: '/imports/{id}', summary: 'How an import is doing' })
    .input(z.object({ id: ImportId }))
    .output(Import),
  listImportItems: operation(tag, 'content:read', {
    method: 'GET',
    path: '/imports/{id}/items',
    summary: 'The report, item by item',
  })
    .input(Paging.extend({ id: ImportId, outcome: ImportItem.shape.outcome.optional() }))
    .output(pageOf(ImportItem)),
  cancelImport: operation(
    tag,
    'content:import',
    { method: 'DELETE', path: '/imports/{id}', summary: 'Stop an import; what it took stays' },
    { repeatable: true },
  )
    .input(z.object({ id: ImportId }))
    .output(Import),
}

export const importEvents = {
  'content.import-progressed': z.object({
    importId: ImportId,
    state: ImportState,
    itemsDone: z.number(),
    itemsTotal: z.number(),
  }),
}
