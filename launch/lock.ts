import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { writeWhole } from './data-folder.ts'
import { StartRefused, systemCode } from './start-refused.ts'

/**
 * Who may use a data folder: one living process. The lock is a name that the kernel frees when the process ends, however
 * it ends, so nothing stale can be left behind.
 *
 * - Linux: a listening abstract socket named by the hash of the folder's real path. Abstract names belong to a network
 *   namespace, so a second socket inside the folder (`lock.sock`) tells two containers that share the folder apart.
 * - Windows: a named pipe. Other systems: a file opened with an exclusive lock, and `lock.sock` to answer on.
 *
 * Whoever connects is told the holder's pid, start and address as one line of JSON. Any local user may ask, so the
 * answer holds nothing secret. A holder that is stopped or busy does not answer; the lock holds all the same.
 */
export type Lock = {
  readonly folder: string
  readonly startedAt: Date
  /** Tells later starts where this one can be reached. */
  setAddress(address: string): void
  /** Gives the folder back. May be repeated. */
  release(): Promise<void>
}

export type Holder = { pid: number; startedAt: string; address: string }

/** The folder is in use. `holder` is missing when it could not be learnt; `answered` is false for a stopped holder. */
export class LockHeld extends StartRefused {
  override name = 'LockHeld'
  readonly holder: Holder | undefined
  readonly answered: boolean

  constructor(sentence: string, holder: Holder | undefined, answered: boolean) {
    super('lock-held', sentence)
    this.holder = holder
    this.answered = answered
  }
}

/** A second start is refused within 50 ms, so a stopped holder is given less than that. */
const answerWithinMs = 25
const busyAnswerWithinMs = 1_000
const connectWithinMs = 5_000
const answerBytesMax = 2048
const attemptsMax = 3
const socketPathBytesMax = 100

/** Takes the lock on a data folder (its real path) or throws `LockHeld` naming the holder. Waits for nobody. */
export async function holdLock(folder: string): Promise<Lock> {
  const answer: Holder = { pid: process.pid, startedAt: new Date().toISOString(), address: '' }
  const release = await occupy(folder, answer)
  const note = path.join(folder, 'holder.json')
  try {
    writeWhole(note, `${JSON.stringify(answer)}\n`)
  } catch (error) {
    await release()
    throw error
  }
  let released: Promise<void> | undefined
  return {
    folder,
    startedAt: new Date(answer.startedAt),
    setAddress: (address) => {
      answer.address = address.slice(0, 300)
      if (!released) writeWhole(note, `${JSON.stringify(answer)}\n`)
    },
    release: () => {
      if (!released) {
        fs.rmSync(note, { force: true })
        released = release()
      }
      return released
    },
  }
}

/** The name under which the lock of a folder is held; on Linux it is seen in /proc/net/unix with an `@` before it. */
export function lockName(folder: string): string {
  return `floowe-${createHash('sha256').update(folder).digest('hex').slice(0, 40)}`
}

async function occupy(folder: string, answer: Holder): Promise<() => Promise<void>> {
  const parts: (() => Promise<void>)[] = []
  const releaseAll = async () => {
    for (const part of parts.splice(0).reverse()) await part()
  }
  try {
    if (process.platform === 'linux') parts.push(await take(folder, `\0${lockName(folder)}`, answer))
    else if (process.platform === 'win32') parts.push(await take(folder, `\\\\.\\pipe\\${lockName(folder)}`, answer))
    else parts.push(await takeFile(folder))
    if (process.platform !== 'win32') parts.push(await takeSocketFile(folder, answer))
    return releaseAll
  } catch (error) {
    await releaseAll()
    throw error
  }
}

/** Holds a name the kernel keeps unique. */
async function take(folder: string, name: string, answer: Holder): Promise<() => Promise<void>> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    try {
      return await listen(name, answer)
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE') {
        const reason = error instanceof Error ? error.message : String(error)
        throw new StartRefused('lock-failed', `The lock on ${folder} cannot be taken: ${reason}.`, error)
      }
      const asked = await askPatiently(folder, name)
      // The holder let go between our two calls: try once more.
      if (asked !== 'nobody') throw held(folder, asked === 'silent' ? undefined : asked)
    }
  }
  throw held(folder, undefined)
}

/** The lock of systems without abstract sockets: BSD's exclusive open, freed with the process like the others. */
async function takeFile(folder: string): Promise<() => Promise<void>> {
  const exclusiveLock = 0x20
  const nonBlocking = 0x4
  const { O_CREAT, O_RDWR } = fs.constants
  try {
    const handle = fs.openSync(path.join(folder, 'lock'), O_CREAT | O_RDWR | exclusiveLock | nonBlocking, 0o600)
    return async () => fs.closeSync(handle)
  } catch (error) {
    if (!['EAGAIN', 'EWOULDBLOCK'].includes(systemCode(error))) throw error
    const asked = await askPatiently(folder, path.join(folder, 'lock.sock'))
    throw held(folder, typeof asked === 'string' ? undefined : asked)
  }
}

