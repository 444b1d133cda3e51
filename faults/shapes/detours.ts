/** Ways from processes to their servers that can be cut, slowed down and broken in mid-answer. */
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Servers } from '@floowe/testbed/cluster/servers'
import { freePort } from '@floowe/testbed/server'
import { type Proxy, startToxiproxy } from '@floowe/testbed/toxiproxy'

export type Way = { process: string; server: Server; proxy: Proxy }
type Server = 'postgres' | 'mongodb' | 'redis' | 'rabbitmq'

export type Detours = {
  /** For `startCluster`: the variables of one process that lead through here. */
  of: (process: { name: string }, servers: Servers) => Promise<Record<string, string>>
  ways: () => readonly Way[]
  stop: () => Promise<void>
}

/** One process of each kind, so that where there are two the other goes on. */
const wanted: Readonly<Record<string, readonly Server[]>> = {
  identity: ['postgres', 'rabbitmq'],
  content: ['postgres', 'mongodb', 'redis', 'rabbitmq'],
  'publishing-1': ['postgres', 'rabbitmq'],
  site: ['postgres'],
  analytics: ['postgres', 'rabbitmq'],
  'gateway-1': ['postgres', 'redis', 'rabbitmq'],
}
const variableOf: Readonly<Record<Server, string>> = {
  postgres: 'FLOOWE_DATABASE_URL',
  mongodb: 'FLOOWE_MONGODB_URL',
  redis: 'FLOOWE_REDIS_URL',
  rabbitmq: 'FLOOWE_RABBITMQ_URL',
}

export async function openDetours(): Promise<Detours> {
  const toxiproxy = await startToxiproxy()
  const ways: Way[] = []
  const bridges = new Map<string, Bridge>()
  /** Toxiproxy speaks TCP only; the bundled PostgreSQL listens on a socket in a folder. */
  const portBehind = async (url: URL): Promise<number> => {
    const folder = url.searchParams.get('host')
    if (folder === null) return Number(url.port)
    const socket = path.join(folder, `.s.PGSQL.${url.port || '5432'}`)
    const known = bridges.get(socket) ?? (await bridgeTo(socket))
    bridges.set(socket, known)
    return known.port
  }
  return {
    of: async ({ name }, { variables, own }) => {
      const changed: Record<string, string> = {}
      for (const server of wanted[name] ?? []) {
        const variable = variableOf[server]
        // A server that is not ours may be anywhere, and used by others.
        if (!own.has(server)) continue
        const url = new URL(variables[variable] ?? '')
        const proxy = await toxiproxy.proxyTo(await portBehind(url))
        url.hostname = '127.0.0.1'
        url.port = String(proxy.port)
        url.searchParams.delete('host')
        changed[variable] = url.href
        ways.push({ process: name, server, proxy })
      }
      return changed
    },
    ways: () => ways,
    stop: async () => {
      await toxiproxy.stop()
      for (const { close } of bridges.values()) close()
    },
  }
}

type Bridge = { port: number; close: () => void }

async function bridgeTo(socketPath: string): Promise<Bridge> {
  const port = await freePort()
  const open = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ path: socketPath, allowHalfOpen: true })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.once('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

const cutMs = 30_000
const troubleMs = 12_000
const resetEveryMs = 600

/** What can be done to a way, each until it is healed again. */
export const troubles: Readonly<Record<string, (proxy: Proxy) => Promise<void>>> = {
  cut: async (proxy) => {
    await proxy.down(true)
    await pause(cutMs)
    await proxy.heal()
  },
  /** Connections stay and nothing comes through: the worst of all. */
  silent: async (proxy) => {
    await proxy.add({ type: 'timeout', timeoutMs: 0 })
    await proxy.add({ type: 'timeout', timeoutMs: 0, stream: 'upstream' })
    await pause(troubleMs)
    await proxy.heal()
  },
  slow: async (proxy) => {
    await proxy.add({ type: 'latency', latencyMs: 250, jitterMs: 200 })
    await pause(troubleMs)
    await proxy.heal()
  },
  /** Answers end in the middle, again and again. */
  broken: async (proxy) => {
    const endMs = Date.now() + troubleMs
    while (Date.now() < endMs) {
      const remove = await proxy.add({ type: 'reset_peer', timeoutMs: 40, toxicity: 0.7 })
      const removeCut = await proxy.add({ type: 'limit_data', bytes: 900, toxicity: 0.5 })
      await pause(resetEveryMs)
      await remove()
      await removeCut()
      await pause(resetEveryMs)
    }
    await proxy.heal()
  },
}
