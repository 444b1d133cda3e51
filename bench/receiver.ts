/** The webhook receiver of the emulators in a process of its own, and when each message first arrived. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type Receiver = { url: string; arrivals: ReadonlyMap<string, number>; stop: () => void }
/** Its work must not wait for ours. */
export async function startReceiver(): Promise<Receiver> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../emulators/webhook-receiver.ts', import.meta.url)), '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const arrivals = new Map<string, number>()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  child.once('exit', () => reject(new Error('the receiver ended')))
  createInterface(child.stdout).on('line', (line) => {
    const address = /listening at ([^\s,]+)/.exec(line)?.[1]
    if (address) resolve(address)
    const [at, , id] = line.split(' ')
    if (at && id && /^\d{4}-/.test(at) && !arrivals.has(id)) arrivals.set(id, Date.parse(at))
  })
  return { url: await promise, arrivals, stop: () => void child.kill() }
}
