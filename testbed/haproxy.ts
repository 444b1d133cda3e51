/** HAProxy before several gateways: what stands in front of a cluster. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { firstRunnable, installPackages, onPath, type Program } from './programs.ts'
import { freePort, isListening, privateFolder, type Server, startServer } from './server.ts'

export const program: Program = {
  name: 'haproxy',
  find: () => onPath('haproxy') ?? firstRunnable(['/usr/sbin/haproxy', '/usr/local/sbin/haproxy']),
  install: () => installPackages('haproxy'),
  variable: null,
}

export type Haproxy = Server & { url: string }

export type HaproxyOptions = {
  /** A free one when left out. */
  port?: number
  /** Ports of the gateways on this machine. */
  backends: readonly number[]
  checkPath?: string
  checkEveryMs?: number
}

/**
 * A gateway that fails three checks in a row (0.6 s, less than it drains) gets no new requests, until it passes one. A request goes to
 * another one only when no connection could be made: then it cannot have been begun.
 */
export async function startHaproxy(options: HaproxyOptions): Promise<Haproxy> {
  const found = program.find()
  if (found === null) throw new Error('haproxy is not here: npm run testbed -- install haproxy')
  const folder = privateFolder('haproxy')
  const port = options.port ?? (await freePort())
  const config = path.join(folder, 'haproxy.cfg')
  writeFileSync(config, configuration(port, options))
  const server = await startServer({
    name: 'haproxy',
    program: found,
    args: ['-db', '-f', config],
    folder,
    isUp: () => isListening(port),
    upWithinMs: 10_000,
  })
  return { ...server, url: `http://127.0.0.1:${port}` }
}

// A gateway that fails its check keeps its open connections: one that is stopping is still finishing what it was asked.
const configuration = (
  port: number,
  { backends, checkPath = '/readyz', checkEveryMs = 200 }: HaproxyOptions,
): string => `
global
  maxconn 4000
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout queue 5s
  timeout check 2s
  timeout tunnel 1h
  option redispatch 1
  retries 3
  retry-on conn-failure
frontend front
  bind 127.0.0.1:${port}
  http-request del-header X-Forwarded-For
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  default_backend gateways
backend gateways
  balance leastconn
  option httpchk GET ${checkPath}
  http-check expect status 200
  default-server check inter ${checkEveryMs}ms fall 3 rise 1
${backends.map((backend, index) => `  server gateway-${index + 1} 127.0.0.1:${backend}`).join('\n')}
`
