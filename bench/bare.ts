/** The hand-written peer as a process of its own on Floowe's core and database. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { availableParallelism } from 'node:os'
import { freePort, type Started } from './floowe.ts'
import { treeOf } from './measure.ts'

export type Bare = { url: string; tree: () => number[]; stop: () => Promise<void> }

/** @param floowe whose database it uses; the database's processes count for both, Floowe's own only for Floowe */
export async function startBare(
  floowe: Started,
  given: { database: unknown; workspaceId: string; headers: Record<string, string>; base: string },
): Promise<Bare> {
  const port = await freePort()
  const main = fileURLToPath(new URL('./hosts/bare.ts', import.meta.url))
  const [program, args] =
    availableParallelism() > 1 ? ['taskset', ['-c', '0', process.execPath, main]] : [process.execPath, [main]]
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      BENCH_PORT: String(port),
      BENCH_GIVEN: JSON.stringify(given),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([
    new Promise<void>((resolve) => createInterface(child.stdout).once('line', () => resolve())),
    ended.then(() => Promise.reject(new Error('the peer ended'))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    tree: () => [...treeOf(child.pid ?? 0), ...floowe.tree().filter((pid) => pid !== floowe.child.pid)],
    stop: async () => {
      child.kill()
      await ended
    },
  }
}
