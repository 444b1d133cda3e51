/** Floowe as it is run by people, with addresses of the emulators: standard settings, in both shapes, and what kills their parts. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { until } from '@floowe/faults/shapes/all-in-one.ts'
import { jumpName } from './kills.ts'
import type { Random } from '@floowe/faults/random.ts'
import { answersReady } from '@floowe/faults/shapes/shape.ts'
import { startCluster } from '@floowe/testbed/cluster/cluster'
import { type Clock, startClock } from '@floowe/testbed/faketime'
import { freePort } from '@floowe/testbed/server'

export type Shape = 'all-in-one' | 'cluster'
export type Kill = { name: string; strike: (random: Random) => void | Promise<void>; isWell: () => Promise<boolean> }
export type Subject = {
  url: string
  setupCode: string
  credential: string
  kills: readonly Kill[]
  isWell: () => Promise<boolean>
  stop: () => Promise<void>
}
type Variables = Readonly<Record<string, string>>

/**
 * Only what a test on one machine cannot do without: the emulators are on loopback, one address asks for everything, and one account of
 * each network gets more than any network takes. What is in feeds has to be shown in as many of them as show everything.
 */
const ownVariables: Variables = {
  FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
  FLOOWE_REQUESTS_PER_MINUTE: '1000000',
  FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
  FLOOWE_SENSITIVE_PER_MINUTE: '10000',
  FLOOWE_PUBLISHING_BUDGETS: 'off',
  FLOOWE_PUBLISHING_CHANNELS_MAX: '1000',
}
const main = fileURLToPath(new URL('../launch/all-in-one.ts', import.meta.url))
const readyMsMax = 180_000
const startAgainAfterMs = 100
const stopMsMax = 30_000
/** Less than the minute after which plans count as missed while nobody was there to look. */
const jumpSeconds = { least: 2, most: 45 }
const jumpedMs = { least: 3_000, most: 9_000 }
/** Until a process has seen that its clock is right again. */
const clockSeenMs = 2_000

export const startSubject = (shape: Shape, folder: string, variables: Variables): Promise<Subject> =>
  shape === 'all-in-one'
    ? startAllInOne(folder, { ...ownVariables, ...variables })
    : startWhole(folder, { ...ownVariables, ...variables })

/** Its wall clock jumps, forward or back, and some seconds later it jumps back to what is right. */
const jumpOf = (name: string, { jump }: Clock): Kill => ({
  name: `${jumpName} of ${name}`,
  strike: async (random) => {
    const seconds = random.whole(jumpSeconds.least, jumpSeconds.most)
    jump(random.next() < 0.5 ? -seconds : seconds)
    await pause(random.whole(jumpedMs.least, jumpedMs.most))
    jump(0)
    await pause(clockSeenMs)
  },
  isWell: async () => true,
})

/** Like the one of `faults`, with variables of our own. */
async function startAllInOne(folder: string, variables: Variables): Promise<Subject> {
  const data = path.join(folder, 'data')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const clock = startClock(path.join(folder, 'clock'))
  const keeper = keepStarted(folder, {
    ...{ ...variables, ...clock.variables },
    ...{ FLOOWE_DATA: data, FLOOWE_PORT: String(port) },
  })
  const isWell = (): Promise<boolean> => answersReady(url)
  try {
    await until(isWell, readyMsMax, () => `all-in-one is not ready:\n${keeper.text()}`)
  } catch (error) {
    await keeper.stop()
    throw error
  }
  const killOf = (name: string, strike: () => void): Kill => {
    let before = 0
    return {
      name,
      strike: () => {
        before = keeper.starts()
        strike()
      },
      isWell: async () => keeper.starts() > before && (await isWell()),
    }
  }
  const killDatabase = (): void => {
    const file = path.join(data, 'postgres', 'postmaster.pid')
    if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL')
  }
  return {
    url,
    setupCode: /with the code (\S+)/.exec(keeper.text())?.[1] ?? '',
    credential: readFileSync(path.join(data, 'local-credential'), 'utf8').trim(),
    kills: [
      killOf('kill the program', keeper.kill),
      killOf('kill the bundled database', killDatabase),
      jumpOf('the program', clock),
    ],
    isWell,
    stop: keeper.stop,
  }
}

/** Started again whenever it ends, as a service manager would. */
function keepStarted(folder: string, variables: Variables) {
  const log = createWriteStream(path.join(folder, 'all-in-one.log'), { flags: 'a' })
  let child: ChildProcess | null = null
  let starts = 0
  let isWanted = true
  let timer: NodeJS.Timeout | undefined
  let text = ''
  const start = (): void => {
    starts += 1
    const made = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], FLOOWE_DEMO: 'off', ...variables },
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
  const end = (): void => void child?.kill('SIGKILL')
  // Whatever ends us ends it, too.
  process.once('exit', end)
  return {
    text: () => text,
    starts: () => starts,
    kill: end,
    stop: async (): Promise<void> => {
      isWanted = false
      clearTimeout(timer)
      if (child) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const late = setTimeout(() => child?.kill('SIGKILL'), stopMsMax)
        await gone
        clearTimeout(late)
      }
      process.off('exit', end)
      log.end()
    },
  }
}

async function startWhole(folder: string, variables: Variables): Promise<Subject> {
  const clocks = new Map<string, Clock>()
  const cluster = await startCluster({
    folder: path.join(folder, 'data'),
    hasDemo: false,
    variables,
    // Each worker has a clock of its own, so that they disagree.
    detour: async ({ name }) => {
      if (!name.startsWith('publishing')) return {}
      const clock = startClock(path.join(folder, `clock-${name}`))
      clocks.set(name, clock)
      return clock.variables
    },
  })
  const { url, processes, servers } = cluster
  const isWell = async (): Promise<boolean> => {
    const all = [url, ...processes.map(({ port }) => `http://127.0.0.1:${port}`)]
    return (await Promise.all(all.map(answersReady))).every(Boolean)
  }
  const workers = processes.filter(({ name }) => name.startsWith('publishing'))
  const kills = workers.map((one): Kill => {
    let before = 0
    return {
      name: `kill ${one.name}`,
      strike: () => {
        before = one.starts()
        one.signal('SIGKILL')
      },
      isWell: async () => one.starts() > before && (await answersReady(`http://127.0.0.1:${one.port}`)),
    }
  })
  for (const [name, clock] of clocks) kills.push(jumpOf(name, clock))
  const [rabbitmq, postgres] = [servers.own.get('rabbitmq'), servers.own.get('postgres')]
  // PostgreSQL is not our child, so it is restarted, not killed.
  if (rabbitmq) kills.push({ name: 'kill rabbitmq', strike: () => rabbitmq.restart('SIGKILL'), isWell })
  if (postgres) kills.push({ name: 'restart postgresql', strike: () => postgres.restart(), isWell })
  return {
    url,
    setupCode: cluster.setupCode,
    credential: readFileSync(path.join(cluster.folder, 'local-credential'), 'utf8').trim(),
    kills,
    isWell,
    stop: cluster.stop,
  }
}
