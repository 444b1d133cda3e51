/**
 * Inline content: from the flat runs with marks that the editor keeps to the nested elements that HTML and Markdown have.
 */
import type { BodyNode, Mark } from '@floowe/contracts/body'

/** Either an element around more inline content, or a leaf without marks (`isCode`: its text stands in a code element). */
export type Nested = { mark: Mark; inside: Nested[] } | { leaf: BodyNode; isCode: boolean }

export function sameMark(a: Mark, b: Mark): boolean {
  if (a.type !== b.type) return false
  if (a.type !== 'link' || b.type !== 'link') return true
  return a.attrs.href === b.attrs.href && (a.attrs.title ?? '') === (b.attrs.title ?? '')
}

export const hasMark = (node: BodyNode, type: Mark['type']): boolean =>
  node.marks?.some((mark) => mark.type === type) === true

const sameMarks = (a: readonly Mark[], b: readonly Mark[]): boolean =>
  a.length === b.length && a.every((mark) => b.some((other) => sameMark(mark, other)))

/** The same content with neighbouring texts of equal marks joined and no mark twice. */
export function joinTexts(nodes: readonly BodyNode[]): BodyNode[] {
  const joined: BodyNode[] = []
  for (const node of nodes) {
    const marks = (node.marks ?? []).filter(
      (mark, index, all) => all.findIndex((other) => other.type === mark.type) === index,
    )
    const last = joined.at(-1)
    if (node.type === 'text' && last?.type === 'text' && sameMarks(last.marks ?? [], marks))
      last.text = `${last.text ?? ''}${node.text ?? ''}`
    else joined.push(marks.length > 0 ? { ...node, marks } : withoutMarks(node))
  }
  return joined
}

export function withoutMarks(node: BodyNode): BodyNode {
  const { marks: _, ...rest } = node
  return rest
}

type Run = { node: BodyNode; marks: Mark[] }

/**
 * Nests marks so that the longest stretch is outermost, links are never split by other marks, equal stretches keep the
 * order in which the marks are listed, and code is innermost.
 */
export function nest(nodes: readonly BodyNode[]): Nested[] {
  return nestRuns(
    joinTexts(nodes).map((node) => ({ node, marks: (node.marks ?? []).filter((mark) => mark.type !== 'code') })),
  )
}

function nestRuns(runs: readonly Run[]): Nested[] {
  const nested: Nested[] = []
  let index = 0
  while (index < runs.length) {
    const run = runs[index] as Run // the loop's bound
    const outer = outermost(runs, index)
    if (!outer) {
      nested.push({ leaf: withoutMarks(run.node), isCode: run.node.type === 'text' && hasMark(run.node, 'code') })
      index += 1
      continue
    }
    const inside = runs
      .slice(index, outer.end)
      .map(({ node, marks }) => ({ node, marks: marks.filter((mark) => !sameMark(mark, outer.mark)) }))
    nested.push({ mark: outer.mark, inside: nestRuns(inside) })
    index = outer.end
  }
  return nested
}

function outermost(runs: readonly Run[], from: number): { mark: Mark; end: number } | null {
  let best: { mark: Mark; end: number } | null = null
  for (const mark of runs[from]?.marks ?? []) {
    let end = from + 1
    while (end < runs.length && runs[end]?.marks.some((other) => sameMark(other, mark))) end += 1
    if (mark.type !== 'link') end = beforeSplitLink(runs, from, end)
    if (!best || end > best.end) best = { mark, end }
  }
  return best
}

/** The end moved back so that a link which goes on after it does not begin before it. */
function beforeSplitLink(runs: readonly Run[], from: number, end: number): number {
  const linkAt = (index: number) => runs[index]?.marks.find((mark) => mark.type === 'link')
  const link = linkAt(end)
  if (!link) return end
  let start = end
  while (start > from) {
    const before = linkAt(start - 1)
    if (!before || !sameMark(before, link)) break
    start -= 1
  }
  return start > from ? start : end
}
