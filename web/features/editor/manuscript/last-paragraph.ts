/** After a picture, a table or a film at the very end there is always a line to go on writing. It is no part of the text while empty. */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'

export const LastParagraph = Extension.create({
  name: 'lastParagraph',
  addProseMirrorPlugins: () => [
    new Plugin({
      appendTransaction: (transactions, _before, { doc, schema, tr }) => {
        if (!transactions.some((transaction) => transaction.docChanged) || doc.lastChild?.type.name === 'paragraph') return null
        return tr.insert(doc.content.size, schema.nodes.paragraph?.create({ filled: true }) ?? []).setMeta('addToHistory', false)
      },
    }),
  ],
})
