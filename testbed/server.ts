/**
 * One server for one run: its own process, its own port, a temporary folder. It ends with us: when this process is gone, even
 * killed, a small shell that waits on a pipe from it kills the server and removes the folder.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export type ServerPlan = {
  /** In messages and in the folder's name. */
  name: string
  program: string
  args: readonly string[]
  /** The whole environment; PATH and HOME (the folder) are added. */
  env?: Readonly<Record<string, string>>
  /** Made by {@link privateFolder}. */
  folder: string
  /** Whether it answers; asked until it does. May throw. */
  isUp: () => Promise<boolean>
  upWithinMs: number
  /** Standard SIGTERM. */
  endSignal?: NodeJS.Signals
  /** Ends what the server leaves behind, for example a name daemon. */
  afterwards?: () => Promise<void>
}

export type Server = {
  name: string
  folder: string
  pid: () => number
  /** What it wrote last, for messages. */
  output: () => string
  /** SIGSTOP, SIGCONT, SIGKILL; resolves at once. */
  signal: (signal: NodeJS.Signals) => void
  /** Ends it in its own way (or, with SIGKILL, at once) and starts it again on the same folder and port. */
  restart: (endSignal?: NodeJS.Signals) => Promise<void>
  /** Ends the process and leaves the folder; `begin` starts it again. */
  halt: (endSignal?: NodeJS.Signals) => Promise<void>
  begin: () => Promise<void>
  /** Ends it and removes its folder. May be repeated. */
  stop: () => Promise<void>
}

/** A folder of its own, short enough for sockets in it. */
export const privateFolder = (name: string): string =>
  mkdtempSync(path.join(realpathSync(os.tmpdir()), `floowe-${name}-`))

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo // a TCP server's address is never a string
      server.close(() => resolve(port))
    })
  })

/** Whether something listens there. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })

const outputCharactersMax = 20_000
const endWithinMs = 20_000

/** Starts it and resolves when it answers. Throws with its last words when it does not in time. */
export async function startServer(plan: ServerPlan): Promise<Server> {
  let child: ChildProcess | null = null
  let endWatch = async (): Promise<void> => undefined
  let output = ''

  const begin = async (): Promise<void> => {
    output = ''
    const made = spawn(plan.program, plan.args, {
      cwd: plan.folder,
      env: { PATH: process.env['PATH'], HOME: plan.folder, ...plan.env },
      // A group of its own: Ctrl-C is for us, and what it starts ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = made
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-outputCharactersMax))
    made.stdout?.on('data', keep)
    made.stderr?.on('data', keep)
    let failure: Error | null = null
    made.once('error', (error) => void (failure = error))
    endWatch = watchOver(made.pid ?? 0, plan.folder)
    const giveUpAt = Date.now() + plan.upWithinMs
    while (!(await plan.isUp().catch(() => false))) {
      if (failure || made.exitCode !== null || made.signalCode !== null || Date.now() > giveUpAt) {
        await halt('SIGKILL')
        throw new Error(`${plan.name} did not start: ${String(failure ?? '')}\n${output}`)
      }
      await pause(20)
    }
  }
  const signal = (name: NodeJS.Signals): void => {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name)
  }
  const halt = async (name: NodeJS.Signals = plan.endSignal ?? 'SIGTERM'): Promise<void> => {
    const ending = child
    child = null
    if (ending?.pid !== undefined && ending.exitCode === null && ending.signalCode === null) {
      const gone = once(ending, 'exit')
      process.kill(-ending.pid, name)
      const late = setTimeout(() => process.kill(-(ending.pid ?? 0), 'SIGKILL'), endWithinMs)
      await gone
      clearTimeout(late)
    }
    await endWatch()
    await plan.afterwards?.()
  }
  let stopped: Promise<void> | undefined
  await begin()
  return {
    name: plan.name,
    folder: plan.folder,
    pid: () => child?.pid ?? 0,
    output: () => output,
    signal,
    halt,
    begin,
    restart: async (name) => {
      await halt(name)
      await begin()
    },
    stop: () =>
      (stopped ??= (async () => {
        await halt()
        await rm(plan.folder, { recursive: true, force: true, maxRetries: 5 })
      })()),
  }
}

/** Reading from the pipe returns when its other end is gone, whatever ended us; a word on it means that all is well. */
const watchScript = 'read -r word; [ "$word" = over ] || { kill -KILL "-$1" 2>/dev/null; sleep 0.2; rm -rf "$2"; }'

function watchOver(pid: number, folder: string): () => Promise<void> {
  const watcher = spawn('sh', ['-c', watchScript, 'sh', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  watcher.unref()
  watcher.stdin.on('error', () => undefined)
  if ('unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') watcher.stdin.unref()
  const gone = once(watcher, 'close')
  return async () => {
    // It is waited for now, so it keeps us.
    watcher.ref()
    watcher.stdin.end('over\n')
    await gone
  }
}
