/** A browser that follows the live series and comes back where it stopped. Numbers go up by one; nothing is left out or repeated. */
import { setTimeout as pause } from 'node:timers/promises'
import type { RunState } from '../state.ts'

export type LiveEvent = { seq: number; name: string; at: string; data: unknown }
export type Follower = {
  /** All that came, in order. */
  heard: () => readonly LiveEvent[]
  connections: () => number
  stop: () => Promise<void>
}

const comeBackMs = 150
/** A socket that says nothing is asked anew: its other end may be gone without a word. */
const silenceMsMax = 20_000

export function follow(run: RunState): Follower {
  const heard: LiveEvent[] = []
  let isOn = true
  let connections = 0
  let current: WebSocket | null = null
  const last = (): number => heard.at(-1)?.seq ?? 0
  const hear = (text: string): void => {
    const message = JSON.parse(text) as LiveEvent | { gap: true; seq: number } // the gateway's own form
    if ('gap' in message) {
      run.violations.push({
        kind: 'gap',
        text: `after ${last()} the live series says that there is a gap to ${message.seq}`,
      })
      heard.push({ seq: message.seq, name: 'gap', at: '', data: null })
    } else if (message.name === 'live.ready') {
      if (message.seq < last())
        run.violations.push({
          kind: 'gap',
          text: `the live series stands at ${message.seq}, after ${last()} was heard`,
        })
    } else {
      if (message.seq !== last() + 1)
        run.violations.push({
          kind: message.seq <= last() ? 'duplicate' : 'gap',
          text: `the live series went from ${last()} to ${message.seq} (${message.name})`,
        })
      heard.push(message)
    }
  }
  const connect = async (): Promise<void> => {
    const address = `${run.client.url.replace(/^http/, 'ws')}/api/v1/live?workspace=${run.workspaceId}&after=${last()}`
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${run.credential}` } } as never) // Node's own takes headers
    current = socket
    connections += 1
    const closed = Promise.withResolvers<void>()
    let timer = setTimeout(() => socket.close(), silenceMsMax)
    socket.addEventListener('message', ({ data }) => {
      clearTimeout(timer)
      timer = setTimeout(() => socket.close(), silenceMsMax)
      hear(String(data))
    })
    socket.addEventListener('close', () => closed.resolve())
    socket.addEventListener('error', () => closed.resolve())
    await closed.promise
    clearTimeout(timer)
  }
  const loop = async (): Promise<void> => {
    while (isOn) {
      await connect()
      if (isOn) await pause(comeBackMs)
    }
  }
  const looping = loop()
  return {
    heard: () => heard,
    connections: () => connections,
    stop: async () => {
      isOn = false
      current?.close()
      await looping
    },
  }
}
