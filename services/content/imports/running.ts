/** What one running import remembers between its items. */
import type { ImportId, Language, MediaId, TermId } from '@floowe/contracts/vocabulary'
import type { IncomingTerm } from '../formats/index.ts'
import type { ImportRow } from '../store/imports.ts'
import type { By, Terms } from '../terms.ts'

export type Running = {
  workspaceId: string
  importId: ImportId
  language: Language
  by: By
  /** Files taken by path or address. */
  files: Map<string, MediaId>
  termIds: (kind: 'tag' | 'category' | 'author', terms: readonly IncomingTerm[]) => Promise<TermId[]>
}

/** Names remembered; an import with more starts anew. */
const rememberedMax = 20_000

export function runningOf(row: ImportRow, workspaceId: string, language: Language, terms: Terms): Running {
  const known = new Map<string, TermId>()
  const files = new Map<string, MediaId>()
  const by: By = { actor: row.created_by, requestId: null }
  return {
    workspaceId,
    importId: row.id,
    language,
    by,
    files,
    termIds: async (kind, wanted) => {
      if (known.size > rememberedMax) known.clear()
      const found: TermId[] = []
      for (const term of wanted) {
        const key = `${kind}:${term.name}`
        let id = known.get(key)
        if (!id) {
          ;[id] = await terms.resolve(workspaceId, kind, [term], by)
          if (id) known.set(key, id)
        }
        if (id && !found.includes(id)) found.push(id)
      }
      return found
    },
  }
}
