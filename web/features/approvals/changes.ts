/** Two posts laid side by side. Pure. */
import type { Post } from '@floowe/contracts/networks'

export type ChangedPart = { before: string; after: string; isComment: boolean }

/** Part by part, the first comment last; what only one of them has is compared with nothing. */
export function changedParts(before: Post, after: Post): ChangedPart[] {
  const count = Math.max(before.parts.length, after.parts.length)
  const parts = Array.from({ length: count }, (_, index) => ({
    before: before.parts[index]?.text ?? '',
    after: after.parts[index]?.text ?? '',
    isComment: false,
  }))
  const comment = { before: before.firstComment ?? '', after: after.firstComment ?? '', isComment: true }
  return comment.before === '' && comment.after === '' ? parts : [...parts, comment]
}

/** Pictures in words, one on a line: another file and another description are both a change. */
export const picturesOf = ({ parts }: Post): string =>
  parts.flatMap(({ media }) => media.map(({ name, alt }) => (alt === '' ? name : `${name}: ${alt}`))).join('\n')
