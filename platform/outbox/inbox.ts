/**
 * What arrives is kept before it is handled, and each event is handled once.
 *
 * waiting → done, in the same transaction as the handler's own writes; or, after {@link attemptsMax} failures → parked,
 * where it stays until a person tries again. An event waits while an earlier one of its key waits; parked ones let others pass.
 */
import type { EventEnvelope } from '@floowe/contracts/events'
import type { EventName, Events } from '@floowe/contracts/index'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Log } from '../log.ts'
import { readTraceparent } from '../calls/trail.ts'
import { type Tracer, trailsOnly } from '../trace.ts'
import { createLoop } from './loop.ts'

type Heard<Name extends EventName> = EventEnvelope<Name, z.infer<Events[Name]>>
/** Hears one event; what it writes is committed together with the note that the event was handled. */
export type EventHandler<Name extends EventName> = (event: Heard<Name>, tx: Transaction) => Promise<void>
/** Hears as many events as have come, in their order: for listeners whose work for many costs little more than for one. */
export type BatchHandler<Name extends EventName> = {
  batch: (events: readonly Heard<Name>[], tx: Transaction) => Promise<void>
}
/** One batch handler under several names hears their events together. */
export type Subscriptions = { [Name in EventName]?: EventHandler<Name> | BatchHandler<Name> }

type Waiting = { seq: number; name: string; envelope: EventEnvelope; attempts: number }
type AnyHandler =
  | ((event: EventEnvelope, tx: Transaction) => Promise<void>)
  | { batch: (events: readonly EventEnvelope[], tx: Transaction) => Promise<void> }

const attemptsMax = 8
const batchMax = 50
const keptDays = 3

export function createInbox({
  db,
  handlers,
  clock,
  log,
  tracer = trailsOnly,
  restMs,
}: {
  db: Database
  handlers: Subscriptions
  clock: Clock
  log: Log
  tracer?: Tracer
  /** Handlers that write once for many gain by waiting for a few more. */
  restMs: number
}) {
  const handlerOf = (name: string): AnyHandler | undefined => handlers[name as EventName] as AnyHandler | undefined

  const accept = async (events: readonly EventEnvelope[]): Promise<void> => {
    if (events.length === 0) return
    await db.query(
      `insert into inbox (event_id, workspace_id, key, name, envelope, next_at)
       select (e->>'id')::uuid, (e->>'workspaceId')::uuid, e->>'key', e->>'name', e, $2 from jsonb_array_elements($1::jsonb) with ordinality as x(e, n) order by n
       on conflict (event_id) do nothing`,
      [JSON.stringify(events), clock.instant()],
    )
    loop.wake()
  }

  /** Each event is handled inside the trace that wrote it; a batch has a span in each of them and runs in the first. */
  const traced = async (envelopes: readonly EventEnvelope[], work: () => Promise<void>): Promise<void> => {
    const [first, ...others] = envelopes
    if (!first) return work()
    const inside = (envelope: EventEnvelope, within: () => Promise<void>): Promise<void> =>
      tracer.span(
        `${envelope.name} at ${db.schema}`,
        {
          kind: 'consumer',
          parent: readTraceparent(envelope.trace),
          attributes: { 'messaging.message.id': envelope.id, 'messaging.destination.name': db.schema },
        },
        within,
      )
    const over = Promise.withResolvers<void>()
    if (tracer.isOn) for (const other of others) void inside(other, () => over.promise)
    try {
      await inside(first, work)
    } finally {
      over.resolve()
    }
  }

  /** Neighbours with the same handler. */
  const runsOf = (rows: readonly Waiting[]): { handler: AnyHandler | undefined; run: Waiting[] }[] => {
    const runs: { handler: AnyHandler | undefined; run: Waiting[] }[] = []
    for (const row of rows) {
      const handler = handlerOf(row.name)
      const last = runs.at(-1)
      if (last && last.handler === handler) last.run.push(row)
      else runs.push({ handler, run: [row] })
    }
    return runs
  }

  // Only one that failed can hold others of its key back: all else goes in order.
  const nextSql = `select seq, name, envelope, attempts from inbox i
     where state = 'waiting' and next_at <= $1
       and not exists (select from inbox e where e.state = 'waiting' and e.attempts > 0 and e.key = i.key and e.seq < i.seq and e.next_at > $1)
     order by seq limit $2`

  /** Handles a batch in one transaction. One failure undoes all; then the first ones go one by one, so that only the bad one waits. */
  const handle = async (limit: number): Promise<boolean> => {
    let current: Waiting | null = null
    try {
      return await db.transaction(async (tx) => {
        // One process at a time handles a listener's events: that keeps the order per key without locks per key.
        const lock = await tx.one<{ held: boolean }>('select pg_try_advisory_xact_lock(hashtext($1)) as held', [
          `floowe:inbox:${db.schema}`,
        ])
        if (!lock?.held) return false
        const rows = await tx.query<Waiting>(nextSql, [clock.instant(), limit])
        for (const { handler, run } of runsOf(rows)) {
          current = run[0] ?? null
          if (typeof handler === 'function')
            for (const row of run) await traced([(current = row).envelope], () => handler(row.envelope, tx))
          else if (handler) {
            const envelopes = run.map(({ envelope }) => envelope)
            await traced(envelopes, () => handler.batch(envelopes, tx))
          }
        }
        current = null
        if (rows.length > 0)
          await tx.query("update inbox set state = 'done', problem = null where seq = any($1)", [
            rows.map((row) => row.seq),
          ])
        return rows.length === limit
      })
    } catch (error) {
      if (!current) throw error
      if (limit > 1) {
        for (let turn = 0; turn < batchMax; turn++) if (!(await handle(1))) break
        return true
      }
      await fail(current, error)
      return true
    }
  }
  const fail = async (row: Waiting, error: unknown): Promise<void> => {
    const attempts = row.attempts + 1
    const isParked = attempts >= attemptsMax
    const pauseMs = Math.min(60_000, 50 * 4 ** attempts)
    await db.query('update inbox set attempts = $2, state = $3, next_at = $4, problem = $5 where seq = $1', [
      row.seq,
      attempts,
      isParked ? 'parked' : 'waiting',
      new Date(clock.now() + pauseMs).toISOString(),
      String(error).slice(0, 1000),
    ])
    if (!isParked) clock.at(clock.now() + pauseMs, loop.wake)
    log[isParked ? 'error' : 'warn'](`event ${row.name} ${isParked ? 'was parked' : 'failed, will be tried again'}`, {
      error,
      eventId: row.envelope.id,
      attempts,
    })
  }

  const loop = createLoop({
    name: `inbox of ${db.schema}`,
    work: () => handle(batchMax),
    everyMs: 5_000,
    restMs,
    clock,
    log,
  })
  return {
    names: Object.keys(handlers),
    accept,
    idle: loop.idle,
    /** Events that no attempt could handle, and those still waiting. */
    counts: async () => {
      const row = await db.one<{ waiting: number; parked: number }>(
        "select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'parked') as parked from inbox where state <> 'done'",
      )
      return { waiting: Number(row?.waiting ?? 0), parked: Number(row?.parked ?? 0) }
    },
    /** Forgets handled events after {@link keptDays} days; by then the bus cannot repeat them. */
    sweep: () =>
      db.query(
        "delete from inbox where seq in (select seq from inbox where state = 'done' and received_at < $1 limit 5000)",
        [new Date(clock.now() - keptDays * 86_400_000).toISOString()],
      ),
    start: () => loop.wake(),
    stop: loop.stop,
  }
}
export type Inbox = ReturnType<typeof createInbox>
