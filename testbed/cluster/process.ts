/** One process of Floowe that is started again when it ends unasked, as an orchestrator would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export type KeptProcess = {
  name: string
  port: number
  pid: () => number | undefined
  logFile: string
  /** How often it was started. */
  starts: () => number
  signal: (signal: NodeJS.Signals) => void
  /** Asks it to end and starts it anew; resolves when it is ready. */
  restart: () => Promise<void>
  /** Resolves when it says that it is ready. @throws after `withinMs` */
  ready: (withinMs?: number) => Promise<void>
  stop: () => Promise<void>
}

export type ProcessPlan = {
  name: string
  /** What `launch/one-service.ts` is told. */
  service: string
  port: number
  variables: Readonly<Record<string, string>>
  logFolder: string
}

const main = fileURLToPath(new URL('../../launch/one-service.ts', import.meta.url))
const readyMsMax = 60_000
const endMsMax = 30_000
/** Between an unasked end and the next start. */
const pauseMs = { first: 100, most: 3_000 }
/** Whoever ran so long ended for another reason than its start. */
const healthyMs = 10_000

export function keepProcess(plan: ProcessPlan): KeptProcess {
  const logFile = path.join(plan.logFolder, `${plan.name}.log`)
  const log: WriteStream = createWriteStream(logFile, { flags: 'a' })
  let child: ChildProcess | null = null
  let isWanted = true
  let starts = 0
  let failures = 0
  let timer: NodeJS.Timeout | undefined

  const start = (): void => {
    starts += 1
    const startedAt = performance.now()
    const made = spawn(process.execPath, [main, plan.service], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...plan.variables, FLOOWE_PORT: String(plan.port) },
      // Its input is a pipe from us: when we are gone, whatever ended us, it reads the end and ends too.
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    made.stdin?.on('error', () => undefined)
    made.stdout?.pipe(log, { end: false })
    made.stderr?.pipe(log, { end: false })
    child = made
    made.once('exit', () => {
      if (child === made) child = null
      if (!isWanted) return
      failures = performance.now() - startedAt > healthyMs ? 0 : failures + 1
      timer = setTimeout(start, Math.min(pauseMs.most, pauseMs.first * 2 ** Math.max(0, failures - 1)))
    })
  }
  const signal = (name: NodeJS.Signals): void => void child?.kill(name)
  const ready = async (withinMs = readyMsMax): Promise<void> => {
    const giveUpAt = Date.now() + withinMs
    while (!(await isReady(plan.port))) {
      if (Date.now() > giveUpAt) throw new Error(`${plan.name} is not ready after ${withinMs} ms; see ${logFile}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const end = async (): Promise<void> => {
    const ending = child
    if (!ending) return
    const gone = once(ending, 'exit')
    ending.kill('SIGTERM')
    const late = setTimeout(() => ending.kill('SIGKILL'), endMsMax)
    await gone
    clearTimeout(late)
  }
  start()
  return {
    name: plan.name,
    port: plan.port,
    pid: () => child?.pid,
    logFile,
    starts: () => starts,
    signal,
    ready,
    restart: async () => {
      isWanted = false
      await end()
      isWanted = true
      start()
      await ready()
    },
    stop: async () => {
      isWanted = false
      clearTimeout(timer)
      await end()
      log.end()
    },
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}
