/** Two posts laid side by side. Pure. */
import type { Post } from '@floowe/contracts/networks'

export type ChangedPart = { before: string; after: string }

/** Part by part; a part that only one of them has is compared with nothing. */
export const changedParts = (before: Post, after: Post): ChangedPart[] =>
  Array.from({ length: Math.max(before.parts.length, after.parts.length) }, (_, index) => ({
    before: before.parts[index]?.text ?? '',
    after: after.parts[index]?.text ?? '',
  }))

/** Pictures in words, one on a line: another file and another description are both a change. */
export const picturesOf = ({ parts }: Post): string =>
  parts.flatMap(({ media }) => media.map(({ name, alt }) => (alt === '' ? name : `${name}: ${alt}`))).join('\n')
