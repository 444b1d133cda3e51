/** What the views of nodes need from the page around the manuscript. */
import type { Editor, NodeViewRendererProps } from '@tiptap/core'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import type { Say } from '../../../../words/words.ts'
import type { Pictures } from '../pictures.ts'

export type ViewSurroundings = {
  t: Say<'editor'>
  pictures: Pictures
  /** Opens the settings of the picture or embed at this position. */
  openSettings: (position: number) => void
}

export type ViewProps = Pick<NodeViewRendererProps, 'editor' | 'getPos' | 'node'>

/** Changes attributes of the node that a view draws, without moving the cursor. */
export function change(
  { editor, getPos }: { editor: Editor; getPos: () => number | undefined },
  attributes: Record<string, unknown>,
): void {
  const position = getPos()
  if (position === undefined || !editor.isEditable) return
  const transaction = editor.state.tr
  for (const [name, value] of Object.entries(attributes)) transaction.setNodeAttribute(position, name, value)
  editor.view.dispatch(transaction)
}

/** A text attribute as a field shows it. */
export const textOf = (node: DocumentNode, name: string): string =>
  typeof node.attrs[name] === 'string' ? (node.attrs[name] as string) : '' // checked in the same line

/** Puts the cursor right after the node, in a paragraph of its own if there is no other place. */
export function writeAfter({ editor, getPos }: { editor: Editor; getPos: () => number | undefined }): void {
  const position = getPos()
  const node = position === undefined ? null : editor.state.doc.nodeAt(position)
  if (position === undefined || !node) return
  const after = position + node.nodeSize
  if (editor.state.doc.nodeAt(after)?.isTextblock) editor.commands.focus(after + 1)
  else
    editor
      .chain()
      .insertContentAt(after, { type: 'paragraph' })
      .focus(after + 1)
      .run()
}
