/** The bus of one process: hands events straight to the listeners' inboxes. Refuses a second listener of one name. */
import type { Bus } from './port.ts'

export type InProcessBus = Bus & {
  /** Until the returned function is called, events wait in their outboxes; then they go on in larger batches. May be repeated. */
  hold: () => () => void
}

export function inProcessBus(): InProcessBus {
  const listeners = new Map<string, { names: ReadonlySet<string>; accept: Parameters<Bus['subscribe']>[2] }>()
  const holds = new Set<Promise<void>>()
  return {
    subscribe: async (listener, names, accept) => {
      if (listeners.has(listener)) throw new Error(`${listener} listens already: this bus serves one process only`)
      listeners.set(listener, { names: new Set(names), accept })
    },
    publish: async (events) => {
      while (holds.size > 0) await Promise.all(holds)
      for (const { names, accept } of listeners.values()) {
        const wanted = events.filter((event) => names.has(event.name))
        if (wanted.length > 0) await accept(wanted)
      }
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      holds.add(promise)
      return () => {
        holds.delete(promise)
        resolve()
      }
    },
    close: async () => listeners.clear(),
  }
}
