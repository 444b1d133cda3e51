/**
 * `npm test`, `npm run e2e [-- --shape all-in-one|cluster]`, `npm run test:services`, `npm run check`: runs the steps one after
 * another and ends with one line `N passed, N failed, N skipped` that counts them all. With CI set, anything skipped fails.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingPrograms } from '@floowe/testbed/all-programs'

type Counts = {
  passed: number
  failed: number
  skipped: number
  failures?: readonly string[]
  /** Failed first, and passed when run again: a fault of the test or of ours that comes and goes, and is to be found. */
  unsteady?: readonly string[]
}
type Step = { name: string; run: () => Counts | Promise<Counts> }

const root = fileURLToPath(new URL('../', import.meta.url))
const scratch = mkdtempSync(path.join(tmpdir(), 'floowe-checks-'))
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name)
const [mode = 'test', ...words] = process.argv.slice(2)
const shapeAt = words.indexOf('--shape')
const shape = shapeAt === -1 ? null : (words[shapeAt + 1] ?? '')
const rest = shapeAt === -1 ? words : words.toSpliced(shapeAt, 2)

const countsOf = (status: number | null): Counts => ({
  passed: status === 0 ? 1 : 0,
  failed: status === 0 ? 0 : 1,
  skipped: 0,
})
const command = (name: string, program: string, args: readonly string[]): Step => ({
  name,
  run: () => countsOf(spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status),
})

/** For what mostly waits: all of them begin with the first, and each says at its turn what it said. */
function atOnce(those: readonly { name: string; program: string; args: readonly string[] }[]): Step[] {
  let running: Promise<{ status: number | null; said: string }>[] | null = null
  return those.map(({ name }, place) => ({
    name,
    run: async () => {
      running ??= those.map(({ program, args }) => heard(program, args))
      const { status, said } = (await running[place]) ?? { status: null, said: '' }
      console.log(said)
      if (status === 0 || !isCI) return countsOf(status)
      console.log(`\n── ${name}: once more, alone`)
      await Promise.all(running)
      const { program = '', args = [] } = those[place] ?? {}
      const counts = countsOf(spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status)
      return counts.failed > 0 ? counts : { ...counts, unsteady: [name] }
    },
  }))
}

const saidMax = 200_000
function heard(program: string, args: readonly string[]): Promise<{ status: number | null; said: string }> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = (): void => void child.kill()
  process.once('exit', end)
  let said = ''
  const hear = (text: string): void => void (said = (said + text).slice(-saidMax))
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, said: String(error) }))
    child.once('close', (status) => {
      process.off('exit', end)
      resolve({ status, said: said.trimEnd() })
    })
  })
}

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

type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numFailedTestSuites: number
  testResults: {
    name: string
    status: string
    message: string
    /** Unix milliseconds. */
    startTime: number
    endTime: number
    assertionResults: Assertion[]
  }[]
}
type Ran = Counts & { files: readonly string[]; failures: readonly string[] }

const slowestMax = 10
/** Where to begin when a run takes too long. */
function tellSlowest({ testResults }: Report): void {
  const files = testResults
    .map(({ name, startTime, endTime }) => ({ name: path.relative(root, name), ms: endTime - startTime }))
    .sort((one, other) => other.ms - one.ms)
  const shown = files.slice(0, slowestMax).map(({ name, ms }) => `${Math.round(ms / 1000)} s ${name}`)
  if (files.length > slowestMax) console.log(`   the slowest of ${files.length} files: ${shown.join(', ')}`)
}

/** Vitest's own counts; a run that ends without them has failed. */
function vitest(name: string, args: readonly string[], variables: Readonly<Record<string, string>>): Ran {
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
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, failures: [], files: [] }
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Report // written by vitest
  tellSlowest(counts)
  const failed = Math.max(counts.numFailedTests, counts.numFailedTestSuites > 0 ? 1 : 0, status === 0 ? 0 : 1)
  return {
    passed: counts.numPassedTests,
    failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
    failures: counts.testResults.flatMap(failuresOf),
    files: counts.testResults.filter((file) => file.status === 'failed').map((file) => path.relative(root, file.name)),
  }
}

