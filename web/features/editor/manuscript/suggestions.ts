/** Writing as suggestions: while it is on, keys and buttons suggest a change instead of making it. Each is accepted or rejected. */
import {
  applySuggestion,
  applySuggestions,
  disableSuggestChanges,
  enableSuggestChanges,
  isSuggestChangesEnabled,
  revertSuggestion,
  revertSuggestions,
  suggestChanges,
  suggestChangesKey,
  transformToSuggestionTransaction,
} from '@handlewithcare/prosemirror-suggest-changes'
import { type Editor, Extension } from '@tiptap/core'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import { type Command, type EditorState, Plugin, PluginKey, TextSelection } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { Tone } from '../writing/presence.ts'
import { isFromOthers } from './shared-text.ts'
import { suggestedBy, suggestionIdOf } from './suggestion-marks.ts'
import looks from './suggestions.module.css'

export type Suggestion = { id: string; by: string | null; from: number; to: number }
export type SuggestionPort = {
  me: string
  toneOf: (person: string | null) => Tone
}

const shownKey = new PluginKey<DecorationSet>('shownSuggestions')

export const Suggestions = Extension.create<{ port: SuggestionPort | null }>({
  name: 'suggestions',
  priority: 1150,
  addOptions: () => ({ port: null }),
  dispatchTransaction({ transaction, next }) {
    const { state } = this.editor
    const { port } = this.options
    const isMeant =
      port !== null &&
      transaction.docChanged &&
      isSuggestChangesEnabled(state) &&
      !isFromOthers(transaction) &&
      !('skip' in (transaction.getMeta(suggestChangesKey) ?? {}))
    next(isMeant ? transformToSuggestionTransaction(transaction, state, () => suggestionIdOf(port.me)) : transaction)
  },
  addProseMirrorPlugins() {
    const { port } = this.options
    if (!port) return []
    return [
      suggestChanges(),
      new Plugin<DecorationSet>({
        key: shownKey,
        state: {
          init: (_config, state) => drawn(state, port),
          apply: (transaction, shown, _before, after) =>
            transaction.docChanged || transaction.selectionSet || transaction.getMeta(shownKey)
              ? drawn(after, port)
              : shown,
        },
        props: { decorations: (state) => shownKey.getState(state) },
      }),
    ]
  },
})

const markOf = (node: DocumentNode) => node.marks.find(({ type }) => type.spec.excludes?.includes('deletion'))

/** All suggestions in the order of the text; pieces of one are one. */
export function suggestionsIn(doc: DocumentNode): Suggestion[] {
  const found = new Map<string, Suggestion>()
  doc.descendants((node, position) => {
    const mark = markOf(node)
    if (!mark) return
    const id = String(mark.attrs.id)
    const known = found.get(id)
    if (known) known.to = Math.max(known.to, position + node.nodeSize)
    else found.set(id, { id, by: suggestedBy(mark.attrs.id), from: position, to: position + node.nodeSize })
  })
  return [...found.values()].sort((a, b) => a.from - b.from)
}

/** The one around the cursor. */
export function suggestionAt({ doc, selection }: EditorState): Suggestion | null {
  const { $from, from, to } = selection
  const near = [
    $from.nodeBefore,
    $from.nodeAfter,
    ...Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1)),
  ]
  const mark = near.flatMap((node) => (node ? (markOf(node) ?? []) : []))[0]
  const all = mark || from !== to ? suggestionsIn(doc) : []
  if (mark) return all.find(({ id }) => id === String(mark.attrs.id)) ?? null
  return all.find((one) => one.from < to && one.to > from) ?? null
}

/** Colours of people on what they suggest; the one at the cursor stands out. */
function drawn(state: EditorState, port: SuggestionPort): DecorationSet {
  const found: Decoration[] = []
  const active = state.selection.empty ? suggestionIdNear(state) : null
  state.doc.descendants((node, position) => {
    const mark = markOf(node)
    if (!mark) return
    const attributes = {
      class: looks.suggested ?? '',
      'data-tone': port.toneOf(suggestedBy(mark.attrs.id)),
      ...(String(mark.attrs.id) === active ? { 'data-active': '' } : {}),
    }
    found.push(
      node.isInline
        ? Decoration.inline(position, position + node.nodeSize, attributes)
        : Decoration.node(position, position + node.nodeSize, attributes),
    )
  })
  return DecorationSet.create(state.doc, found)
}

function suggestionIdNear({ selection: { $from } }: EditorState): string | null {
  const mark = [$from.nodeBefore, $from.nodeAfter].flatMap((node) => (node ? (markOf(node) ?? []) : []))[0]
  return mark ? String(mark.attrs.id) : null
}

const run = (editor: Editor, command: Command): boolean => command(editor.state, editor.view.dispatch, editor.view)

export const acceptSuggestion = (editor: Editor, id: string): boolean => run(editor, applySuggestion(id))
export const rejectSuggestion = (editor: Editor, id: string): boolean => run(editor, revertSuggestion(id))
export const acceptAll = (editor: Editor): boolean => run(editor, applySuggestions)
export const rejectAll = (editor: Editor): boolean => run(editor, revertSuggestions)
export const setSuggesting = (editor: Editor, isOn: boolean): void => {
  if (!editor.isDestroyed && isSuggestChangesEnabled(editor.state) !== isOn)
    run(editor, isOn ? enableSuggestChanges : disableSuggestChanges)
}

/** Puts the cursor into the suggestion after or before where it is; around the end it begins anew. */
export function goToSuggestion(editor: Editor, by: 1 | -1): boolean {
  const all = suggestionsIn(editor.state.doc)
  const { from } = editor.state.selection
  const at = suggestionAt(editor.state)
  const place = at ? all.findIndex(({ id }) => id === at.id) : -1
  const next =
    place >= 0
      ? all[(place + by + all.length) % all.length]
      : by > 0
        ? (all.find((one) => one.from >= from) ?? all[0])
        : (all.findLast((one) => one.to <= from) ?? all.at(-1))
  if (!next) return false
  const { state } = editor
  const selection = TextSelection.near(state.doc.resolve(Math.min(next.from + 1, state.doc.content.size)))
  editor.view.dispatch(state.tr.setSelection(selection).scrollIntoView())
  editor.view.focus()
  return true
}
