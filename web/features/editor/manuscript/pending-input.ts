/**
 * Keys and clicks reach the browser's own selection and text a moment before the editor hears of them. A change that comes from
 * elsewhere in that moment would put the old selection back, so what is pending is taken in first.
 */
import type { EditorView } from '@tiptap/pm/view'

export function takePending(view: EditorView): void {
  if (view.isDestroyed || view.composing) return
  // the view's own observer, which its types leave out
  const { domObserver } = view as unknown as { domObserver?: { forceFlush?: () => void; flush?: () => void } }
  domObserver?.forceFlush?.()
  domObserver?.flush?.()
}
