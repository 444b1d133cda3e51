/**
 * The manuscript as a part of the shared document. What others write comes in as the smallest change, so that the cursor, the
 * pictures on their way and everything else that stands at a place stays where it is.
 */
import { Extension } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import { type EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
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

/**
 * Another document, said as one step over what differs.
 * @param cursor where the selection of text is in the new document, as far as its letters tell.
 * @returns null when the step would not say the same.
 */
export function smallest(
  state: EditorState,
  whole: Transaction,
  cursor: { anchor: number | null; head: number | null } | null,
): Transaction | null {
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
  const { selection } = state
  if (selection instanceof TextSelection && cursor) {
    const [anchor, head] = [
      cursor.anchor ?? change.mapping.map(selection.anchor),
      cursor.head ?? change.mapping.map(selection.head),
    ].map((place) => change.doc.resolve(Math.min(place, change.doc.content.size)))
    if (anchor && head) change.setSelection(TextSelection.between(anchor, head))
  }
  if (state.storedMarks) change.setStoredMarks(state.storedMarks)
  if (whole.scrolledIntoView) change.scrollIntoView()
  return change.setMeta(ySyncPluginKey, syncMeta(whole)).setMeta('addToHistory', false)
}

/**
 * Where the selection is after a change of others. The binding's own answer is not used: in a paragraph that somebody else
 * changed it takes the old count of letters for the new place.
 */
function cursorAfter(state: EditorState): { anchor: number | null; head: number | null } | null {
  const before = syncOf(state)?.binding.beforeTransactionSelection as
    | { anchor: Y.RelativePosition | null; head: Y.RelativePosition | null }
    | null
    | undefined // as the binding makes it
  if (!before) return null
  const placeOf = (place: Y.RelativePosition | null) => place && positionOf(state, place)
  return { anchor: placeOf(before.anchor), head: placeOf(before.head) }
}

const SmallSteps = Extension.create({
  name: 'smallSteps',
  priority: 1200,
  dispatchTransaction({ transaction, next }) {
    const { state } = this.editor
    const isOthers = isFromOthers(transaction) && transaction.docChanged
    next((isOthers && smallest(state, transaction, cursorAfter(state))) || transaction)
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
  const found: number | null = relativePositionToAbsolutePosition(sync.doc, sync.type, place, sync.binding.mapping)
  return found === null ? null : Math.max(0, found)
}

/** The same of a place that someone else told. */
export function positionTold(state: EditorState, told: unknown): number | null {
  try {
    return inside(state, positionOf(state, Y.createRelativePositionFromJSON(told)))
  } catch {
    return null // not a place of ours
  }
}

/** The document may be shorter than the shared one for a moment. */
export const inside = (state: EditorState, place: number | null): number | null =>
  place === null ? null : Math.min(place, state.doc.content.size)
