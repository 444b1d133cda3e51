/** Who may import whom. The sentence of a broken rule says what to use instead. */
import { expect, test } from 'vitest'
import { type Import, importsOf, sourceFiles } from './source.ts'

const boxes = [
  'contracts',
  'language',
  'platform',
  'gateway',
  'launch',
  'cli',
  'web',
  'emulators',
  'testbed',
  'e2e',
  'bench',
  'checks',
  'faults',
  'chaos',
] as const
const services = ['identity', 'content', 'publishing', 'site', 'analytics']

const boxOf = (file: string): string =>
  file.startsWith('services/') ? `services/${file.split('/')[1] ?? ''}` : (file.split('/')[0] ?? '')

/** What each box may import of ours, beside itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  language: [],
  platform: ['contracts'],
  gateway: ['contracts', 'platform'],
  web: ['contracts', 'language'],
  cli: ['contracts'],
  emulators: ['contracts'],
  testbed: ['contracts', 'launch'],
  launch: ['contracts', 'platform', 'gateway', 'web', ...services],
  e2e: ['contracts', 'language', 'platform', 'launch', 'emulators', 'testbed'],
  bench: ['contracts', 'language', 'platform', 'launch', 'gateway', 'testbed', 'emulators'],
  checks: ['contracts', 'platform', 'launch', 'testbed', 'gateway', ...services],
  faults: ['contracts', 'platform', 'launch', 'emulators', 'testbed'],
  chaos: ['contracts', 'emulators', 'testbed', 'faults'],
}
const allowedToServices = ['contracts', 'language', 'platform']
const allowedToTests = ['emulators', 'testbed', 'platform', 'contracts']

function problemOf(one: Import, isTest: boolean): string | null {
  const box = boxOf(one.from)
  const target = one.to.startsWith('@floowe/') ? (one.to.split('/')[1] ?? '') : null
  const may = box.startsWith('services/') ? allowedToServices : (allowed[box] ?? [])
  const own = box.replace('services/', '')
  if (target !== null) {
    if (target === own || may.includes(target) || (isTest && allowedToTests.includes(target))) return null
    if (box.startsWith('services/') && services.includes(target))
      return 'services never import each other: call the operation of its contract'
    return `${box} may not import ${target}`
  }
  if (one.to.startsWith('.')) {
    const folder = new URL(one.to, `file:///${one.from}`).pathname.slice(1)
    return boxOf(folder) === box ? null : `leaves its own box by a relative path: import the package's door`
  }
  if (
    /^(pg|bullmq|ioredis|mongodb|rabbitmq-client|@aws-sdk\/.+|pino|undici|nodemailer)$/.test(one.to) &&
    (box.startsWith('services/') || box === 'gateway') &&
    !one.isTypeOnly &&
    own !== 'identity' &&
    !isTest
  )
    return 'drivers are opened by the platform: use what Host hands over'
  if (
    /^(undici|node:https?)$/.test(one.to) &&
    !['platform', 'bench', 'emulators', 'testbed', 'e2e', 'launch', 'checks'].includes(box) &&
    !isTest
  )
    return 'requests go out through host.outbound'
  if (box.startsWith('services/') && one.to.startsWith('@floowe/platform/') && !isTest && !one.to.endsWith('/testing'))
    return 'a service sees only the door of the platform'
  return null
}

test('imports follow the table of ARCHITECTURE.md', () => {
  const problems: string[] = []
  for (const file of sourceFiles()) {
    if (!boxes.includes(boxOf(file.path) as (typeof boxes)[number]) && !file.path.startsWith('services/')) continue
    for (const one of importsOf(file)) {
      const problem = problemOf(one, file.isTest)
      if (problem) problems.push(`${one.from}:${one.line} imports ${one.to}: ${problem}`)
    }
  }
  expect(problems).toEqual([])
})

test('web/ui knows no router, no data and no feature; a feature knows no other feature', () => {
  const problems: string[] = []
  for (const file of sourceFiles().filter(({ path }) => path.startsWith('web/'))) {
    for (const one of importsOf(file)) {
      const target = one.to.startsWith('.') ? new URL(one.to, `file:///${one.from}`).pathname.slice(1) : one.to
      if (file.path.startsWith('web/ui/') && /^web\/(features|api|routes)|^@tanstack/.test(target))
        problems.push(`${one.from}:${one.line} imports ${one.to}`)
      const [own, other] = [/^web\/features\/([^/]+)/.exec(file.path)?.[1], /^web\/features\/([^/]+)/.exec(target)?.[1]]
      if (own && other && own !== other)
        problems.push(`${one.from}:${one.line} imports ${one.to}: features meet only in routes`)
      if (one.to === '@floowe/contracts/index' && !one.isTypeOnly && !file.isTest)
        problems.push(`${one.from}:${one.line}: the web imports contract types only`)
    }
  }
  expect(problems).toEqual([])
})
