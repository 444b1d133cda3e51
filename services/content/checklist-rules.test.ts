import type { Body, BodyNode } from '@floowe/contracts/body'
import { expect, test } from 'vitest'
import { type CheckedText, faultsOf } from './checklist-rules.ts'

const text = (more: Partial<CheckedText> = {}): CheckedText => ({
  ...{ title: 'Rzeka', lead: '', meta: { title: '', description: '' }, tags: 0, cover: null, altOf: () => '' },
  body: { type: 'doc', content: [] },
  ...more,
})
const paragraph = (...content: BodyNode[]): Body => ({ type: 'doc', content: [{ type: 'paragraph', content }] })
const linked = (href: string, words: string, isBold = false): BodyNode => ({
  type: 'text',
  text: words,
  marks: [{ type: 'link', attrs: { href } }, ...(isBold ? [{ type: 'bold' as const }] : [])],
})

test.each([
  ['there is no cover', 'cover', {}, 1],
  ['there is one', 'cover', { cover: { alt: '' } }, 0],
  ['a cover without words', 'cover-alt', { cover: { alt: ' ' } }, 1],
  ['no cover, nothing to say', 'cover-alt', {}, 0],
  ['a lead of spaces', 'lead', { lead: ' \n' }, 1],
  ['a lead', 'lead', { lead: 'x' }, 0],
  ['no description', 'meta-description', {}, 1],
  ['a description', 'meta-description', { meta: { title: '', description: 'x' } }, 0],
  ['no tags', 'tag', {}, 1],
  ['a tag', 'tag', { tags: 1 }, 0],
  ['a title as long as there is room', 'title-length', { title: 'ż'.repeat(60) }, 0],
  ['a longer one', 'title-length', { title: 'ż'.repeat(61) }, 1],
  [
    'another for search results counts instead',
    'title-length',
    { title: 'ż'.repeat(61), meta: { title: 'x', description: '' } },
    0,
  ],
  ['no title at all', 'title-length', { title: ' ' }, 1],
  ['emoji are one character each', 'title-length', { title: '🙂'.repeat(60) }, 0],
] as const)('%s: %s', (_, rule, more, count) => expect(faultsOf(rule, text(more))).toBe(count))

test.each([
  ['leads somewhere', [linked('https://a.example', 'tu')], 0],
  ['has no address', [linked('', 'tu')], 1],
  ['is a lone hash', [linked('#', 'tu')], 1],
  ['jumps within the text', [linked('#h', 'tu')], 0],
  ['is begun and not finished', [linked('https://', 'tu')], 1],
  ['stands under nothing', [linked('https://a.example', ' ')], 1],
  ['of two runs is one', [linked('', 'a'), linked('', 'b', true)], 1],
  ['beside another is another', [linked('', 'a'), linked('#', 'b')], 2],
  [
    'is seen wherever it stands',
    [{ type: 'text', text: 'a' }, linked('', 'b'), { type: 'text', text: 'c' }, linked('', 'd')],
    2,
  ],
] as [string, BodyNode[], number][])('a link that %s', (_, content, count) => {
  expect(faultsOf('links', text({ body: paragraph(...content) }))).toBe(count)
})

test('a link over a picture has the words of the picture', () => {
  const picture = (alt: string): BodyNode => ({
    type: 'inlineImage',
    attrs: { src: 'media:1', alt },
    marks: [{ type: 'link', attrs: { href: 'https://a.example' } }],
  })
  expect(faultsOf('links', text({ body: paragraph(picture('Most')) }))).toBe(0)
  expect(faultsOf('links', text({ body: paragraph(picture('')) }))).toBe(1)
})
