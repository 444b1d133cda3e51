/**
 * `npm run chaos [-- --seeds N] [--first-seed S] [--deliveries N] [--shape S] [--minutes N] [--listing-seconds N] [--policies] [--json]`:
 * deliveries over all channels under faults, judged by the emulators' logs. Exit 1 when anything was found, 2 for wrong use.
 */
import { parseArgs } from 'node:util'
import type { Tally } from './judge.ts'
import { runPolicies } from './policies.ts'
import { tableOf, tableOfPolicies } from './report.ts'
import { type Plan, type Result, runSeed } from './run.ts'
import type { Shape } from './subjects.ts'

const usage = `npm run chaos [-- OPTIONS]
  --seeds N                    so many, one after the other (1)
  --first-seed N               standard: by chance, and printed
  --deliveries N               of each seed, over all channels (10,000)
  --shape all-in-one|cluster   standard: both, one after the other
  --minutes N                  at most so long until everything has settled (40)
  --fault-percent N            of requests that make something (5)
  --listing-seconds N          lists lag behind by at most so much, each by its own (120)
  --policies                   three simple senders beside ours, under the same faults; with --shape none they run alone
  --json                       nothing but one line of JSON for each seed and shape`
const shapes: readonly Shape[] = ['all-in-one', 'cluster']
const shownMax = 60
const listingSecondsMax = 120

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    'first-seed': { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    deliveries: { type: 'string', default: '10000' },
    shape: { type: 'string', multiple: true, default: [...shapes] },
    minutes: { type: 'string', default: '40' },
    'fault-percent': { type: 'string', default: '5' },
    'listing-seconds': { type: 'string', default: '120' },
    policies: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const wanted = {
  shapes: shapes.filter((shape) => values.shape.includes(shape)),
  seeds: Number(values.seeds),
  first: Number(values['first-seed']),
  deliveries: Number(values.deliveries),
  minutes: Number(values.minutes),
  share: Number(values['fault-percent']) / 100,
  listingSeconds: Number(values['listing-seconds']),
}
const { seeds, first, deliveries, minutes, share, listingSeconds } = wanted
const areNumbers = [seeds, first, deliveries, listingSeconds].every((number) => Number.isInteger(number) && number >= 0)
const areShapes = values.shape.every((name) => name === 'none' || shapes.some((shape) => shape === name))
const isBounded = deliveries >= 1 && deliveries <= 100_000 && seeds <= 1_000 && minutes > 0 && minutes <= 24 * 60
// Longer than a network is given, it would be made twice, and rightly found.
const isListed = listingSeconds <= listingSecondsMax
if (!areNumbers || !areShapes || !isBounded || !isListed || !(share >= 0 && share <= 1)) {
  console.error(usage)
  process.exit(2)
}

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
let failures = 0
for (let seed = first; seed < first + seeds; seed++) {
  let ours: Tally | null = null
  for (const shape of wanted.shapes) {
    const plan: Plan = { seed, shape, deliveries, minutes, share, listingSeconds }
    const tell = (line: string): void => {
      if (!values.json) console.error(`   ${shape} ${seed}: ${line}`)
    }
    const result = await runSeed(plan, tell)
    ours = result.all
    print(result)
    if (!result.isFine) failures += 1
  }
  if (values.policies) {
    const tallies = await runPolicies({ seed, share, listingSeconds }, deliveries)
    console.log(values.json ? JSON.stringify({ seed, policies: tallies }) : tableOfPolicies(tallies, ours))
  }
}
process.exit(failures > 0 ? 1 : 0)

function print(result: Result): void {
  const { plan, kills, outageMs, seconds, refused, findings, isFine, folder } = result
  if (values.json)
    console.log(
      JSON.stringify({ ...result, findings: findings.slice(0, shownMax), refused: refused.slice(0, shownMax) }),
    )
  else {
    const struck = Object.entries(kills).map(([name, count]) => `${name} ${count}`)
    console.log(`seed ${plan.seed}, ${plan.shape}, ${plan.deliveries} deliveries, ${seconds} s; ${struck.join(', ')}`)
    console.log(`median outage ${outageMs} ms`)
    console.log(tableOf(result))
  }
  for (const text of [...findings, ...refused.map((one) => `not planned: ${one}`)].slice(0, shownMax))
    console.error(`   ${text}`)
  if (isFine) return
  console.error(`   logs and result.json: ${folder}`)
  const again = `--first-seed ${plan.seed} --deliveries ${plan.deliveries} --shape ${plan.shape}`
  const share = plan.share === 0.05 ? '' : ` --fault-percent ${plan.share * 100}`
  const listing = plan.listingSeconds === listingSecondsMax ? '' : ` --listing-seconds ${plan.listingSeconds}`
  console.error(`   again: npm run chaos -- ${again}${share}${listing}`)
}
