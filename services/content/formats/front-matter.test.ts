import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf, languageOf, slugFrom, slugOfSource } from './clean-text.ts'
import {
  type FrontMatter,
  type FrontMatterFields,
  type FrontMatterProblem,
  readFrontMatter,
  writeFrontMatter,
} from './front-matter.ts'

const read = (text: string): FrontMatter => {
  const made = readFrontMatter(text, 'a.md')
  if (made.kind === 'problem') throw new Error(made.reason)
  return made
}
const problem = (text: string): FrontMatterProblem => {
  const made = readFrontMatter(text, 'a.md')
  if (made.kind !== 'problem') throw new Error('it was read')
  return made
}
const yaml = (text: string) => read(`---\n${text}\n---\n\nBody`).fields

describe('front matter', () => {
  it('is read as YAML, TOML and JSON, with the line on which the text begins', () => {
    for (const [format, text, line] of [
      ['yaml', '---\ntitle: T\ntags: [a]\n---\n\nBody', 6],
      ['yaml', '\uFEFF---\r\ntitle: T\r\ntags:\r\n  - a\r\n...\r\nBody', 6],
      ['toml', '+++\ntitle = "T"\ntags = ["a"]\n+++\nBody', 5],
      ['json', ';;;\n{"title": "T", "tags": ["a"]}\n;;;\nBody', 4],
      ['json', '{\n  "title": "T",\n  "tags": ["a"]\n}\n\nBody', 6],
    ] as const) {
      const made = read(text)
      expect([made.format, made.fields.title, made.fields.tags, made.content, made.contentLine]).toEqual([
        format,
        'T',
        ['a'],
        'Body',
        line,
      ])
    }
  })
  it('is none where a rule, a brace or a text stands', () => {
    for (const text of [
      '',
      'Body',
      '---\n\nA paragraph\n\n---\n',
      '{ a } b',
      '{% include %}',
      '--- a',
      '***\na: b\n***',
      '---\n- a\n- b\n---\n',
    ])
      expect([read(text).format, read(text).content]).toEqual(['none', text])
    expect(read('---\n---\nBody').content).toBe('Body')
  })
  it('understands the names of site generators', () => {
    expect(
      yaml(
        'author: A\ncategory: c\nexcerpt: l\nlast_modified_at: 2026-01-02\nlang: pl_PL\nfeatured_image: i.png\nimage_alt: x\nredirect_from: /old/\npermalink: /new/\npublished: false',
      ),
    ).toMatchObject({
      authors: ['A'],
      categories: ['c'],
      lead: 'l',
      updated: '2026-01-02T00:00:00.000Z',
      language: 'pl-PL',
      cover: { ref: 'i.png', alt: 'x', caption: '' },
      permalinks: ['/new/', '/old/'],
      draft: true,
      extra: {},
    })
    expect(
      yaml(
        'authors:\n  - name: A\n    url: x\n  - B\ntags: a, b ,a\ncover: {src: c.png, alt: y, caption: z}\npubDate: Fri, 02 Jan 2026 10:00:00 +0100\ndescription: d\nsummary: s\nlayout: page',
      ),
    ).toMatchObject({
      authors: ['A', 'B'],
      tags: ['a', 'b'],
      cover: { ref: 'c.png', alt: 'y', caption: 'z' },
      date: '2026-01-02T09:00:00.000Z',
      lead: 's',
      meta: { description: 'd' },
      type: 'page',
    })
  })
  it('keeps what it does not know, and what it cannot use, and says so', () => {
    const made = read('---\nweight: 3\ndate: soon\nparams: {a: [1, {b: 2}]}\n---\n')
    expect(made.fields.extra).toEqual({ weight: 3, date: 'soon', params: { a: [1, { b: 2 }] } })
    expect(made.notes.map((note) => [note.code, note.values?.key])).toEqual([['front-matter-not-understood', 'date']])
  })
  it('cuts what is too long, and says so', () => {
    const made = read(
      `---\ntitle: ${'ą'.repeat(400)}\ntags: [${Array.from({ length: 120 }, (_, index) => `t${index}`).join(', ')}]\n---\n`,
    )
    expect([made.fields.title?.length, made.fields.tags.length]).toEqual([300, 100])
    expect(made.notes.map((note) => note.code)).toEqual(['text-cut', 'list-cut'])
  })
  it('takes no sign that hides or turns text', () => {
    expect(yaml('title: "a\\u202Eb\\u200Bc\\u0007d\\uD800e"').title).toBe('abcde')
  })
})

