import {
  type Body,
  bodyProblem,
  type BodyNode,
  type Mark,
  markTypes,
  type NodeType,
  nodeRules,
  plainText,
} from '@floowe/contracts/body'
import { suggestionMarks } from '@floowe/contracts/body-json'
import { getSchema } from '@tiptap/core'
import { Node as DocumentNode } from '@tiptap/pm/model'
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyOf, editorJson } from './body-json.ts'
import { schemaExtensions } from './schema.ts'
import { withWornMarks } from './worn-marks.ts'

const schema = withWornMarks(getSchema(schemaExtensions()))
const open = (body: Body): DocumentNode => DocumentNode.fromJSON(schema, editorJson(body))

const text = fc
  .oneof(
    fc.constantFrom('a', 'Łódź', ' ', '\n', '🙂', '<b>', '**', '/'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  )
  .map((value) => value.replaceAll('\u0000', ''))
  .filter((value) => value !== '')
const attribute = { text, number: fc.integer({ min: -2, max: 12 }), flag: fc.boolean() } as const
const orNothing = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })

const markOf = (type: Mark['type']): fc.Arbitrary<Mark> =>
  type === 'link'
    ? fc
        .record({ href: text, title: orNothing(fc.oneof(text, fc.constant(null))) })
        .map((attrs) => ({ type, attrs: JSON.parse(JSON.stringify(attrs)) }))
    : fc.constant({ type })
const marks = fc.shuffledSubarray([...markTypes], { maxLength: 3 }).chain((types) => fc.tuple(...types.map(markOf)))

const allTypes = Object.keys(nodeRules) as NodeType[]
const inGroup = (group: 'block' | 'inline') => allTypes.filter((type) => nodeRules[type].group === group)

/** Any node that the contract lets stand, made from its own table. */
function nodeOf(type: NodeType, depth: number): fc.Arbitrary<BodyNode> {
  const rule = nodeRules[type]
  if (type === 'text')
    return fc
      .tuple(text, marks)
      .map(([value, given]) => ({ type, text: value, ...(given.length > 0 ? { marks: given } : {}) }))
  const attrs = fc
    .record({
      ...(rule.group === 'inline' ? {} : { id: orNothing(fc.uuid()) }),
      ...Object.fromEntries(
        Object.entries(rule.attrs ?? {}).map(([name, kind]) => [
          name,
          orNothing(fc.oneof({ weight: 4, arbitrary: attribute[kind] }, { weight: 1, arbitrary: fc.constant(null) })),
        ]),
      ),
    })
    .map((made) => JSON.parse(JSON.stringify(made)) as Record<string, unknown>)
  const may =
    rule.holds === 'blocks'
      ? inGroup('block')
      : rule.holds === 'inline'
        ? inGroup('inline')
        : rule.holds === 'text'
          ? (['text'] as const)
          : rule.holds === 'nothing'
            ? []
            : rule.holds
  const leaves = may.filter(
    (child) =>
      depth < 4 ||
      (!Array.isArray(nodeRules[child].holds) && nodeRules[child].holds !== 'blocks') ||
      Array.isArray(rule.holds),
  )
  const content =
    leaves.length === 0
      ? fc.constant<BodyNode[]>([])
      : fc.array(
          fc.constantFrom(...leaves).chain((child) => nodeOf(child, depth + 1)),
          { maxLength: depth > 2 ? 1 : 3 },
        )
  return fc
    .tuple(attrs, content, rule.group === 'inline' ? marks : fc.constant<Mark[]>([]))
    .map(([attributes, children, given]) => ({
      type,
      ...(Object.keys(attributes).length > 0 ? { attrs: attributes } : {}),
      ...(children.length > 0 ? { content: children } : {}),
      ...(given.length > 0 ? { marks: given } : {}),
    }))
}
const arbitraryBody: fc.Arbitrary<Body> = fc
  .array(
    fc.constantFrom(...inGroup('block')).chain((type) => nodeOf(type, 1)),
    { maxLength: 5 },
  )
  .map((content) => ({ type: 'doc', content }))

