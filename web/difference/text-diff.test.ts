import type { Body, BodyNode } from '@floowe/contracts/body'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOf, type Piece } from './body-lines.ts'
import { countChanges, diffBodies, diffPieces, diffWords, type Part } from './text-diff.ts'

const paragraph = (text: string, id?: string): BodyNode => ({
  type: 'paragraph',
  ...(id ? { attrs: { id } } : {}),
  ...(text ? { content: [{ type: 'text', text }] } : {}),
})
const body = (...content: BodyNode[]): Body => ({ type: 'doc', content })
const shown = (parts: readonly Part[]) =>
  parts
    .map(
      ({ state, text }) =>
        ({ same: text, added: `{+${text}+}`, removed: `[-${text}-]`, restyled: `{~${text}~}` })[state],
    )
    .join('')
const lines = (before: Body, after: Body) =>
  diffBodies(before, after).map(
    ({ state, fields }) => `${state}: ${fields.map(({ parts }) => shown(parts)).join(' / ')}`,
  )

describe('words', () => {
  test('one word changed', () =>
    expect(shown(diffWords('Zaczęło się od mapy.', 'Zaczęło się od planu.'))).toBe('Zaczęło się od [-mapy-]{+planu+}.'))
  test('neighbouring changes are read as one', () =>
    expect(shown(diffWords('stary dom stoi', 'nowy blok stoi'))).toBe('[-stary dom-]{+nowy blok+} stoi'))
  test('words keep their Polish letters and hyphens whole', () =>
    expect(shown(diffWords('biało-czerwony', 'biało-czerwona'))).toBe('[-biało-czerwony-]{+biało-czerwona+}'))
  test('the same words in bold are restyled, not rewritten', () => {
    const was: Piece[] = [{ text: 'mapa na serwetce', marks: '' }]
    const is: Piece[] = [
      { text: 'mapa ', marks: '' },
      { text: 'na serwetce', marks: 'bold' },
    ]
    expect(shown(diffPieces(was, is))).toBe('mapa {~na serwetce~}')
  })
  test('from nothing, to nothing', () => {
    expect(shown(diffWords('', 'nowe'))).toBe('{+nowe+}')
    expect(shown(diffWords('stare', ''))).toBe('[-stare-]')
    expect(diffWords('', '')).toEqual([])
  })
})

