/**
 * The texts that are open in this gateway process: what is written and who is there goes to all who have one open. Updates are
 * heard as hints and handed on in the order of their numbers; whatever did not come is read. Nothing is known here of what an
 * update says.
 */
import type { EditionId } from '@floowe/contracts/vocabulary'
import { type WritingHint, type WritingMessage, writingTopic } from '@floowe/contracts/writing'
import type { Host } from '@floowe/platform'

type Presence = Extract<WritingMessage, { t: 'presence' }>
/** One connection that has the text open. */
export type Follower = {
  connection: string
  may: 'write' | 'read'
  /** What it was sent last; null while it is being opened, and what comes waits. */
  seq: number | null
  waiting: WritingMessage[]
  /** @param text the same message as JSON, where it is made already */
  send: (message: WritingMessage, text?: string) => void
  close: (code: number, reason: string) => void
}
export type Room = {
  workspaceId: string
  editionId: EditionId
  /** Everything up to it was handed on; -1 while nobody is there who was told where it stands. */
  last: number
  /** The largest number that was heard of meanwhile. */
  heardOf: number
  followers: Set<Follower>
  /** Where the people are, by connection; those of other gateways too. */
  presences: Map<string, { presence: Presence; heardAtMs: number }>
  isReading: boolean
  isAskedAgain: boolean
}
type PresenceHint = { workspaceId: string; presence?: Presence; whoIsThere?: EditionId }

const presenceTopic = 'gateway.writing'
const presencesMax = 200
/** Those of a gateway that is gone leave by themselves. */
const presenceKeptMs = 60_000
const presenceAgainMs = 20_000
/** While hints do not come, texts are looked at so often. */
const lookEveryMs = 1_000
/** Messages for one that is being opened. */
const waitingMax = 2_000

