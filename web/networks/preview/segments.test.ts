import { describe, expect, test } from 'vitest'
import { firstOf, segmentsOf } from './segments.ts'
import type { PostNetwork } from './traits.ts'

const every: PostNetwork[] = ['x', 'bluesky', 'mastodon', 'linkedin', 'facebook', 'telegram', 'discord', 'slack']
/** Of one kind, as they stand there. */
const found = (text: string, network: PostNetwork, kind: string): string[] =>
  segmentsOf(text, network)
    .filter((segment) => segment.kind === kind)
    .map((segment) => segment.text)

const sample =
  'Zażółć #gęśląJaźń z @studio_wisla (https://wisla.pl/żółw?a=1#b), pisz: jan.kowalski@example.com!\n\n„https://a.pl/x”. #1 #2026rok'

describe.each(every)('%s', (network) => {
  test('the pieces are the text', () => {
    for (const text of [sample, '', ' ', '#', '@', 'https://', '##a @@b #a#b', '👩‍👩‍👧 #👩‍👩‍👧 @👩', 'a'.repeat(5_000)])
      expect(
        segmentsOf(text, network)
          .map((segment) => segment.text)
          .join(''),
      ).toBe(text)
  })
  test('an address ends before what follows it in the sentence', () => {
    expect(found(sample, network, 'link')).toEqual(['https://wisla.pl/żółw?a=1#b', 'https://a.pl/x'])
    expect(found(`https://wisla.pl/${'a'.repeat(2_000)}`, network, 'link')).toEqual([])
    expect(found('(zob. https://pl.wikipedia.org/wiki/San_(rzeka)).', network, 'link')).toEqual([
      'https://pl.wikipedia.org/wiki/San_(rzeka)',
    ])
  })
  test('an e-mail address is neither a person nor a link', () => {
    const mail = 'Pisz na jan.kowalski@example.com, j@studio.org albo żółw@wisła.com.'
    expect(segmentsOf(mail, network)).toEqual([{ kind: 'words', text: mail }])
  })
})

test('tags have Polish letters, and are no numbers', () => {
  for (const network of ['x', 'mastodon', 'facebook', 'telegram', 'linkedin', 'bluesky'] as const)
    expect(found(sample, network, 'hashtag')).toEqual(['#gęśląJaźń', '#2026rok'])
  for (const network of ['discord', 'slack'] as const) expect(found(sample, network, 'hashtag')).toEqual([])
})

test('a tag ends where its network ends it', () => {
  expect(found('#dwa_słowa, #jeden-dwa. C#dur &#x27; a#b', 'x', 'hashtag')).toEqual(['#dwa_słowa', '#jeden'])
  expect(found('#dwa_słowa, #jeden-dwa.', 'bluesky', 'hashtag')).toEqual(['#dwa_słowa', '#jeden-dwa'])
  expect(found('(#rzeka)', 'bluesky', 'hashtag')).toEqual([])
  expect(found('#dwa_słowa #rzeka', 'linkedin', 'hashtag')).toEqual(['#rzeka'])
  expect(found(`#${'a'.repeat(65)} #${'b'.repeat(64)}`, 'bluesky', 'hashtag')).toEqual([`#${'b'.repeat(64)}`])
})

test('people are named only where Floowe can name them', () => {
  expect(found(sample, 'x', 'mention')).toEqual(['@studio_wisla'])
  expect(found(sample, 'telegram', 'mention')).toEqual(['@studio_wisla'])
  for (const network of ['bluesky', 'linkedin', 'facebook', 'discord', 'slack'] as const)
    expect(found(sample, network, 'mention')).toEqual([])
})

test('people of X have short names in plain letters', () => {
  expect(found('.@a, (@b) @żółw @zażółć @c: @abcdefghijklmnopqrstu d@e @f@g', 'x', 'mention')).toEqual([
    '@a',
    '@b',
    '@c',
  ])
})

test('people of Mastodon live on instances', () => {
  expect(found('Od @ola@pol.social. I @jan.k, https://mastodon.social/@ola.', 'mastodon', 'mention')).toEqual([
    '@ola@pol.social',
    '@jan.k',
  ])
  expect(found('https://mastodon.social/@ola.', 'mastodon', 'link')).toEqual(['https://mastodon.social/@ola'])
})

test('a name without protocol is a link where it is surely one', () => {
  expect(found('Na example.com/a, www.wisła.org. I np.Jak', 'x', 'link')).toEqual(['example.com/a', 'www.wisła.org'])
  expect(found('example.com.pl, example.community', 'telegram', 'link')).toEqual([])
  expect(found('example.com/a', 'mastodon', 'link')).toEqual([])
})

test('what is cut stays what it was', () => {
  const segments = segmentsOf('Rzeka https://wisla.pl/a #tag', 'linkedin')
  expect(firstOf(segments, 14)).toEqual([
    { kind: 'words', text: 'Rzeka ' },
    { kind: 'link', text: 'https://' },
  ])
  expect(firstOf(segments, 1_000)).toEqual(segments)
  expect(firstOf(segments, 0)).toEqual([])
})

test('a hostile text is read in one go', () => {
  const texts = ['@a.'.repeat(7_000), 'a.'.repeat(10_000), '#1'.repeat(10_000), `https://${')'.repeat(5_000)}`]
  for (const text of texts)
    for (const network of every) expect(segmentsOf(text, network).length).toBeLessThan(text.length)
})
