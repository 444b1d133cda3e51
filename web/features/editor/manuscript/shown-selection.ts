/** Keeps the selected words marked while the focus is in a panel that works on them; a browser would show nothing. */
import { type Editor, Extension } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import looks from './manuscript.module.css'

const key = new PluginKey<DecorationSet>('shownSelection')

export const ShownSelection = Extension.create({
  name: 'shownSelection',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply: (transaction, set) => {
          const range = transaction.getMeta(key) as { from: number; to: number } | null | undefined // set only below
          if (range === undefined) return set.map(transaction.mapping, transaction.doc)
          return range
            ? DecorationSet.create(transaction.doc, [
                Decoration.inline(range.from, range.to, { class: looks.chosen ?? '' }),
              ])
            : DecorationSet.empty
        },
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  ],
})

export function showSelection(editor: Editor, range: { from: number; to: number } | null): void {
  if (!editor.isDestroyed) editor.view.dispatch(editor.state.tr.setMeta(key, range).setMeta('addToHistory', false))
}
