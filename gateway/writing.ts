/**
 * Writing together, over one WebSocket per browser tab: updates go to the content service in the person's own name and come back
 * to everybody from the rooms; where people are is told with the name that the server knows them by.
 */
import { randomUUID } from 'node:crypto'
import type { WebSocket } from '@fastify/websocket'
import type { EditionId } from '@floowe/contracts/vocabulary'
import { writingLimits, type WritingMessage, WritingRequest } from '@floowe/contracts/writing'
import { type Host, Refusal } from '@floowe/platform'
import { isMeant, type Match, type Visitor } from './sockets.ts'
import { createRooms, type Follower, type Room } from './writing-rooms.ts'

export type Writing = ReturnType<typeof createWriting>

const connectionsMax = 2_000
/** Of what a browser has not read yet. The whole of a large document is sent all the same, once. */
const waitingBytesMax = 4 * 1024 * 1024
/** Of updates that wait for their commit, per text. */
const queuedMax = 1_000
const queuedBytesMax = 4 * 1024 * 1024
/** Of one call. */
const togetherMax = 200
const togetherBytesMax = 1.5 * 1024 * 1024
const mistakesMax = 20
const pingEveryMs = 30_000

/** The largest message that a browser may send. */
export const writingFrameBytesMax = Math.ceil(writingLimits.updateBytesMax / 3) * 4 + 1_024

type Queued = { n: number; u: string }
type Open = { follower: Follower; room: Room; queued: Queued[]; bytes: number; isSending: boolean; opening: number }
type Connection = {
  id: string
  socket: WebSocket
  visitor: Visitor
  open: Map<EditionId, Open>
  mistakes: number
  /** What may still be sent in this second. */
  second: { startedAtMs: number; count: number }
}

