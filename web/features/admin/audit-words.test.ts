/** Every event of the contracts has a sentence in the audit log. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { events } from '@floowe/contracts/index'
import { expect, test } from 'vitest'

test.each(['pl', 'en'])('every event in %s', (language) => {
  const words: Record<string, string> = JSON.parse(
    readFileSync(join(import.meta.dirname, `../../words/${language}/audit.json`), 'utf8'),
  )
  const names = Object.keys(events)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !words[`event.${name}`])).toEqual([])
  expect(
    Object.keys(words).filter((key) => key.startsWith('event.') && !names.includes(key.slice('event.'.length))),
  ).toEqual([])
})
