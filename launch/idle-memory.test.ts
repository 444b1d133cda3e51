import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Fills the heap, forgets it, and waits in a process of its own until the room is given back. */
const program = `
const { releaseMemoryWhenIdle } = await import(process.argv[1])
const rows = Array.from({ length: 1_500_000 }, (_, n) => ({ n, text: 'row ' + n }))
const full = process.memoryUsage.rss()
rows.length = 0
releaseMemoryWhenIdle()
const giveUpAt = Date.now() + 40_000
const look = setInterval(() => {
  const now = process.memoryUsage.rss()
  if (now > full / 2 && Date.now() < giveUpAt) return
  clearInterval(look)
  console.log(JSON.stringify({ full, now }))
}, 250)
`

test('what a burst of work needed is given back when the process is quiet', async () => {
  const module = fileURLToPath(new URL('./idle-memory.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, module])
  const { full, now } = JSON.parse(stdout) as { full: number; now: number } // printed above
  expect(full).toBeGreaterThan(100 * 1024 * 1024)
  expect(now).toBeLessThan(full / 2)
}, 60_000)
