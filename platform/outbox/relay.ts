/**
 * Carries committed events from a service's outbox to the bus.
 *
 * One relay per schema works at a time (an advisory lock), so order per key holds. A batch leaves the outbox in the
 * transaction in which the bus accepted it: a crash in between sends it again, and the inbox drops the repeat.
 */
import type { Bus } from '../bus/port.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { createLoop } from './loop.ts'
import { envelopeOf, type OutboxRow } from './outbox.ts'

const batchMax = 200

export function startRelay({ db, bus, log, clock }: { db: Database; bus: Bus; log: Log; clock: Clock }) {
  const carry = async (): Promise<boolean> => {
    const carried = await db.transaction(async (tx) => {
      // Seen in the moment before the lock was free: what another relay has just carried is carried again, and dropped.
      const rows = await tx.query<OutboxRow>(
        `with mine as materialized (select pg_try_advisory_xact_lock(hashtext($1)) as held)
         select * from outbox where (select held from mine) order by seq limit $2`,
        [`floowe:relay:${db.schema}`, batchMax],
      )
      if (rows.length === 0) return 0
      await bus.publish(rows.map(envelopeOf))
      await tx.query('delete from outbox where seq = any($1)', [rows.map((row) => row.seq)])
      return rows.length
    })
    return carried === batchMax
  }
  const loop = createLoop({
    name: `relay of ${db.schema}`,
    work: carry,
    everyMs: 5_000,
    restMs: bus.restMs,
    clock,
    log,
  })
  return { wake: loop.wake, idle: loop.idle, stop: loop.stop }
}
