/**
 * `node launch/one-service.ts NAME`: one service, or the gateway, as a process of a cluster. Everything it needs comes from
 * settings; it keeps nothing on this machine.
 */
import { enableCompileCache } from 'node:module'
import { Socket } from 'node:net'

enableCompileCache()
const name = process.argv[2] ?? ''
const say = (sentence: string): void => console.log(`floowe  ${name}: ${sentence}`)
const { startProcess } = await import('./cluster-process.ts')

// A second signal does not wait.
let isStopping = false
let stop: (() => Promise<void>) | null = null
const end = async (): Promise<void> => {
  if (isStopping) process.exit(130)
  isStopping = true
  say('stopping')
  if (!stop) return
  await stop()
  process.exit(0)
}
process.on('SIGINT', () => void end())
process.on('SIGTERM', () => void end())
// Started by a program with a pipe to it: when that program is gone, nobody would end this one.
if (!process.stdin.isTTY && process.stdin instanceof Socket) process.stdin.once('end', () => void end()).resume()

try {
  const started = await startProcess({ name, variables: process.env })
  stop = started.stop
  if (isStopping) {
    await started.stop()
    process.exit(0)
  }
  void started.ended.then(async (sentence) => {
    say(sentence)
    await end()
  })
  say(`ready at ${started.url}`)
  const { releaseMemoryWhenIdle } = await import('./idle-memory.ts')
  releaseMemoryWhenIdle()
} catch (error) {
  const isRefusal = error instanceof Error && ['SettingsMistakes', 'StartRefused'].includes(error.name)
  console.error(isRefusal ? `floowe  ${name}: ${error.message}` : error)
  process.exit(1)
}
