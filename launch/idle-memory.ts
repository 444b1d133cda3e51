/**
 * Gives memory back when a burst of work is over. V8 keeps the room that a start, a demo or an import needed for as long as it
 * likes, often more than all that is alive. A whole collection costs 80 to 130 ms once, so it waits for a quiet moment.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'major'; execution: 'async' }) => Promise<void>

const lookEveryMs = 5_000
/** Share of a core, at most, over a look in which the process counts as quiet. */
const quietShare = 0.05
const quietLooks = 2
/** Less than this is not worth the pause. */
const grownBytesMin = 24 * 1024 * 1024

/** @returns a function that ends it. Holds no process open. */
export function releaseMemoryWhenIdle(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect // what the flag makes of the name
  let keptBytes = 0
  let quiet = 0
  let before = process.cpuUsage()
  const look = (): void => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    quiet = (user + system) / 1000 < lookEveryMs * quietShare ? quiet + 1 : 0
    if (quiet < quietLooks || process.memoryUsage.rss() - keptBytes < grownBytesMin) return
    quiet = 0
    void collect({ type: 'major', execution: 'async' }).then(() => {
      keptBytes = process.memoryUsage.rss()
    })
  }
  const timer = setInterval(look, lookEveryMs).unref()
  return () => clearInterval(timer)
}
