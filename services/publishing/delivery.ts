/**
 * The sending job: claim, arm, send, classify the answer, settle, retry, give up.
 *
 * The life of a delivery
 *
 * planned: it waits for `due_at`. A person may move it, freeze a newer text into it, cancel it, or send it now.
 *
 * Where the workspace asks for approvals, a plan that lacks one is woken by nobody: approved, it goes out when it is due, or at
 * once if that was wished; its time passed without one, it is missed. Whatever is about to leave is held against its approval
 * once more, byte for byte; what does not match it is failed, never sent (`approvals/`).
 *
 * planned → sending. A moment before it is due, one process claims it: `fence` grows, `wake_at` becomes the end of the lease,
 * an attempt is written down, and all of that is committed before the request may leave (armed). The request leaves at the
 * due instant. While it is under way the lease is renewed. A delivery of the same edition and channel that waits for its next
 * attempt gives way to it; one that is being sent is waited for.
 *
 * sending → published when the far side accepted it; the one that was live before becomes replaced. A removal becomes
 * unpublished, and so does what it took down.
 *
 * sending → retrying when it may yet be taken: refused for the moment, not reached, or answered in a way that leaves open
 * whether it was accepted. The same bytes go out again under the same id, so a far side that has them drops them. Only a
 * network that would take them twice is not repeated after an open end: there the delivery becomes needs-human. Networks that
 * can be asked are asked first; what they do not list is made again only when it had the time to be listed (`networks/posting.ts`).
 *
 * sending → retrying as well when all is well and the rest has to wait for its turn (an issue of a newsletter to many), and when
 * the account has posted as often as its network takes (`budgets.ts`): then nothing has left, and nothing counts as tried.
 *
 * sending → needs-human when it may have gone out and nothing but a person's eyes can tell. Nothing is sent, moved or planned over
 * it. The person says that it is there (published) or that it is not (it goes out again, behind the parts that are known to be out).
 *
 * retrying → sending when `wake_at` comes.
 *
 * sending → failed when it was refused for good, when the attempts or the day are used up, or when what was frozen no longer
 * matches its hash. Refused for good by a channel that is gone, the channel asks for attention too. A person may send it
 * again (a new round of attempts), move it, cancel it, or plan anew, which takes its place.
 *
 * sending, and the process dies: nobody renews the lease. After its end any process claims the row as if it were due; the
 * attempt that was running is written down as unknown. A process that was only slow finds another's fence and writes nothing.
 *
 * planned → missed when the time passed by more than a minute while nothing was running and the workspace does not send late,
 * or while its channel was not connected (see `watch.ts`). A person sends, moves or cancels it.
 *
 * planned, sending, retrying → on-hold at the first start after a restore. Nothing but a person releases it.
 *
 * cancelled: by a person (who may undo it until the time has passed), with its channel or article, or for a newer plan.
 * published → replaced or unpublished. These three are the ends.
 */
import type { Metrics, RateLimits } from '@floowe/platform'
import { type Budgets, createBudgets, noBudgets } from './budgets.ts'
import type { Frozen, Verdict } from './networks/network.ts'
import { ownCause, tell } from './news.ts'
import { type ArmedPlace, createPlaces, type Places } from './places.ts'
import { conclude, loadContent, prepare, type SendingParts, sendOnce } from './sending.ts'
import { createSettler, type Settler } from './settling.ts'
import type { Settings } from './settings.ts'
import { thaw } from './snapshots.ts'
import { type Armed, claim, countWaiting, nextWake, readAhead, renew, supersedeWaiting } from './store/ledger.ts'
import { createWaking } from './waking.ts'
import type { Watch } from './watch.ts'

export type DeliveryParts = SendingParts & {
  settings: Settings
  watch: Watch
  metrics: Metrics
  rateLimits: RateLimits
}

