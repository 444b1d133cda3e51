/** Rules that a parser or a search can hold. */
import { expect, test } from 'vitest'
import { filesOf, root, sourceFiles } from './source.ts'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const product = /^(services|gateway|platform|launch|contracts|language|cli)\//

function linesWith(pattern: RegExp, within: (file: string) => boolean): string[] {
  return sourceFiles()
    .filter((file) => !file.isTest && within(file.path))
    .flatMap((file) =>
      file.text
        .split('\n')
        .flatMap((text, index) =>
          pattern.test(text.replace(/^\s*(\/\/|\*).*$/, ''))
            ? [`${file.path}:${index + 1}: ${text.trim().slice(0, 120)}`]
            : [],
        ),
    )
}

test('variables are read in settings, configuration and launch only', () => {
  expect(
    linesWith(
      /process\.env/,
      (file) =>
        product.test(file) &&
        !/(^|\/)settings\.ts$/.test(file) &&
        file !== 'platform/config.ts' &&
        !file.startsWith('launch/'),
    ),
  ).toEqual([])
})

test('services take time from the clock they are handed', () => {
  expect(linesWith(/\bDate\.now\(\)|new Date\(\)|\bsetInterval\(/, (file) => file.startsWith('services/'))).toEqual([])
})

test('requests to the outside leave through the guarded client', () => {
  expect(
    linesWith(/(^|[^.\w])fetch\(/, (file) => /^(services|gateway|platform)\//.test(file) && !/tracker/.test(file)),
  ).toEqual([])
})

test('only launch knows which shape runs', () => {
  expect(
    linesWith(/isAllInOne|isCluster|FLOOWE_SHAPE/, (file) => product.test(file) && !file.startsWith('launch/')),
  ).toEqual([])
})

test('nothing unfinished is left behind, and no rule is switched off without a reason', () => {
  expect(
    linesWith(/\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-nocheck|\bas any\b/, (file) => !file.startsWith('checks/')),
  ).toEqual([])
  const skipped = sourceFiles()
    .filter((file) => file.isTest)
    .flatMap((file) =>
      file.text
        .split('\n')
        .flatMap((text, index) =>
          /\b(test|it|describe)\.(skip|todo|only)\(/.test(text) ? [`${file.path}:${index + 1}`] : [],
        ),
    )
  expect(skipped).toEqual([])
})

test('no machine path, registry host or secret stands in a tracked file', () => {
  const texts = filesOf(/\.(ts|tsx|js|mjs|json|md|sh|css|sql|ya?ml|html)$|\.npmrc$/).filter(
    (file) => file !== 'package-lock.json',
  )
  // Tests that take secrets out of logs hold made-up ones.
  const found = texts
    .filter((file) => !file.endsWith('.test.ts'))
    .filter(
      (file) =>
        /\/root\/|\/home\/[a-z]+\/|registry\.npmjs\.org\/|-----BEGIN [A-Z ]*PRIVATE KEY/.test(
          readFileSync(path.join(root, file), 'utf8').replaceAll(/under `?\/root\/?`?/g, ''),
        ) && !file.startsWith('checks/'),
    )
  expect(found).toEqual([])
})
