/**
 * Events out to browsers: one numbered series per workspace, kept 24 hours in the gateway's own schema. A browser that
 * resumes behind what is kept is told to fetch everything anew.
 */
import type { Permission } from '@floowe/contracts/vocabulary'
import { events, type EventName } from '@floowe/contracts/index'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Clock, Database, EventHandler, Subscriptions, Transaction } from '@floowe/platform'
import type { WebSocket } from '@fastify/websocket'

export type LiveMessage = { seq: number; name: string; at: string; data: unknown } | { gap: true; seq: number }
type Follower = {
  socket: WebSocket
  workspaceId: string
  caller: string
  permissions: ReadonlySet<string>
  sessionHash: string
}

const keptMs = 24 * 60 * 60 * 1000
const replayMax = 500
const followersMax = 2_000
const followersOfCallerMax = 20
const waitingBytesMax = 1024 * 1024

/** Which permission a listener needs for an event; identity's own events, but for members, stay inside. */
function needsOf(name: string): Permission | null {
  if (name.startsWith('content.') || name.startsWith('site.')) return 'content:read'
  if (name.startsWith('publishing.')) return 'publishing:read'
  if (name.startsWith('analytics.')) return 'analytics:read'
  if (name.startsWith('identity.member') || name === 'identity.workspace-updated') return 'members:read'
  return null
}

export function createLive(db: Database, clock: Clock) {
  const followers = new Set<Follower>()

  const push = (workspaceId: string, message: { seq: number; name: string; at: string; data: unknown }): void => {
    const needs = needsOf(message.name)
    if (!needs) return
    const text = JSON.stringify(message)
    for (const follower of followers) {
      if (follower.workspaceId !== workspaceId || !follower.permissions.has(needs)) continue
      // A browser that does not read is let go; it resumes where it stopped.
      if (follower.socket.bufferedAmount > waitingBytesMax) follower.socket.close(1013, 'too slow')
      else follower.socket.send(text)
    }
  }
  const keep = async (workspaceId: string, heard: readonly EventEnvelope[], tx: Transaction): Promise<void> => {
    const rows = heard.map(({ name, at, data }) => ({ name, at, data }))
    const row = await tx.one<{ last: number }>(
      `with counter as (
         insert into live_counters (workspace_id, last) values ($1, $3)
         on conflict (workspace_id) do update set last = live_counters.last + $3 returning last),
       kept as (
         insert into live_events (workspace_id, seq, name, at, data)
         select $1, counter.last - $3 + r.n, r.e->>'name', (r.e->>'at')::timestamptz, r.e->'data'
         from counter, jsonb_array_elements($2::jsonb) with ordinality as r(e, n))
       select last from counter`,
      [workspaceId, JSON.stringify(rows), rows.length],
    )
    const first = Number(row?.last ?? 0) - rows.length + 1
    tx.afterCommit(() => rows.forEach((each, place) => push(workspaceId, { seq: first + place, ...each })))
  }
  const handler = {
    batch: async (heard: readonly EventEnvelope[], tx: Transaction): Promise<void> => {
      for (const [workspaceId, own] of [...Map.groupBy(heard, (event) => event.workspaceId)].sort())
        await keep(workspaceId, own, tx)
    },
  }
  return {
    /** Every event that browsers may hear; those the gateway itself hears too are followed by `also`. */
    subscriptions: (also: { [Name in EventName]?: EventHandler<Name> }): Subscriptions => ({
      ...Object.fromEntries((Object.keys(events) as EventName[]).filter(needsOf).map((name) => [name, handler])),
      ...Object.fromEntries(
        Object.entries(also).map(([name, follow]) => [
          name,
          async (event: EventEnvelope, tx: Transaction) => {
            if (needsOf(name)) await keep(event.workspaceId, [event], tx)
            await (follow as EventHandler<EventName>)(event as never, tx) // the handler of this very name
          },
        ]),
      ),
    }),

    /** Sends what was missed since `after`, then follows. `after` null follows from now. */
    follow: async (follower: Follower, after: number | null): Promise<void> => {
      const ofCaller = [...followers].filter((other) => other.caller === follower.caller).length
      if (followers.size >= followersMax || ofCaller >= followersOfCallerMax) {
        follower.socket.close(1013, 'too many connections')
        return
      }
      followers.add(follower)
      follower.socket.once('close', () => followers.delete(follower))
      const counter = await db.one<{ last: number; first: number | null }>(
        'select coalesce((select last from live_counters where workspace_id = $1), 0) as last, (select min(seq) from live_events where workspace_id = $1) as first',
        [follower.workspaceId],
      )
      const last = Number(counter?.last ?? 0)
      if (after === null || after === last) {
        follower.socket.send(JSON.stringify({ seq: last, name: 'live.ready', at: clock.instant(), data: {} }))
        return
      }
      const isGap = after > last || after + 1 < Number(counter?.first ?? last + 1) || last - after > replayMax
      if (isGap) {
        follower.socket.send(JSON.stringify({ gap: true, seq: last } satisfies LiveMessage))
        return
      }
      const missed = await db.query<{ seq: number; name: string; at: Date; data: unknown }>(
        'select seq, name, at, data from live_events where workspace_id = $1 and seq > $2 order by seq limit $3',
        [follower.workspaceId, after, replayMax],
      )
      for (const row of missed) {
        const needs = needsOf(row.name)
        if (needs && follower.permissions.has(needs))
          follower.socket.send(
            JSON.stringify({ seq: Number(row.seq), name: row.name, at: row.at.toISOString(), data: row.data }),
          )
      }
    },
    /** Closes connections whose credential ended or whose rights changed; a browser that may still come does so at once. */
    dismiss: (match: { sessionHash?: string; userId?: string; keyId?: string; workspaceId?: string }): void => {
      for (const follower of followers) {
        const isMeant =
          (match.sessionHash !== undefined && follower.sessionHash === match.sessionHash) ||
          (match.userId !== undefined && follower.caller === match.userId) ||
          (match.keyId !== undefined && follower.caller === `key:${match.keyId}`) ||
          (match.workspaceId !== undefined && follower.workspaceId === match.workspaceId)
        if (isMeant) follower.socket.close(4401, 'credential ended')
      }
    },
    sweep: () =>
      db.query(
        'delete from live_events where (workspace_id, seq) in (select workspace_id, seq from live_events where at < $1 limit 10000)',
        [new Date(clock.now() - keptMs).toISOString()],
      ),
    size: () => followers.size,
    close: (): void => {
      for (const follower of followers) follower.socket.close(1001, 'going away')
    },
  }
}
export type Live = ReturnType<typeof createLive>
