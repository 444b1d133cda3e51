/** Floowe as a process of its own, pinned to one core, in a folder of its own; with an owner and a client. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { treeOf } from './measure.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo // a TCP server's address is never a string
      server.close(() => resolve(port))
    })
  })

/** The server on core 0 and the load on core 1, where there are two. */
export const pinned = (program: string, args: readonly string[]): [string, string[]] =>
  availableParallelism() > 1 ? ['taskset', ['-c', '0', program, ...args]] : [program, [...args]]
export function pinSelf(): void {
  if (availableParallelism() > 1) spawn('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' })
}

export type Started = {
  url: string
  folder: string
  child: ChildProcess
  readyMs: number
  lines: string[]
  tree: () => number[]
  stop: () => Promise<void>
  kill: () => Promise<void>
}

export type StartOptions = {
  folder?: string
  /** Standard: a free one. */
  port?: number
  variables?: Record<string, string>
  main?: string
  isPinned?: boolean
}

/** Starts a main and waits until `/readyz` says so. @returns with the milliseconds from spawn to the first 200 */
export async function startFloowe({
  folder: given,
  port: wanted,
  variables = {},
  main = 'launch/all-in-one.ts',
  isPinned = true,
}: StartOptions = {}): Promise<Started> {
  const folder = given ?? (await mkdtemp(path.join(tmpdir(), 'floowe-bench-')))
  const port = wanted ?? (await freePort())
  const [program, args] = isPinned
    ? pinned(process.execPath, [path.join(root, main)])
    : [process.execPath, [path.join(root, main)]]
  const begun = performance.now()
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FLOOWE_DATA: folder,
      FLOOWE_PORT: String(port),
      FLOOWE_DEMO: 'off',
      FLOOWE_LOG_LEVEL: 'error',
      FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
      FLOOWE_REQUESTS_PER_MINUTE: '1000000',
      FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
      FLOOWE_SENSITIVE_PER_MINUTE: '10000',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)))
  child.stderr?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)))
  const url = `http://127.0.0.1:${port}`
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let readyMs = Number.NaN
  for (let poll = 0; poll < 30_000 && child.exitCode === null; poll++) {
    const status = await fetch(`${url}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 200) {
      readyMs = performance.now() - begun
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  if (Number.isNaN(readyMs)) throw new Error(`Floowe did not start:\n${lines.join('\n')}`)
  const end = (signal: NodeJS.Signals) => async (): Promise<void> => {
    child.kill(signal)
    await ended
    if (!given && signal !== 'SIGKILL') await rm(folder, { recursive: true, force: true })
  }
  return {
    url,
    folder,
    child,
    readyMs,
    lines,
    tree: () => treeOf(child.pid ?? 0),
    stop: end('SIGTERM'),
    kill: end('SIGKILL'),
  }
}

export type Ask = (method: string, target: string, body?: unknown) => Promise<any> // any operation's answer

/** Makes the first owner by the first-run page and answers with a client that uses the local credential. */
export async function setUp({ url, folder, lines }: Started): Promise<Ask> {
  for (let poll = 0; poll < 500 && !lines.some((line) => line.includes('with the code')); poll++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  const code = /with the code (\S+)/.exec(lines.join('\n'))?.[1]
  const answer = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code,
      owner: { name: 'Bench', email: 'bench@example.com', password: 'a long enough password', locale: 'en' },
      workspace: { name: 'Bench', slug: 'bench', language: 'en', zone: 'UTC' },
    }),
  })
  if (!answer.ok) throw new Error(`setup answered ${answer.status}: ${await answer.text()}`)
  return clientOf(url, (await readFile(path.join(folder, 'local-credential'), 'utf8')).trim())
}

export function clientOf(url: string, credential: string): Ask {
  return async (method, target, body) => {
    const isForm = body instanceof FormData
    const answer = await fetch(`${url}/api/v1${target}`, {
      method,
      headers: {
        authorization: `Bearer ${credential}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${target} answered ${answer.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as unknown
  }
}
