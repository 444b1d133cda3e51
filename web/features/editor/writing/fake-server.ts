/** For tests: a server that speaks the frames of the shared texts over sockets that can be cut, slowed and killed. */
import type { WritingMessage, WritingRequest } from '@floowe/contracts/writing'
import * as Y from 'yjs'
import type { Socket } from './connection.ts'
import { decodeBytes, encodeBytes } from './frames.ts'

type Client = { socket: Socket; id: string; editions: Set<string>; isCut: boolean; inbox: (() => void)[] }
type Log = { updates: Uint8Array[] }

/** Time that a test moves on by hand. */
export function createFakeTime() {
  let now = 1_000
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    pass: (ms: number) => {
      const end = now + ms
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        timers = timers.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
  }
}

export function createFakeServer() {
  const logs = new Map<string, Log>()
  const clients = new Set<Client>()
  let made = 0
  let isDown = false
  /** Numbers of updates that were acknowledged. */
  const acknowledged: Uint8Array[] = []

  const logOf = (edition: string): Log => {
    const log = logs.get(edition) ?? { updates: [] }
    logs.set(edition, log)
    return log
  }
  const stateOf = (edition: string): Y.Doc => {
    const doc = new Y.Doc()
    for (const update of logOf(edition).updates) Y.applyUpdate(doc, update)
    return doc
  }
  const say = (client: Client, message: WritingMessage) => {
    if (!client.isCut) client.inbox.push(() => client.socket.onmessage?.({ data: JSON.stringify(message) }))
  }
  const hear = (client: Client, request: WritingRequest) => {
    if (client.isCut) return
    if (request.t === 'ping') return say(client, { t: 'pong' })
    const { e } = request
    if (request.t === 'close') return void client.editions.delete(e)
    if (request.t === 'open') {
      client.editions.add(e)
      const { updates } = logOf(e)
      const { after } = request
      const isWhole = after === null || updates.length - after > 20
      return say(client, {
        t: 'opened',
        e,
        seq: updates.length,
        state: isWhole ? encodeBytes(Y.encodeStateAsUpdate(stateOf(e))) : null,
        updates: isWhole
          ? []
          : updates.slice(after).map((update, place) => ({ seq: after + place + 1, u: encodeBytes(update) })),
        may: 'write',
        connection: client.id,
        saved: { seq: updates.length, revision: 1 },
      })
    }
    if (request.t === 'update') {
      const update = decodeBytes(request.u)
      const { updates } = logOf(e)
      updates.push(update)
      acknowledged.push(update)
      const seq = updates.length
      for (const other of clients) if (other.editions.has(e)) say(other, { t: 'update', e, seq, u: request.u })
      return say(client, { t: 'ack', e, n: request.n, seq })
    }
    for (const other of clients)
      if (other !== client && other.editions.has(e))
        say(other, {
          t: 'presence',
          e,
          from: client.id,
          person: { id: client.id, name: client.id },
          state: request.state,
        })
  }
  const cut = (client: Client) => {
    client.isCut = true
    client.inbox = []
    clients.delete(client)
    client.socket.onclose?.({ code: 1006 })
  }
  return {
    acknowledged: () => acknowledged,
    state: stateOf,
    log: (edition: string) => logOf(edition).updates,
    /** As another person would have written. */
    write: (edition: string, update: Uint8Array) => {
      const { updates } = logOf(edition)
      updates.push(update)
      for (const other of clients)
        if (other.editions.has(edition))
          say(other, { t: 'update', e: edition as WritingEdition, seq: updates.length, u: encodeBytes(update) })
    },
    connect: (): Socket => {
      made += 1
      const socket: Socket = {
        send: (text) => {
          const request = JSON.parse(text) as WritingRequest
          const sentBy = client
          // on its way: lost when the connection is cut before it arrives
          sentBy.inbox.push(() => hear(sentBy, request))
        },
        close: () => {
          client.isCut = true
          clients.delete(client)
        },
        onopen: null,
        onmessage: null,
        onclose: null,
      }
      const client: Client = { socket, id: `c${made}`, editions: new Set(), isCut: false, inbox: [] }
      clients.add(client)
      client.inbox.push(() => (isDown ? cut(client) : socket.onopen?.()))
      return socket
    },
    /** Brings `count` messages on their way to where they go. @returns false when there were none. */
    deliver: (count = Number.POSITIVE_INFINITY, choose: (length: number) => number = () => 0): boolean => {
      for (let turn = 0; turn < count; turn++) {
        const waiting = [...clients].filter(({ inbox }) => inbox.length > 0)
        const client = waiting[choose(waiting.length)] ?? waiting[0]
        if (!client) return turn > 0
        client.inbox.shift()?.()
      }
      return true
    },
    cutAll: () => {
      for (const client of [...clients]) cut(client)
    },
    cutOne: (choose: (length: number) => number) => {
      const client = [...clients][choose(clients.size)]
      if (client) cut(client)
    },
    setDown: (down: boolean) => {
      isDown = down
      if (down) for (const client of [...clients]) cut(client)
    },
  }
}
type WritingEdition = Extract<WritingRequest, { t: 'close' }>['e']
