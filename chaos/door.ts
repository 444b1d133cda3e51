/** What is said between a run and the process of its emulators, and the run's end of it. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Fault } from '@floowe/emulators/vendor'
import type { Fault as ReceiverFault } from '@floowe/emulators/webhook-receiver'
import type { Place } from './networks.ts'
import type { Climate } from './schedule.ts'

export type Order =
  | { do: 'start'; climate: Climate }
  /** Faults begin; whatever came before was for connecting. */
  | { do: 'begin' }
  | { do: 'trust'; secret: string }
  | { do: 'read' }
/** A request that makes, changes or removes something had arrived. */
export type Making = { network: string; word: string | null; atMs: number; fault: Fault | ReceiverFault }
export type Happened = { network: string; word: string | null; kind: 'created' | 'changed' | 'removed'; id: string }
export type Evidence = { makings: Making[]; effects: Happened[] }
export type Places = Readonly<Record<string, Place>>

export type Emulators = {
  places: Places
  begin: () => Promise<void>
  trust: (secret: string) => Promise<void>
  read: () => Promise<Evidence>
  stop: () => void
}

const main = fileURLToPath(new URL('emulators.ts', import.meta.url))
const answerMsMax = 60_000

/** They outlive whatever happens to Floowe, and end with us. */
export async function openEmulators(climate: Climate): Promise<Emulators> {
  const child = fork(main, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
  const places = (await asked(child, { do: 'start', climate })) as Places // what that order is answered with
  return {
    places,
    begin: async () => void (await asked(child, { do: 'begin' })),
    trust: async (secret) => void (await asked(child, { do: 'trust', secret })),
    read: async () => (await asked(child, { do: 'read' })) as Evidence, // what that order is answered with
    stop: () => void child.kill(),
  }
}

/** One order at a time: the next answer is this one's. */
async function asked(child: ChildProcess, order: Order): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const late = setTimeout(() => reject(new Error(`the emulators do not answer ${order.do}`)), answerMsMax)
  const gone = (): void => reject(new Error('the emulators are gone'))
  child.once('message', resolve)
  child.once('exit', gone)
  child.send(order)
  try {
    return await promise
  } finally {
    clearTimeout(late)
    child.off('message', resolve)
    child.off('exit', gone)
  }
}
