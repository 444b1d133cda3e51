/**
 * Pictures are looked at and shrunk in a process of their own: one task at a time, each with a time limit after which the
 * process is killed. It is started when needed and ended after a while without work.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Clock, Log } from '@floowe/platform'
import type {
  FitTask,
  FromProcess,
  Inspected,
  PictureAnswer,
  PictureFile,
  PictureTask,
  ShrinkTask,
  Shrunk,
  ToProcess,
} from './protocol.ts'

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
  /** Starts the process ahead of its first task, which then need not wait for it. */
  expect: () => void
  /** @throws PictureRefused, PicturesUnavailable */
  inspect: (file: string) => Promise<Inspected>
  shrink: (task: Omit<ShrinkTask, 'kind'>) => Promise<Shrunk>
  /** Null when it cannot be made to fit. */
  fit: (task: Omit<FitTask, 'kind'>) => Promise<PictureFile | null>
  /** Null while there is none. */
  processId: () => number | null
  /** Kills the process; what waits is refused as unavailable. */
  stop: () => Promise<void>
}

const waitingMax = 200
const program = fileURLToPath(new URL('./process.ts', import.meta.url))

type Limits = { clock: Clock; log: Log; idleMs: number; timeoutMs: number }

export function createPictures(limits: Limits): Pictures {
  const worker = createWorker(limits)
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const ask = async (task: PictureTask): Promise<Extract<PictureAnswer, { ok: true }>> => {
    if (waiting >= waitingMax) throw new PicturesUnavailable('too many pictures wait')
    waiting += 1
    const turn = queue.then(() => worker.run(task))
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
    expect: worker.expect,
    inspect: async (file) => given((await ask({ kind: 'inspect', file })).inspected),
    shrink: async (task) => given((await ask({ kind: 'shrink', ...task })).shrunk),
    fit: async (task) => given((await ask({ kind: 'fit', ...task })).fitted),
    processId: worker.processId,
    stop: worker.stop,
  }
}

/** The process and the one task it has. */
function createWorker({ clock, log, idleMs, timeoutMs }: Limits) {
  let child: ChildProcess | null = null
  let cancelIdle = (): void => undefined
  let number = 0
  let isStopped = false

  const started = (): ChildProcess => {
    if (child) return child
    // No variable of this process reaches it: it needs none, and some are secrets.
    const made = fork(program, [], {
      execArgv: [],
      env: { MALLOC_ARENA_MAX: '2' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    })
    made.on('error', (error) => log.warn('the picture process broke', { error }))
    made.on('exit', () => {
      if (child === made) child = null
    })
    child = made
    return made
  }
  const kill = async (): Promise<void> => {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGKILL')
    await gone
  }
  const endLater = (): void => {
    cancelIdle()
    cancelIdle = clock.at(clock.now() + idleMs, () => void kill())
  }
  return {
    processId: (): number | null => child?.pid ?? null,
    expect: (): void => {
      if (isStopped || child) return
      started()
      endLater()
    },
    run: async (task: PictureTask): Promise<PictureAnswer> => {
      if (isStopped) throw new PicturesUnavailable('stopping')
      cancelIdle()
      try {
        return await askOnce(started(), { id: ++number, task }, clock, timeoutMs)
      } catch (error) {
        // Whatever it was doing must not go on beside the next task.
        await kill()
        throw error
      } finally {
        endLater()
      }
    },
    stop: async (): Promise<void> => {
      isStopped = true
      cancelIdle()
      await kill()
    },
  }
}

/** @throws PictureRefused timed-out; PicturesUnavailable when the process ends */
async function askOnce(
  asked: ChildProcess,
  message: ToProcess,
  clock: Clock,
  timeoutMs: number,
): Promise<PictureAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PictureAnswer>()
  const hear = (heard: unknown): void => {
    const { id, answer } = heard as FromProcess // our own program on the other end
    if (id === message.id) resolve(answer)
  }
  const broken = (): void => reject(new PicturesUnavailable('the picture process ended'))
  const cancelLimit = clock.at(clock.now() + timeoutMs, () =>
    reject(new PictureRefused('timed-out', `took longer than ${timeoutMs} ms`)),
  )
  asked.on('message', hear)
  asked.once('exit', broken)
  asked.once('error', broken)
  try {
    asked.send(message)
    return await promise
  } finally {
    cancelLimit()
    asked.off('message', hear)
    asked.off('exit', broken)
    asked.off('error', broken)
  }
}

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new PicturesUnavailable('the picture process answered something else')
  return value
}
