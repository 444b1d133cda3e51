import { describe, expect, it } from 'vitest'
import {
  Body,
  type BodyNode,
  bodyLimits,
  bodyProblem,
  headingsIn,
  markTypes,
  mediaIn,
  type NodeType,
  nodeRules,
  plainText,
  walkBody,
} from './body.ts'

const text = (value: string): BodyNode => ({ type: 'text', text: value })
const paragraph = (...content: BodyNode[]): BodyNode => ({ type: 'paragraph', content })
const doc = (...content: unknown[]) => ({ type: 'doc', content })

describe('what may stand in a body', () => {
  it('is what the rules say, everywhere', () => {
    const types = Object.keys(nodeRules) as NodeType[]
    for (const outer of types) {
      const { holds } = nodeRules[outer]
      for (const inner of types) {
        const group = nodeRules[inner].group
        const allowed =
          holds === 'blocks'
            ? group === 'block'
            : holds === 'inline'
              ? group === 'inline'
              : holds === 'text'
                ? inner === 'text'
                : holds === 'nothing'
                  ? false
                  : (holds as readonly string[]).includes(inner)
        const child = inner === 'text' ? text('x') : { type: inner }
        const inside = { type: outer, ...(outer === 'text' ? { text: 'x' } : {}), content: [child] }
        const wrapped: Record<string, unknown> =
          nodeRules[outer].group === 'inline' ? paragraph(inside as BodyNode) : inside
        const problem = bodyProblem(nodeRules[outer].group === 'part' ? partIn(outer, inside) : doc(wrapped))
        expect(problem === null, `${inner} in ${outer}: ${problem}`).toBe(allowed)
      }
    }
  })
  it('is named by its place when it is wrong', () => {
    expect(
      bodyProblem(
        doc(paragraph(text('a')), { type: 'blockquote', content: [{ type: 'heading', content: [{ type: 'odd' }] }] }),
      ),
    ).toBe('content[1].content[0].content[0]: unknown node')
    for (const wrong of [
      null,
      [],
      'x',
      { type: 'doc' },
      { type: 'page', content: [] },
      doc(null),
      doc([]),
      doc({ type: 'toString' }),
      doc({ type: '__proto__' }),
      doc({ type: 'paragraph', content: {} }),
      doc({ type: 'paragraph', odd: 1 }),
    ])
      expect(bodyProblem(wrong)).not.toBeNull()
  })
  it('holds attributes and marks of the right kind only', () => {
    expect(
      bodyProblem(doc({ type: 'heading', attrs: { level: 2, id: 'x' } }, { type: 'callout', attrs: { kind: null } })),
    ).toBeNull()
    for (const attrs of [{ level: '2' }, { odd: 1 }, { level: Number.NaN }, { id: 3 }, { id: 'a\u0000' }, []])
      expect(bodyProblem(doc({ type: 'heading', attrs })), JSON.stringify(attrs)).not.toBeNull()
    expect(
      bodyProblem(
        doc(
          paragraph({
            type: 'text',
            text: 'a',
            marks: markTypes.map((type) => (type === 'link' ? { type, attrs: { href: '/' } } : { type })),
          }),
        ),
      ),
    ).toBeNull()
    for (const marks of [
      {},
      [{ type: 'odd' }],
      [{ type: 'link' }],
      [{ type: 'link', attrs: { href: 3 } }],
      Array.from({ length: 20 }, () => ({ type: 'bold' })),
    ])
      expect(bodyProblem(doc(paragraph({ type: 'text', text: 'a', marks } as unknown as BodyNode)))).not.toBeNull()
    expect(bodyProblem(doc({ type: 'paragraph', marks: [{ type: 'bold' }] }))).not.toBeNull()
  })
  it('is text that can be stored', () => {
    for (const value of ['', 'a\u0000b', '\uD800', 'b\uDC00'])
      expect(bodyProblem(doc(paragraph(text(value))))).not.toBeNull()
    expect(bodyProblem(doc(paragraph(text('🐢 żółw'))))).toBeNull()
  })
  it('has bounds', () => {
    const deep = (levels: number): BodyNode =>
      levels === 0 ? paragraph(text('x')) : { type: 'blockquote', content: [deep(levels - 1)] }
    expect(bodyProblem(doc(deep(bodyLimits.depthMax - 3)))).toBeNull()
    expect(bodyProblem(doc(deep(bodyLimits.depthMax)))).toContain('deeper')
    expect(
      bodyProblem(doc(...Array.from({ length: bodyLimits.nodesMax + 1 }, () => ({ type: 'horizontalRule' })))),
    ).toContain('more than')
  })
  it('is checked by its schema with the same words', () => {
    expect(Body.safeParse(doc(paragraph(text('a')))).success).toBe(true)
    expect(Body.safeParse(doc({ type: 'odd' })).error?.issues[0]?.message).toBe('content[0]: unknown node')
  })
})

describe('what a body says', () => {
  const body = doc(
    {
      type: 'heading',
      attrs: { level: 2, id: 'h' },
      content: [text('A '), { type: 'text', text: 'b', marks: [{ type: 'bold' }] }],
    },
    paragraph(text('c'), { type: 'hardBreak' }, text('d '), {
      type: 'inlineImage',
      attrs: { src: 'media:2', alt: 'e' },
    }),
    { type: 'image', attrs: { src: 'media:1', alt: 'f', caption: 'g' } },
    { type: 'callout', attrs: { kind: 'tip', title: 'h' }, content: [paragraph(text('i'))] },
    { type: 'codeBlock', content: [text('j')] },
    { type: 'source', attrs: { format: 'html', value: 'no' } },
    { type: 'embed', attrs: { src: 'https://youtu.be/x', title: 'k', still: 'media:3' } },
    { type: 'image', attrs: { src: 'media:1' } },
  ) as Body
  it('are its words, pictures and headings', () => {
    expect(plainText(body)).toBe(['A b', 'c\nd e', 'f', 'g', 'h', 'i', 'j', 'k'].join('\n\n'))
    expect(mediaIn(body)).toEqual(['2', '1', '3'])
    expect(headingsIn(body)).toEqual([{ level: 2, text: 'A b', id: 'h' }])
  })
  it('is walked in reading order, and what is left out is left out', () => {
    const seen: string[] = []
    walkBody(body, (node, parents) => {
      seen.push(`${parents.length}${node.type}`)
      return node.type !== 'callout'
    })
    expect(seen.slice(0, 3)).toEqual(['0heading', '1text', '1text'])
    expect(seen).not.toContain('2text')
  })
})

/** A part stands only inside its own containers. */
function partIn(type: NodeType, node: unknown): unknown {
  if (type === 'tableRow') return doc({ type: 'table', content: [node] })
  if (type === 'tableCell' || type === 'tableHeader')
    return doc({ type: 'table', content: [{ type: 'tableRow', content: [node] }] })
  return doc({ type: 'taskList', content: [node] })
}
