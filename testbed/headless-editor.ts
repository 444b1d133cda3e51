/**
 * An editor without a window: keeps a document, sends what is typed over the socket, follows what others write, and comes again
 * after a lost connection. For tests and measurements of writing together.
 */
import type { NumberedUpdate, WritingMessage, WritingRequest } from '@floowe/contracts/writing'
import * as Y from 'yjs'

export type EditorOptions = {
  /** Of the installation, or of what stands before it. */
  url: string
  workspace: string
  editionId: string
  headers: Readonly<Record<string, string>>
  /** Opens the socket, where another than node's own is wanted: that one cannot name a host other than it connects to. */
  connect?: (url: string, headers: Readonly<Record<string, string>>) => WebSocket
  /** Every message that comes. */
  onMessage?: (message: WritingMessage) => void
  /** An own update leaves; there is never more than one under way. */
  onSent?: () => void
  /** Own updates, once they are on the server's disk. */
  onAcknowledged?: (update: Uint8Array) => void
  /** After something of others was applied. */
  onApplied?: () => void
}
export type HeadlessEditor = ReturnType<typeof openHeadlessEditor>

const pauseFirstMs = 50
const pauseMaxMs = 1_000
/** A connection that says nothing at all is given up. */
const silentMs = 5_000
const pingEveryMs = 1_000
const serverOrigin = 'server'
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64')
/** No structs, no deletions. */
const isEmpty = (update: Uint8Array): boolean => update.length <= 2

const ownSocket = (url: string, headers: Readonly<Record<string, string>>): WebSocket =>
  new WebSocket(url, { headers } as never) // node's own takes headers

export function openHeadlessEditor(options: EditorOptions) {
  const e = options.editionId as Extract<WritingRequest, { t: 'open' }>['e'] // an id that the API answered
  const doc = new Y.Doc()
  let socket: WebSocket | null = null
  let seq: number | null = null
  let isFollowing = false
  let isClosed = false
  let pauseMs = pauseFirstMs
  let n = 0
  let underWay: { n: number; update: Uint8Array } | null = null
  let waiting: Uint8Array[] = []
  let heardAtMs = 0
  let connections = 0
  let timer: NodeJS.Timeout | undefined
  const refusals: string[] = []

  const send = (request: WritingRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request))
  }
  const flush = (): void => {
    if (!isFollowing || underWay || waiting.length === 0) return
    const update = waiting.length === 1 && waiting[0] ? waiting[0] : Y.mergeUpdates(waiting)
    waiting = []
    n += 1
    underWay = { n, update }
    options.onSent?.()
    send({ t: 'update', e, n, u: base64(update) })
  }
  const apply = (updates: readonly NumberedUpdate[]): void => {
    for (const { u } of updates) Y.applyUpdate(doc, bytesOf(u), serverOrigin)
    options.onApplied?.()
  }
  const opened = (message: Extract<WritingMessage, { t: 'opened' }>): void => {
    if (underWay) waiting.unshift(underWay.update)
    underWay = null
    if (message.state === null) apply(message.updates.filter((update) => update.seq > (seq ?? -1)))
    else {
      const state = bytesOf(message.state)
      apply([{ seq: message.seq, u: message.state }])
      const lacking = Y.encodeStateAsUpdate(doc, Y.encodeStateVectorFromUpdate(state))
      waiting = [...waiting, ...(isEmpty(lacking) ? [] : [lacking])]
    }
    ;({ seq } = message)
    isFollowing = true
    pauseMs = pauseFirstMs
    flush()
  }
  const hear = (message: WritingMessage): void => {
    options.onMessage?.(message)
    if ('e' in message && message.e !== e) return
    if (message.t === 'opened') opened(message)
    else if (message.t === 'update' && seq !== null && message.seq === seq + 1) {
      seq = message.seq
      apply([message])
    } else if (message.t === 'update' && seq !== null && message.seq > seq + 1) socket?.close()
    else if (message.t === 'ack' && underWay?.n === message.n) {
      options.onAcknowledged?.(underWay.update)
      underWay = null
      flush()
    } else if (message.t === 'refused') {
      refusals.push(message.code)
      if (message.n === null || message.n === underWay?.n) socket?.close()
    }
  }
  const connect = (): void => {
    if (isClosed) return
    const query = new URLSearchParams({ workspace: options.workspace })
    const { headers, connect: open = ownSocket } = options
    const made = open(`${options.url.replace('http', 'ws')}/api/v1/writing?${query}`, headers)
    socket = made
    connections += 1
    heardAtMs = performance.now()
    const beat = setInterval(() => {
      if (performance.now() - heardAtMs > silentMs) lost()
      else send({ t: 'ping' })
    }, pingEveryMs)
    let isLost = false
    const lost = (): void => {
      if (isLost) return
      isLost = true
      clearInterval(beat)
      made.close()
      if (socket !== made) return
      socket = null
      isFollowing = false
      timer = setTimeout(connect, pauseMs)
      pauseMs = Math.min(pauseMaxMs, pauseMs * 2)
    }
    made.addEventListener('open', () => send({ t: 'open', e, after: seq }))
    made.addEventListener('message', ({ data }) => {
      heardAtMs = performance.now()
      if (!isLost) hear(JSON.parse(String(data)) as WritingMessage)
    })
    made.addEventListener('close', lost)
    made.addEventListener('error', lost)
  }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === serverOrigin) return
    waiting.push(update)
    flush()
  })
  connect()

  const text = (at: number): Y.XmlText | null => {
    const block = doc.getXmlFragment('body').get(at)
    const inside = block instanceof Y.XmlElement ? block.get(0) : null
    return inside instanceof Y.XmlText ? inside : null
  }
  return {
    doc,
    /** The running text of a block. */
    text,
    send,
    refusals,
    seq: (): number | null => seq,
    isFollowing: (): boolean => isFollowing,
    /** Nothing that was typed here is without an answer. */
    isSettled: (): boolean => isFollowing && underWay === null && waiting.length === 0,
    connections: (): number => connections,
    /** Drops the connection, as a network that breaks does. */
    cut: (): void => socket?.close(),
    close: (): void => {
      isClosed = true
      clearTimeout(timer)
      isFollowing = false
      socket?.close()
    },
  }
}