const isCI = process.env['CI'] !== undefined
/** More than that is broken, not unsteady. */
const againMax = 4

/** In CI the few files that failed run once more, alone: what passes then is said apart, and counts. */
const tests = (name: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Step => ({
  name,
  run: () => {
    const first = vitest(name, args, variables)
    const { files, failures, failed, passed, skipped } = first
    if (!isCI || failed === 0 || files.length === 0 || files.length > againMax) return first
    console.log(`\n── ${name}: once more, alone: ${files.join(', ')}`)
    const config = args.includes('--config') ? args.slice(args.indexOf('--config'), args.indexOf('--config') + 2) : []
    const again = vitest(`${name} again`, [...config, ...files], variables)
    if (again.failed > 0) return { ...again, passed, skipped, failures: [...failures, ...again.failures] }
    return { passed: passed + failures.length, failed: 0, skipped, unsteady: failures }
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
const notRun = (name: string, without: readonly string[]): Step => ({
  name,
  run: () => {
    console.log(`not run: ${without.join(', ')} not here; npm run testbed -- install makes them available`)
    return { passed: 0, failed: 0, skipped: 1 }
  },
})
const unlessMissing = (step: Step): Step => (missing.length === 0 ? step : notRun(step.name, missing))
/** One short seed, always the same. The limit of health is for a machine that has nothing else to do. */
const faultsIn = (wanted: string): Step =>
  command(`faults, ${wanted}`, process.execPath, [
    path.join(root, 'faults/faults.ts'),
    ...['--shape', wanted, '--seed', '1', '--kills', '6', '--minutes', '2', '--healthy-within', '30'],
  ])
const shortFaults = [faultsIn('all-in-one'), unlessMissing(faultsIn('cluster'))]
/** One short seed, always the same, whose faults are of every kind and soon over; more of them than by standard, as there is little to hit. */
const chaosIn = (wanted: string) => ({
  name: `chaos, ${wanted}`,
  program: process.execPath,
  args: [
    path.join(root, 'chaos/chaos.ts'),
    ...['--shape', wanted, '--first-seed', '7', '--deliveries', '160', '--fault-percent', '15'],
    ...['--listing-seconds', '20', '--minutes', '8'],
  ],
})
const chaosShapes = ['all-in-one', 'cluster'].map((wanted) => ({
  wanted,
  without: wanted === 'cluster' ? missing : missing.filter((name) => name === 'faketime'),
}))
const shortChaos = [
  ...atOnce(chaosShapes.filter(({ without }) => without.length === 0).map(({ wanted }) => chaosIn(wanted))),
  ...chaosShapes
    .filter(({ without }) => without.length > 0)
    .map(({ wanted, without }) => notRun(`chaos, ${wanted}`, without)),
]
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
    ...(rest.length === 0 ? [...journeys, ...shortFaults, ...shortChaos] : []),
  ],
}

const sum: Counts = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
const failures: string[] = []
const unsteady: string[] = []
for (const step of steps[mode] ?? []) {
  console.log(`\n── ${step.name}`)
  const started = performance.now()
  const counts = await step.run()
  lines.push(
    `${step.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${((performance.now() - started) / 1000).toFixed(0)} s)`,
  )
  sum.passed += counts.passed
  sum.failed += counts.failed
  sum.skipped += counts.skipped
  failures.push(...(counts.failures ?? []))
  unsteady.push(...(counts.unsteady ?? []))
}
rmSync(scratch, { recursive: true, force: true })
console.log(`\n${lines.join('\n')}`)
for (const failure of failures) console.log(`failed: ${failure}`)
for (const one of unsteady) console.log(`failed first, passed when run again: ${one}`)
const mayNotSkip = isCI && sum.skipped > 0
if (mayNotSkip) console.log('something was skipped, and in CI nothing may be')
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exit(sum.failed > 0 || sum.passed === 0 || mayNotSkip ? 1 : 0)
