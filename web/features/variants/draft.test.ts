import type { Post } from '@floowe/contracts/networks'
import { expect, test } from 'vitest'
import { changedIn, draftOf, fieldsWith, isTouched, without } from './draft.ts'

const post = (...texts: string[]): Post =>
  ({
    ...{ form: 'post', articleId: 'a', editionId: 'e', versionId: 'v', language: 'pl', slug: 's', title: 'T' },
    parts: texts.map((text) => ({ text, media: [] })),
    link: { url: 'https://a.example/x', title: 'T', description: '' },
    firstComment: null,
  }) as unknown as Post // as much of a post as words need

test('words of the edition stand without the address behind them, and stay its own while nobody changes them', () => {
  const known = { fields: {}, post: post('Rzeka wraca\n\nhttps://a.example/x') }
  const draft = draftOf(known)
  expect(draft).toEqual({ texts: ['Rzeka wraca'], comment: '' })
  expect(isTouched(known, draft)).toBe(false)
  expect(fieldsWith(known, draft)).toEqual({ texts: undefined, firstComment: undefined })
})

test('what is changed is kept, empty parts go, a comment alone leaves the words to the edition', () => {
  const known = { fields: {}, post: post('Rzeka') }
  expect(fieldsWith(known, { texts: ['Inaczej', ' '], comment: '' }).texts).toEqual(['Inaczej'])
  expect(fieldsWith(known, { texts: [''], comment: '' }).texts).toBeUndefined()
  expect(fieldsWith(known, { texts: ['Rzeka'], comment: 'Źródło' })).toEqual({
    texts: undefined,
    firstComment: 'Źródło',
  })
})

test('each part is the channel’s own or not, and goes back by itself', () => {
  const fields = { texts: ['x'], mediaIds: [], hasLink: false, firstComment: '' }
  expect(changedIn(fields)).toEqual(['texts', 'mediaIds', 'hasLink'])
  expect(changedIn(without(fields, 'mediaIds'))).toEqual(['texts', 'hasLink'])
  expect(changedIn({})).toEqual([])
})
