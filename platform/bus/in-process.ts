/** The bus of one process: hands events straight to the listeners' inboxes. Refuses a second listener of one name. */
import type { Bus } from './port.ts'

export function inProcessBus(): Bus {
  const listeners = new Map<string, { names: ReadonlySet<string>; accept: Parameters<Bus['subscribe']>[2] }>()
  return {
    subscribe: async (listener, names, accept) => {
      if (listeners.has(listener)) throw new Error(`${listener} listens already: this bus serves one process only`)
      listeners.set(listener, { names: new Set(names), accept })
    },
    publish: async (events) => {
      for (const { names, accept } of listeners.values()) {
        const wanted = events.filter((event) => names.has(event.name))
        if (wanted.length > 0) await accept(wanted)
      }
    },
    close: async () => listeners.clear(),
  }
}
