/** Many processes that use the same limits at once: for the test that counts them, and to be measured. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What one process does: `uses` in turn over `keys`, `atOnce` of them at any time. */
export type CrowdTask = {
  redisUrl: string
  prefix: string
  keys: readonly string[]
  uses: number
  atOnce: number
  limit: number
  windowSeconds: number
}
/** `alone` is how often it had to count without Redis. */
export type CrowdAnswer = { allowed: Record<string, number>; refused: number; alone: number; ms: number }

const withinMs = 120_000

/** Throws when a process ends without its answer, or not within two minutes. */
export async function crowd(processes: number, task: CrowdTask): Promise<CrowdAnswer[]> {
  const worker = fileURLToPath(new URL('./crowd-worker.ts', import.meta.url))
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, [worker, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: withinMs,
      killSignal: 'SIGKILL',
    }),
  )
  try {
    const lines = children.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]())
    const next = async (line: AsyncIterator<string>): Promise<string> => {
      const { value, done } = await line.next()
      if (done) throw new Error('a process of the crowd ended too early')
      return value
    }
    await Promise.all(lines.map(next))
    for (const { stdin } of children) stdin.write('go\n')
    return await Promise.all(lines.map(async (line) => JSON.parse(await next(line)) as CrowdAnswer)) // the worker wrote it
  } finally {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }),
    )
  }
}
