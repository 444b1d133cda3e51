/**
 * Events out to browsers: one numbered series per workspace, kept 24 hours in the gateway's own schema. A browser that
 * resumes behind what is kept is told to fetch everything anew.
 *
 * One gateway process numbers an event and keeps it; all of them send it to their own browsers. The rows are the truth: hints
 * between the processes only say that there are more, so one that was lost, came twice or came late makes no gap and no repeat.
 */
import type { Permission } from '@floowe/contracts/vocabulary'
import { events, type EventName } from '@floowe/contracts/index'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Clock, Database, EventHandler, Log, Signals, Subscriptions, Transaction } from '@floowe/platform'
import type { WebSocket } from '@fastify/websocket'
import { isMeant, type Match, type Visitor } from './sockets.ts'

export type LiveMessage = { seq: number; name: string; at: string; data: unknown } | { gap: true; seq: number }
type Numbered = Exclude<LiveMessage, { gap: true }>
type Follower = Pick<Visitor, 'workspaceId' | 'caller' | 'permissions' | 'sessionHash'> & { socket: WebSocket }
/** The followers of one workspace in this process, who all stand at the same number. What happens in it happens one by one. */
type Room = { workspaceId: string; last: number; followers: Set<Follower>; turn: Promise<void> }

const keptMs = 24 * 60 * 60 * 1000
const replayMax = 500
const followersMax = 2_000
const followersOfCallerMax = 20
const waitingBytesMax = 1024 * 1024
/** While hints of other processes do not come, the rows are looked at so often. */
const lookEveryMs = 1_000
const topic = 'gateway.live'
/** Larger news are read from the rows. */
const hintCharactersMax = 48_000

/** Told to one person alone: to the connections of the one that the event names. */
const personal: ReadonlySet<string> = new Set<EventName>(['identity.inbox-changed'])

/** Which permission a listener needs for an event; identity's own events, but for members and what is a person's own, stay inside. */
function needsOf(name: string): Permission | 'self' | null {
  if (personal.has(name)) return 'self'
  if (name.startsWith('content.') || name.startsWith('site.')) return 'content:read'
  if (name.startsWith('publishing.')) return 'publishing:read'
  if (name.startsWith('analytics.')) return 'analytics:read'
  if (name.startsWith('identity.member') || name === 'identity.workspace-updated') return 'members:read'
  return null
}

/** Which of these may hear a message is asked of its name and, where it is one person's, of whom it names. */
function mayHear({ caller, permissions }: Pick<Follower, 'caller' | 'permissions'>, { name, data }: Numbered): boolean {
  const needs = needsOf(name)
  if (needs === 'self') return (data as { userId?: unknown }).userId === caller // by its contract
  return needs !== null && permissions.has(needs)
}

