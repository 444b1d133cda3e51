/**
 * `npm run bench -- NAME [--json]`: measures Floowe beside a peer or a physical limit in the same run. Without a name it
 * lists what there is. Figures are medians of at least five rounds; answers are checked before they count.
 */
import { parseArgs } from 'node:util'
import type { Figure, Suite } from './suite.ts'

const suites: Readonly<Record<string, () => Promise<{ suite: Suite }>>> = {
  start: () => import('./suites/start.ts'),
  memory: () => import('./suites/memory.ts'),
  'content-api': () => import('./suites/content-api.ts'),
  save: () => import('./suites/save.ts'),
  import: () => import('./suites/import.ts'),
  publishing: () => import('./suites/publishing.ts'),
  search: () => import('./suites/search.ts'),
  gateway: () => import('./suites/gateway.ts'),
  events: () => import('./suites/events.ts'),
  calendar: () => import('./suites/calendar.ts'),
  'calendar-page': () => import('./suites/calendar-page.ts'),
  web: () => import('./suites/web.ts'),
  collab: () => import('./suites/collab.ts'),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, rounds: { type: 'string' }, operations: { type: 'string' } },
})
const names = positionals.length > 0 ? positionals : []
if (names.length === 0 || names.some((name) => !suites[name])) {
  console.error(`npm run bench -- NAME [--json] [--rounds N] [--operations N]\n  ${Object.keys(suites).join('\n  ')}`)
  process.exit(2)
}

const rounds = Math.max(1, Math.min(50, Number(values.rounds ?? 5)))
const operations = Math.max(1_000, Math.min(10_000_000, Number(values.operations ?? 100_000)))
const all: Record<string, Figure[]> = {}
for (const name of names) {
  const { suite } = (await suites[name]?.()) ?? { suite: null }
  if (!suite) continue
  if (!values.json) console.log(`\n── ${name}: ${suite.about}`)
  all[name] = await suite.run({ rounds, operations, tell: (line) => values.json || console.error(`   ${line}`) })
  if (!values.json) for (const figure of all[name]) console.log(lineOf(figure))
}
if (values.json) console.log(JSON.stringify(all, null, 2))
const missed = Object.values(all)
  .flat()
  .filter((figure) => figure.target && !figure.target.met)
process.exit(missed.length > 0 ? 1 : 0)

function lineOf({ name, unit, value, min, max, target }: Figure): string {
  const spread = min !== undefined && max !== undefined ? ` (${min}–${max})` : ''
  return `${name.padEnd(64)} ${String(value).padStart(9)} ${unit}${spread}${target ? `   ${target.met ? 'meets' : 'MISSES'} ${target.text}` : ''}`
}
