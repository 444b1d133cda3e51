/** What an empty line says: the first one invites, the one with the cursor tells how to put something in. */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { Say } from '../../../words/words.ts'

export const Placeholders = Extension.create<{ t: Say<'editor'> }>({
  name: 'placeholders',
  addProseMirrorPlugins() {
    const { editor } = this
    const { t } = this.options
    return [
      new Plugin({
        props: {
          decorations: ({ doc, selection }) => {
            if (!editor.isEditable) return null
            const { $from, empty } = selection
            const only =
              doc.childCount === 1 && doc.firstChild?.type.name === 'paragraph' && doc.firstChild.content.size === 0
            if (only)
              return DecorationSet.create(doc, [
                Decoration.node(0, doc.content.size, { 'data-placeholder': t('placeholder.first') }),
              ])
            if (!empty || !$from.parent.isTextblock || $from.parent.content.size > 0 || !editor.isFocused) return null
            const { name } = $from.parent.type
            const said =
              name === 'paragraph' && $from.depth === 1
                ? t('placeholder.line')
                : name === 'heading'
                  ? t('placeholder.heading')
                  : null
            return said
              ? DecorationSet.create(doc, [
                  Decoration.node($from.before(), $from.after(), { 'data-placeholder': said }),
                ])
              : null
          },
        },
      }),
    ]
  },
})
