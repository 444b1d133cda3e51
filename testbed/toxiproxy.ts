/** Toxiproxy: a way to a server that can be made slow, cut or closed. */
import { mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { firstRunnable, onPath, type Program, run, toolsFolder } from './programs.ts'
import { freePort, isListening, privateFolder, type Server, startServer } from './server.ts'

const built = path.join(toolsFolder, 'toxiproxy-server')

export const program: Program = {
  name: 'toxiproxy',
  find: () => onPath('toxiproxy-server') ?? firstRunnable([built]),
  install: async () => {
    if (onPath('go') === null) throw new Error('toxiproxy is built from source: install Go first')
    mkdirSync(toolsFolder, { recursive: true })
    // Its program is called `server`, so it is built beside others and moved to a name that says what it is.
    const bin = path.join(toolsFolder, 'toxiproxy-build')
    await run('go', ['install', 'github.com/Shopify/toxiproxy/v2/cmd/server@latest'], { env: { GOBIN: bin } })
    renameSync(path.join(bin, 'server'), built)
  },
  variable: null,
}

/** What can be done to the bytes on their way; `toxicity` is the share of connections, standard 1. */
export type Toxic = { stream?: 'upstream' | 'downstream'; toxicity?: number } & (
  | { type: 'latency'; latencyMs: number; jitterMs?: number }
  /** Ends connections with a reset after this time. */
  | { type: 'reset_peer'; timeoutMs: number }
  /** Lets nothing through, and closes connections after this time; 0 never does. */
  | { type: 'timeout'; timeoutMs: number }
  /** Closes connections after so many bytes. */
  | { type: 'limit_data'; bytes: number }
)

export type Proxy = {
  /** Where to connect instead. */
  port: number
  /** Answers how to take it away again. */
  add: (toxic: Toxic) => Promise<() => Promise<void>>
  /** Refuses connections and ends those that are, until called with `false`. */
  down: (isDown: boolean) => Promise<void>
  /** Takes all toxics away and lets connections through. */
  heal: () => Promise<void>
}
export type Toxiproxy = Server & { proxyTo: (upstreamPort: number) => Promise<Proxy> }

/** At once. */
export async function startToxiproxy(): Promise<Toxiproxy> {
  const found = program.find()
  if (found === null) throw new Error('toxiproxy is not here: npm run testbed -- install toxiproxy')
  const port = await freePort()
  const server = await startServer({
    name: 'toxiproxy',
    program: found,
    args: ['-host', '127.0.0.1', '-port', String(port)],
    folder: privateFolder('toxiproxy'),
    isUp: () => isListening(port),
    upWithinMs: 10_000,
  })
  const ask = async (method: string, target: string, body?: object): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${target}`, {
      method,
      signal: AbortSignal.timeout(5_000),
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`toxiproxy: ${method} ${target} was answered with ${answer.status}: ${text}`)
  }
  return { ...server, proxyTo: (upstreamPort) => makeProxy(ask, upstreamPort) }
}

type Asker = (method: string, target: string, body?: object) => Promise<void>

async function makeProxy(ask: Asker, upstreamPort: number): Promise<Proxy> {
  const port = await freePort()
  const name = `to-${upstreamPort}-from-${port}`
  const toxics = new Set<string>()
  let count = 0
  await ask('POST', '/proxies', {
    name,
    listen: `127.0.0.1:${port}`,
    upstream: `127.0.0.1:${upstreamPort}`,
    enabled: true,
  })
  const down = (isDown: boolean): Promise<void> => ask('POST', `/proxies/${name}`, { enabled: !isDown })
  const remove = async (toxic: string): Promise<void> => {
    if (toxics.delete(toxic)) await ask('DELETE', `/proxies/${name}/toxics/${toxic}`)
  }
  return {
    port,
    add: async ({ stream = 'downstream', toxicity = 1, ...toxic }) => {
      count += 1
      const own = `${toxic.type}-${count}`
      await ask('POST', `/proxies/${name}/toxics`, {
        name: own,
        stream,
        toxicity,
        type: toxic.type,
        attributes: attributesOf(toxic),
      })
      toxics.add(own)
      return () => remove(own)
    },
    down,
    heal: async () => {
      for (const toxic of [...toxics]) await remove(toxic)
      await down(false)
    },
  }
}

type Plain<One> = One extends unknown ? Omit<One, 'stream' | 'toxicity'> : never

function attributesOf(toxic: Plain<Toxic>): object {
  if (toxic.type === 'latency') return { latency: toxic.latencyMs, jitter: toxic.jitterMs ?? 0 }
  if (toxic.type === 'limit_data') return { bytes: toxic.bytes }
  return { timeout: toxic.timeoutMs }
}
