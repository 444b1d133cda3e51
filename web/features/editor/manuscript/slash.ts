/** Typing `/` in an empty paragraph opens a list of what can be put there; what is typed on narrows it down. */
import { Extension } from '@tiptap/core'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'

/** `from`: where the `/` stands. `query`: what follows it. */
export type Slash = { from: number; query: string } | null

const key = new PluginKey<Slash>('slash')
export const slashIn = (state: EditorState): Slash => key.getState(state) ?? null

/** Words of an entry have at most a blank between them; more is ordinary text. */
const isQuery = /^\/([^\s/]*(?: [^\s/]*){0,2})$/

/** The paragraph that holds nothing but `/…` up to the cursor. */
function slashAt(state: EditorState): Slash {
  const { $from, empty } = state.selection
  if (!empty || $from.parent.type.name !== 'paragraph' || $from.parentOffset !== $from.parent.content.size) return null
  const found = isQuery.exec($from.parent.textContent)
  return found ? { from: $from.start(), query: found[1] ?? '' } : null
}

export const SlashMenuKeys = Extension.create<{ onKey: (event: KeyboardEvent) => boolean }>({
  name: 'slash',
  // its arrows and Enter come before everyone else's
  priority: 1100,
  addOptions: () => ({ onKey: () => false }),
  addProseMirrorPlugins() {
    const { onKey } = this.options
    return [
      new Plugin<Slash>({
        key,
        state: {
          init: () => null,
          apply: (transaction, before, old, next) => {
            if (transaction.getMeta(key) === 'close') return null
            const found = slashAt(next)
            if (!found) return null
            // opened by the stroke itself, not by walking into a paragraph that says "/…"
            const isStroke =
              transaction.docChanged && found.query === '' && old.selection.$from.parent.content.size === 0
            return before || isStroke ? found : null
          },
        },
        props: {
          handleKeyDown: (view, event) => {
            if (!slashIn(view.state)) return false
            if (event.key === 'Escape') {
              view.dispatch(view.state.tr.setMeta(key, 'close'))
              return true
            }
            return onKey(event)
          },
        },
      }),
    ]
  },
})
