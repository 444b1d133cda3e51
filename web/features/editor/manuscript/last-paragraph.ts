/** After a picture, a table or a film at the very end there is always a line to go on writing. It is no part of the text while empty. */
import { Extension } from '@tiptap/core'
import { type EditorState, Plugin, type Transaction } from '@tiptap/pm/state'
import { isFromOthers } from './shared-text.ts'

/** @returns the change that adds such a line, or takes it away where a paragraph before it does as well; null when all is well. */
export function settleLast({ doc, schema, tr, selection }: EditorState): Transaction | null {
  const last = doc.lastChild
  if (last?.type.name !== 'paragraph')
    return tr.insert(doc.content.size, schema.nodes.paragraph?.create({ filled: true }) ?? [])
  const isSpare =
    last.attrs.filled &&
    last.content.size === 0 &&
    doc.childCount > 1 &&
    doc.child(doc.childCount - 2).type.name === 'paragraph'
  const start = doc.content.size - last.nodeSize
  return isSpare && selection.to < start ? tr.delete(start, doc.content.size) : null
}

export const LastParagraph = Extension.create({
  name: 'lastParagraph',
  addProseMirrorPlugins: () => [
    new Plugin({
      appendTransaction: (transactions, _before, after) =>
        // after a change of others the line is theirs to add
        transactions.some((transaction) => transaction.docChanged && !isFromOthers(transaction))
          ? settleLast(after)
          : null,
    }),
  ],
})
