import { getSchema } from '@tiptap/core'
import { Node as DocumentNode, Slice } from '@tiptap/pm/model'
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import { prosemirrorToYXmlFragment } from '@tiptap/y-tiptap'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { settleIds } from './block-ids.ts'
import { editorJson } from './body-json.ts'
import { schemaExtensions } from './schema.ts'
import { isFromOthers, smallest } from './shared-text.ts'
import { settleWornMarks, withWornMarks } from './worn-marks.ts'
import { runsIn } from './writers.ts'

const schema = withWornMarks(getSchema(schemaExtensions()))
const docOf = (...lines: string[]): DocumentNode =>
  DocumentNode.fromJSON(
    schema,
    editorJson({
      type: 'doc',
      content: lines.map((text, place) => ({
        type: 'paragraph',
        attrs: { id: `p${place}` },
        content: [{ type: 'text', text }],
      })),
    }),
  )
/** What the binding makes of a change of others: the whole text anew. */
function whole(state: EditorState, next: DocumentNode): Transaction {
  return state.tr
    .replace(0, state.doc.content.size, new Slice(next.content, 0, 0))
    .setMeta(ySyncPluginKey, { isChangeOrigin: true })
}

test('a change of others is one small step, and everything else stays at its place', () => {
  const state = EditorState.create({ doc: docOf('one', 'two', 'three') })
  const next = docOf('one', 'two and more', 'three')
  const change = smallest(state, whole(state, next), null)
  expect(change?.doc.eq(next)).toBe(true)
  expect(change?.steps).toHaveLength(1)
  expect(change && isFromOthers(change)).toBe(true)
  // the end of the last paragraph moves by what came in before it, its beginning is not lost
  const last = state.doc.content.size - 4
  expect(change?.mapping.mapResult(last)).toMatchObject({ pos: last + ' and more'.length, deleted: false })
  expect(change?.mapping.map(2)).toBe(2)
})

test('the cursor goes where its letters went, and else moves along', () => {
  const begin = EditorState.create({ doc: docOf('one', 'two') })
  const state = begin.apply(begin.tr.setSelection(TextSelection.create(begin.doc, 3)))
  const next = docOf('new one', 'two')
  expect(smallest(state, whole(state, next), { anchor: 5, head: 6 })?.selection).toMatchObject({ anchor: 5, head: 6 })
  expect(smallest(state, whole(state, next), { anchor: null, head: null })?.selection.from).toBe(7)
  expect(smallest(state, whole(state, next), null)?.selection.from).toBe(7)
})

test('blocks that come from others get no ids here', () => {
  const state = EditorState.create({ doc: docOf('one') })
  const next = schema.node('doc', null, [schema.node('paragraph'), schema.node('paragraph')])
  const change = whole(state, next)
  expect(settleIds([change], state, state.apply(change))).toBeNull()
})

test('a picture in a line says in its attribute what link it wears, and comes back with it', () => {
  const link = schema.marks.link?.create({ href: 'https://a.example' })
  const picture = schema.node('inlineImage', { src: 'media:1' })
  const state = EditorState.create({
    doc: schema.node('doc', null, [schema.node('paragraph', { id: 'p' }, [picture])]),
  })
  const marked = state.tr.addMark(1, 2, link ?? schema.mark('bold'))
  const after = state.apply(marked)
  const settled = settleWornMarks([marked], after)
  const shown = settled && after.apply(settled).doc.firstChild?.firstChild
  expect(JSON.parse(String(shown?.attrs.marks))).toEqual([
    { type: 'link', attrs: { href: 'https://a.example', title: null } },
  ])
  const made = schema.node('inlineImage', { src: 'media:1', marks: shown?.attrs.marks })
  expect(made.marks.map(({ type, attrs }) => [type.name, attrs.href])).toEqual([['link', 'https://a.example']])
})

test('runs of letters know who typed them', () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()]
  prosemirrorToYXmlFragment(docOf('Hello', 'you'), one.getXmlFragment('body'))
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
  const second = two.getXmlFragment('body').get(1)
  const text = second instanceof Y.XmlElement ? second.get(0) : null
  if (text instanceof Y.XmlText) text.insert(3, ' there')
  Y.applyUpdate(one, Y.encodeStateAsUpdate(two))
  expect(runsIn(one.getXmlFragment('body'), () => false)).toEqual([
    { from: 1, to: 6, client: one.clientID },
    { from: 8, to: 11, client: one.clientID },
    { from: 11, to: 17, client: two.clientID },
  ])
})
