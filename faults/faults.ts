/**
 * `npm run faults [-- --shape S] [--seed N] [--kills N] [--minutes N] [--kind K] [--json]`: breaks an installation under load and
 * compares what it holds with what it acknowledged. One line for each seed; exit 1 when anything was found, 2 for wrong use.
 */
import { parseArgs } from 'node:util'
import { runSeed, type Shape } from './run.ts'
import type { Kind } from './shapes/shape.ts'

const usage = `npm run faults [-- OPTIONS]
  --shape all-in-one|cluster     standard: both, one after the other
  --seed N                       standard: by chance, and printed; may be given several times
  --kills N                      faults that count, for each seed and shape (20)
  --minutes N                    at most so long under load (10)
  --kind kill|server|network|disk   may be given several times (all but disk)
  --only TEXT                    faults whose name contains it, e.g. "kill content", "mongodb"
  --healthy-within SECONDS       longer is a finding (10); a machine that does other things needs more
  --json                         nothing but one line of JSON for each seed`
const shapes: readonly Shape[] = ['all-in-one', 'cluster']
const kinds: readonly Kind[] = ['kill', 'server', 'network', 'disk']
const shownMax = 40

const { values } = parseArgs({
  options: {
    shape: { type: 'string', multiple: true, default: [...shapes] },
    seed: { type: 'string', multiple: true, default: [String(Math.floor(Math.random() * 1_000_000))] },
    kills: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '10' },
    kind: { type: 'string', multiple: true, default: ['kill', 'server', 'network'] },
    only: { type: 'string', default: '' },
    'healthy-within': { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
})
const wanted = {
  shapes: values.shape.filter((name): name is Shape => shapes.some((known) => known === name)),
  kinds: values.kind.filter((name): name is Kind => kinds.some((known) => known === name)),
  seeds: values.seed.map(Number),
  kills: Number(values.kills),
  minutes: Number(values.minutes),
  healthyWithinMs: Number(values['healthy-within']) * 1000,
}
const isWrong =
  wanted.shapes.length !== values.shape.length ||
  wanted.kinds.length !== values.kind.length ||
  [...wanted.seeds, wanted.kills, wanted.minutes, wanted.healthyWithinMs].some(
    (number) => !Number.isFinite(number) || number < 0,
  ) ||
  wanted.minutes > 24 * 60 ||
  wanted.kills > 100_000
if (isWrong) {
  console.error(usage)
  process.exit(2)
}

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
let found = 0
for (const seed of wanted.seeds)
  for (const shape of wanted.shapes) {
    const { kills, minutes, healthyWithinMs } = wanted
    const tell = (line: string): void => {
      if (!values.json) console.error(`   ${shape} ${seed}: ${line}`)
    }
    const finding = await runSeed(
      { shape, seed, kills, minutes, healthyWithinMs, kinds: wanted.kinds, only: values.only },
      tell,
    )
    console.log(JSON.stringify(finding.result))
    for (const text of finding.unprepared) tell(`answered 500: ${text}`)
    if (finding.violations.length === 0) continue
    found += finding.violations.length
    for (const { kind, text } of finding.violations.slice(0, shownMax)) console.error(`   ${kind}: ${text}`)
    console.error(`   ledger and logs: ${finding.folder}`)
    const again = [
      `--shape ${shape}`,
      `--seed ${seed}`,
      `--kills ${kills}`,
      ...wanted.kinds.map((kind) => `--kind ${kind}`),
    ]
    console.error(`   again: npm run faults -- ${again.join(' ')}`)
  }
process.exit(found > 0 ? 1 : 0)
