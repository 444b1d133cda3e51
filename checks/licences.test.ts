/** Every installed package has a licence that Floowe may be shipped with. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source.ts'

const allowed = new Set([
  'MIT',
  'MIT-0',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MPL-2.0',
  'PostgreSQL',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
  'OFL-1.1',
  'CC-BY-4.0',
  'CC-BY-3.0',
  'Zlib',
  'WTFPL',
])
/** Unmodified, separately loaded binaries; docs/decisions/0016-libvips.md. */
const asBinary = /^@img\/sharp-(libvips-|wasm32|win32-)/

/** Their licence is a file beside their manifest, which names none. */
const namedByFile: Readonly<Record<string, string>> = { 'twitter-text': 'Apache-2.0' }

type LockEntry = { version?: string; license?: string; link?: boolean; dev?: boolean }

const fits = (expression: string): boolean => {
  const plain = expression.replaceAll(/[()]/g, '')
  if (/ OR /i.test(plain)) return plain.split(/ OR /i).some((part) => fits(part))
  return plain.split(/ AND /i).every((part) => allowed.has(part.trim()))
}

test('licences of all packages in the lock file are on the list', () => {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>
  }
  const problems: string[] = []
  for (const [place, entry] of Object.entries(lock.packages)) {
    const name = place.split('node_modules/').pop() ?? ''
    if (!place.includes('node_modules/') || entry.link || asBinary.test(name)) continue
    const licence = entry.license ?? licenceInstalled(place) ?? namedByFile[name]
    if (!licence || !fits(licence)) problems.push(`${name} ${entry.version ?? ''}: ${licence ?? 'no licence named'}`)
  }
  expect(problems).toEqual([])
})

function licenceInstalled(place: string): string | null {
  try {
    const manifest = JSON.parse(readFileSync(path.join(root, place, 'package.json'), 'utf8')) as {
      license?: string | { type?: string }
      licenses?: { type?: string }[]
    }
    return typeof manifest.license === 'string'
      ? manifest.license
      : (manifest.license?.type ?? manifest.licenses?.[0]?.type ?? null)
  } catch {
    return null
  }
}