export type Delivery = {
  begin: () => void
  /** Something may be due now, or due at another time than before. */
  wake: () => void
  /**
   * `ended` resolves when the next attempt of this delivery has ended in this process, or when the time is up. Ask before
   * what makes it due is committed, so that no end is missed; `forget` in any case.
   */
  watchAttempt: (id: string, withinMs: number) => { ended: Promise<void>; forget: () => void }
  /** Takes nothing new and finishes what is under way; what hangs is given up and tried again later. */
  stop: () => Promise<void>
  abandon: () => void
}

/** Armed so long before it is due: a commit and a turn of the event loop, with room. */
const armAheadMs = 25
/** At once; the first of many may leave while the next are claimed. */
const claimRowsMax = 40
/** Frozen texts are read and verified so long before they are due. */
const readAheadMs = 1_000
const readAheadRowsMax = 250
const readAheadBytesMax = 32 * 1024 * 1024
/** Other processes may have planned something; a timer may have slept through a jump of the clock. */
const pollMs = 5_000
const turnsMax = 1_000
/** What the watch saw holds for so long. */
const lookFreshMs = 20_000
const stopMsMax = 5_000
const dueLookMs = 1_000
/** A clock that was set back by more than a day is nobody's clock. */
const dueLooksMax = 100_000
/** So long after it left, a request still counts as leaving. */
const leavingMsMax = 50

type Ahead = { snapshotId: string; content: Frozen | null; readMs: number }
type State = {
  flights: Map<string, { armed: Armed; end: Promise<void> }>
  places: Places
  budgets: Budgets
  settler: Settler
  ahead: Map<string, Ahead>
  aheadUntilMs: number
  renewedMs: number
  waiters: Map<string, Set<() => void>>
  /** Requests that left and have no answer yet. */
  outgoing: Map<string, { leftMs: number; answered: Promise<void> }>
  /** Nothing leaves and nothing is written any more. */
  isGone: boolean
  cut: AbortController
  observe: { lateness: (network: string, seconds: number) => void; attempt: (network: string, outcome: string) => void }
}

const iso = (ms: number): string => new Date(ms).toISOString()

export function createDelivery(parts: DeliveryParts): Delivery {
  const { clock, log, metrics } = parts
  const lateness = metrics.histogram({
    name: 'floowe_publishing_lateness_seconds',
    help: 'From due to the first request leaving',
    labels: ['network'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2, 10, 60],
  })
  const attempts = metrics.counter({
    name: 'floowe_publishing_attempts_total',
    help: 'Attempts by what came of them',
    labels: ['network', 'outcome'],
  })
  metrics.queue('publishing', () => countWaiting(parts.db))
  const state: State = {
    flights: new Map(),
    places: createPlaces(parts.settings.sendingMax, () => waking.wake()),
    budgets: parts.settings.budgets ? createBudgets(parts) : noBudgets,
    settler: createSettler(
      parts,
      () => state.isGone,
      () => quiet(parts, state),
    ),
    ahead: new Map(),
    aheadUntilMs: 0,
    renewedMs: clock.now(),
    waiters: new Map(),
    outgoing: new Map(),
    isGone: false,
    cut: new AbortController(),
    observe: {
      lateness: (network, seconds) => lateness.observe(seconds, { network }),
      attempt: (network, outcome) => attempts.add({ network, outcome }),
    },
  }
  const waking = createWaking({ name: 'the publishing schedule', work: () => runDue(parts, state), clock, log })
  return {
    begin: waking.wake,
    wake: waking.wake,
    watchAttempt: (id, withinMs) => {
      const { promise: ended, resolve } = Promise.withResolvers<void>()
      const waiters = state.waiters.get(id) ?? new Set()
      state.waiters.set(id, waiters.add(resolve))
      const cancel = clock.at(clock.now() + withinMs, resolve)
      const forget = (): void => {
        cancel()
        waiters.delete(resolve)
        if (waiters.size === 0) state.waiters.delete(id)
      }
      return { ended, forget }
    },
    stop: async () => {
      await waking.stop()
      const cancel = clock.at(clock.now() + stopMsMax, () => state.cut.abort())
      await Promise.allSettled([...state.flights.values()].map((flight) => flight.end))
      cancel()
      state.isGone = true
    },
    abandon: () => {
      state.isGone = true
      void waking.stop()
      state.cut.abort()
    },
  }
}

