/** The colours keep their contrast: text on every ground, each colour on its own tint, borders of fields. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contrast } from './contrast.ts'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
const colours = (block: string): Record<string, string> =>
  Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  )
const [light = '', dark = ''] = [/:root \{([^}]*)\}/.exec(css)?.[1], /scheme=.dark.\] \{([^}]*)\}/.exec(css)?.[1]]

const grounds = ['paper', 'surface', 'sunken']
const accents = ['river', 'moss', 'amber', 'clay', 'plum']
const pairs: [text: string, ground: string, least: number][] = [
  ...['ink', 'ink-2', 'ink-3', ...accents].flatMap((text) =>
    grounds.map((ground): [string, string, number] => [text, ground, 4.5]),
  ),
  ...accents.flatMap((text): [string, string, number][] => [
    [text, `${text}-soft`, 4.5],
    ['ink', `${text}-soft`, 4.5],
    ['ink-2', `${text}-soft`, 4.5],
  ]),
  ['on-accent', 'river', 4.5],
  ['on-accent', 'river-strong', 4.5],
]

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_name, block) => {
  const tokens = colours(block)
  test.each(pairs)('%s on %s is at least %d', (text, ground, least) => {
    expect(contrast(tokens[text] ?? '', tokens[ground] ?? '')).toBeGreaterThanOrEqual(least)
  })
})
