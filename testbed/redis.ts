/** Redis: one private server on loopback. It keeps nothing on disk unless asked to. */
import { firstRunnable, installPackages, onPath, type Program } from './programs.ts'
import { freePort, isListening, privateFolder, type Server, startServer } from './server.ts'

export const program: Program = {
  name: 'redis',
  find: () => onPath('redis-server') ?? firstRunnable(['/usr/bin/redis-server', '/usr/local/bin/redis-server']),
  install: () => installPackages('redis-server'),
  variable: 'FLOOWE_REDIS_URL',
}

export type Redis = Server & { url: string; port: number }

export type RedisOptions = {
  /** Writes each change to disk and reads them again after a restart. Standard: forgets all when it ends. */
  appendOnly?: boolean
  /** As its configuration has it: `100mb`. Standard: none. */
  maxMemory?: string
}

/** About 50 ms. Several may run at once. */
export async function startRedis({ appendOnly = false, maxMemory = '0' }: RedisOptions = {}): Promise<Redis> {
  const found = program.find()
  if (found === null) throw new Error('redis is not here: npm run testbed -- install redis')
  const folder = privateFolder('redis')
  const port = await freePort()
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    appendfsync: 'always',
    maxmemory: maxMemory,
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  }
  const server = await startServer({
    name: 'redis',
    program: found,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    folder,
    isUp: () => isListening(port),
    upWithinMs: 10_000,
  })
  return { ...server, url: `redis://127.0.0.1:${port}`, port }
}

/** For tests on Redis: whether they are left out, which is said once. With CI set they are not, and fail. */
export function isRedisMissing(): boolean {
  if (process.env['FLOOWE_REDIS_URL'] || program.find() !== null || process.env['CI']) return false
  console.warn('redis is not here, so what needs it is not tested: npm run testbed -- install redis')
  return true
}

/** A Redis for one test file: that of `FLOOWE_REDIS_URL`, which is not ours to stop or to empty, else a private one. */
export async function redisForTests(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['FLOOWE_REDIS_URL']
  return given ? { url: given, stop: async () => undefined } : startRedis()
}
