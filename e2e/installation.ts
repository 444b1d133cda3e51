/**
 * One installation for all journeys: `launch/all-in-one.ts` in a folder of its own, started as a newcomer would, or with
 * `--shape cluster` the same code as many processes. Both with the demo.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCluster } from '@floowe/testbed/cluster/cluster'
import type { TestProject } from 'vitest/node'
import { type NetworksAccess, startNetworks } from './networks.ts'

export type Access = { url: string; email: string; password: string; dataFolder: string }

declare module 'vitest' {
  interface ProvidedContext {
    access: Access
    networks: NetworksAccess
  }
}

const root = fileURLToPath(new URL('../', import.meta.url))
const readyMsMax = 90_000

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo // a TCP server's address is never a string
      server.close(() => resolve(port))
    })
  })

export type Started = Access & { stop: () => Promise<void>; child: ChildProcess; lines: string[] }

/** Resolves with the access that start printed. @param variables on top of those for a private folder and port */
export async function start(variables: Record<string, string> = {}): Promise<Started> {
  const dataFolder = variables['FLOOWE_DATA'] ?? (await mkdtemp(path.join(tmpdir(), 'floowe-e2e-')))
  const port = await freePort()
  const child = spawn(process.execPath, [path.join(root, 'launch/all-in-one.ts')], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FLOOWE_DATA: dataFolder,
      FLOOWE_PORT: String(port),
      ...patient,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const ready = Promise.withResolvers<void>()
  const read = (chunk: Buffer): void => {
    lines.push(...chunk.toString().split('\n').filter(Boolean))
    if (lines.some((line) => / ready in /.test(line))) ready.resolve()
  }
  child.stdout?.on('data', read)
  child.stderr?.on('data', read)
  child.once('exit', (code) => ready.reject(new Error(`start ended with ${code}:\n${lines.join('\n')}`)))
  const timer = setTimeout(() => ready.reject(new Error(`not ready:\n${lines.join('\n')}`)), readyMsMax)
  await ready.promise.finally(() => clearTimeout(timer))
  const line = lines.find((one) => / ready in /.test(one)) ?? ''
  const access = /(https?:\S+) · (?:sign in as (\S+) with (\S+))?/.exec(line)
  return {
    url: access?.[1] ?? '',
    email: access?.[2] ?? '',
    password: access?.[3] ?? '',
    dataFolder,
    child,
    lines,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
      if (!variables['FLOOWE_DATA']) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Journeys ask more often than people do. */
const patient = {
  FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
  FLOOWE_SENSITIVE_PER_MINUTE: '10000',
  FLOOWE_REQUESTS_PER_MINUTE: '100000',
  FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '100000',
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Before the servers, which are told where they are.
  const networks = await startNetworks()
  project.provide('networks', networks.access)
  try {
    const { stop, ...access } = await startWorld(networks.variables)
    project.provide('access', access)
    return async () => {
      await stop()
      await networks.stop()
    }
  } catch (error) {
    await networks.stop()
    throw error
  }
}

async function startWorld(variables: Record<string, string>): Promise<Access & { stop: () => Promise<void> }> {
  if (process.env['E2E_SHAPE'] === 'cluster') {
    const folder = await mkdtemp(path.join(tmpdir(), 'floowe-e2e-'))
    const { url, demo, stop } = await startCluster({ folder, variables: { ...patient, ...variables } })
    return {
      url,
      email: demo?.email ?? '',
      password: demo?.password ?? '',
      dataFolder: folder,
      stop: async () => {
        await stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  }
  const { stop, url, email, password, dataFolder } = await start(variables)
  return { url, email, password, dataFolder, stop }
}
