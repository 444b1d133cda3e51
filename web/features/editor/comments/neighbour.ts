import type { Editor } from '@tiptap/core'
import { placesOf } from '../manuscript/commented.ts'

/** The comment after or before the one that is read, else after or before the cursor; around the end it begins anew. */
export function neighbour(editor: Editor, active: string | null, by: 1 | -1): string | null {
  const places = [...placesOf(editor)].filter(([id]) => id !== 'draft').sort(([, a], [, b]) => a.from - b.from)
  const at = places.findIndex(([id]) => id === active)
  if (at >= 0) return places[(at + by + places.length) % places.length]?.[0] ?? null
  const { from } = editor.state.selection
  const found =
    by > 0 ? places.find(([, range]) => range.from >= from) : places.findLast(([, range]) => range.from < from)
  return (found ?? (by > 0 ? places[0] : places.at(-1)))?.[0] ?? null
}
