/** Words that comments are about, underlined in the text; the one that is being read stands out. A click on them opens it. */
import type { commentLimits, CommentThread } from '@floowe/contracts/writing'
import { type Editor, Extension } from '@tiptap/core'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { fromBase64, toBase64 } from 'lib0/buffer'
import * as Y from 'yjs'
import looks from './commented.module.css'
import { takePending } from './pending-input.ts'
import { inside, isFromOthers, positionOf, relativeAt } from './shared-text.ts'

export type Range = { from: number; to: number }
type Told = { threads: readonly CommentThread[]; active: string | null; draft: Range | null }
type Shown = Told & { words: DecorationSet }
const key = new PluginKey<Shown>('commented')
const nothing: Told = { threads: [], active: null, draft: null }

export const Commented = Extension.create<{ onOpen: (threadId: string) => void }>({
  name: 'commented',
  addOptions: () => ({ onOpen: () => undefined }),
  addProseMirrorPlugins() {
    const { onOpen } = this.options
    return [
      new Plugin<Shown>({
        key,
        state: {
          init: () => ({ ...nothing, words: DecorationSet.empty }),
          apply: (transaction, shown, _before, after) => {
            const told = transaction.getMeta(key) as Told | undefined // set only below
            if (told) return { ...told, words: drawn(after, told) }
            if (!transaction.docChanged) return shown
            const { mapping } = transaction
            const draft = shown.draft && { from: mapping.map(shown.draft.from, 1), to: mapping.map(shown.draft.to, -1) }
            return isFromOthers(transaction)
              ? { ...shown, draft, words: drawn(after, { ...shown, draft }) }
              : { ...shown, draft, words: shown.words.map(mapping, transaction.doc) }
          },
        },
        props: {
          decorations: (state) => key.getState(state)?.words,
          handleClick: (view, position) => {
            const found = key.getState(view.state)?.words.find(position, position, (spec) => spec.thread !== undefined)
            // the innermost: the shortest of those that lie over each other
            const [first] = (found ?? []).sort((a, b) => a.to - a.from - (b.to - b.from))
            if (first) onOpen(String(first.spec.thread))
            return false
          },
        },
      }),
    ]
  },
})

/** @param draft words of a comment that is being written. */
export function showComments(editor: Editor, told: Told): void {
  if (editor.isDestroyed) return
  takePending(editor.view)
  editor.view.dispatch(editor.state.tr.setMeta(key, told))
}

/** Where the words of each shown thread are now. */
export function placesOf(editor: Editor): Map<string, Range> {
  const found = new Map<string, Range>()
  for (const { from, to, spec } of key.getState(editor.state)?.words.find() ?? []) {
    const known = found.get(String(spec.thread))
    found.set(String(spec.thread), { from: Math.min(from, known?.from ?? from), to: Math.max(to, known?.to ?? to) })
  }
  return found
}

function drawn(state: EditorState, { threads, active, draft }: Told): DecorationSet {
  const found: Decoration[] = []
  const draw = (range: Range, thread: string, isActive: boolean, isClient: boolean) =>
    found.push(
      Decoration.inline(
        range.from,
        range.to,
        {
          class: looks.commented ?? '',
          ...(isActive ? { 'data-active': '' } : {}),
          ...(isClient ? { 'data-client': '' } : {}),
        },
        { thread },
      ),
    )
  for (const thread of threads) {
    const range = rangeOf(state, thread)
    if (range) draw(range, thread.id, thread.id === active, thread.visibility === 'client')
  }
  if (draft && draft.from < draft.to) draw(draft, 'draft', true, false)
  return DecorationSet.create(state.doc, found)
}

/** The anchor of selected words: it stays with their first and their last letter. */
export function anchorOf(state: EditorState, { from, to }: Range): { from: string; to: string } | null {
  const [first, last] = [relativeAt(state, from), relativeAt(state, to - 1)]
  if (!first || !last || from >= to) return null
  // after the last letter, so that what is written behind it is not meant
  const end = last.item ? new Y.RelativePosition(last.type, last.tname, last.item, -1) : relativeAt(state, to)
  if (!end) return null
  return { from: toBase64(Y.encodeRelativePosition(first)), to: toBase64(Y.encodeRelativePosition(end)) }
}

/** Where the words of a thread are now; null: they are gone. */
export function rangeOf(state: EditorState, { anchor, quote }: Pick<CommentThread, 'anchor' | 'quote'>): Range | null {
  const range = anchor && anchored(state, anchor)
  if (range && range.from < range.to && (quote === '' || textOf(state.doc, range) === quote)) return range
  // a block that was split or moved takes its letters along as new ones: the words are looked for
  return nearest(state.doc, quote, range?.from ?? 0) ?? (range && range.from < range.to ? range : null)
}

function anchored(state: EditorState, anchor: { from: string; to: string }): Range | null {
  try {
    const [from, to] = [anchor.from, anchor.to].map((text) =>
      inside(state, positionOf(state, Y.decodeRelativePosition(fromBase64(text)))),
    )
    return from === null || from === undefined || to === null || to === undefined ? null : { from, to }
  } catch {
    return null // not a place of this document
  }
}

/** The contract's; its code stays out of the bundle. */
const quoteMax: (typeof commentLimits)['quoteMax'] = 500
export const textOf = (doc: DocumentNode, { from, to }: Range): string =>
  doc.textBetween(from, to, ' ', ' ').slice(0, quoteMax)

/** The place of these words that is nearest to where they were. Shorter than this they may be anywhere. */
const searchedMin = 8

function nearest(doc: DocumentNode, quote: string, near: number): Range | null {
  if (quote.length < searchedMin) return null
  let text = ''
  const places: number[] = []
  doc.descendants((node, position) => {
    if (node.isTextblock && text !== '') {
      text += ' '
      places.push(position)
    }
    if (!node.isText) return
    for (let letter = 0; letter < (node.text ?? '').length; letter++) places.push(position + letter)
    text += node.text ?? ''
  })
  let best: Range | null = null
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const from = places[at]
    const last = places[at + quote.length - 1]
    if (from === undefined || last === undefined) continue
    if (!best || Math.abs(from - near) < Math.abs(best.from - near)) best = { from, to: last + 1 }
  }
  return best
}
