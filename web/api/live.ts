/**
 * Live updates: a WebSocket that carries the workspace's events as one numbered series. Each event makes the answers stale
 * that it touches; after a gap everything is asked again. Connects again by itself, ever slower up to a minute.
 */
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { EventName } from '@floowe/contracts/index'
import { heardSomething } from './connection.ts'

export type LiveEvent = { seq: number; name: EventName; at: string; data: Record<string, unknown> }
export type LiveMessage = LiveEvent | { gap: true }

/** Which answers an event touches: paths of operations, whole services where one is named alone. */
const touched: readonly [prefix: string, operations: readonly (readonly string[])[]][] = [
  ['content.media-', [['content', 'listMedia'], ['content', 'getMedia']]],
  ['content.terms-', [['content', 'listTerms'], ['content', 'listArticles']]],
  ['content.import-', [['content', 'listImports'], ['content', 'getImport'], ['content', 'listImportItems'], ['content', 'listArticles']]],
  ['content.preview-', [['content', 'listPreviewLinks']]],
  ['content.edition-', [['content', 'listArticles'], ['content', 'getArticle'], ['content', 'getEdition'], ['content', 'listVersions'], ['content', 'search'], ['publishing', 'getCalendar'], ['publishing', 'summariseArticles'], ['publishing', 'getDelivery'], ['publishing', 'listDeliveries']]],
  ['content.', [['content']]],
  ['publishing.channel-', [['publishing', 'listChannels']]],
  ['publishing.', [['publishing'], ['site', 'getLiveEditions']]],
  ['site.settings-', [['site', 'getSiteSettings']]],
  ['site.', [['site'], ['publishing', 'summariseArticles']]],
  ['analytics.', [['analytics']]],
  ['identity.', [['identity']]],
]

/** @returns the keys of the answers that `name` makes stale. */
export function keysTouchedBy(name: string): QueryKey[] {
  const rule = touched.find(([prefix]) => name.startsWith(prefix))
  return (rule?.[1] ?? []).map((path) => [path])
}

/** Does this question belong to the operation, or to the service when the path names it alone? */
export function isUnder(path: readonly string[], key: QueryKey): boolean {
  const own = key[0]
  return Array.isArray(own) && path.every((part, index) => own[index] === part)
}

/** ms before try number `tries` (from 1): 0.5 s doubling to a minute, spread so that many browsers do not come at once. */
export const reconnectPauseMs = (tries: number, random = Math.random()): number => Math.min(60_000, 500 * 2 ** Math.min(tries - 1, 10)) * (0.5 + random / 2)

/** Events that come together are answered together. */
const gatherMs = 200

type Listener = (event: LiveEvent) => void
const listeners = new Set<Listener>()
/** Hear every live event, e.g. to show a notice. @returns a function that stops it. */
export function onLiveEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function startLive(workspace: string, queries: QueryClient): () => void {
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let gather: ReturnType<typeof setTimeout> | undefined
  let lastSeq: number | null = null
  let tries = 0
  let isStopped = false
  const waiting = new Set<string>()

  const refresh = () => {
    gather = undefined
    const paths = [...waiting].map((path) => path.split('/'))
    waiting.clear()
    // a query may opt out with meta.live = false and listen by itself (the editor must not lose what is being typed)
    void queries.invalidateQueries({ predicate: (query) => query.meta?.live !== false && paths.some((path) => isUnder(path, query.queryKey)) })
  }
  const hear = (message: LiveMessage) => {
    if ('gap' in message) {
      void queries.invalidateQueries({ predicate: (query) => query.meta?.live !== false })
      return
    }
    if (lastSeq !== null && message.seq <= lastSeq) return
    lastSeq = message.seq
    for (const [path] of keysTouchedBy(message.name)) waiting.add((path as string[]).join('/')) // keysTouchedBy puts a path of words first
    gather ??= setTimeout(refresh, gatherMs)
    for (const listener of listeners) listener(message)
  }
  const connect = () => {
    timer = undefined
    const url = new URL('/api/v1/live', location.href)
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    url.searchParams.set('workspace', workspace)
    if (lastSeq !== null) url.searchParams.set('after', String(lastSeq))
    socket = new WebSocket(url)
    socket.onopen = () => {
      // what changed between the first page load and now was not heard
      if (tries > 0 && lastSeq === null) hear({ gap: true })
      tries = 0
      heardSomething()
    }
    socket.onmessage = ({ data }) => {
      const message = readMessage(data)
      if (message) hear(message)
    }
    socket.onclose = () => {
      socket = null
      if (isStopped || timer !== undefined) return
      tries += 1
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
    clearTimeout(gather)
    socket?.close()
  }
}

/** @returns null for anything that is not one of our messages. */
export function readMessage(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null) return null
    if ('gap' in value && value.gap === true) return { gap: true }
    return 'seq' in value && typeof value.seq === 'number' && 'name' in value && typeof value.name === 'string' ? (value as LiveEvent) : null // seq and name were checked; data is only read defensively
  } catch {
    return null
  }
}
