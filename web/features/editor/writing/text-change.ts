/** Changes of a field's text as small steps on the shared text, so that two people in one field do not fight over it. */
import { simpleDiffStringWithCursor } from 'lib0/diff'
import type * as Y from 'yjs'

/** @param cursor where the cursor stands in `next`: of equal letters side by side, the one at the cursor is meant. */
export function changeText(text: Y.Text, next: string, cursor: number, origin: unknown): void {
  const now = text.toString()
  if (now === next) return
  const grown = Math.max(0, next.length - now.length)
  const { index, remove, insert } = simpleDiffStringWithCursor(now, next, Math.max(0, cursor - grown))
  text.doc?.transact(() => {
    if (remove > 0) text.delete(index, remove)
    if (insert !== '') text.insert(index, insert)
  }, origin)
}

export type Delta = readonly { retain?: number; insert?: unknown; delete?: number }[]

/** Where a place of the old text is in the new one. @param isEnd it stays before what comes in exactly there. */
export function movedBy(delta: Delta, place: number, isEnd = false): number {
  let [old, moved] = [0, place]
  for (const step of delta) {
    if (old > place) break
    if (step.retain !== undefined) old += step.retain
    else if (step.delete !== undefined) {
      moved -= Math.max(0, Math.min(step.delete, place - old))
      old += step.delete
    } else if (typeof step.insert === 'string' && (old < place || (old === place && !isEnd)))
      moved += step.insert.length
  }
  return moved
}