/**
 * The socket inside the folder. It is reached by whoever shares the folder, also from another network namespace. A
 * socket file nobody listens on is what a killed holder leaves; it is replaced.
 */
async function takeSocketFile(folder: string, answer: Holder): Promise<() => Promise<void>> {
  const file = path.join(folder, 'lock.sock')
  if (Buffer.byteLength(file) > socketPathBytesMax) return async () => {}
  const asked = await askPatiently(folder, file)
  if (asked !== 'nobody') throw held(folder, asked === 'silent' ? undefined : asked)
  fs.rmSync(file, { force: true })
  try {
    return await listen(file, answer)
  } catch (error) {
    // Some shared folders carry no sockets; the first lock then stands alone.
    if (['EACCES', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'].includes(systemCode(error))) return async () => {}
    throw error
  }
}

function listen(name: string, answer: Holder): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.setTimeout(1000, () => socket.destroy())
      socket.end(`${JSON.stringify(answer)}\n`)
    })
    server.maxConnections = 32
    server.unref()
    server.once('error', reject)
    server.listen({ path: name }, () => {
      server.off('error', reject)
      server.on('error', () => {})
      resolve(() => new Promise((done) => server.close(() => done())))
    })
  })
}

/** A holder that is stopped is not waited for; one that is busy gets a moment more, so that it can say its address. */
async function askPatiently(folder: string, name: string): Promise<Holder | 'silent' | 'nobody'> {
  const asked = await ask(name, answerWithinMs)
  return asked === 'silent' && !isStopped(readHolder(readNote(folder))?.pid) ? ask(name, busyAnswerWithinMs) : asked
}

function isStopped(pid: number | undefined): boolean {
  try {
    return /\) [Tt] /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Asks whoever listens. `silent`: somebody listens, and said nothing sensible in time. `nobody`: no one listens. */
function ask(name: string, withinMs: number): Promise<Holder | 'silent' | 'nobody'> {
  return new Promise((resolve) => {
    let text = ''
    const socket = net.connect({ path: name })
    const finish = (outcome: Holder | 'silent' | 'nobody') => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    // On a busy machine it may be we who were not let run in time: what has arrived meanwhile is looked at first.
    const giveUp = () => setImmediate(() => setImmediate(() => finish(readHolder(text) ?? 'silent')))
    // Whether anybody listens is known without waiting for them; only their answer takes their time.
    let timer = setTimeout(giveUp, connectWithinMs)
    socket.on('connect', () => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, withinMs)
    })
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
      if (text.length > answerBytesMax) finish('silent')
    })
    socket.on('end', () => finish(readHolder(text) ?? 'silent'))
    socket.on('error', (error) =>
      finish(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(systemCode(error)) ? 'nobody' : 'silent'),
    )
  })
}

function readHolder(text: string): Holder | undefined {
  try {
    const { pid, startedAt, address } = JSON.parse(text)
    if (!Number.isInteger(pid) || Number.isNaN(Date.parse(startedAt)) || typeof address !== 'string') return undefined
    // What a stranger may have sent is printed on a terminal, so nothing but plain characters passes.
    return { pid, startedAt: new Date(startedAt).toISOString(), address: address.replace(/[^\x21-\x7e]/g, '') }
  } catch {
    return undefined
  }
}

function held(folder: string, answered: Holder | undefined): LockHeld {
  const holder = answered ?? readHolder(readNote(folder))
  if (holder && (process.platform === 'linux' ? holdsName(holder.pid, lockName(folder)) : answered)) {
    const since = holder.startedAt.replace('T', ' ').slice(0, 19)
    const where = holder.address ? `, at ${holder.address}` : ''
    const silence = answered
      ? ''
      : ' It does not answer: it is stopped, or too busy. Continue it (kill -CONT) or end it (kill -9), then start again.'
    return new LockHeld(
      `Floowe already runs on ${folder}: process ${holder.pid}, since ${since} UTC${where}.${silence} ` +
        'One data folder serves one Floowe; set FLOOWE_DATA to another folder to run a second.',
      holder,
      answered !== undefined,
    )
  }
  const claim = answered ? `It says it is process ${answered.pid}` : 'It does not answer'
  return new LockHeld(
    `The lock on ${folder} (${lockName(folder)}) is held by a process that cannot be seen from here. ${claim}: it may ` +
      'run in another container, or belong to another user of this machine who took the name. ' +
      'End it, or set FLOOWE_DATA to another folder.',
    answered,
    answered !== undefined,
  )
}

function readNote(folder: string): string {
  try {
    return fs.readFileSync(path.join(folder, 'holder.json'), 'utf8').slice(0, answerBytesMax)
  } catch {
    return ''
  }
}

/** Whether that process really has the abstract name open. An answer alone proves nothing: anybody may take a name. */
function holdsName(pid: number, name: string): boolean {
  try {
    const inodes = fs
      .readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(` @${name}`))
      .map((line) => line.trim().split(/\s+/)[6])
    return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        const target = fs.readlinkSync(`/proc/${pid}/fd/${fd}`)
        return inodes.some((inode) => target === `socket:[${inode}]`)
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}
