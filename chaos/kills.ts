/** One kill after another, at moments that the seed picks, and when Floowe was not well because of them. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '@floowe/faults/random.ts'
import type { Kill, Subject } from './subjects.ts'

/** From the strike until what was hit was well again. */
export type Outage = { name: string; fromMs: number; untilMs: number }

const firstMsMax = 3_000
const gapMs = { least: 5_000, most: 20_000 }
const healMsMax = 120_000
const pollMs = 50
const killsMax = 1_000

/** Until `isOn` says no. Adds to `outages` as they end. @throws when something does not get well */
export async function strikeWhile(
  isOn: () => boolean,
  subject: Subject,
  random: Random,
  outages: Outage[],
): Promise<void> {
  while (isOn() && outages.length < killsMax) {
    const restMs = outages.length === 0 ? random.whole(0, firstMsMax) : random.whole(gapMs.least, gapMs.most)
    const atMs = Date.now() + restMs
    const kill = random.pick(subject.kills)
    while (Date.now() < atMs && isOn()) await pause(pollMs)
    if (isOn()) outages.push(await struck(kill))
  }
}

async function struck({ name, strike, isWell }: Kill): Promise<Outage> {
  const fromMs = Date.now()
  await strike()
  while (!(await isWell())) {
    if (Date.now() - fromMs > healMsMax) throw new Error(`not well ${healMsMax} ms after: ${name}`)
    await pause(pollMs)
  }
  return { name, fromMs, untilMs: Date.now() }
}
