import type { EditionId } from '@floowe/contracts/vocabulary'
import type { Host } from '@floowe/platform'
import type { ContentStore } from './store/port.ts'
import type { Terms } from './terms.ts'
export type Exports = ReturnType<typeof createExports>
export function createExports(_host: Host, _store: ContentStore, _terms: Terms) {
  return {
    markdown: async (_workspaceId: string, _id: EditionId): Promise<{ path: string; markdown: string; media: { id: string; path: string; url: string; sha256: string }[] }> => ({ path: '', markdown: '', media: [] }),
    hash: async (_workspaceId: string, _id: EditionId): Promise<string> => '',
  }
}
