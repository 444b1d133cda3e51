/** `npm start` in a folder of its own, started again whenever it ends, as a service manager would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@floowe/testbed/server'
import { fillForAWhile, type SmallDisk } from './small-disk.ts'
import { answersReady, type Fault, loadVariables, type Subject } from './shape.ts'

const main = fileURLToPath(new URL('../../launch/all-in-one.ts', import.meta.url))
const readyMsMax = 120_000
const startAgainAfterMs = 100
const stopMsMax = 30_000

/** @param disk a small one that holds the data folder; null: it lies in `folder` */
export async function startAllInOne(folder: string, disk: SmallDisk | null): Promise<Subject> {
  const data = path.join(disk?.folder ?? folder, 'data')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log = createWriteStream(path.join(folder, 'all-in-one.log'), { flags: 'a' })
  let child: ChildProcess | null = null
  let starts = 0
  let isWanted = true
  let timer: NodeJS.Timeout | undefined
  let text = ''
  const start = (): void => {
    starts += 1
    const made = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        FLOOWE_DATA: data,
        FLOOWE_PORT: String(port),
        FLOOWE_DEMO: 'off',
        ...loadVariables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = made
    made.stdout.on('data', (chunk: Buffer) => void (text = (text + chunk.toString()).slice(-20_000)))
    made.stdout.pipe(log, { end: false })
    made.stderr.pipe(log, { end: false })
    made.once('exit', (code, signal) => {
      log.write(`ended: ${code ?? signal}\n`)
      if (child === made) child = null
      if (isWanted) timer = setTimeout(start, startAgainAfterMs)
    })
  }
  start()
  // Whatever ends us ends it, too.
  process.once('exit', () => child?.kill('SIGKILL'))
  const isWell = (): Promise<boolean> => answersReady(url)
  await until(isWell, readyMsMax, () => `all-in-one is not ready:\n${text}`)
  const postmaster = (): number =>
    Number(readFileSync(path.join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
  const startedAgain = (strike: () => void): Pick<Fault, 'strike' | 'isWell'> => {
    let before = 0
    return {
      strike: () => {
        before = starts
        strike()
      },
      isWell: async () => starts > before && (await isWell()),
    }
  }
  const killApp = (): void => void child?.kill('SIGKILL')
  const killDatabase = (): void => void process.kill(postmaster(), 'SIGKILL')
  const place = 'all-in-one'
  const faults: Fault[] = [
    { name: 'kill all-in-one', kind: 'kill', through: 'any', place, ...startedAgain(killApp) },
    {
      name: 'kill all-in-one and its database',
      kind: 'kill',
      through: 'any',
      place,
      ...startedAgain(() => {
        killDatabase()
        killApp()
      }),
    },
    { name: 'kill the bundled database', kind: 'kill', through: 'any', place, ...startedAgain(killDatabase) },
  ]
  if (disk)
    faults.push({
      name: 'full disk',
      kind: 'disk',
      through: 'any',
      place,
      strike: () => fillForAWhile(disk.folder),
      isWell,
    })
  return {
    shape: 'all-in-one',
    url,
    setupCode: /with the code (\S+)/.exec(text)?.[1] ?? '',
    credential: readFileSync(path.join(data, 'local-credential'), 'utf8').trim(),
    faults,
    lanes: 1,
    isWell,
    logFolder: folder,
    stop: async () => {
      isWanted = false
      clearTimeout(timer)
      if (child) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const late = setTimeout(() => child?.kill('SIGKILL'), stopMsMax)
        await gone
        clearTimeout(late)
      }
      log.end()
    },
  }
}

export async function until(check: () => Promise<boolean>, msMax: number, explain: () => string): Promise<void> {
  const endMs = Date.now() + msMax
  while (!(await check())) {
    if (Date.now() > endMs) throw new Error(explain())
    await pause(50)
  }
}
