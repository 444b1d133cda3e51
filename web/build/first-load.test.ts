/** What a person waits for: the JavaScript of the first pages in the built app, gzip, within its budget. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { webDist } from '../dist.ts'

const dist = fileURLToPath(webDist)
const assets = join(dist, 'assets')

/** The chunk that a source file became. */
const chunk = (name: string): string => {
  const found = readdirSync(assets).find((file) => new RegExp(`^${name}-[\\w-]{8}\\.js$`).test(file))
  if (!found) throw new Error(`no chunk ${name} in ${assets}: build the app first`)
  return found
}
/** A chunk and everything it imports before it runs. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const code = readFileSync(join(assets, file), 'utf8')
  for (const [, path] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) withImports(path ?? '', seen)
  return seen
}
const entry = () =>
  basename(/<script type="module"[^>]* src="([^"]+)"/.exec(readFileSync(join(dist, 'index.html'), 'utf8'))?.[1] ?? '')
const kilobytes = (...roots: string[]) => {
  const files = new Set(roots.flatMap((root) => [...withImports(root)]))
  return (
    [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(assets, file)), { level: 9 }).length, 0) / 1000
  )
}

test('the app is built', () => expect(existsSync(join(dist, 'index.html'))).toBe(true))

test('sign-in: at most 160 kB', () => {
  const size = kilobytes(entry(), chunk('SignInPage'), chunk('words-pl'), chunk('entry'))
  expect(size).toBeGreaterThan(100)
  expect(size).toBeLessThanOrEqual(160)
})

test('content list: at most 250 kB', () => {
  const size = kilobytes(
    entry(),
    chunk('Shell'),
    chunk('ContentListPage'),
    chunk('words-pl'),
    chunk('shell'),
    chunk('content'),
    chunk('statuses'),
  )
  expect(size).toBeGreaterThan(120)
  expect(size).toBeLessThanOrEqual(250)
})

test('every text file has its compressed copies', () => {
  const plain = readdirSync(assets).filter(
    (file) => /\.(js|css)$/.test(file) && readFileSync(join(assets, file)).length >= 600,
  )
  expect(plain.length).toBeGreaterThan(10)
  expect(
    plain.filter((file) => !existsSync(join(assets, `${file}.br`)) || !existsSync(join(assets, `${file}.gz`))),
  ).toEqual([])
})
