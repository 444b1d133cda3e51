import type { Post } from '@floowe/contracts/networks'
import { expect, test } from 'vitest'
import { changedParts, picturesOf } from './changes.ts'

const picture = (name: string, alt: string) => ({ name, alt }) as Post['parts'][number]['media'][number] // all that is read of one
const post = (texts: string[], firstComment: string | null = null, media: Post['parts'][number]['media'] = []) =>
  ({ parts: texts.map((text, index) => ({ text, media: index === 0 ? media : [] })), firstComment }) as Post // all that is read of one

test('parts are laid side by side; what only one has stands alone, and the comment comes last', () => {
  expect(changedParts(post(['a', 'b']), post(['a']))).toEqual([
    { before: 'a', after: 'a', isComment: false },
    { before: 'b', after: '', isComment: false },
  ])
  expect(changedParts(post(['a']), post(['a', 'b'], 'c'))).toEqual([
    { before: 'a', after: 'a', isComment: false },
    { before: '', after: 'b', isComment: false },
    { before: '', after: 'c', isComment: true },
  ])
  expect(changedParts(post(['a'], ''), post(['a'], null))).toHaveLength(1)
})

test('another picture and another description of one are both told', () => {
  const before = picturesOf(post(['a'], null, [picture('dom.jpg', 'Dom'), picture('rzeka.jpg', '')]))
  expect(before).toBe('dom.jpg: Dom\nrzeka.jpg')
  expect(picturesOf(post(['a']))).toBe('')
})
