/**
 * Live updates: a WebSocket that carries the workspace's events as one numbered series. Each event makes the answers stale
 * that it touches; after a gap everything is asked again. Connects again by itself, ever slower up to a minute.
 */
import type { QueryClient } from '@tanstack/react-query'
import { heardNothing, heardSomething } from './connection.ts'
import { isUnder, touchedBy, type LiveEvent, type LiveMessage, readMessage, reconnectPauseMs } from './live-events.ts'

/** The server closes with this code when the session ended or the person's rights changed. */
const credentialEnded = 4401

/** Events that come together are answered together. */
const gatherMs = 200

type Listener = (event: LiveEvent) => void
const listeners = new Set<Listener>()
/** Hear every live event, e.g. to show a notice. @returns a function that stops it. */
export function onLiveEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Turns messages into stale answers. Remembers how far it has heard. */
function createHearing(queries: QueryClient) {
  let lastSeq: number | null = null
  let gather: ReturnType<typeof setTimeout> | undefined
  const waiting = new Set<string>()
  const refresh = () => {
    gather = undefined
    const paths = [...waiting].map((path) => path.split('.'))
    waiting.clear()
    // a query may opt out with meta.live = false and listen by itself (the editor must not lose what is being typed)
    void queries.invalidateQueries({
      predicate: (query) => query.meta?.live !== false && paths.some((path) => isUnder(path, query.queryKey)),
    })
  }
  return {
    hear(message: LiveMessage): void {
      if ('gap' in message) {
        lastSeq = message.seq ?? lastSeq
        void queries.invalidateQueries({ predicate: (query) => query.meta?.live !== false })
        return
      }
      if (lastSeq !== null && message.seq <= lastSeq) return
      lastSeq = message.seq
      for (const path of touchedBy(message.name)) waiting.add(path.join('.'))
      gather ??= setTimeout(refresh, gatherMs)
      for (const listener of listeners) listener(message)
    },
    lastSeq: () => lastSeq,
    stop: () => clearTimeout(gather),
  }
}

function liveAddress(workspace: string, after: number | null): URL {
  const url = new URL('/api/v1/live', location.href)
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  url.searchParams.set('workspace', workspace)
  if (after !== null) url.searchParams.set('after', String(after))
  return url
}

/** @returns a function that stops it. */
export function startLive(workspace: string, queries: QueryClient): () => void {
  const hearing = createHearing(queries)
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  let isStopped = false

  const connect = () => {
    timer = undefined
    socket = new WebSocket(liveAddress(workspace, hearing.lastSeq()))
    socket.onopen = () => {
      // what changed between the first page load and now was not heard
      if (tries > 0 && hearing.lastSeq() === null) hearing.hear({ gap: true })
      tries = 0
      heardSomething()
    }
    socket.onmessage = ({ data }) => {
      const message = readMessage(data)
      if (message) hearing.hear(message)
    }
    socket.onclose = ({ code }) => {
      socket = null
      if (isStopped || timer !== undefined) return
      // asking who is calling leads to the sign-in page if the answer is nobody
      if (code === credentialEnded) void queries.invalidateQueries({ queryKey: [['identity', 'me']] })
      tries += 1
      // the first failure may be chance
      if (tries > 1) heardNothing()
      timer = setTimeout(connect, reconnectPauseMs(tries))
    }
  }
  const wake = () => {
    if (socket || isStopped) return
    clearTimeout(timer)
    tries = Math.max(tries, 1)
    connect()
  }
  connect()
  addEventListener('online', wake)
  return () => {
    isStopped = true
    removeEventListener('online', wake)
    clearTimeout(timer)
    hearing.stop()
    socket?.close()
  }
}
