import { transformToSuggestionTransaction } from '@handlewithcare/prosemirror-suggest-changes'
import { getSchema } from '@tiptap/core'
import { Node as DocumentNode } from '@tiptap/pm/model'
import { EditorState, type Transaction } from '@tiptap/pm/state'
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyOf, editorJson } from './body-json.ts'
import { schemaExtensions } from './schema.ts'
import { suggestedBy, suggestionIdOf } from './suggestion-marks.ts'
import { suggestionsIn } from './suggestions.ts'
import { settleWornMarks, withWornMarks } from './worn-marks.ts'

const schema = withWornMarks(getSchema(schemaExtensions()))
const paragraph = (text: string, id = text) => ({
  type: 'paragraph' as const,
  attrs: { id },
  content: [{ type: 'text' as const, text }],
})
const begin = (...lines: string[]) =>
  EditorState.create({
    doc: DocumentNode.fromJSON(schema, editorJson({ type: 'doc', content: lines.map((line) => paragraph(line)) })),
  })
function suggest(state: EditorState, change: (tr: Transaction) => Transaction): EditorState {
  const made = transformToSuggestionTransaction(change(state.tr), state, () => suggestionIdOf('ola'))
  const after = state.apply(made)
  const settled = settleWornMarks([made], after)
  return settled ? after.apply(settled) : after
}
/** As another browser sees it. */
const shared = (state: EditorState): DocumentNode =>
  yXmlFragmentToProseMirrorRootNode(prosemirrorToYXmlFragment(state.doc, new Y.Doc().getXmlFragment('body')), schema)

test('what is suggested is no part of the text, for anybody', () => {
  const before = begin('one two')
  const typed = suggest(before, (tr) => tr.insertText(' three', 8))
  expect(bodyOf(typed.doc)).toEqual(bodyOf(before.doc))
  expect(bodyOf(shared(typed))).toEqual(bodyOf(before.doc))
  const removed = suggest(before, (tr) => tr.delete(1, 5))
  expect(bodyOf(shared(removed))).toEqual(bodyOf(before.doc))
})

test('a suggestion knows who made it, here and elsewhere', () => {
  const state = suggest(begin('one two'), (tr) => tr.insertText('zero ', 1))
  const [found] = suggestionsIn(shared(state))
  expect(found).toMatchObject({ by: 'ola', from: 1, to: 6 })
  expect(suggestedBy(found?.id)).toBe('ola')
})

test('a suggested picture between paragraphs reaches others as a suggestion', () => {
  const before = begin('one', 'two')
  const state = suggest(before, (tr) => tr.insert(5, schema.node('image', { src: 'media:1', id: 'i' })))
  expect(suggestionsIn(shared(state))).toHaveLength(1)
  expect(bodyOf(shared(state))).toEqual(bodyOf(before.doc))
})

test('code takes suggestions too', () => {
  const before = EditorState.create({
    doc: DocumentNode.fromJSON(
      schema,
      editorJson({
        type: 'doc',
        content: [{ type: 'codeBlock', attrs: { id: 'c' }, content: [{ type: 'text', text: 'let a' }] }],
      }),
    ),
  })
  const state = suggest(before, (tr) => tr.insertText(' = 1', 6))
  expect(bodyOf(shared(state))).toEqual(bodyOf(before.doc))
})
