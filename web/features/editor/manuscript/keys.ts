/** Keys of the manuscript that belong to no single node: moving a block, opening the link, leaving for the tools. */
import { Extension } from '@tiptap/core'
import { NodeSelection, Selection } from '@tiptap/pm/state'
import type { Editor } from '@tiptap/core'

export type KeyPort = {
  /** Opens the link of the selected words. @returns false when nothing is selected. */
  openLink: () => boolean
  /** Puts the focus on the tools shown for the selection. */
  enterTools: () => boolean
  /** @returns true when it meant something to the page. */
  escape: () => boolean
  /** To the end of the lead. */
  goUp: () => boolean
}

export const ManuscriptKeys = Extension.create<{ port: KeyPort | null }>({
  name: 'manuscriptKeys',
  priority: 900,
  addOptions: () => ({ port: null }),
  addKeyboardShortcuts() {
    const { editor } = this
    const { port } = this.options
    return {
      'Mod-k': () => port?.openLink() ?? false,
      'Alt-F10': () => port?.enterTools() ?? false,
      Escape: () => port?.escape() ?? false,
      'Alt-ArrowUp': () => moveBlock(editor, -1),
      'Alt-ArrowDown': () => moveBlock(editor, 1),
      ArrowUp: () => isAtStart(editor) && (port?.goUp() ?? false),
      'Mod-\\': () => editor.chain().focus().unsetAllMarks().run(),
    }
  },
})

const isAtStart = ({ state }: Editor): boolean =>
  state.selection.empty && state.selection.from <= Selection.atStart(state.doc).from

/** Moves the block around the cursor (an item within its list) one place up or down. */
export function moveBlock(editor: Editor, by: -1 | 1): boolean {
  const { selection } = editor.state
  const { $from } = selection
  let depth = selection instanceof NodeSelection ? $from.depth + 1 : $from.depth
  // the nearest holder of blocks: the text itself, a list, a callout; a line of a table stays where it is
  while (
    depth > 1 &&
    !['doc', 'bulletList', 'orderedList', 'taskList', 'blockquote', 'callout', 'footnote'].includes(
      $from.node(depth - 1).type.name,
    )
  )
    depth--
  const holder = $from.node(depth - 1)
  const index = $from.index(depth - 1)
  const target = index + by
  if (depth < 1 || target < 0 || target >= holder.childCount) return false
  const [moving, other] = [holder.child(index), holder.child(target)]
  // the line that only holds a place for the cursor is no neighbour
  if (other.attrs.filled && other.content.size === 0) return true
  const start = $from.posAtIndex(index, depth - 1)
  const transaction = editor.state.tr.delete(start, start + moving.nodeSize)
  const place = by < 0 ? start - other.nodeSize : start + other.nodeSize
  transaction.insert(place, moving)
  const offset = place - start
  transaction.setSelection(
    selection instanceof NodeSelection
      ? NodeSelection.create(transaction.doc, selection.from + offset)
      : Selection.near(transaction.doc.resolve(Math.min(transaction.doc.content.size, selection.from + offset))),
  )
  editor.view.dispatch(transaction.scrollIntoView())
  return true
}
