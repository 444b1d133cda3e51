/**
 * The connection of this tab to the shared texts: one WebSocket, many editions over it. It opens with the first edition and
 * closes with the last; when it breaks it comes again by itself, ever slower, at once when the network is back.
 */
import type { WritingMessage, WritingRequest } from '@floowe/contracts/writing'
import { reconnectPauseMs } from '../../../api/live-events.ts'
import { readFrame } from './frames.ts'

/** What is needed of a WebSocket. */
export type Socket = {
  send: (text: string) => void
  close: () => void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export type ConnectionPorts = {
  open: () => Socket
  /** Runs later, ms. @returns a function that stops it. */
  after: (ms: number, run: () => void) => () => void
  random: () => number
  isOnline: () => boolean
  /** The session ended or the person's rights changed. */
  credentialEnded: () => void
  heardSomething: () => void
  heardNothing: () => void
}

/** What one edition hears. */
export type Listener = { up: () => void; down: () => void; hear: (message: WritingMessage) => void }

/** The server closes with this code when the session ended or the person's rights changed. */
const credentialEndedCode = 4401
const pingMs = 20_000
/** Without any answer for so long the connection is dead, whatever the browser thinks. */
const silenceMsMax = 12_000

export type Connection = ReturnType<typeof createConnection>

export function createConnection(ports: ConnectionPorts) {
  const listeners = new Map<string, Listener>()
  let socket: Socket | null = null
  let isUp = false
  let tries = 0
  let stopTimer = (): void => undefined
  let stopPing = (): void => undefined
  let isAwaited = false

  const send = (request: WritingRequest): boolean => {
    if (!socket || !isUp) return false
    socket.send(JSON.stringify(request))
    return true
  }
  const watchSilence = () => {
    stopPing()
    stopPing = ports.after(pingMs, () => {
      isAwaited = true
      send({ t: 'ping' })
      stopPing = ports.after(silenceMsMax, () => isAwaited && drop(socket))
    })
  }
  /** Lets go of a connection without waiting for its goodbye. */
  const drop = (dropped: Socket | null) => {
    if (!dropped || dropped !== socket) return
    dropped.close()
    closed(dropped, 1006)
  }
  const closed = (gone: Socket, code: number) => {
    if (gone !== socket) return
    gone.onopen = gone.onmessage = gone.onclose = null
    socket = null
    stopPing()
    if (isUp) {
      isUp = false
      for (const listener of [...listeners.values()]) listener.down()
    }
    if (code === credentialEndedCode) ports.credentialEnded()
    if (listeners.size === 0) return
    tries += 1
    // the first failure may be chance
    if (tries > 1) ports.heardNothing()
    // offline it would only fail; the network's return wakes it, and a slow look in case the browser is wrong about it
    const pause = reconnectPauseMs(ports.isOnline() ? tries : Math.max(tries, 6), ports.random())
    stopTimer = ports.after(pause, connect)
  }
  const connect = () => {
    stopTimer()
    if (socket || listeners.size === 0) return
    const made = ports.open()
    socket = made
    made.onopen = () => {
      isUp = true
      tries = 0
      ports.heardSomething()
      watchSilence()
      for (const listener of [...listeners.values()]) listener.up()
    }
    made.onmessage = ({ data }) => {
      isAwaited = false
      watchSilence()
      const message = readFrame(data)
      if (!message) return
      if (message.t === 'pong') return
      if (message.e !== null) listeners.get(message.e)?.hear(message)
    }
    made.onclose = ({ code }) => closed(made, code)
  }
  return {
    send,
    isUp: () => isUp,
    /** @returns a function that leaves. */
    join: (editionId: string, listener: Listener): (() => void) => {
      listeners.set(editionId, listener)
      if (isUp) listener.up()
      else connect()
      return () => {
        if (listeners.get(editionId) !== listener) return
        listeners.delete(editionId)
        send({ t: 'close', e: editionId as WritingRequestEdition }) // the edition's own id
        if (listeners.size > 0) return
        stopTimer()
        stopPing()
        const last = socket
        socket = null
        isUp = false
        last?.close()
      }
    },
    /** The network is back, or a person looks again. */
    wake: () => {
      if (socket) return
      tries = Math.max(tries, 1)
      connect()
    },
    /** The network is gone: nothing more will come over this connection. */
    sleep: () => drop(socket),
  }
}
type WritingRequestEdition = Extract<WritingRequest, { t: 'close' }>['e']
