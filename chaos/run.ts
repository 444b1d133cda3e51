/** One seed in one shape: emulators, an installation, plans, faults and kills, and the judge. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient } from '@floowe/faults/client.ts'
import { readAll } from '@floowe/faults/judge/reading.ts'
import { seeded } from '@floowe/faults/random.ts'
import { until } from '@floowe/faults/shapes/all-in-one.ts'
import { type Emulators, openEmulators } from './door.ts'
import { judge, type Known, type Verdict } from './judge.ts'
import { type Outage, strikeWhile } from './kills.ts'
import { letterByLetter, network as newsletter } from './newsletter.ts'
import { onPages } from './pages.ts'
import { planAll, settleIn, textsOf, writeArticles } from './planning.ts'
import type { Climate } from './schedule.ts'
import { type Shape, startSubject, type Subject } from './subjects.ts'

export type Plan = Climate & { shape: Shape; deliveries: number; minutes: number }
export type Result = Verdict & {
  plan: Plan
  kills: Record<string, number>
  /** Median from a kill until what was hit was well. */
  outageMs: number
  seconds: number
  refused: string[]
  folder: string
  isFine: boolean
}

const wellMsMax = 120_000
const pollMs = 1_000
/** Kills go on so long behind the last due moment. */
const afterwardsMs = 12_000
/** For each 10,000 deliveries of networks that can be repeated to or asked. */
const needsHumanMax = 5

export async function runSeed(plan: Plan, tell: (line: string) => void): Promise<Result> {
  const begun = performance.now()
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), `floowe-chaos-${plan.shape}-${plan.seed}-`))
  const emulators = await openEmulators(plan)
  let subject: Subject | null = null
  let isFine = false
  try {
    tell(`starting; logs in ${folder}`)
    const variables = Object.assign({}, ...Object.values(emulators.places).map((place) => place.variables))
    subject = await startSubject(plan.shape, folder, variables)
    const result = await underChaos(plan, subject, emulators, folder, tell)
    isFine = result.isFine
    const seconds = Math.round((performance.now() - begun) / 1_000)
    const whole = { ...result, plan, seconds, folder }
    writeFileSync(path.join(folder, 'result.json'), JSON.stringify(whole, null, 1))
    return whole
  } finally {
    await subject?.stop()
    emulators.stop()
    if (isFine) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function underChaos(
  plan: Plan,
  subject: Subject,
  emulators: Emulators,
  folder: string,
  tell: (line: string) => void,
): Promise<Omit<Result, 'plan' | 'seconds' | 'folder'>> {
  const random = seeded(plan.seed)
  const client = createClient(subject.url, subject.credential)
  const channels = await settleIn(client, subject, emulators, plan.deliveries)
  const networks = new Set(channels.map(({ network }) => network))
  // Of a letter nobody can ask what became of it.
  const after = { ...(await afterLostAnswers(client)), [newsletter]: 'ask' as const }
  const articles = await writeArticles(client, textsOf(plan.seed, Math.ceil(plan.deliveries / networks.size), random))
  tell(`${articles.length} articles, ${channels.length} channels: ${[...networks].join(' ')}`)
  await emulators.begin()
  const outages: Outage[] = []
  let isOn = true
  const striking = strikeWhile(() => isOn, subject, random.fork('kills'), outages)
  // Its end is awaited below; what it throws in between ends the run there.
  striking.catch(() => undefined)
  try {
    const endMs = Date.now() + plan.minutes * 60_000
    const { planned, refused } = await planAll(client, channels, articles, plan.deliveries, tell)
    // Second and third attempts are hit too. Then what waits to be listed settles in peace.
    await pause(afterwardsMs)
    isOn = false
    await striking
    await until(subject.isWell, wellMsMax, () => 'it is not well after the last kill')
    await settled(client, endMs, tell)
    const known = await readAll<Known & Placed>(client, '/api/v1/deliveries', 'publishing')
    const evidence = await emulators.read()
    evidence.effects.push(...(await onPages(client, channels, planned, known)))
    const given = { ...(await letterByLetter(client, planned, known)), evidence, outages, after }
    writeFileSync(path.join(folder, 'case.json'), JSON.stringify(given))
    const verdict = judge(given)
    return { ...verdict, ...healed(outages), refused, isFine: isFine(verdict, after, refused) }
  } finally {
    isOn = false
    await striking.catch(() => undefined)
  }
}

const healed = (outages: readonly Outage[]): Pick<Result, 'kills' | 'outageMs'> => {
  const lengths = outages.map(({ fromMs, untilMs }) => untilMs - fromMs).toSorted((one, other) => one - other)
  const kills = Object.entries(Object.groupBy(outages, ({ name }) => name)).map(([name, those]) => [
    name,
    those?.length ?? 0,
  ])
  return { kills: Object.fromEntries(kills), outageMs: lengths[Math.floor(lengths.length / 2)] ?? 0 }
}

type Placed = { url: string | null }
type Facts = { network: string; afterLostAnswer: 'repeat' | 'find' | 'ask' }

async function afterLostAnswers(client: Client): Promise<Record<string, Facts['afterLostAnswer']>> {
  const networks = await client.until<Facts[]>({ path: '/api/v1/networks', through: ['publishing'] })
  return Object.fromEntries(networks.map(({ network, afterLostAnswer }) => [network, afterLostAnswer]))
}

/** Until nothing is planned, being sent or waiting, or the time is up. */
async function settled(client: Client, endMs: number, tell: (line: string) => void): Promise<void> {
  let toldMs = 0
  while (Date.now() < endMs) {
    const counts: number[] = []
    for (const state of ['planned', 'sending', 'retrying']) {
      const path = `/api/v1/deliveries?state=${state}&limit=1`
      counts.push((await client.until<{ total: number }>({ path, through: ['publishing'] })).total)
    }
    if (counts.every((count) => count === 0)) return
    if (Date.now() - toldMs > 30_000) {
      tell(`planned, sending, retrying: ${counts.join(', ')}`)
      toldMs = Date.now()
    }
    await pause(pollMs)
  }
}

function isFine(
  { tallies, all }: Verdict,
  after: Readonly<Record<string, string>>,
  refused: readonly string[],
): boolean {
  const calm = tallies.filter(({ network }) => after[network] !== 'ask')
  const [asked, planned] = [
    calm.reduce((sum, one) => sum + one.needsHuman, 0),
    calm.reduce((sum, one) => sum + one.planned, 0),
  ]
  return (
    all.duplicates + all.lost + all.falseClaims + all.strays + all.open + all.early + refused.length === 0 &&
    (all.reasons?.unexplained ?? 0) === 0 &&
    asked * 10_000 <= needsHumanMax * planned
  )
}