/** What two bodies that say the same have in common: no nulls, joined texts, ordered marks, spans that a table can have. */
function settled(nodes: readonly BodyNode[], rowsLeft = 0): BodyNode[] {
  const result: BodyNode[] = []
  for (const [index, node] of nodes.entries()) {
    const given = Object.entries(node.attrs ?? {}).filter(([, value]) => value !== null)
    const attrs = Object.fromEntries(
      given
        .map(([name, value]) => [
          name,
          name === 'colspan'
            ? Math.min(100, Math.max(1, Number(value)))
            : name === 'rowspan'
              ? Math.min(rowsLeft, Math.max(1, Number(value)))
              : value,
        ])
        .filter(([name, value]) => !((name === 'colspan' || name === 'rowspan') && value === 1)),
    )
    const order = (mark: Mark) => markTypes.indexOf(mark.type)
    const ordered = (node.marks ?? [])
      .map(
        (mark): Mark =>
          mark.type === 'link'
            ? {
                type: 'link',
                attrs:
                  typeof mark.attrs.title === 'string'
                    ? { href: mark.attrs.href, title: mark.attrs.title }
                    : { href: mark.attrs.href },
              }
            : mark,
      )
      .sort((a, b) => order(a) - order(b))
    const last = result.at(-1)
    if (node.type === 'text' && last?.type === 'text' && JSON.stringify(last.marks ?? []) === JSON.stringify(ordered)) {
      last.text = `${last.text}${node.text}`
      continue
    }
    const isCode = node.type === 'codeBlock'
    const code = isCode ? (node.content ?? []).map((child) => child.text).join('') : ''
    const content = isCode
      ? code
        ? [{ type: 'text' as const, text: code }]
        : []
      : settled(node.content ?? [], node.type === 'table' ? 0 : node.type === 'tableRow' ? nodes.length - index : 0)
    result.push({
      type: node.type,
      ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
      ...(content.length > 0 ? { content } : {}),
      ...(node.text ? { text: node.text } : {}),
      ...(ordered.length > 0 ? { marks: ordered } : {}),
    })
  }
  return result
}

describe('a body, opened in the editor and taken out again', () => {
  test('is the same, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        fc.pre(bodyProblem(body) === null)
        const doc = open(body)
        doc.check()
        const back = bodyOf(doc)
        expect(bodyProblem(back)).toBe(null)
        expect(back).toEqual({ type: 'doc', content: settled(body.content) })
        expect(bodyOf(open(back))).toEqual(back)
        expect(plainText(back)).toBe(plainText({ type: 'doc', content: settled(body.content) }))
      }),
      { numRuns: 600 },
    )
  })

  test('is the same after it was in a shared document', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        fc.pre(bodyProblem(body) === null)
        const doc = open(body)
        const shared = prosemirrorToYXmlFragment(doc, new Y.Doc().getXmlFragment('body'))
        const back = yXmlFragmentToProseMirrorRootNode(shared, schema)
        back.check()
        expect(bodyOf(back)).toEqual(bodyOf(doc))
      }),
      { numRuns: 300 },
    )
  })

  test('the generator makes every node and mark of the contract', () => {
    const seen = new Set<string>()
    for (const body of fc.sample(arbitraryBody, { numRuns: 1500, seed: 7 })) {
      const look = (node: BodyNode): void => {
        seen.add(node.type)
        for (const mark of node.marks ?? []) seen.add(mark.type)
        node.content?.forEach(look)
      }
      body.content.forEach(look)
    }
    expect([...allTypes, ...markTypes].filter((type) => !seen.has(type))).toEqual([])
  })

  test('tables know their parts', () => {
    expect(schema.nodes.tableHeader?.spec.tableRole).toBe('header_cell')
    expect(schema.nodes.table?.spec.tableRole).toBe('table')
  })

  test('the schema has the nodes and marks of the contract, those of suggestions, and no others', () => {
    expect(Object.keys(schema.nodes).sort()).toEqual([...allTypes, 'doc'].sort())
    expect(Object.keys(schema.marks).sort()).toEqual([...markTypes, ...suggestionMarks].sort())
  })

  test('holders without content get a place for the cursor, which leaves again', () => {
    const body: Body = {
      type: 'doc',
      content: [
        { type: 'blockquote' },
        { type: 'bulletList', attrs: { tight: false }, content: [{ type: 'listItem' }] },
        { type: 'table' },
        { type: 'orderedList' },
      ],
    }
    const doc = open(body)
    doc.check()
    expect(doc.firstChild?.firstChild?.type.name).toBe('paragraph')
    expect(doc.lastChild?.type.name).toBe('paragraph')
    expect(bodyOf(doc)).toEqual(body)
  })

  test('an empty body has one paragraph to write in and stays empty', () => {
    const doc = open({ type: 'doc', content: [] })
    expect(doc.childCount).toBe(1)
    expect(bodyOf(doc)).toEqual({ type: 'doc', content: [] })
  })

  test('words written where nothing was are kept', () => {
    const doc = open({ type: 'doc', content: [{ type: 'bulletList', content: [] }] })
    const json = doc.toJSON() as { content: { content: { content: { content?: unknown[] }[] }[] }[] }
    const paragraph = json.content[0]?.content[0]?.content[0]
    if (paragraph) paragraph.content = [{ type: 'text', text: 'first' }]
    expect(bodyOf(DocumentNode.fromJSON(schema, json))).toEqual({
      type: 'doc',
      content: [
        {
          type: 'bulletList',
          content: [{ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'first' }] }] }],
        },
      ],
    })
  })

  test('half a character and NUL never leave the editor', () => {
    const doc = schema.node('doc', null, [
      schema.node('paragraph', null, [schema.text('a\ud83d\u0000b')]),
      schema.node('image', { src: '\ud83d' }),
    ])
    const back = bodyOf(doc)
    expect(bodyProblem(back)).toBe(null)
    expect(plainText(back)).toBe('a\ufffdb')
  })
})
