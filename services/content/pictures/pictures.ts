/**
 * Pictures are looked at and shrunk in a process of their own: one task at a time, each with a time limit after which the
 * process is killed. It is started when needed and ended after a while without work.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Clock, Log } from '@floowe/platform'
import type { FromProcess, Inspected, PictureAnswer, PictureTask, ShrinkTask, Shrunk, ToProcess } from './protocol.ts'

/** The file is no readable picture, has too many pixels, or took too long. */
export class PictureRefused extends Error {
  readonly code: 'too-many-pixels' | 'unreadable' | 'timed-out'
  constructor(code: PictureRefused['code'], text: string) {
    super(text)
    this.name = 'PictureRefused'
    this.code = code
  }
}
/** The process broke or too much is waiting; the same task may succeed later. */
export class PicturesUnavailable extends Error {}

export type Pictures = {
  /** @throws PictureRefused, PicturesUnavailable */
  inspect: (file: string) => Promise<Inspected>
  shrink: (task: Omit<ShrinkTask, 'kind'>) => Promise<Shrunk>
  isRunning: () => boolean
  /** Kills the process; what waits is refused as unavailable. */
  stop: () => Promise<void>
}

const waitingMax = 200
const program = fileURLToPath(new URL('./process.ts', import.meta.url))

export function createPictures({ clock, log, idleMs, timeoutMs }: { clock: Clock; log: Log; idleMs: number; timeoutMs: number }): Pictures {
  let child: ChildProcess | null = null
  let cancelIdle = (): void => undefined
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let number = 0
  let stopped = false

  const start = (): ChildProcess => {
    // No variable of this process reaches it: it needs none, and some are secrets.
    const started = fork(program, [], { execArgv: [], env: { MALLOC_ARENA_MAX: '2' }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' })
    started.on('error', (error) => log.warn('the picture process broke', { error }))
    started.on('exit', () => {
      if (child === started) child = null
    })
    return started
  }
  const kill = async (): Promise<void> => {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGKILL')
    await gone
  }

  const run = async (task: PictureTask): Promise<PictureAnswer> => {
    if (stopped) throw new PicturesUnavailable('stopping')
    cancelIdle()
    const id = ++number
    const asked = child ?? (child = start())
    const { promise, resolve, reject } = Promise.withResolvers<PictureAnswer>()
    const hear = (message: unknown): void => {
      const { id: answered, answer } = message as FromProcess // our own program on the other end
      if (answered === id) resolve(answer)
    }
    const broken = (): void => reject(new PicturesUnavailable('the picture process ended'))
    const cancelLimit = clock.at(clock.now() + timeoutMs, () => reject(new PictureRefused('timed-out', `took longer than ${timeoutMs} ms`)))
    asked.on('message', hear)
    asked.once('exit', broken)
    asked.once('error', broken)
    try {
      asked.send({ id, task } satisfies ToProcess)
      return await promise
    } catch (error) {
      // Whatever it was doing must not go on beside the next task.
      await kill()
      throw error
    } finally {
      cancelLimit()
      asked.off('message', hear)
      asked.off('exit', broken)
      asked.off('error', broken)
      cancelIdle = clock.at(clock.now() + idleMs, () => void kill())
    }
  }

  const ask = async (task: PictureTask): Promise<Extract<PictureAnswer, { ok: true }>> => {
    if (waiting >= waitingMax) throw new PicturesUnavailable('too many pictures wait')
    waiting += 1
    const turn = queue.then(() => run(task))
    queue = turn.catch(() => undefined)
    try {
      const answer = await turn
      if (!answer.ok) throw new PictureRefused(answer.code, answer.text)
      return answer
    } finally {
      waiting -= 1
    }
  }
  return {
    inspect: async (file) => given((await ask({ kind: 'inspect', file })).inspected),
    shrink: async (task) => given((await ask({ kind: 'shrink', ...task })).shrunk),
    isRunning: () => child !== null,
    stop: async () => {
      stopped = true
      cancelIdle()
      await kill()
    },
  }
}

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new PicturesUnavailable('the picture process answered something else')
  return value
}