/** Takes what is due until nothing more is or no place is free. @returns when to look again */
async function runDue(parts: DeliveryParts, state: State): Promise<number> {
  const { db, clock, settings, watch } = parts
  const lookedMs = await watch.look()
  await keepLeases(parts, state)
  let untilMs = clock.now()
  for (let turn = 0; turn < turnsMax; turn++) {
    const { rows: rowsMax, perChannel, channels: rooms } = state.places.room()
    if (rowsMax === 0) break
    const nowMs = clock.now()
    // The clock jumped, or the machine slept: first see what that made of the plans.
    if (nowMs - lookedMs > lookFreshMs) return nowMs
    untilMs = nowMs + armAheadMs
    const armed = await claim(db, {
      now: iso(nowMs),
      until: iso(untilMs),
      leaseUntil: iso(nowMs + settings.leaseMs),
      rowsMax: Math.min(rowsMax, claimRowsMax),
      perChannel,
      rooms,
    })
    for (const row of armed) launch(parts, state, row)
    if (armed.length === 0) break
  }
  await readSoon(parts, state, untilMs)
  const next = await nextWake(db, iso(untilMs))
  const nowMs = clock.now()
  if (nowMs - lookedMs > lookFreshMs) return nowMs
  const idleMs = state.flights.size > 0 ? Math.min(pollMs, settings.leaseMs / 3) : pollMs
  const nextMs = next?.getTime() ?? Number.POSITIVE_INFINITY
  const lookMs = nextMs - (nextMs - nowMs > readAheadMs + armAheadMs ? readAheadMs : armAheadMs)
  return Math.max(nowMs, Math.min(lookMs, nowMs + idleMs))
}

async function keepLeases({ db, clock, settings }: DeliveryParts, state: State): Promise<void> {
  const nowMs = clock.now()
  if (state.flights.size === 0) state.renewedMs = nowMs
  if (nowMs - state.renewedMs < settings.leaseMs / 3) return
  await renew(
    db,
    [...state.flights.values()].map((flight) => flight.armed),
    iso(nowMs + settings.leaseMs),
  )
  state.renewedMs = nowMs
}

/** So that at its moment a delivery only has to leave. */
async function readSoon({ db, clock }: DeliveryParts, state: State, fromMs: number): Promise<void> {
  const nowMs = clock.now()
  for (const [id, { readMs }] of state.ahead) if (nowMs - readMs > 2 * readAheadMs + pollMs) state.ahead.delete(id)
  const afterMs = Math.max(fromMs, Math.min(state.aheadUntilMs, nowMs + readAheadMs))
  const untilMs = nowMs + readAheadMs + armAheadMs
  if (untilMs - afterMs < readAheadMs / 4) return
  const free = readAheadRowsMax - state.ahead.size
  if (free <= 0) return
  for (const { deliveryId, snapshotId, content, hash } of await readAhead(
    db,
    iso(afterMs),
    iso(untilMs),
    free,
    readAheadBytesMax,
  )) {
    state.ahead.set(deliveryId, { snapshotId, content: thaw(content, hash), readMs: nowMs })
  }
  state.aheadUntilMs = untilMs
}

function launch(parts: DeliveryParts, state: State, armed: Armed): void {
  const place = state.places.arm(armed.channelId)
  const end = fly(parts, state, armed, place)
    .catch((error: unknown) => {
      if (!state.isGone) parts.log.error('a delivery was left to the end of its lease', { error, deliveryId: armed.id })
    })
    .finally(() => {
      state.flights.delete(armed.id)
      place.answered(null)
      place.done()
      for (const resolve of state.waiters.get(armed.id) ?? []) resolve()
    })
  state.flights.set(armed.id, { armed, end })
}

