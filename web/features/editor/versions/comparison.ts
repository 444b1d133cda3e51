/** Two texts side by side: versions, what is on the desk now, what someone else saved, what was put aside. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import type { Desk } from '../saving/desk.ts'
import { textOfEdition, type EditionText } from '../saving/text.ts'
import { useSaving } from '../saving/use-desk.ts'

export type Side =
  | { kind: 'now' }
  | { kind: 'theirs' }
  | { kind: 'version'; id: string }
  | { kind: 'aside'; id: string }
export type Comparison = { older: Side; newer: Side }

/** A side as the value of a list to choose from. */
export const sideKey = (side: Side): string =>
  side.kind === 'version' || side.kind === 'aside' ? `${side.kind}:${side.id}` : side.kind
export function sideOf(key: string): Side {
  const [kind = '', id = ''] = key.split(':', 2)
  if (kind === 'version' || kind === 'aside') return { kind, id }
  return kind === 'theirs' ? { kind } : { kind: 'now' }
}

/** The text of a side; null while it is on its way or when it is gone. */
export function useSideText(desk: Desk, side: Side): { text: EditionText | null; error: unknown } {
  const { theirs } = useSaving(desk)
  const version = useQuery({
    ...api.content.getVersion.queryOptions({ input: { id: side.kind === 'version' ? side.id : '' } }),
    enabled: side.kind === 'version',
    // a version never changes
    staleTime: Number.POSITIVE_INFINITY,
    meta: { live: false },
  })
  if (side.kind === 'now') return { text: desk.text(), error: null }
  if (side.kind === 'theirs') return { text: theirs && textOfEdition(theirs), error: null }
  if (side.kind === 'aside')
    return {
      text: desk.drafts.listAside(desk.edition.id).find((aside) => aside.id === side.id)?.draft ?? null,
      error: null,
    }
  return { text: version.data ?? null, error: version.error }
}
