/** One blow after another, at moments that the seed picks, and when Floowe was not well because of them. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '@floowe/faults/random.ts'
import type { Kill, Subject } from './subjects.ts'

/** From the strike until what was hit was well again. */
export type Outage = { name: string; fromMs: number; untilMs: number }

/** What outages begin with that were jumps of a clock. */
export const jumpName = 'jump of the clock'
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
  let bag: Kill[] = []
  while (isOn() && outages.length < killsMax) {
    const restMs = outages.length === 0 ? random.whole(0, firstMsMax) : random.whole(gapMs.least, gapMs.most)
    const atMs = Date.now() + restMs
    // Each kind once before any comes again, so that no seed leaves one out.
    if (bag.length === 0) bag = [...subject.kills]
    const kill = random.pick(bag)
    bag = bag.filter((other) => other !== kill)
    while (Date.now() < atMs && isOn()) await pause(pollMs)
    if (isOn()) outages.push(await struck(kill, random))
  }
}

async function struck({ name, strike, isWell }: Kill, random: Random): Promise<Outage> {
  const fromMs = Date.now()
  await strike(random)
  while (!(await isWell())) {
    if (Date.now() - fromMs > healMsMax) throw new Error(`not well ${healMsMax} ms after: ${name}`)
    await pause(pollMs)
  }
  return { name, fromMs, untilMs: Date.now() }
}
