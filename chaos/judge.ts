/**
 * What became of every delivery, by what the emulators did and what readers see. Floowe's own word is only held against it. Pure.
 */
import type { Evidence, Happened, Making } from './door.ts'
import { jumpName, type Outage } from './kills.ts'
import { network as newsletter } from './newsletter.ts'
import type { Planned } from './planning.ts'

/** `triedMs`: where Floowe says when it last tried. */
export type Known = { id: string; state: string; problem: { code: string } | null; triedMs?: number }
export type Case = {
  planned: readonly Planned[]
  /** What Floowe says. */
  known: readonly Known[]
  evidence: Evidence
  outages: readonly Outage[]
  /** What each network allows after a lost answer. */
  after: Readonly<Record<string, 'repeat' | 'find' | 'ask'>>
}
/** p50, p95 and p99 in ms. */
export type Spread = [number, number, number] | null
/** Why a person was asked, where only a person can tell. */
export type Reasons = {
  /** It was taken, and no good answer came. */
  taken: number
  /** It was cut or refused with 503 before it was taken, which looks the same from here. */
  cut: number
  /** Our process or database was down around the request. */
  down: number
  unexplained: number
}
export type Tally = {
  network: string
  planned: number
  published: number
  failed: number
  needsHuman: number
  /** Still open when the time was up. */
  open: number
  duplicates: number
  lost: number
  /** Said to be published, and not there, or without an answer where only that can tell. */
  falseClaims: number
  /** Made by nobody's plan. */
  strays: number
  faults: number
  /**
   * Due to the first creating request, without the time when our own process or database was down, and with it. A wait that a
   * network orders comes behind that request, so nothing has to be left out for it.
   */
  lateness: Spread
  latenessWhole: Spread
  /** Deliveries whose lateness had such a part, of those measured; and those that a network told to wait, of all. */
  downShare: number
  orderedShare: number
  early: number
  reasons: Reasons | null
}
export type Verdict = { tallies: Tally[]; all: Tally; findings: string[] }

/** What the far side did, and said nothing that could be read. */
const silent = ['accept-then-reset', 'accept-then-500', 'accept-then-hang', 'html-error', 'empty-body', 'garbage']
/** Mail knows no late answer and no odd one. */
const silentMail = [...silent, 'slow-body', 'wrong-type']
const isSilent = ({ network, fault }: Making): boolean =>
  (network === newsletter ? silentMail : silent).includes(String(fault))
const isCut = ({ fault }: Making): boolean => fault === 'reset' || (typeof fault === 'object' && fault.status >= 500)
const isNoYes = (making: Making): boolean =>
  isSilent(making) || making.fault === 'reset' || typeof making.fault === 'object'
/** A clock and a socket may differ by so much. */
const earlyMs = 20
/** So long after a request arrived, our own end of it may still be broken by an outage. */
const aftermathMs = 15_000
const keyOf = ({ network, word }: { network: string; word: string | null }): string => `${network} ${word}`

export function judge(given: Case): Verdict {
  const { planned, evidence } = given
  const findings: string[] = []
  const index = indexOf(given)
  const networks = [...new Set(planned.map(({ network }) => network))].toSorted()
  const tallies = networks.map((network) => tallyOf(network, given, index, findings))
  const wanted = new Set(planned.map(keyOf))
  for (const effect of evidence.effects)
    if (effect.kind === 'created' && !wanted.has(keyOf(effect))) {
      findings.push(`${effect.network}: ${effect.id} (${effect.word}) was made, and nobody planned it`)
      const tally = tallies.find(({ network }) => network === effect.network)
      if (tally) tally.strays += 1
    }
  return { tallies, all: sumOf(tallies, given, index), findings }
}

type Index = {
  known: ReadonlyMap<string, Known>
  standing: ReadonlyMap<string, ReadonlySet<string>>
  makings: ReadonlyMap<string, Making[]>
  down: Window[]
  /** When a clock of ours was wrong: what it takes to be due then is not early. */
  jumps: Window[]
}
type Window = readonly [fromMs: number, untilMs: number]

