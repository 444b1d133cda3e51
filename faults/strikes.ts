/** Faults one after another, some at once, at moments that chance picks, while requests are under way. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault, Kind, Subject } from './shapes/shape.ts'
import type { RunState } from './state.ts'

export type Struck = {
  /** Kills with a request under way. */
  kills: number
  byName: Record<string, number>
  /** From the end of the cause to being well again. */
  healingMs: number[]
}
export type Bounds = {
  kills: number
  minutes: number
  kinds: readonly Kind[]
  /** Only faults whose name contains it; empty: all. */
  only: string
  /** Longer is sick. */
  healthyWithinMs: number
}

/** After that nothing more can be learnt. */
const hopelessMs = 90_000
const quietMs = { least: 30, most: 900 }
const underWayMsMax = 5_000
const pollMs = 25
/** Of a lane's faults when there are others than kills. */
const killShare = 0.85

export async function strikeUntilDone(
  run: RunState,
  subject: Subject,
  bounds: Bounds,
  tell: (line: string) => void,
): Promise<Struck> {
  const { healthyWithinMs } = bounds
  const struck: Struck = { kills: 0, byName: {}, healingMs: [] }
  const faults = subject.faults.filter(({ kind, name }) => bounds.kinds.includes(kind) && name.includes(bounds.only))
  if (faults.length === 0) throw new Error(`nothing of ${bounds.kinds.join(', ')} can be done to ${subject.shape} here`)
  const endMs = Date.now() + bounds.minutes * 60_000
  const hasKills = faults.some(({ kind }) => kind === 'kill')
  let isHopeless = false
  // Servers that are away excuse processes that need them.
  const outages = { running: 0, overMs: 0 }
  const busy = new Set<string>()
  let others = 0
  const isDone = (): boolean =>
    isHopeless || Date.now() > endMs || (hasKills ? struck.kills >= bounds.kills : others >= bounds.kills)

  const lane = async (number: number): Promise<void> => {
    const random = run.random.fork(`lane ${number}`)
    while (!isDone()) {
      const free = faults.filter(({ place }) => !busy.has(place))
      const kills = free.filter(({ kind }) => kind === 'kill')
      const rest = free.filter(({ kind }) => kind !== 'kill')
      // Everything but kills belongs to the first lane, so that there is always somebody to answer.
      const mayOther = number === 0 && rest.length > 0
      const pool = kills.length > 0 && (!mayOther || random.next() < killShare) ? kills : mayOther ? rest : kills
      await pause(random.whole(quietMs.least, quietMs.most))
      if (pool.length === 0) continue
      const fault = random.pick(pool)
      if (busy.has(fault.place)) continue
      busy.add(fault.place)
      try {
        await one(fault)
      } finally {
        busy.delete(fault.place)
      }
    }
  }
  const one = async (fault: Fault): Promise<void> => {
    if (!(await requestUnderWay(run, fault))) return
    const underWay = run.client.underWay(fault.through)
    const beganMs = Date.now()
    const isKill = fault.kind === 'kill'
    if (!isKill) outages.running += 1
    run.ledger.note({ strike: fault.name, underWay })
    const striking = fault.strike()
    struck.byName[fault.name] = (struck.byName[fault.name] ?? 0) + 1
    if (isKill) struck.kills += 1
    else others += 1
    await striking
    if (!isKill) {
      outages.running -= 1
      outages.overMs = Date.now()
    }
    const overMs = Date.now()
    await heal(fault, beganMs, overMs)
  }
  const heal = async (fault: Fault, beganMs: number, overMs: number): Promise<void> => {
    let isSick = false
    for (;;) {
      const isWell = await fault.isWell()
      const nowMs = Date.now()
      const sinceMs = outages.running > 0 ? nowMs : Math.max(overMs, outages.overMs)
      if (isWell) {
        struck.healingMs.push(nowMs - Math.min(nowMs, sinceMs))
        run.risks.push({ fromMs: beganMs, untilMs: nowMs })
        if (isSick) tell(`${fault.name}: well after ${nowMs - sinceMs} ms`)
        return
      }
      if (!isSick && nowMs - sinceMs > healthyWithinMs) {
        isSick = true
        run.violations.push({ kind: 'sick', text: `not well ${healthyWithinMs} ms after: ${fault.name}` })
      }
      if (nowMs - sinceMs > hopelessMs) {
        isHopeless = true
        return
      }
      await pause(pollMs)
    }
  }
  await Promise.all(Array.from({ length: subject.lanes }, (_, number) => lane(number)))
  return struck
}

/** False when nobody asks that place for anything, so that a kill would prove nothing. */
async function requestUnderWay({ client }: RunState, fault: Fault): Promise<boolean> {
  const endMs = Date.now() + underWayMsMax
  while (client.underWay(fault.through) === 0) {
    if (Date.now() > endMs) return false
    await pause(1)
  }
  return true
}
