import { getSchema } from '@tiptap/core'
import { Node as DocumentNode, Slice } from '@tiptap/pm/model'
import { EditorState, Plugin, type Transaction } from '@tiptap/pm/state'
import { beforeEach, expect, test } from 'vitest'
import { settleIds } from './block-ids.ts'
import { editorJson } from './body-json.ts'
import { newId } from './new-id.ts'
import { schemaExtensions } from './schema.ts'

const schema = getSchema(schemaExtensions())
let made = 0
const plugin = new Plugin({
  appendTransaction: (transactions, before, after) => settleIds(transactions, before, after, () => `new-${++made}`),
})
beforeEach(() => {
  made = 0
})

const paragraph = (id: string, text = '') => ({
  type: 'paragraph' as const,
  attrs: { id },
  ...(text ? { content: [{ type: 'text' as const, text }] } : {}),
})
const stateOf = (...content: ReturnType<typeof paragraph>[]) =>
  EditorState.create({ doc: DocumentNode.fromJSON(schema, editorJson({ type: 'doc', content })), plugins: [plugin] })
const after = (state: EditorState, change: (tr: Transaction) => Transaction) => state.apply(change(state.tr))
const blocks = (state: EditorState) =>
  state.doc.content.content.map((node) => `${String(node.attrs.id)}:${node.textContent}`)

test('typing changes no id', () => {
  expect(blocks(after(stateOf(paragraph('a', 'one')), (tr) => tr.insertText('!', 4)))).toEqual(['a:one!'])
})
test('a split in the middle leaves the id with the first part', () => {
  expect(blocks(after(stateOf(paragraph('a', 'onetwo')), (tr) => tr.split(4)))).toEqual(['a:one', 'new-1:two'])
})
test('Enter at the start puts an empty block before; the words keep their id', () => {
  expect(blocks(after(stateOf(paragraph('a', 'one')), (tr) => tr.split(1)))).toEqual(['new-1:', 'a:one'])
})
test('Enter at the end', () => {
  expect(blocks(after(stateOf(paragraph('a', 'one')), (tr) => tr.split(4)))).toEqual(['a:one', 'new-1:'])
})
test('a copy pasted before its original gets a new id', () => {
  const state = stateOf(paragraph('a', 'one'), paragraph('b', 'two'))
  const copied = new Slice(state.doc.slice(5, 10).content, 0, 0)
  expect(blocks(after(state, (tr) => tr.replace(0, 0, copied)))).toEqual(['new-1:two', 'a:one', 'b:two'])
})
test('cut and paste elsewhere keeps the id', () => {
  const state = stateOf(paragraph('a', 'one'), paragraph('b', 'two'))
  const cut = new Slice(state.doc.slice(0, 5).content, 0, 0)
  const without = after(state, (tr) => tr.delete(0, 5))
  expect(blocks(after(without, (tr) => tr.replace(tr.doc.content.size, tr.doc.content.size, cut)))).toEqual([
    'b:two',
    'a:one',
  ])
})
test('a block without an id gets one with the next change of blocks', () => {
  const state = EditorState.create({
    doc: schema.node('doc', null, [schema.node('paragraph'), schema.node('paragraph', { id: 'b' })]),
    plugins: [plugin],
  })
  expect(blocks(after(state, (tr) => tr.insert(2, schema.node('horizontalRule'))))).toEqual(['new-1:', 'new-2:', 'b:'])
})
test('parts of blocks carry no id of their own', () => {
  const list = {
    type: 'bulletList' as const,
    attrs: { id: 'l' },
    content: [{ type: 'listItem' as const, content: [paragraph('p', 'x')] }],
  }
  const state = EditorState.create({
    doc: DocumentNode.fromJSON(schema, editorJson({ type: 'doc', content: [list] })),
    plugins: [plugin],
  })
  const split = after(state, (tr) => tr.split(4, 2))
  const items = split.doc.firstChild?.content.content ?? []
  expect(items.map((item) => item.attrs.id)).toEqual([null, null])
  expect(items.map((item) => item.firstChild?.attrs.id)).toEqual(['p', expect.stringMatching(/^new-/)])
})

test('new ids are UUIDs of version 7 and sort by time', () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newId(Date.UTC(2026, 0, 1)) < newId(Date.UTC(2026, 0, 2))).toBe(true)
})