describe('broken front matter', () => {
  it('is a problem with its line', () => {
    expect(problem('---\ntitle: a\ntags: [b\n---\n')).toMatchObject({
      code: 'front-matter-broken',
      file: 'a.md',
      line: 4,
    })
    expect(problem('---\na: 1\na: 2\n---\n')).toMatchObject({ code: 'front-matter-broken', line: 3 })
    expect(problem('+++\na = 1\nb = \n+++\n')).toMatchObject({ code: 'front-matter-broken', line: 3 })
    expect(problem('{\n"a": 1,\n"b": ]\n}\n')).toMatchObject({ code: 'front-matter-broken', line: 3 })
    expect(problem(';;;\n{"a": 1,\n"b": ]}\n;;;\n')).toMatchObject({ code: 'front-matter-broken', line: 3 })
    expect(problem('---\ntitle: a\nText')).toMatchObject({ code: 'front-matter-not-closed', line: 1 })
    expect(problem('---\na: *b\n---\n')).toMatchObject({ code: 'front-matter-broken', line: 2 })
  })
  it('is refused when it is too large, too deep or multiplies itself', () => {
    expect(problem(`---\na: "${'x'.repeat(70_000)}"\n---\n`).code).toBe('front-matter-too-large')
    expect(problem(`---\na: [${'1,'.repeat(3000)}]\n---\n`).code).toBe('front-matter-too-large')
    expect(problem(`---\na: ${'['.repeat(20_000)}\n---\n`).code).toBe('front-matter-broken')
    const laughs = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...Array.from(
        'bcdefgh',
        (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join(', ')}]`,
      ),
    ].join('\n')
    expect(problem(`---\n${laughs}\n---\n`)).toMatchObject({
      code: 'front-matter-broken',
      reason: 'The front matter repeats itself through too many aliases.',
    })
  })
  it('never makes a key of `__proto__`', () => {
    for (const text of [
      '---\n__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\na: {__proto__: {polluted: 1}}\n---\n',
      '+++\n[__proto__]\npolluted = 1\n[a.__proto__]\npolluted = 1\n+++\n',
      '{"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}\n',
    ]) {
      const made = read(text)
      expect(JSON.stringify(made.fields)).not.toContain('polluted')
      expect(({} as { polluted?: number }).polluted).toBeUndefined()
      expect(made.notes.some((note) => note.code === 'front-matter-key-left-out')).toBe(true)
    }
  })
})

describe('written front matter', () => {
  const words = fc.oneof(
    fc.constantFrom(
      '2026-01-01',
      'true',
      'null',
      '- a',
      '#',
      'a: b',
      '"',
      "'",
      '{a}',
      '~',
      '1e3',
      '0x1',
      '@a',
      '|',
      '>',
      '---',
      'ą „ę”',
      '%',
      '!!str',
      '&a',
      '*a',
      'yes',
      '=',
      ' ',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  )
  const line = words
    .map((value) =>
      value
        .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\uFFFD\uFFFE\uFFFF]/gu, '')
        .normalize('NFC')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((value) => value !== '')
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })
  const list = fc.uniqueArray(line, { maxLength: 3 })
  const commaFree = fc.uniqueArray(
    line.filter((value) => !value.includes(',')),
    { maxLength: 3 },
  )
  const instant = fc
    .date({ min: new Date('1000-01-02'), max: new Date('9999-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString())
  const json = fc.oneof(
    line,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.array(line, { maxLength: 2 }),
    fc.dictionary(
      line.filter((key) => key !== '__proto__'),
      line,
      { maxKeys: 2, noNullPrototype: true },
    ),
  )
  const fields: fc.Arbitrary<FrontMatterFields> = fc.record({
    id: maybe(line),
    title: maybe(line),
    slug: maybe(fc.constantFrom('a', 'a-b-1')),
    language: maybe(fc.constantFrom('pl', 'en-GB')),
    translationKey: maybe(line),
    type: maybe(fc.constantFrom('article' as const, 'page' as const)),
    date: maybe(instant),
    updated: maybe(instant),
    draft: maybe(fc.boolean()),
    status: maybe(fc.constantFrom('draft', 'in-review')),
    authors: list,
    tags: commaFree,
    categories: commaFree,
    lead: maybe(line),
    cover: maybe(
      fc.record({ ref: line, alt: fc.oneof(line, fc.constant('')), caption: fc.oneof(line, fc.constant('')) }),
    ),
    permalinks: list,
    meta: fc.record({
      title: maybe(line),
      description: maybe(line),
      canonicalUrl: maybe(fc.constant('https://example.org/a')),
      isHidden: maybe(fc.boolean()),
    }),
    extra: fc.dictionary(fc.constantFrom('weight', 'params', 'series', 'x y', 'toc'), json, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  })
  it('reads back the same, whatever it holds', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const text = writeFrontMatter(given)
        const made = read(`${text}Body`)
        expect(made.content).toBe('Body')
        expect(made.fields).toEqual(given)
        expect(writeFrontMatter(made.fields)).toBe(text)
      }),
      { numRuns: 400, seed: 20_261_122 },
    )
  })
})

describe('texts of other systems', () => {
  it('moments', () => {
    for (const [given, made] of [
      ['2026-03-29T02:30:00+01:00', '2026-03-29T01:30:00.000Z'],
      ['2026-03-29 02:30', '2026-03-29T02:30:00.000Z'],
      ['2026-3-9', '2026-03-09T00:00:00.000Z'],
      ['2026-01-02 10:00:00 +0100', '2026-01-02T09:00:00.000Z'],
      ['Thu, 17 Apr 2014 15:30:00 +0000', '2014-04-17T15:30:00.000Z'],
      ['January 2, 2026', '2026-01-02T00:00:00.000Z'],
      [1767312000000, '2026-01-02T00:00:00.000Z'],
      [1767312000, '2026-01-02T00:00:00.000Z'],
      ['2026-02-30', null],
      ['0000-00-00 00:00:00', null],
      ['soon', null],
      ['', null],
      [null, null],
      ['2026', null],
      ['12', null],
      ['Mon, 30 Nov -0001 00:00:00 +0000', null],
    ] as const)
      expect(instantOf(given), String(given)).toBe(made)
  })
  it('slugs and languages', () => {
    expect([
      slugFrom('Żółw & Łódź!'),
      slugFrom('漢字'),
      slugOfSource('/2024/05/za%C5%BC%C3%B3%C5%82%C4%87.html?x=1#y'),
      slugOfSource('%E0%A4%A'),
    ]).toEqual(['zolw-lodz', null, 'zazolc', 'e0-a4-a'])
    expect([
      languageOf('pl_PL'),
      languageOf('EN'),
      languageOf('de-AT.UTF-8'),
      languageOf('polski'),
      languageOf(3),
    ]).toEqual(['pl-PL', 'en', 'de-AT', null, null])
  })
})