export function createWriting(host: Pick<Host, 'call' | 'clock' | 'signals' | 'log'>) {
  const { call, clock } = host
  const rooms = createRooms(host)
  const connections = new Set<Connection>()

  const sendOver =
    ({ socket }: Pick<Connection, 'socket'>) =>
    (message: WritingMessage, text?: string): void => {
      if (socket.readyState !== socket.OPEN) return
      // A browser that does not read is let go; it resumes where it stopped.
      if (socket.bufferedAmount > waitingBytesMax) socket.close(1013, 'too slow')
      else socket.send(text ?? JSON.stringify(message))
    }
  const refuse = (connection: Connection, e: EditionId | null, n: number | null, code: string): void =>
    sendOver(connection)({ t: 'refused', e, n, code })

  const open = async (connection: Connection, e: EditionId, after: number | null): Promise<void> => {
    const known = connection.open.get(e)
    if (!known && connection.open.size >= writingLimits.editionsPerConnectionMax)
      return refuse(connection, e, null, 'too-many-requests')
    const entry = known ?? enter(connection, e)
    entry.follower.seq = null
    const opening = (entry.opening += 1)
    try {
      const caller = await connection.visitor.asCaller()
      const whole = await call.content.openWriting({ editionId: e, after }, { caller })
      if (connection.open.get(e) === entry && entry.opening === opening) rooms.opened(entry.room, entry.follower, whole)
    } catch (error) {
      if (connection.open.get(e) !== entry || entry.opening !== opening) return
      leave(connection, e)
      refuse(connection, e, null, codeOf(connection, error))
    }
  }
  const enter = (connection: Connection, e: EditionId): Open => {
    const follower: Follower = {
      connection: connection.id,
      may: connection.visitor.permissions.has('content:write') ? 'write' : 'read',
      seq: null,
      waiting: [],
      send: sendOver(connection),
      close: (code, reason) => connection.socket.close(code, reason),
    }
    const room = rooms.enter(connection.visitor.workspaceId, e, follower)
    const entry = { follower, room, queued: [], bytes: 0, isSending: false, opening: 0 }
    connection.open.set(e, entry)
    return entry
  }
  const leave = (connection: Connection, e: EditionId): void => {
    const entry = connection.open.get(e)
    connection.open.delete(e)
    if (entry) rooms.leave(entry.room, entry.follower)
  }

  const update = (connection: Connection, e: EditionId, queued: Queued): void => {
    const entry = connection.open.get(e)
    if (!entry) return refuse(connection, e, queued.n, 'not-found')
    if (entry.follower.may === 'read') return refuse(connection, e, queued.n, 'not-allowed')
    entry.queued.push(queued)
    entry.bytes += queued.u.length
    if (entry.queued.length > queuedMax || entry.bytes > queuedBytesMax) connection.socket.close(1013, 'too fast')
    else if (!entry.isSending) void sendQueued(connection, e, entry)
  }
  /** What arrives while a call runs goes with the next one. */
  const sendQueued = async (connection: Connection, e: EditionId, entry: Open): Promise<void> => {
    entry.isSending = true
    while (entry.queued.length > 0 && connection.socket.readyState === connection.socket.OPEN) {
      const together = takeTogether(entry)
      try {
        const caller = await connection.visitor.asCaller()
        const updates = together.map(({ u }) => u)
        const { results } = await call.content.appendWriting({ editionId: e, updates }, { caller })
        for (const [index, { n }] of together.entries()) {
          const result = results[index] ?? { code: 'internal' }
          if ('seq' in result) sendOver(connection)({ t: 'ack', e, n, seq: result.seq })
          else refuse(connection, e, n, result.code)
        }
      } catch (error) {
        const code = codeOf(connection, error)
        for (const { n } of together) refuse(connection, e, n, code)
      }
    }
    entry.isSending = false
  }

  const present = (connection: Connection, e: EditionId, state: Record<string, unknown> | null): void => {
    const entry = connection.open.get(e)
    // Until the text was opened for them nobody knows whether they may see it.
    if (!entry || entry.follower.seq === null) return
    if (state !== null && Buffer.byteLength(JSON.stringify(state)) > writingLimits.presenceBytesMax)
      return refuse(connection, e, null, 'too-large')
    const { workspaceId, caller, name } = connection.visitor
    rooms.present(workspaceId, { t: 'presence', e, from: connection.id, person: { id: caller, name }, state })
  }

  const take = (connection: Connection, data: unknown): void => {
    if (!isInTime(connection)) return connection.socket.close(1013, 'too fast')
    const request = readRequest(data)
    if ('mistake' in request) {
      connection.mistakes += 1
      if (connection.mistakes > mistakesMax) connection.socket.close(1008, 'not understood')
      else refuse(connection, request.e, request.n, request.mistake)
      return
    }
    if (request.t === 'ping') sendOver(connection)({ t: 'pong' })
    else if (request.t === 'open') void open(connection, request.e, request.after)
    else if (request.t === 'close') leave(connection, request.e)
    else if (request.t === 'update') update(connection, request.e, { n: request.n, u: request.u })
    else present(connection, request.e, request.state)
  }
  const isInTime = ({ second }: Connection): boolean => {
    const now = clock.now()
    if (now - second.startedAtMs >= 1_000 || now < second.startedAtMs)
      Object.assign(second, { startedAtMs: now, count: 0 })
    second.count += 1
    return second.count <= writingLimits.updatesPerSecondMax
  }
  /** One whose token is not taken any more is let go, and comes again if it may. */
  const codeOf = ({ socket }: Connection, error: unknown): string => {
    if (!(error instanceof Refusal)) {
      host.log.error('a message of a text that is written together failed', { error })
      return 'internal'
    }
    if (error.code === 'not-signed-in') socket.close(4401, 'credential ended')
    return error.code
  }

  return {
    begin: rooms.begin,
    /** Takes a connection in, from someone who is signed in. Nothing that it sent meanwhile is lost: see `early`. */
    follow: (socket: WebSocket, visitor: Visitor, early: readonly unknown[]): void => {
      const ofCaller = [...connections].filter((other) => other.visitor.caller === visitor.caller).length
      if (connections.size >= connectionsMax || ofCaller >= writingLimits.connectionsPerCallerMax)
        return void socket.close(1013, 'too many connections')
      const connection: Connection = {
        id: randomUUID(),
        socket,
        visitor,
        open: new Map(),
        mistakes: 0,
        second: { startedAtMs: clock.now(), count: 0 },
      }
      connections.add(connection)
      const beat = setInterval(() => socket.ping(), pingEveryMs)
      socket.once('close', () => {
        clearInterval(beat)
        connections.delete(connection)
        for (const e of [...connection.open.keys()]) leave(connection, e)
      })
      socket.on('message', (data: unknown) => take(connection, data))
      for (const data of early) take(connection, data)
    },
    dismiss: (match: Match): void => {
      for (const { socket, visitor } of [...connections])
        if (isMeant(visitor, match)) socket.close(4401, 'credential ended')
    },
    dismissAll: (): void => {
      for (const { socket } of [...connections]) socket.close(4401, 'credential unknown')
    },
    size: (): number => connections.size,
    close: (): void => {
      rooms.close()
      for (const { socket } of [...connections]) socket.close(1001, 'going away')
    },
  }
}

function takeTogether(entry: Open): Queued[] {
  const together: Queued[] = []
  let bytes = 0
  for (let next = entry.queued[0]; next; next = entry.queued[0]) {
    if (together.length > 0 && (together.length >= togetherMax || bytes + next.u.length > togetherBytesMax)) break
    bytes += next.u.length
    together.push(next)
    entry.queued.shift()
  }
  entry.bytes -= bytes
  return together
}

type Mistake = { mistake: string; e: EditionId | null; n: number | null }

function readRequest(data: unknown): WritingRequest | Mistake {
  const nothing = { mistake: 'invalid-input', e: null, n: null }
  try {
    const value: unknown = JSON.parse(String(data))
    const request = WritingRequest.safeParse(value)
    if (request.success) return request.data
    const update = WritingRequest.options[2].pick({ t: true, e: true, n: true }).safeParse(value)
    if (!update.success) return nothing
    const { e, n } = update.data
    return { mistake: isTooLong(value) ? 'too-large' : 'invalid-input', e, n }
  } catch {
    return nothing
  }
}

const isTooLong = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'u' in value &&
  typeof value.u === 'string' &&
  value.u.length * 0.75 > writingLimits.updateBytesMax
