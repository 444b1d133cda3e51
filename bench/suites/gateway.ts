/** What the gateway adds to a request, in one process and as a proxy, and what a call over HTTP costs beside the loopback. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { contracts } from '@floowe/contracts/index'
import { program as nginx } from '@floowe/testbed/nginx'
import { isListening, privateFolder, startServer } from '@floowe/testbed/server'
import { freePort, pinned, pinSelf } from '../floowe.ts'
import { inRounds, type Load, ratios, type Side } from '../load.ts'
import { treeOf } from '../measure.ts'
import { figure, type Suite } from '../suite.ts'
import { callCosts } from './calls.ts'

const requests = 4_000
const connections = 32
const keys = 100
const routes = 100
const id = '0190aaaa-0000-7000-8000-000000000009'

export const suite: Suite = {
  about: `${routes} addresses, ${keys} keys, ${connections} connections, 1 kB answers: CPU of the front alone; calls between services`,
  run: async ({ rounds, tell }) => {
    pinSelf()
    const upstream = await startFront('upstream')
    const running: Front[] = [upstream]
    const front = async (role: string): Promise<Front> => {
      const made = await startFront(role, upstream.url)
      running.push(made)
      return made
    }
    try {
      const sides: Record<string, Side> = {}
      for (const role of ['bare', 'floowe', 'undici', 'proxy']) sides[role] = sideOf(await front(role))
      const nginx = await startNginx(upstream.url)
      if (nginx) {
        running.push(nginx)
        sides['nginx'] = sideOf(nginx)
      } else tell('nginx is not here (npm run testbed -- install nginx); its figure is missing')
      const costs = await inRounds(rounds, sides)
      const of = (role: string): readonly number[] => costs[role]?.answered ?? []
      const added = of('floowe').map((cost, round) => cost - (of('bare')[round] ?? Number.NaN))
      return [
        figure('bare Fastify route: CPU', 'µs', of('bare')),
        figure('gateway over a service in its process: CPU', 'µs', of('floowe')),
        figure('added by the gateway', 'µs', added, { atMost: 60 }),
        figure('undici alone, proxying: CPU', 'µs', of('undici')),
        figure('gateway, proxying with keys and limits: CPU', 'µs', of('proxy')),
        figure('gateway / undici alone', '×', ratios(of('proxy'), of('undici')), { atMost: 1.6 }),
        ...(nginx
          ? [
              figure('nginx, proxying without keys and limits: CPU', 'µs', of('nginx')),
              figure('gateway / nginx', '×', ratios(of('proxy'), of('nginx'))),
            ]
          : []),
        ...(await callCosts(rounds)),
      ]
    } finally {
      for (const one of running) await one.stop()
    }
  },
}

type Front = { url: string; tree: () => number[]; stop: () => Promise<void> }

async function startFront(role: string, upstream = ''): Promise<Front> {
  const port = await freePort()
  const [program, args] = pinned(process.execPath, [fileURLToPath(new URL('../hosts/front.ts', import.meta.url))])
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      BENCH_ROLE: role,
      BENCH_PORT: String(port),
      BENCH_UPSTREAM: upstream,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([
    new Promise<void>((resolve) => createInterface(child.stdout).once('line', () => resolve())),
    ended.then(() => Promise.reject(new Error(`${role} ended`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    tree: () => treeOf(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function startNginx(upstream: string): Promise<Front | null> {
  const program = nginx.find()
  if (program === null) return null
  const [port, folder] = [await freePort(), privateFolder('nginx')]
  const config = path.join(folder, 'nginx.conf')
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
upstream one { server ${new URL(upstream).host}; keepalive 128; }
server { listen 127.0.0.1:${port}; location / { proxy_pass http://one; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  )
  const [pinnedProgram, args] = pinned(program, ['-c', config, '-p', folder])
  const server = await startServer({
    name: 'nginx',
    program: pinnedProgram,
    args,
    folder,
    isUp: () => isListening(port),
    upWithinMs: 5_000,
  })
  return { url: `http://127.0.0.1:${port}`, tree: () => treeOf(server.pid()), stop: server.stop }
}

/** Addresses of content's own operations that a GET may have. */
const targets = ((): string[] => {
  const paths = Object.values(
    contracts.content as Record<string, { '~orpc': { route?: { method?: string; path?: string } } }>,
  ) // declared with oRPC
    .map((operation) => operation['~orpc'].route)
    .flatMap((route) => (route?.method === 'GET' && route.path ? [route.path] : []))
  return Array.from({ length: routes }, (_, n) => {
    const chosen = paths[n % paths.length] ?? '/articles'
    return `/api/v1${chosen.replace(/\{\w+\}/g, `${id.slice(0, -2)}${String(n % 100).padStart(2, '0')}`)}`
  })
})()

const sideOf = ({ url, tree }: Front): Side => ({
  tree,
  work: (): Load => ({
    url,
    count: requests,
    connections,
    ask: (n) => ({
      path: targets[n % routes] ?? '/api/v1/articles',
      headers: { authorization: `Bearer flo_key-number-${n % keys}` },
    }),
    check: ({ status, body }) => {
      if (status !== 200 || body.length < 1_000)
        throw new Error(`answered ${status} with ${body.length} bytes: ${body.subarray(0, 200)}`)
    },
  }),
})
