/**
 * Whether what this process remembers of a workspace is still true. The revision in the store says so; asking for it at every
 * request would cost more than the answer, so a process may hold a lease.
 *
 * Reading. To take a lease a process first commits a row saying until when it may trust its memory, then reads the revision.
 * Until its lease ends (by its own monotonic clock, counted from before the row was sent, less a margin) it answers from
 * memory; afterwards it asks. Busy workspaces renew theirs in the background, idle ones ask at each request and write nothing.
 *
 * Writing. The revision grows in the transaction of the change. Before the change is acknowledged, the writer tells its own
 * memory, looks for leases of other processes and waits until those have ended.
 *
 * Why that is enough: a holder whose reading missed the change read before it was committed, so its lease row was committed
 * before as well, so the writer sees the row and waits. Who read later knows the new revision. Processes' clocks are never
 * compared: leases are written and measured by the store's.
 */
import type { Clock, Database, Log } from '@floowe/platform'

export type Freshness = {
  /** The workspace's revision while a lease holds; undefined: ask the store. For the hot path: no promise, no query. */
  known: (workspaceId: string) => number | undefined
  /** This revision was just read from the store; null: there is no site. Who reads often gets a lease. */
  observed: (workspaceId: string, revision: number | null) => void
  /** In `afterCommit` of a change: this process sees it from here on. */
  noted: (workspaceId: string, revision: number) => void
  /** Resolves when no process answers from before the last change; then it may be acknowledged. At most one lease long. */
  settled: (workspaceId: string) => Promise<void>
  stop: () => Promise<void>
}

const leaseMs = 1_000
const renewWithMs = 500
/** For timers and clocks that run unevenly. */
const marginMs = 50
const workspacesMax = 2_000

type Memory = { revision: number; untilMs: number; askedMs: number; isRenewing: boolean }

export function createFreshness({
  db,
  clock,
  log,
  holder,
}: {
  db: Database
  clock: Clock
  log: Log
  holder: string
}): Freshness {
  const memories = new Map<string, Memory>()
  const running = new Set<Promise<void>>()
  let isStopped = false

  const memoryOf = (workspaceId: string): Memory => {
    const known = memories.get(workspaceId)
    if (known) return known
    if (memories.size >= workspacesMax) memories.clear()
    const made = { revision: 0, untilMs: 0, askedMs: Number.NEGATIVE_INFINITY, isRenewing: false }
    memories.set(workspaceId, made)
    return made
  }
  const read = async (workspaceId: string): Promise<number | null> => {
    const row = await db.one<{ revision: number }>('select revision from sites where workspace_id = $1', [workspaceId])
    return row?.revision ?? null
  }
  const lease = async (workspaceId: string): Promise<void> => {
    const startMs = performance.now()
    const memory = memoryOf(workspaceId)
    // A statement of its own, so that it is committed before the revision is read.
    await db.query(
      `insert into revision_leases (workspace_id, holder, until) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
       on conflict (workspace_id, holder) do update set until = excluded.until`,
      [workspaceId, holder, leaseMs / 1000],
    )
    const revision = await read(workspaceId)
    if (revision === null) memories.delete(workspaceId)
    // Forgotten meanwhile, and perhaps noted anew: this reading may be older.
    if (memories.get(workspaceId) !== memory || revision === null) return
    // Revisions only grow; one read before our own change was committed must not win over it.
    memory.revision = Math.max(memory.revision, revision)
    memory.untilMs = startMs + leaseMs - marginMs
  }
  const renew = (workspaceId: string, memory: Memory): void => {
    if (isStopped) return
    memory.isRenewing = true
    const work = lease(workspaceId)
      .catch((error) => log.debug('a lease was not renewed; answers ask the store meanwhile', { error }))
      .finally(() => {
        memory.isRenewing = false
        running.delete(work)
      })
    running.add(work)
  }
  return {
    known: (workspaceId) => {
      const memory = memories.get(workspaceId)
      if (!memory) return undefined
      const leftMs = memory.untilMs - performance.now()
      if (leftMs <= 0) return undefined
      if (leftMs < renewWithMs && !memory.isRenewing) renew(workspaceId, memory)
      return memory.revision
    },
    observed: (workspaceId, revision) => {
      if (revision === null) {
        memories.delete(workspaceId)
        return
      }
      const memory = memoryOf(workspaceId)
      const nowMs = performance.now()
      const isBusy = nowMs - memory.askedMs < leaseMs
      memory.askedMs = nowMs
      memory.revision = Math.max(memory.revision, revision)
      if (isBusy && !memory.isRenewing) renew(workspaceId, memory)
    },
    noted: (workspaceId, revision) => {
      const memory = memoryOf(workspaceId)
      memory.revision = Math.max(memory.revision, revision)
    },
    settled: async (workspaceId) => {
      const row = await db.one<{ left_ms: number | null; old: number }>(
        `select extract(epoch from max(until) - clock_timestamp())::float8 * 1000 as left_ms,
                count(*) filter (where until < clock_timestamp() - interval '1 minute') as old
         from revision_leases where workspace_id = $1 and holder <> $2`,
        [workspaceId, holder],
      )
      const leftMs = row?.left_ms ?? 0
      // Left by processes that ended without a word.
      if (row && row.old > 0)
        await db.query(
          "delete from revision_leases where workspace_id = $1 and until < clock_timestamp() - interval '1 minute'",
          [workspaceId],
        )
      if (leftMs > 0)
        await new Promise<void>((resolve) => clock.at(clock.now() + Math.min(leftMs, leaseMs) + marginMs, resolve))
    },
    stop: async () => {
      isStopped = true
      await Promise.allSettled(running)
      // So that the next process need not wait for them.
      await db
        .query('delete from revision_leases where workspace_id = any($1) and holder = $2', [
          [...memories.keys()],
          holder,
        ])
        .catch(() => undefined)
      memories.clear()
    },
  }
}