describe('blocks', () => {
  test('an edited paragraph is compared with itself', () =>
    expect(
      lines(
        body(paragraph('Atlas liczy czterdzieści plansz.', 'a'), paragraph('Koniec.', 'b')),
        body(paragraph('Atlas liczy pięćdziesiąt plansz.', 'a'), paragraph('Koniec.', 'b')),
      ),
    ).toEqual(['changed: Atlas liczy [-czterdzieści-]{+pięćdziesiąt+} plansz.', 'same: Koniec.']))
  test('without ids, likeness decides', () =>
    expect(
      lines(
        body(paragraph('Zupełnie inne zdanie o czymś.'), paragraph('Rzeka płynie powoli przez miasto.')),
        body(paragraph('Rzeka płynie szybko przez miasto.')),
      ),
    ).toEqual([
      'removed: [-Zupełnie inne zdanie o czymś.-]',
      'changed: Rzeka płynie [-powoli-]{+szybko+} przez miasto.',
    ]))
  test('a new paragraph and one that went', () =>
    expect(lines(body(paragraph('jeden'), paragraph('dwa')), body(paragraph('jeden'), paragraph('trzy')))).toEqual([
      'same: jeden',
      'removed: [-dwa-]',
      'added: {+trzy+}',
    ]))
  test('an unchanged block somewhere else has moved', () => {
    const moved = diffBodies(
      body(paragraph('Pierwszy akapit tekstu.'), paragraph('drugi'), paragraph('trzeci')),
      body(paragraph('drugi'), paragraph('trzeci'), paragraph('Pierwszy akapit tekstu.')),
    )
    expect(moved.map(({ state }) => state)).toEqual(['moved-away', 'same', 'same', 'moved-here'])
    expect(countChanges(moved)).toEqual({ added: 0, removed: 0 })
  })
  test('another picture is another block; another description of it is a change', () => {
    const picture = (src: string, alt: string): BodyNode => ({ type: 'image', attrs: { src, alt } })
    expect(lines(body(picture('media:1', 'ujście')), body(picture('media:1', 'ujście Wisły')))).toEqual([
      'changed: ujście{+ Wisły+}',
    ])
    expect(diffBodies(body(picture('media:1', 'x')), body(picture('media:2', 'x'))).map(({ state }) => state)).toEqual([
      'removed',
      'added',
    ])
  })
  test('a paragraph that became a heading is changed', () =>
    expect(
      diffBodies(
        body(paragraph('Jak powstaje atlas', 'a')),
        body({
          type: 'heading',
          attrs: { level: 2, id: 'a' },
          content: [{ type: 'text', text: 'Jak powstaje atlas' }],
        }),
      ).map(({ state, line }) => [state, line.kind]),
    ).toEqual([['changed', 'heading']]))
  test('items, rows, tasks and notes are lines of their own', () => {
    const list: BodyNode = {
      type: 'taskList',
      content: [
        { type: 'taskItem', attrs: { checked: true }, content: [paragraph('gotowe')] },
        { type: 'taskItem', content: [paragraph('jeszcze nie')] },
      ],
    }
    const table: BodyNode = {
      type: 'table',
      content: [
        {
          type: 'tableRow',
          content: [
            { type: 'tableCell', content: [paragraph('a')] },
            { type: 'tableCell', content: [paragraph('b')] },
          ],
        },
      ],
    }
    const note: BodyNode = { type: 'footnote', attrs: { label: '1' }, content: [paragraph('przypis')] }
    expect(
      linesOf(body(list, table, note)).map(({ kind, marker, fields }) => [
        kind,
        marker,
        fields[0]?.pieces.map(({ text }) => text).join(''),
      ]),
    ).toEqual([
      ['item', '☑', 'gotowe'],
      ['item', '☐', 'jeszcze nie'],
      ['row', '', 'a │ b'],
      ['item', '[1]', 'przypis'],
    ])
  })
  test('words are counted for the summary', () =>
    expect(
      countChanges(diffBodies(body(paragraph('jeden dwa trzy', 'a')), body(paragraph('jeden cztery pięć trzy', 'a')))),
    ).toEqual({ added: 2, removed: 1 }))
})

describe('whatever changes', () => {
  const words = fc
    .array(fc.constantFrom('rzeka', 'atlas', 'mapa', 'most', 'i', 'w', 'Łódź', '—', '12,5'), { maxLength: 7 })
    .map((all) => all.join(' '))
  const block = fc
    .tuple(words, fc.option(fc.constantFrom('1', '2', '3', '4', '5', '6'), { nil: undefined }))
    .map(([text, id]) => paragraph(text, id))
  const anyBody = fc.array(block, { maxLength: 8 }).map((content) => body(...content))
  const said = (all: ReturnType<typeof linesOf>) =>
    all.map(({ fields }) => fields.flatMap(({ pieces }) => pieces.map(({ text }) => text)).join(''))

  test('both texts can be read out of the difference', () => {
    fc.assert(
      fc.property(anyBody, anyBody, (before, after) => {
        const diff = diffBodies(before, after)
        const side = (gone: 'added' | 'removed') =>
          diff
            .filter(({ state }) =>
              gone === 'added'
                ? state !== 'added' && state !== 'moved-here'
                : state !== 'removed' && state !== 'moved-away',
            )
            .map(({ fields }) =>
              fields
                .flatMap(({ parts }) => parts.filter(({ state }) => state !== gone).map(({ text }) => text))
                .join(''),
            )
        expect(side('removed')).toEqual(said(linesOf(after)))
        expect(side('added')).toEqual(said(linesOf(before)))
      }),
      { numRuns: 2_000 },
    )
  })
  test('a text does not differ from itself', () => {
    fc.assert(fc.property(anyBody, (one) => diffBodies(one, one).every(({ state }) => state === 'same')))
  })
})

test('two long texts with nothing in common are compared within reason', () => {
  const long = (word: string) => body(...Array.from({ length: 3_000 }, (_, index) => paragraph(`${word} ${index}`)))
  const diff = diffBodies(long('a'), long('b'))
  expect(diff).toHaveLength(6_000)
})
