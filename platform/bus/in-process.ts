/** The bus of one process: hands events straight to the listeners' inboxes. Refuses a second listener of one name. */
import type { Bus } from './port.ts'

export type InProcessBus = Bus & {
  /** Until the returned function is called, events wait in their outboxes; then they go on in larger batches. May be repeated. */
  hold: () => () => void
}

type Listener = { names: ReadonlySet<string>; accept: Parameters<Bus['subscribe']>[2]; hasEnded: boolean }

export function inProcessBus(): InProcessBus {
  const listeners = new Map<string, Listener>()
  const holds = new Set<Promise<void>>()
  const handing = new Set<Promise<void>>()
  const settled = async (): Promise<void> => void (await Promise.allSettled(handing))

  const hand = async (
    listener: string,
    { names, accept, hasEnded }: Listener,
    events: Parameters<Bus['publish']>[0],
  ) => {
    const wanted = events.filter((event) => names.has(event.name))
    if (wanted.length === 0) return
    // Thrown, so that the event stays in its outbox: nobody else keeps it for this listener.
    if (hasEnded) throw new Error(`${listener} does not listen any more`)
    const work = accept(wanted)
    handing.add(work)
    await work.finally(() => handing.delete(work))
  }
  return {
    subscribe: async (name, names, accept) => {
      if (listeners.get(name)?.hasEnded === false)
        throw new Error(`${name} listens already: this bus serves one process only`)
      const listener = { names: new Set(names), accept, hasEnded: false }
      listeners.set(name, listener)
      return {
        end: () => {
          listener.hasEnded = true
          return settled()
        },
      }
    },
    publish: async (events) => {
      while (holds.size > 0) await Promise.all(holds)
      for (const [name, listener] of listeners) await hand(name, listener, events)
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      holds.add(promise)
      return () => {
        holds.delete(promise)
        resolve()
      }
    },
    restMs: 50,
    isConnected: () => true,
    whenBack: () => () => undefined,
    // What is not handed over yet lies in an outbox, and is counted there.
    waiting: async () => new Map([...listeners.keys()].map((name) => [name, 0])),
    close: async () => {
      await settled()
      listeners.clear()
    },
  }
}