export function createRooms({ call, clock, signals, log }: Pick<Host, 'call' | 'clock' | 'signals' | 'log'>) {
  const rooms = new Map<string, Room>()
  const nameOf = (workspaceId: string, editionId: string): string => `${workspaceId} ${editionId}`

  const hand = (room: Room, seq: number, u: string): void => {
    room.last = seq
    const message = { t: 'update', e: room.editionId, seq, u } as const
    const text = JSON.stringify(message)
    for (const follower of room.followers) give(follower, message, text)
  }
  /** Reads what lies beyond the last number, once at a time. */
  const catchUp = async (room: Room): Promise<void> => {
    if (room.last < 0) return
    if (room.isReading) {
      room.isAskedAgain = true
      return
    }
    room.isReading = true
    try {
      const { workspaceId, editionId } = room
      const { seq, state, updates, saved } = await call.content.readWriting(
        { editionId, after: room.last },
        { workspaceId },
      )
      if (state === null)
        for (const update of updates) if (update.seq === room.last + 1) hand(room, update.seq, update.u)
      if (state !== null && seq > room.last) {
        // Too far behind for single updates: everybody gets the whole.
        room.last = seq
        for (const follower of room.followers) giveWhole(editionId, follower, { seq, state, saved })
      }
      for (const follower of room.followers) give(follower, { t: 'saved', e: editionId, ...saved })
    } catch (error) {
      // Those who have it open come again and resume where they stopped.
      log.warn('a text that is written together could not be read', { error })
      for (const follower of room.followers) follower.close(1013, 'try again')
    } finally {
      room.isReading = false
    }
    if (room.isAskedAgain) {
      room.isAskedAgain = false
      await catchUp(room)
    }
  }
  /** Reads for one alone what the others have. */
  const bring = async ({ workspaceId, editionId }: Room, follower: Follower): Promise<void> => {
    try {
      const after = follower.seq ?? 0
      const { seq, state, updates, saved } = await call.content.readWriting({ editionId, after }, { workspaceId })
      for (const update of updates) give(follower, { t: 'update', e: editionId, ...update })
      if (state !== null) giveWhole(editionId, follower, { seq, state, saved })
    } catch (error) {
      log.warn('a text that is written together could not be read', { error })
      follower.close(1013, 'try again')
    }
  }
  const hear = (text: string): void => {
    const hint = JSON.parse(text) as WritingHint // sent by the content service
    const room = rooms.get(nameOf(hint.workspaceId, hint.editionId))
    if (!room) return
    if (hint.seq !== undefined) room.heardOf = Math.max(room.heardOf, hint.seq)
    if (hint.seq !== undefined && hint.seq > room.last && room.last >= 0) {
      const fresh = (hint.updates ?? []).filter(({ seq }) => seq > room.last)
      if (fresh[0]?.seq === room.last + 1) for (const { seq, u } of fresh) hand(room, seq, u)
      else void catchUp(room)
    }
    if (hint.saved)
      for (const follower of room.followers) give(follower, { t: 'saved', e: room.editionId, ...hint.saved })
  }
  const hearPresence = (text: string): void => {
    const hint = JSON.parse(text) as PresenceHint // sent below, by a gateway
    if (hint.whoIsThere !== undefined) tellWhoIsHere(rooms.get(nameOf(hint.workspaceId, hint.whoIsThere)))
    const { presence } = hint
    const room = presence && rooms.get(nameOf(hint.workspaceId, presence.e))
    if (!room || !presence) return
    if (presence.state === null) room.presences.delete(presence.from)
    else if (room.presences.has(presence.from) || room.presences.size < presencesMax)
      room.presences.set(presence.from, { presence, heardAtMs: clock.now() })
    for (const follower of room.followers) if (follower.connection !== presence.from) give(follower, presence)
  }
  const tellWhoIsHere = (room: Room | undefined): void => {
    if (!room) return
    for (const { connection } of room.followers) {
      const known = room.presences.get(connection)
      if (known) sendPresence(room.workspaceId, known.presence)
    }
  }
  const sendPresence = (workspaceId: string, presence: Presence): void =>
    signals.send(presenceTopic, JSON.stringify({ workspaceId, presence } satisfies PresenceHint))
  const leaveOld = (): void => {
    for (const room of rooms.values()) {
      tellWhoIsHere(room)
      for (const [from, { presence, heardAtMs }] of room.presences) {
        if (heardAtMs > clock.now() - presenceKeptMs) continue
        room.presences.delete(from)
        for (const follower of room.followers) give(follower, { ...presence, state: null })
      }
    }
  }
  const lookEverywhere = (): void => {
    for (const room of rooms.values()) void catchUp(room)
  }

  let endings: (() => void)[] = []
  let timers: NodeJS.Timeout[] = []
  return {
    begin: async (): Promise<void> => {
      endings = await Promise.all([
        signals.hear(writingTopic, { heard: hear, missed: lookEverywhere }),
        signals.hear(presenceTopic, { heard: hearPresence, missed: () => undefined }),
      ])
      timers = [
        setInterval(() => {
          if (!signals.isConnected()) lookEverywhere()
        }, lookEveryMs),
        setInterval(leaveOld, presenceAgainMs),
      ]
    },
    /** From now on what is written waits for the follower; it goes on with {@link opened}. */
    enter: (workspaceId: string, editionId: EditionId, follower: Follower): Room => {
      const name = nameOf(workspaceId, editionId)
      const room = rooms.get(name) ?? {
        workspaceId,
        editionId,
        last: -1,
        heardOf: -1,
        followers: new Set(),
        presences: new Map(),
        isReading: false,
        isAskedAgain: false,
      }
      rooms.set(name, room)
      room.followers.add(follower)
      return room
    },
    opened: (
      room: Room,
      follower: Follower,
      { seq, state, updates, saved }: Omit<Extract<WritingMessage, { t: 'opened' }>, 't' | 'e' | 'may' | 'connection'>,
    ): void => {
      if (!room.followers.has(follower)) return
      if (room.last < 0) room.last = seq
      follower.seq = seq
      const { may, connection } = follower
      follower.send({ t: 'opened', e: room.editionId, seq, state, updates, may, connection, saved })
      for (const message of follower.waiting.splice(0)) give(follower, message)
      // Another was told of more before this one began to listen, or more was heard of than anyone was told.
      if (follower.seq < room.last) void bring(room, follower)
      if (room.heardOf > room.last) void catchUp(room)
      for (const { presence } of room.presences.values()) if (presence.from !== connection) give(follower, presence)
      if (room.followers.size === 1)
        signals.send(
          presenceTopic,
          JSON.stringify({ workspaceId: room.workspaceId, whoIsThere: room.editionId } satisfies PresenceHint),
        )
    },
    leave: (room: Room, follower: Follower): void => {
      room.followers.delete(follower)
      const known = room.presences.get(follower.connection)
      if (known) sendPresence(room.workspaceId, { ...known.presence, state: null })
      const name = nameOf(room.workspaceId, room.editionId)
      if (room.followers.size === 0 && rooms.get(name) === room) rooms.delete(name)
    },
    present: sendPresence,
    size: (): number => rooms.size,
    close: (): void => {
      for (const end of endings) end()
      for (const timer of timers) clearInterval(timer)
    },
  }
}

function give(follower: Follower, message: WritingMessage, text?: string): void {
  if (follower.seq === null) {
    follower.waiting.push(message)
    if (follower.waiting.length > waitingMax) follower.close(1013, 'too slow')
    return
  }
  if (message.t === 'update') {
    // One who lacks what is before it is being brought up to it; what was told out of turn is told again then.
    if (message.seq !== follower.seq + 1) return
    follower.seq = message.seq
  }
  follower.send(message, text)
}

function giveWhole(
  e: EditionId,
  follower: Follower,
  { seq, state, saved }: { seq: number; state: string; saved: { seq: number; revision: number } },
): void {
  const { may, connection } = follower
  if (follower.seq === null || follower.seq >= seq) return
  follower.seq = seq
  follower.send({ t: 'opened', e, seq, state, updates: [], may, connection, saved })
}
