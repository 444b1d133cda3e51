/**
 * The manuscript as a part of the shared document. What others write comes in as the smallest change, so that the cursor, the
 * pictures on their way and everything else that stands at a place stays where it is.
 */
import { Extension } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import { type EditorState, Selection, type Transaction } from '@tiptap/pm/state'
import { ReplaceStep } from '@tiptap/pm/transform'
import {
  absolutePositionToRelativePosition,
  type ProsemirrorBinding,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap'
import * as Y from 'yjs'

type SyncMeta = { isChangeOrigin?: boolean; isUndoRedoOperation?: boolean }
type SyncState = { doc: Y.Doc; type: Y.XmlFragment; binding: ProsemirrorBinding }

const syncMeta = (transaction: Transaction): SyncMeta | undefined => transaction.getMeta(ySyncPluginKey)

/** Did it come from the shared document (others, another tab, one's own undo) rather than from keys and buttons here? */
export const isFromOthers = (transaction: Transaction): boolean => syncMeta(transaction)?.isChangeOrigin === true

const syncOf = (state: EditorState): SyncState | undefined => ySyncPluginKey.getState(state)

/** The nodes that parts of the shared document were made into. What did not change keeps its node, so that it is not drawn anew. */
class MadeNodes extends Map<Y.AbstractType<unknown>, never> {
  /** The binding forgets all before every change of others, and each change itself as well; the second is enough. */
  override clear(): void {}
}

/** Another document, said as one step over what differs. @returns null when the step would not say the same. */
export function smallest(state: EditorState, whole: Transaction): Transaction | null {
  const { doc } = state
  const next = whole.doc
  const change = state.tr
  const start = doc.content.findDiffStart(next.content)
  if (start !== null) {
    const ends = doc.content.findDiffEnd(next.content) ?? { a: doc.content.size, b: next.content.size }
    const overlap = Math.max(0, start - Math.min(ends.a, ends.b))
    try {
      change.step(new ReplaceStep(start, ends.a + overlap, next.slice(start, ends.b + overlap)))
    } catch {
      return null // a cut that is no place for such a slice
    }
    if (!change.doc.eq(next)) return null
  }
  if (whole.selectionSet) change.setSelection(Selection.fromJSON(change.doc, whole.selection.toJSON()))
  if (state.storedMarks) change.setStoredMarks(state.storedMarks)
  if (whole.scrolledIntoView) change.scrollIntoView()
  return change.setMeta(ySyncPluginKey, syncMeta(whole)).setMeta('addToHistory', false)
}

const SmallSteps = Extension.create({
  name: 'smallSteps',
  priority: 1200,
  dispatchTransaction({ transaction, next }) {
    const change = isFromOthers(transaction) && transaction.docChanged ? smallest(this.editor.state, transaction) : null
    next(change ?? transaction)
  },
})

/** Undo and redo are of one's own changes only. */
export const sharedText = (body: Y.XmlFragment) => [
  Collaboration.configure({ fragment: body, ySyncOptions: { mapping: new MadeNodes() as never } }), // nodes, whatever their type
  SmallSteps,
]

/** Shows the document as it is now. To be called once, when the editor stands. */
export function showShared(state: EditorState): void {
  syncOf(state)?.binding._forceRerender()
}

/** A place in the text that stays with its letters, whoever writes before it. */
export function relativeAt(state: EditorState, position: number): Y.RelativePosition | null {
  const sync = syncOf(state)
  return sync ? absolutePositionToRelativePosition(position, sync.type, sync.binding.mapping) : null
}

/** Where such a place is now; null: not in this text. */
export function positionOf(state: EditorState, place: Y.RelativePosition): number | null {
  const sync = syncOf(state)
  if (!sync) return null
  const found = relativePositionToAbsolutePosition(sync.doc, sync.type, place, sync.binding.mapping)
  return found === null ? null : Math.min(Math.max(0, found), state.doc.content.size)
}

/** The same of a place that someone else told. */
export function positionTold(state: EditorState, told: unknown): number | null {
  try {
    return positionOf(state, Y.createRelativePositionFromJSON(told))
  } catch {
    return null // not a place of ours
  }
}