function indexOf({ known, evidence, outages }: Case): Index {
  const standing = new Map<string, Set<string>>()
  for (const effect of evidence.effects) note(standing, effect)
  const makings = Map.groupBy(
    evidence.makings.toSorted((one, other) => one.atMs - other.atMs),
    keyOf,
  )
  const windowOf = ({ fromMs, untilMs }: Outage): Window => [fromMs, untilMs]
  const jumps = outages.filter(({ name }) => name.startsWith(jumpName)).map(windowOf)
  return { known: new Map(known.map((one) => [one.id, one])), standing, makings, down: outages.map(windowOf), jumps }
}

function note(standing: Map<string, Set<string>>, effect: Happened): void {
  const ids = standing.get(keyOf(effect)) ?? new Set()
  standing.set(keyOf(effect), ids)
  if (effect.kind === 'created') ids.add(effect.id)
  else if (effect.kind === 'removed') ids.delete(effect.id)
}

function tallyOf(network: string, given: Case, index: Index, findings: string[]): Tally {
  const own = given.planned.filter((one) => one.network === network)
  const isAsking = given.after[network] === 'ask'
  const tally: Tally = {
    ...measured(own, index),
    network,
    planned: own.length,
    published: 0,
    failed: 0,
    needsHuman: 0,
    open: 0,
    duplicates: 0,
    lost: 0,
    falseClaims: 0,
    strays: 0,
    faults: own.flatMap((one) => index.makings.get(keyOf(one)) ?? []).filter(({ fault }) => fault !== 'ok').length,
    reasons: isAsking ? { taken: 0, cut: 0, down: 0, unexplained: 0 } : null,
  }
  for (const one of own) {
    const state = index.known.get(one.id)?.state ?? 'unknown'
    const count = index.standing.get(keyOf(one))?.size ?? 0
    const said = `${network} ${one.word} (delivery ${one.id}, ${state} ${index.known.get(one.id)?.problem?.code ?? ''})`
    const makings = index.makings.get(keyOf(one)) ?? []
    const story = (): string => storyOf(makings, one.dueMs)
    if (state === 'published') tally.published += 1
    if (state === 'failed') tally.failed += 1
    if (isOpen(state)) {
      tally.open += 1
      findings.push(`open: ${said}, there ${count} times; ${story()}`)
    }
    if (count > 1) {
      tally.duplicates += count - 1
      findings.push(`duplicate: ${said} is there ${count} times; ${story()}`)
    }
    if (count === 0 && !isOpen(state) && state !== 'failed' && state !== 'needs-human') {
      tally.lost += 1
      if (state === 'published') tally.falseClaims += 1
      findings.push(`lost: ${said} is not there; ${story()}`)
    }
    // Where nobody can be asked, only an answer tells that it is there.
    if (isAsking && state === 'published' && count > 0 && makings.length > 0 && makings.every(isNoYes)) {
      tally.falseClaims += 1
      findings.push(`claimed: ${said} had no answer that said so; ${story()}`)
    }
    if (state === 'failed') findings.push(`failed: ${said}, there ${count} times; ${story()}`)
    if (state !== 'needs-human') continue
    tally.needsHuman += 1
    const reason = reasonOf(makings, index.known.get(one.id)?.triedMs ?? one.dueMs, index.down)
    if (tally.reasons) tally.reasons[reason] += 1
    if (!tally.reasons || reason === 'unexplained')
      findings.push(`needs-human: ${said}, there ${count} times; ${story()}`)
  }
  return tally
}

export const isOpen = (state: string): boolean => ['planned', 'sending', 'retrying'].includes(state)

