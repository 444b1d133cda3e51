/** Two texts side by side: versions, and what is on the desk now. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import type { Desk } from '../writing/desk.ts'
import type { EditionText } from '../writing/text.ts'

export type Side = { kind: 'now' } | { kind: 'version'; id: string }
export type Comparison = { older: Side; newer: Side }

/** A side as the value of a list to choose from. */
export const sideKey = (side: Side): string => (side.kind === 'version' ? `version:${side.id}` : 'now')
export function sideOf(key: string): Side {
  const [kind = '', id = ''] = key.split(':', 2)
  return kind === 'version' ? { kind, id } : { kind: 'now' }
}

/** The text of a side; null while it is on its way or when it is gone. */
export function useSideText(desk: Desk, side: Side): { text: EditionText | null; error: unknown } {
  const version = useQuery({
    ...api.content.getVersion.queryOptions({ input: { id: side.kind === 'version' ? side.id : '' } }),
    enabled: side.kind === 'version',
    // a version never changes
    staleTime: Number.POSITIVE_INFINITY,
    meta: { live: false },
  })
  if (side.kind === 'now') return { text: desk.text(), error: null }
  return { text: version.data ?? null, error: version.error }
}
