/** Pages that are made from code are up to date. `npm run docs` writes them. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { madePages } from './made-pages.ts'
import { filesOf, root } from './source.ts'

test.each(madePages())('$file is what the code says', ({ file, text }) => {
  expect(existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : '').toBe(text)
})

test('links between pages lead somewhere', () => {
  const broken: string[] = []
  for (const file of filesOf(/\.md$/).filter(
    (name) => !/^(examples|launch\/demo|services\/content\/formats\/fixtures)\//.test(name),
  )) {
    for (const match of readFileSync(path.join(root, file), 'utf8').matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)) {
      const target = path.join(root, path.dirname(file), match[1] ?? '')
      if (!existsSync(target)) broken.push(`${file}: ${match[1] ?? ''}`)
    }
  }
  expect(broken).toEqual([])
})

test('decisions are numbered without a gap', () => {
  const numbers = filesOf(/^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/)
    .map((file) => Number(/(\d{4})-/.exec(file)?.[1]))
    .sort((a, b) => a - b)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})