export function createLive({ db, clock, signals, log }: { db: Database; clock: Clock; signals: Signals; log: Log }) {
  const rooms = new Map<string, Room>()
  const followersOf = function* (): Iterable<Follower> {
    for (const room of rooms.values()) yield* room.followers
  }

  const inTurn = (room: Room, work: () => Promise<void> | void): Promise<void> => {
    room.turn = room.turn.then(work).catch((error: unknown) => {
      // Whoever missed something by it resumes where it stopped.
      log.warn('live events could not be sent', { error })
      for (const follower of room.followers) follower.socket.close(1013, 'try again')
    })
    return room.turn
  }
  const push = (room: Room, message: Numbered): void => {
    room.last = message.seq
    if (!needsOf(message.name)) return
    const text = JSON.stringify(message)
    for (const follower of room.followers) {
      if (!mayHear(follower, message)) continue
      // A browser that does not read is let go; it resumes where it stopped.
      if (follower.socket.bufferedAmount > waitingBytesMax) follower.socket.close(1013, 'too slow')
      else follower.socket.send(text)
    }
  }
  /** Sends what is there beyond the room's number. */
  const catchUp = async (room: Room): Promise<void> => {
    if (room.followers.size === 0) return
    const { last, first } = await edges(db, room.workspaceId)
    if (last <= room.last) return
    if (room.last + 1 < first || last - room.last > replayMax) {
      room.last = last
      for (const follower of room.followers) follower.socket.send(gapAt(last))
      return
    }
    for (const message of await kept(db, room.workspaceId, room.last)) push(room, message)
  }
  const hear = (text: string): void => {
    const { workspaceId, messages } = JSON.parse(text) as { workspaceId: string; messages: Numbered[] | null } // sent below
    const room = rooms.get(workspaceId)
    if (!room) return
    void inTurn(room, async () => {
      const fresh = messages?.filter(({ seq }) => seq > room.last) ?? []
      if (messages === null || (fresh[0] && fresh[0].seq !== room.last + 1)) return catchUp(room)
      for (const message of fresh) push(room, message)
    })
  }
  const lookEverywhere = (): void => {
    for (const room of rooms.values()) void inTurn(room, () => catchUp(room))
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
    tx.afterCommit(() => {
      const whole = JSON.stringify({
        workspaceId,
        messages: rows.map((each, place) => ({ seq: first + place, ...each })),
      })
      signals.send(topic, whole.length <= hintCharactersMax ? whole : JSON.stringify({ workspaceId, messages: null }))
    })
  }
  const handler = {
    batch: async (heard: readonly EventEnvelope[], tx: Transaction): Promise<void> => {
      for (const [workspaceId, own] of [...Map.groupBy(heard, (event) => event.workspaceId)].sort())
        await keep(workspaceId, own, tx)
    },
  }
  let stopHearing = (): void => undefined
  let look: NodeJS.Timeout | undefined
  return {
    begin: async (): Promise<void> => {
      stopHearing = await signals.hear(topic, { heard: hear, missed: lookEverywhere })
      look = setInterval(() => {
        if (!signals.isConnected()) lookEverywhere()
      }, lookEveryMs)
    },
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
      const all = [...followersOf()]
      const ofCaller = all.filter((other) => other.caller === follower.caller).length
      if (all.length >= followersMax || ofCaller >= followersOfCallerMax) {
        follower.socket.close(1013, 'too many connections')
        return
      }
      const { workspaceId, socket } = follower
      const room = rooms.get(workspaceId) ?? { workspaceId, last: 0, followers: new Set(), turn: Promise.resolve() }
      rooms.set(workspaceId, room)
      socket.once('close', () => {
        room.followers.delete(follower)
        if (room.followers.size === 0 && rooms.get(workspaceId) === room) rooms.delete(workspaceId)
      })
      await inTurn(room, () => enter(db, clock, room, follower, after, () => catchUp(room)))
    },
    /** Closes connections whose credential ended or whose rights changed; a browser that may still come does so at once. */
    dismiss: (match: Match): void => {
      for (const follower of [...followersOf()])
        if (isMeant(follower, match)) follower.socket.close(4401, 'credential ended')
    },
    /** Nobody knows who lost a right meanwhile: all come again and say who they are. */
    dismissAll: (): void => {
      for (const follower of [...followersOf()]) follower.socket.close(4401, 'credential unknown')
    },
    sweep: () =>
      db.query(
        'delete from live_events where (workspace_id, seq) in (select workspace_id, seq from live_events where at < $1 limit 10000)',
        [new Date(clock.now() - keptMs).toISOString()],
      ),
    size: () => [...followersOf()].length,
    close: (): void => {
      stopHearing()
      clearInterval(look)
      for (const follower of [...followersOf()]) follower.socket.close(1001, 'going away')
    },
  }
}
export type Live = ReturnType<typeof createLive>

/** Brings one follower to the number at which the room stands, and lets them in. */
async function enter(
  db: Database,
  clock: Clock,
  room: Room,
  follower: Follower,
  after: number | null,
  catchUp: () => Promise<void>,
): Promise<void> {
  const { socket, workspaceId } = follower
  if (socket.readyState !== socket.OPEN) return
  // The others are brought forward first, so that all stand at one number.
  await catchUp()
  const { last, first } = await edges(db, workspaceId)
  if (room.followers.size === 0) room.last = last
  if (after === null || after === room.last) {
    socket.send(JSON.stringify({ seq: room.last, name: 'live.ready', at: clock.instant(), data: {} }))
  } else if (after > room.last || after + 1 < first || room.last - after > replayMax) {
    socket.send(gapAt(room.last))
  } else {
    for (const message of await kept(db, workspaceId, after)) {
      if (message.seq <= room.last && mayHear(follower, message)) socket.send(JSON.stringify(message))
    }
  }
  if (socket.readyState === socket.OPEN) room.followers.add(follower)
}

const gapAt = (seq: number): string => JSON.stringify({ gap: true, seq } satisfies LiveMessage)

/** The newest number, and the oldest that is kept. */
async function edges(db: Database, workspaceId: string): Promise<{ last: number; first: number }> {
  const row = await db.one<{ last: number; first: number | null }>(
    'select coalesce((select last from live_counters where workspace_id = $1), 0) as last, (select min(seq) from live_events where workspace_id = $1) as first',
    [workspaceId],
  )
  const last = Number(row?.last ?? 0)
  return { last, first: Number(row?.first ?? last + 1) }
}

async function kept(db: Database, workspaceId: string, after: number): Promise<Numbered[]> {
  const rows = await db.query<{ seq: number; name: string; at: Date; data: unknown }>(
    'select seq, name, at, data from live_events where workspace_id = $1 and seq > $2 order by seq limit $3',
    [workspaceId, after, replayMax],
  )
  return rows.map(({ seq, name, at, data }) => ({ seq: Number(seq), name, at: at.toISOString(), data }))
}
