/** `npm start`: the whole platform on this machine, on one port. */
import { enableCompileCache } from 'node:module'

enableCompileCache()
const startedAt = performance.now()
const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
const say = (sentence: string): void => console.log(`floowe  ${sentence}`)

const { startInstallation } = await import('./start.ts')

const lostStopMsMax = 1_000

// A second Ctrl-C does not wait.
let isStopping = false
let stop: (() => Promise<void>) | null = null
const end = async (reason: string): Promise<void> => {
  if (isStopping) process.exit(130)
  isStopping = true
  say(`${reason}, stopping`)
  // What is still being started is stopped as soon as it can be, below.
  if (!stop) return
  await stop()
  say('stopped')
  process.exit(0)
}
process.on('SIGINT', () => void end('interrupted'))
process.on('SIGTERM', () => void end('asked to end'))

try {
  const installation = await startInstallation({ variables: process.env, say })
  stop = installation.stop
  if (isStopping) {
    await installation.stop()
    say('stopped')
    process.exit(0)
  }
  void installation.lost.then(async (sentence) => {
    console.error(`floowe  the database ended: ${sentence}`)
    // Hardly anything can be finished without it, and whoever starts this again is waiting.
    await Promise.race([installation.stop(), new Promise((resolve) => setTimeout(resolve, lostStopMsMax))])
    process.exit(1)
  })
  void installation.moved.then(async (sentence) => {
    say(sentence)
    await end('moved away')
  })
  const access = installation.demo
    ? `sign in as ${installation.demo.email} with ${installation.demo.password}`
    : installation.setupCode
      ? `first run: open ${installation.url}/setup with the code ${installation.setupCode}`
      : 'sign in with your account'
  say(`ready in ${seconds()}: ${installation.url} · ${access}`)
  const { releaseMemoryWhenIdle } = await import('./idle-memory.ts')
  releaseMemoryWhenIdle()
} catch (error) {
  // Refusals say it in one sentence; anything else is a bug and shows where.
  const isRefusal = error instanceof Error && ['SettingsMistakes', 'StartRefused', 'LockHeld'].includes(error.name)
  console.error(isRefusal ? `floowe  ${error.message}` : error)
  process.exit(1)
}
