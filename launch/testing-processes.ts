import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { processesOf, signalOurs } from './postgres/process-facts.ts'
import type { BundledPostgres } from './postgres/server.ts'
import type { MainOptions } from './testing-main.ts'

/** One line that `testing-main.ts` printed. */
export type Line = { event: 'locked' | 'says' | 'ready' | 'lost' | 'refused' | 'stopped' } & Partial<
  Omit<BundledPostgres, 'stop' | 'lost'>
> & {
    code?: string
    sentence?: string
    holder?: { pid: number; startedAt: string; address: string }
    answered?: boolean
  }

export type Started = {
  child: ChildProcess
  pid: number
  lines: Line[]
  /** The first line with one of these events. Fails when the process ends without one, or after 60 s. */
  until(...events: Line['event'][]): Promise<Line>
  stop(): Promise<void>
  kill(): Promise<void>
}

export type Workplace = {
  /** A data folder that does not exist yet. */
  folder: string
  /** With `ownGroup`, a signal to minus its pid reaches it and what it started in its group, as Ctrl-C does. */
  start(options?: Partial<MainOptions>, ownGroup?: boolean): Started
  /** Ends everything started here, databases too, and removes the folders. */
  clean(): Promise<void>
}

const lineWithinMs = 60_000

export type WorkplaceOptions = {
  /** Folders between the temporary one and the data folder. */
  under?: string
  /** Rights of the temporary folder; default 0700. */
  mode?: number
  /** A data folder to begin with a copy of. */
  copyOf?: string
}

/** A temporary folder in which tests start real processes on one data folder. */
export function makeWorkplace(options: WorkplaceOptions = {}): Workplace {
  const home = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'floowe-launch-'))
  fs.chmodSync(home, options.mode ?? 0o700)
  const folder = path.join(home, options.under ?? '', 'data')
  if (options.copyOf) fs.cpSync(options.copyOf, folder, { recursive: true, filter: (file) => !file.endsWith('.sock') })
  const started: Started[] = []
  return {
    folder,
    start: (options, ownGroup = false) => {
      const one = startMain(folder, { postgres: true, ...options }, ownGroup)
      started.push(one)
      return one
    },
    clean: async () => {
      for (const one of started) await one.kill()
      await endDatabases(path.join(folder, 'postgres'))
      fs.rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}

/** Asks again until the answer is not false or undefined. For facts outside this process that announce themselves nowhere. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let turn = 0; turn < 3000; turn++) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer as T // neither of the two
    await pause(10)
  }
  throw new Error(`never came about: ${what}`)
}

/** Runs one query with the superuser of a started server. */
export async function query(
  line: Pick<Line, 'url'>,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: line.url ?? '' })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

function startMain(folder: string, options: MainOptions, ownGroup: boolean): Started {
  const main = fileURLToPath(new URL('testing-main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, folder, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: ownGroup,
  })
  const lines: Line[] = []
  let wake = () => {}
  let ended = false
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (text) => {
    lines.push(JSON.parse(text))
    wake()
  })
  reader.on('close', () => {
    ended = true
    wake()
  })
  child.stdin.on('error', () => {})
  const until = async (...events: Line['event'][]): Promise<Line> => {
    const deadline = performance.now() + lineWithinMs
    for (;;) {
      const line = lines.find((candidate) => events.includes(candidate.event))
      if (line) return line
      if (ended || performance.now() > deadline) {
        throw new Error(`no ${events.join(' or ')}; it said:\n${lines.map((one) => JSON.stringify(one)).join('\n')}`)
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, 1000).unref()
      })
    }
  }
  return {
    child,
    pid: child.pid ?? 0,
    lines,
    until,
    stop: async () => {
      child.stdin.write('stop\n')
      await until('stopped')
      await exit
    },
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await exit
      }
    },
  }
}

async function endDatabases(cluster: string): Promise<void> {
  if (!fs.existsSync(cluster)) return
  await eventually('the database processes end', () => {
    const left = processesOf(cluster)
    for (const pid of left) signalOurs(pid, cluster, 'SIGKILL')
    return left.length === 0
  })
}
