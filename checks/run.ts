/**
 * `npm test`, `npm run e2e [-- --shape all-in-one|cluster]`, `npm run test:services`, `npm run check`: runs the steps one after
 * another and ends with one line `N passed, N failed, N skipped` that counts them all. With CI set, anything skipped fails.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingPrograms } from '@floowe/testbed/all-programs'

type Counts = { passed: number; failed: number; skipped: number; failures?: readonly string[] }
type Step = { name: string; run: () => Counts }

const root = fileURLToPath(new URL('../', import.meta.url))
const scratch = mkdtempSync(path.join(tmpdir(), 'floowe-checks-'))
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name)
const [mode = 'test', ...words] = process.argv.slice(2)
const shapeAt = words.indexOf('--shape')
const shape = shapeAt === -1 ? null : (words[shapeAt + 1] ?? '')
const rest = shapeAt === -1 ? words : words.toSpliced(shapeAt, 2)

const command = (name: string, program: string, args: readonly string[]): Step => ({
  name,
  run: () => {
    const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 }
  },
})

type Assertion = { fullName: string; status: string; failureMessages: string[] | null }
const firstLines = (message: string): string => message.split('\n').slice(0, 4).join('\n    ')
/** Said again at the end, where a log that was cut still shows them. */
const failuresOf = (file: {
  name: string
  status: string
  message: string
  assertionResults: Assertion[]
}): string[] => {
  const place = path.relative(root, file.name)
  const failed = file.assertionResults.filter(({ status }) => status === 'failed')
  if (failed.length === 0) return file.status === 'failed' ? [`${place}\n    ${firstLines(file.message)}`] : []
  return failed.map((one) => `${place} > ${one.fullName}\n    ${firstLines(one.failureMessages?.[0] ?? '')}`)
}

/** Vitest's own counts; a run that ends without them has failed. */
const tests = (name: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Step => ({
  name,
  run: () => {
    const report = path.join(scratch, `${name.replaceAll(/\W+/g, '-')}.json`)
    const { status } = spawnSync(
      process.execPath,
      [
        path.join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...args,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, ...variables } },
    )
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
    const counts = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      numPendingTests: number
      numTodoTests: number
      numFailedTestSuites: number
      testResults: { name: string; status: string; message: string; assertionResults: Assertion[] }[]
    }
    const failed = Math.max(counts.numFailedTests, counts.numFailedTestSuites > 0 ? 1 : 0, status === 0 ? 0 : 1)
    const failures = counts.testResults.flatMap(failuresOf)
    return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests + counts.numTodoTests, failures }
  },
})

const lint: Step[] = [
  command('format', bin('biome'), ['ci', '--reporter=summary', '.']),
  command('lint', bin('oxlint'), ['--quiet', '--ignore-path=.gitignore', '.']),
  command('types', bin('tsc'), ['-p', 'tsconfig.json']),
  command('types of the web app', bin('tsc'), ['-p', 'web/tsconfig.json']),
]
/** The same files against both shapes. */
const journeysOf = (wanted: string): Step =>
  tests(`journeys, ${wanted}`, ['--config', 'e2e/vitest.config.ts', ...rest], { E2E_SHAPE: wanted })
const missing = missingPrograms()
const unlessMissing = (step: Step): Step => {
  return missing.length === 0
    ? step
    : {
        name: step.name,
        run: () => {
          console.log(`not run: ${missing.join(', ')} not here; npm run testbed -- install makes them available`)
          return { passed: 0, failed: 0, skipped: 1 }
        },
      }
}
/** One short seed, always the same. The limit of health is for a machine that has nothing else to do. */
const faultsIn = (wanted: string): Step =>
  command(`faults, ${wanted}`, process.execPath, [
    path.join(root, 'faults/faults.ts'),
    ...['--shape', wanted, '--seed', '1', '--kills', '6', '--minutes', '2', '--healthy-within', '30'],
  ])
const shortFaults = [faultsIn('all-in-one'), unlessMissing(faultsIn('cluster'))]
const journeys = [journeysOf('all-in-one'), unlessMissing(journeysOf('cluster'))]
const steps: Readonly<Record<string, readonly Step[]>> = {
  check: [...lint, tests('repository', ['checks'])],
  e2e: shape === null ? journeys : [journeysOf(shape)],
  services: [
    unlessMissing(tests('ports, stores and servers', ['platform', 'services/content', 'testbed', ...rest])),
    unlessMissing(tests('content on MongoDB', ['services/content', ...rest], { FLOOWE_TEST_DOCUMENTS: 'mongodb' })),
  ],
  test: [
    ...lint,
    tests('unit, service, contract, repository', rest),
    ...(rest.length === 0 ? [...journeys, ...shortFaults] : []),
  ],
}

const sum: Counts = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
const failures: string[] = []
for (const step of steps[mode] ?? []) {
  console.log(`\n── ${step.name}`)
  const started = performance.now()
  const counts = step.run()
  lines.push(
    `${step.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${((performance.now() - started) / 1000).toFixed(0)} s)`,
  )
  sum.passed += counts.passed
  sum.failed += counts.failed
  sum.skipped += counts.skipped
  failures.push(...(counts.failures ?? []))
}
rmSync(scratch, { recursive: true, force: true })
console.log(`\n${lines.join('\n')}`)
for (const failure of failures) console.log(`failed: ${failure}`)
const mayNotSkip = process.env['CI'] !== undefined && sum.skipped > 0
if (mayNotSkip) console.log('something was skipped, and in CI nothing may be')
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exit(sum.failed > 0 || sum.passed === 0 || mayNotSkip ? 1 : 0)
