/** Files and functions that one can hold in the head. */
import { expect, test } from 'vitest'
import { filesOf, functionsOf, root, sourceFiles } from './source.ts'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const fileLinesMax = 600
const functionLinesMax = 70

test('no file is longer than 600 lines', () => {
  const long = filesOf(/\.(ts|tsx|mjs|js|css|sql|sh)$/)
    .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > fileLinesMax)
  expect(long).toEqual([])
})

test('no function is longer than 70 lines (tests and markup aside)', () => {
  const long = sourceFiles()
    .filter((file) => !file.isTest)
    .flatMap((file) =>
      functionsOf(file)
        .filter(({ lines }) => lines > functionLinesMax)
        .map(({ name, line, lines }) => `${file.path}:${line} ${name}: ${lines} lines`),
    )
  expect(long).toEqual([])
})
