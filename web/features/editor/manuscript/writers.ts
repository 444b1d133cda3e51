/** Who wrote which words: each word of the shared document knows the browser that typed it, and the server whose that was. */
import { type Editor, Extension } from '@tiptap/core'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import type { Tone } from '../writing/presence.ts'
import looks from './carets.module.css'
import { takePending } from './pending-input.ts'

export type Writer = { id: string; name: string; tone: Tone }
/** By the client of the document. */
export type WritersShown = ReadonlyMap<number, Writer>

type Shown = { writers: WritersShown | null; words: DecorationSet }
const key = new PluginKey<Shown>('writers')

export const Writers = Extension.create({
  name: 'writers',
  addProseMirrorPlugins: () => [
    new Plugin<Shown>({
      key,
      state: {
        init: () => ({ writers: null, words: DecorationSet.empty }),
        apply: (transaction, shown, _before, after) => {
          const asked = transaction.getMeta(key) as { writers: WritersShown | null } | undefined // set only below
          const writers = asked ? asked.writers : shown.writers
          if (!writers) return shown.writers ? { writers, words: DecorationSet.empty } : shown
          // one's own letters reach the document after this; they move along until the next look
          if (asked) return { writers, words: tinted(after, writers) }
          return transaction.docChanged
            ? { writers, words: shown.words.map(transaction.mapping, transaction.doc) }
            : shown
        },
      },
      props: { decorations: (state) => key.getState(state)?.words },
    }),
  ],
})

/** Tints the words by who wrote them; null: no longer. */
export function showWriters(editor: Editor, writers: WritersShown | null): void {
  if (editor.isDestroyed) return
  takePending(editor.view)
  editor.view.dispatch(editor.state.tr.setMeta(key, { writers }))
}

export type Run = { from: number; to: number; client: number }

/** Runs of letters by one client, at the places where the editor shows them. */
export function runsIn(body: Y.XmlFragment, isLeaf: (name: string) => boolean): Run[] {
  const runs: Run[] = []
  const add = (from: number, to: number, client: number) => {
    const last = runs.at(-1)
    if (last && last.to === from && last.client === client) last.to = to
    else runs.push({ from, to, client })
  }
  const walk = (holder: Y.XmlFragment, start: number): number => {
    let place = start
    for (const child of holder.toArray()) {
      if (child instanceof Y.XmlText) {
        for (let item = child._start; item !== null; item = item.right) {
          if (item.deleted || !item.countable) continue
          add(place, place + item.length, item.id.client)
          place += item.length
        }
      } else if (child instanceof Y.XmlElement) {
        place = isLeaf(child.nodeName) ? place + 1 : walk(child, place + 1) + 1
      }
    }
    return place
  }
  walk(body, 0)
  return runs
}

function tinted(state: EditorState, writers: WritersShown): DecorationSet {
  const body: Y.XmlFragment | undefined = ySyncPluginKey.getState(state)?.type
  if (!body) return DecorationSet.empty
  const { nodes } = state.schema
  const found = runsIn(body, (name) => nodes[name]?.isLeaf ?? false).flatMap(({ from, to, client }) => {
    const writer = writers.get(client)
    if (!writer || to > state.doc.content.size) return []
    return [Decoration.inline(from, to, { class: looks.written ?? '', 'data-tone': writer.tone, title: writer.name })]
  })
  return DecorationSet.create(state.doc, found)
}

/** The clients that wrote what stands in the text now. */
export function clientsIn(editor: Editor): number[] {
  const body: Y.XmlFragment | undefined = ySyncPluginKey.getState(editor.state)?.type
  if (!body) return []
  return [...new Set(runsIn(body, (name) => editor.schema.nodes[name]?.isLeaf ?? false).map(({ client }) => client))]
}
