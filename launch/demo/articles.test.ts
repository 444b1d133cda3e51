/** What stands in the articles' folder: complete, linked, illustrated, and set as Polish and English are set. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { published } from './plot.ts'

const folder = new URL('./articles/', import.meta.url)
const pictures = new URL('./pictures/', import.meta.url)

type Text = {
  file: string
  slug: string
  language: string
  key: string | null
  type: string
  head: string
  body: string
}
const field = (head: string, name: string): string | null => new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1] ?? null
const texts = readdirSync(folder).map((file): Text => {
  const [, head = '', body = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---$/m, 3)
  return {
    file,
    slug: field(head, 'slug') ?? '',
    language: field(head, 'lang') ?? '',
    key: field(head, 'translationKey'),
    type: field(head, 'type') ?? 'article',
    head,
    body,
  }
})
/** Words of readers: without code, addresses and tags. */
const prose = ({ head, body }: Text): string =>
  `${field(head, 'title')}\n${field(head, 'lead')}\n${body}`
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/<[^>]*>/g, ' ')
const long = texts.filter((text) => text.type === 'article' && prose(text).split(/\s+/).length >= 350)

test('there are at least fourteen articles of some length, half in each language, five of them in both', () => {
  expect(new Set(long.map(({ key, file }) => key ?? file)).size).toBeGreaterThanOrEqual(14)
  for (const language of ['pl', 'en'])
    expect(long.filter((text) => text.language === language).length).toBeGreaterThanOrEqual(9)
  const translated = long.filter(
    ({ key, language }) =>
      key !== null && language === 'pl' && long.some((other) => other.key === key && other.language === 'en'),
  )
  expect(translated.length).toBeGreaterThanOrEqual(5)
})

describe.each(texts)('$file', (text) => {
  test('is named after its address and language', () => {
    expect(text.file).toBe(`${text.slug}.${text.language}.md`)
    for (const name of ['title', 'lead', 'status', ...(text.type === 'page' ? [] : ['authors', 'categories'])])
      expect(field(text.head, name), name).not.toBeNull()
  })

  test('shows pictures that are there, described', () => {
    const cover = field(text.head, 'cover')
    if (cover) expect(field(text.head, 'coverAlt')).not.toBeNull()
    const shown = [
      ...(cover ? [cover] : []),
      ...[...text.body.matchAll(/src="([^"]+)" alt="([^"]+)"/g)].map(([, src = '']) => src),
    ]
    expect(text.body.match(/<img/g)?.length ?? 0).toBe(shown.length - (cover ? 1 : 0))
    for (const src of shown) expect(statSync(new URL(src, folder)).isFile()).toBe(true)
  })

  test('leads to texts of this folder', () => {
    for (const [, prefix = '', slug] of text.body.matchAll(/\]\(\/site\/studio-wisla\/(en\/)?([a-z0-9-]+)\)/g)) {
      expect(
        texts.some((other) => other.slug === slug && other.language === (prefix === '' ? 'pl' : 'en')),
        slug,
      ).toBe(true)
    }
  })

  test('is set with the signs of its language', () => {
    const words = prose(text)
    expect(words).not.toMatch(/[^>\s] - |\.\.\.|\u00a0|[A-Za-z]"|"[A-Za-z]/)
    expect(words.match(/„/g)?.length ?? 0).toBe(text.language === 'pl' ? (words.match(/”/g)?.length ?? 0) : 0)
    if (text.language === 'pl') expect(words).not.toMatch(/[“‘]|—/)
    else expect(words.match(/“/g)?.length ?? 0).toBe(words.match(/”/g)?.length ?? 0)
  })
})

test('pictures are small, and all of them are shown', () => {
  const files = readdirSync(pictures).filter((name) => name.endsWith('.webp'))
  const sizes = files.map((name) => statSync(new URL(name, pictures)).size)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(90_000)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_000_000)
  expect(
    files.filter((name) => !texts.some(({ head, body }) => `${head}${body}`.includes(`../pictures/${name}`))),
  ).toEqual([])
})

test('what the story publishes is written', () => {
  const slugs = published.flatMap(([, ...names]) => names)
  expect(slugs.filter((slug) => !texts.some((text) => text.slug === slug))).toEqual([])
  expect(new Set(slugs).size).toBe(slugs.length)
})