/** One attempt from the armed mark to its settlement. */
async function fly(parts: DeliveryParts, state: State, armed: Armed, place: ArmedPlace): Promise<void> {
  const { clock, settings, networks } = parts
  const armedMs = clock.now()
  if (armed.hasWaitingSibling) await takePlace(parts, armed)
  const content = await contentOf(parts, state, armed)
  const prepared = prepare(parts, armed, content)
  await untilDue(parts, state, armed.wakeAt.getTime())
  await place.turn()
  if (state.isGone || !(await isHeld(parts, armed, armedMs))) return
  // A delivery that ended the process each time it was sent comes here again and again.
  const isSpent = armed.tries > settings.attemptsMax
  const waits = isSpent || 'kind' in prepared ? null : await state.budgets.wait(armed, content)
  if (state.isGone) return
  const leftMs = clock.now()
  if (!waits && armed.attempts === 1 && !armed.wasSending)
    state.observe.lateness(armed.network, (leftMs - armed.wakeAt.getTime()) / 1000)
  const answered = Promise.withResolvers<void>()
  state.outgoing.set(armed.id, { leftMs, answered: answered.promise })
  const verdict: Verdict = isSpent
    ? { kind: 'permanent', code: 'interrupted' }
    : (waits ?? (await sendOnce(parts, armed, prepared, state.cut.signal)))
  state.outgoing.delete(armed.id)
  answered.resolve()
  place.answered(waits ? null : !['accepted', 'unfinished', 'permanent'].includes(verdict.kind))
  if (state.isGone) return
  state.observe.attempt(armed.network, verdict.kind)
  const rules = { attemptsMax: settings.attemptsMax, hoursMax: settings.retryHoursMax }
  await state.settler.settle(
    armed,
    conclude(armed, verdict, networks[armed.network], rules, { leftMs, nowMs: clock.now() }),
  )
}

/** Many are due at the same moment: writing down what came of the first would make the last late. Slow receivers hold nobody up. */
async function quiet({ clock }: DeliveryParts, { outgoing }: State): Promise<void> {
  const nowMs = clock.now()
  const leaving = [...outgoing.values()].filter(({ leftMs }) => nowMs - leftMs < leavingMsMax)
  if (leaving.length === 0) return
  const { promise: tooLong, resolve } = Promise.withResolvers<void>()
  const cancel = clock.at(nowMs + leavingMsMax, resolve)
  await Promise.race([Promise.all(leaving.map(({ answered }) => answered)), tooLong])
  cancel()
}

/** Who waited long for a place asks whether the delivery is still theirs; it may be on hold by now, or another's. */
async function isHeld({ db, clock, settings }: DeliveryParts, armed: Armed, armedMs: number): Promise<boolean> {
  const nowMs = clock.now()
  if (nowMs - armedMs < settings.leaseMs / 4) return true
  return (await renew(db, [armed], iso(nowMs + settings.leaseMs))).has(armed.id)
}

async function contentOf(parts: DeliveryParts, state: State, armed: Armed): Promise<Frozen | null> {
  if (armed.kind === 'unpublish') return null
  const ahead = state.ahead.get(armed.id)
  state.ahead.delete(armed.id)
  return ahead && ahead.snapshotId === armed.snapshotId ? ahead.content : loadContent(parts, armed)
}

const takePlace = (parts: DeliveryParts, armed: Armed): Promise<void> =>
  parts.db.transaction(async (tx) => {
    for (const other of await supersedeWaiting(tx, armed))
      await tell(
        tx,
        'publishing.delivery-cancelled',
        ownCause(armed.workspaceId),
        { ...armed, id: other.id },
        'cancelled',
      )
  })

/**
 * A timer may fire a little early; what is due at nine leaves at nine or after. Looked at again and again, because a clock that was
 * set back may be set right before a timer that was made meanwhile ends.
 */
async function untilDue({ clock }: DeliveryParts, state: State, dueMs: number): Promise<void> {
  for (let turn = 0; turn < dueLooksMax && clock.now() < dueMs && !state.isGone; turn++) {
    const nextMs = Math.min(dueMs, clock.now() + dueLookMs)
    await new Promise<void>((resolve) => void clock.at(nextMs, resolve))
  }
}