const storyOf = (makings: readonly Making[], dueMs: number): string =>
  makings.length === 0
    ? 'no request came'
    : makings.map(({ atMs, fault }) => `+${atMs - dueMs} ms ${JSON.stringify(fault)}`).join(', ')

function reasonOf(makings: readonly Making[], triedMs: number, down: readonly Window[]): keyof Reasons {
  if (makings.some(isSilent)) return 'taken'
  if (makings.some(isCut)) return 'cut'
  // Without a request: it was armed, and the process died before it left.
  const fromMs = makings[0]?.atMs ?? triedMs - aftermathMs
  const untilMs = Math.max(makings.at(-1)?.atMs ?? triedMs, triedMs) + aftermathMs
  return down.some(([from, until]) => from <= untilMs && until >= fromMs - 1_000) ? 'down' : 'unexplained'
}

type Measured = Pick<Tally, 'lateness' | 'latenessWhole' | 'downShare' | 'orderedShare' | 'early'>

function measured(planned: readonly Planned[], { makings, down, jumps }: Index): Measured {
  const whole: number[] = []
  const clean: number[] = []
  let [ordered, hit, early] = [0, 0, 0]
  for (const one of planned) {
    const own = makings.get(keyOf(one)) ?? []
    const [first] = own
    if (!first) continue
    if (own.some(({ fault }) => typeof fault === 'object' && fault.status === 429)) ordered += 1
    const lateMs = first.atMs - one.dueMs
    const span: Window = [one.dueMs, first.atMs]
    const broken = overlapping(down, span)
    const isJumped = lateMs < 0 && jumps.some(([from, until]) => from <= first.atMs && first.atMs <= until)
    if (lateMs < -earlyMs && !isJumped) early += 1
    if (isJumped) continue
    if (broken.length > 0) hit += 1
    whole.push(lateMs)
    clean.push(lateMs - lengthOf(broken))
  }
  const share = (count: number): number => (whole.length === 0 ? 0 : count / whole.length)
  return {
    lateness: spreadOf(clean),
    latenessWhole: spreadOf(whole),
    downShare: share(hit),
    orderedShare: share(ordered),
    early,
  }
}

const overlapping = (windows: readonly Window[], [fromMs, untilMs]: Window): Window[] =>
  windows.flatMap(([from, until]): Window[] =>
    from < untilMs && until > fromMs ? [[Math.max(from, fromMs), Math.min(until, untilMs)]] : [],
  )

/** Of the windows together; what lies in two counts once. */
export function lengthOf(windows: readonly Window[]): number {
  let [sum, endMs] = [0, Number.NEGATIVE_INFINITY]
  for (const [from, until] of windows.toSorted(([one], [other]) => one - other)) {
    sum += Math.max(0, until - Math.max(from, endMs))
    endMs = Math.max(endMs, until)
  }
  return sum
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((one, other) => one - other)
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0)
  return sorted.length === 0 ? null : [at(0.5), at(0.95), at(0.99)]
}

function sumOf(tallies: readonly Tally[], { planned }: Case, index: Index): Tally {
  const sum = (value: (tally: Tally) => number): number => tallies.reduce((so, tally) => so + value(tally), 0)
  const reasons = tallies.flatMap((tally) => tally.reasons ?? [])
  const reason = (name: keyof Reasons): number => reasons.reduce((so, one) => so + one[name], 0)
  return {
    ...measured(planned, index),
    network: 'all',
    planned: sum((one) => one.planned),
    published: sum((one) => one.published),
    failed: sum((one) => one.failed),
    needsHuman: sum((one) => one.needsHuman),
    open: sum((one) => one.open),
    duplicates: sum((one) => one.duplicates),
    lost: sum((one) => one.lost),
    falseClaims: sum((one) => one.falseClaims),
    strays: sum((one) => one.strays),
    faults: sum((one) => one.faults),
    reasons: {
      taken: reason('taken'),
      cut: reason('cut'),
      down: reason('down'),
      unexplained: reason('unexplained'),
    },
  }
}
