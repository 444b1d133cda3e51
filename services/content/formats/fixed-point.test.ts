/** Export to Markdown and import again is a fixed point: same text, same body, and nothing that a reader sees is lost. */
import { type Body, bodyProblem, walkBody } from '@floowe/contracts/body'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allNodeTypes, arbitraryBody } from './body-arbitrary.ts'
import { canonicalBody } from './canonical.ts'
import { bodyToMarkdown, markdownToBody } from './markdown.ts'
import { renderBody } from './render.ts'
import { withoutIds } from './sources.ts'

const imported = (markdown: string): Body => {
  let id = 0
  return withoutIds(markdownToBody(markdown, { ids: () => `b${id++}` }).body)
}
const runs = Number(globalThis.process.env.FLOOWE_TEST_RUNS ?? 1500)

describe('Markdown ⇄ body', () => {
  it('is a fixed point for any body', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        expect(bodyProblem(body)).toBeNull()
        const first = bodyToMarkdown(body)
        const once = imported(first)
        expect(bodyProblem(once)).toBeNull()
        const second = bodyToMarkdown(once)
        expect(second).toBe(first)
        expect(imported(second)).toEqual(once)
      }),
      { numRuns: runs },
    )
  })

  it('keeps everything that a reader sees', () => {
    const shown = (body: Body) => renderBody(canonicalBody(body), { source: 'as-is', profile: 'plain' }).replace(/[ \t\n\r\f]+/g, ' ')
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        expect(shown(imported(bodyToMarkdown(body)))).toBe(shown(body))
      }),
      { numRuns: runs },
    )
  })

  it('is proved with every kind of node', () => {
    const seen = new Set<string>()
    for (const body of fc.sample(arbitraryBody, { numRuns: 400, seed: 7 })) walkBody(body, (node) => void seen.add(node.type))
    expect(allNodeTypes.filter((type) => !seen.has(type))).toEqual([])
  })
})
