/** Carets and selections of the others in the text, with their names; and where one's own is, for them. */
import { Extension } from '@tiptap/core'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import * as Y from 'yjs'
import type { Peer, Place } from '../writing/presence.ts'
import looks from './carets.module.css'
import { takePending } from './pending-input.ts'
import { isFromOthers, positionTold, relativeAt } from './shared-text.ts'
import { element } from './views/element.ts'

export type CaretPort = {
  /** Where the person is in this text; null: not in it. */
  place: (place: Place | null) => void
  peers: () => readonly Peer[]
  watch: (watcher: () => void) => () => void
  /** How a peer's name is shown. */
  nameOf: (peer: Peer) => string
}

const key = new PluginKey<DecorationSet>('carets')
/** One's own place is told no more often. */
const tellMs = 60
/** Selections over more than that are shown in part; nobody looks at them whole. */
const selectionMax = 20_000

export const Carets = Extension.create<{ port: CaretPort | null }>({
  name: 'carets',
  addOptions: () => ({ port: null }),
  addProseMirrorPlugins() {
    const { port } = this.options
    if (!port) return []
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply: (transaction, shown, _before, after) => {
            // after keys of one's own the others' places move along; after anything else they are looked up
            if (transaction.getMeta(key) || isFromOthers(transaction)) return drawn(after, port)
            return transaction.docChanged ? shown.map(transaction.mapping, transaction.doc) : shown
          },
        },
        props: { decorations: (state) => key.getState(state) },
        view: (view) => follow(view, port),
      }),
    ]
  },
})

function follow(view: EditorView, port: CaretPort) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = () => {
    timer = undefined
    if (view.isDestroyed) return
    const { anchor, head } = view.state.selection
    const [from, to] = [relativeAt(view.state, anchor), relativeAt(view.state, head)]
    if (view.hasFocus() && from && to)
      port.place({ in: 'body', anchor: Y.relativePositionToJSON(from), head: Y.relativePositionToJSON(to) })
  }
  const tellSoon = () => {
    timer ??= setTimeout(tell, tellMs)
  }
  const onBlur = () => port.place(null)
  view.dom.addEventListener('focus', tellSoon)
  view.dom.addEventListener('blur', onBlur)
  const stop = port.watch(() => {
    takePending(view)
    view.dispatch(view.state.tr.setMeta(key, true))
  })
  return {
    update: (_view: EditorView, before: EditorState) => {
      if (view.hasFocus() && !before.selection.eq(view.state.selection)) tellSoon()
    },
    destroy: () => {
      clearTimeout(timer)
      stop()
      view.dom.removeEventListener('focus', tellSoon)
      view.dom.removeEventListener('blur', onBlur)
    },
  }
}

function drawn(state: EditorState, port: CaretPort): DecorationSet {
  const found: Decoration[] = []
  for (const peer of port.peers()) {
    if (peer.place?.in !== 'body') continue
    const [anchor, head] = [positionTold(state, peer.place.anchor), positionTold(state, peer.place.head)]
    if (anchor === null || head === null) continue
    const name = port.nameOf(peer)
    found.push(
      Decoration.widget(head, () => caret(peer, name), {
        key: `${peer.from} ${peer.tone} ${name}`,
        side: 10,
        ignoreSelection: true,
        stopEvent: () => true,
      }),
    )
    const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)]
    if (from < to)
      found.push(
        Decoration.inline(from, Math.min(to, from + selectionMax), {
          class: looks.selection ?? '',
          'data-tone': peer.tone,
        }),
      )
  }
  return DecorationSet.create(state.doc, found)
}

const caret = (peer: Peer, name: string): HTMLElement =>
  // said by the list of people; in the text it would interrupt every sentence
  element(
    'span',
    { class: looks.caret, 'data-tone': peer.tone, 'aria-hidden': 'true', contenteditable: 'false' },
    element('span', { class: looks.name }, name),
  )
