/**
 * RabbitMQ: one private node with its own name daemon, ports, cookie and folder. What is durable lies in the folder, so it is
 * still there after `restart` and after a kill.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { firstRunnable, installPackages, onPath, type Program } from './programs.ts'
import { freePort, isListening, privateFolder, type Server, startServer } from './server.ts'

export const program: Program = {
  name: 'rabbitmq',
  // Not the wrapper in /usr/sbin: it changes to a user that cannot write into our folder.
  find: () => firstRunnable(['/usr/lib/rabbitmq/bin/rabbitmq-server']) ?? onPath('rabbitmq-server'),
  install: () => installPackages('rabbitmq-server'),
  variable: 'FLOOWE_RABBITMQ_URL',
}

export type Rabbitmq = Server & {
  /** `amqp://guest:guest@127.0.0.1:<port>` */
  url: string
  port: number
  /** `rabbitmqctl` on this node; what it wrote. Takes 1 to 2 s. */
  ctl: (...args: readonly string[]) => Promise<string>
}

/** Whether tests that need it can run here. */
export const hasRabbitmq = (): boolean => Boolean(process.env['FLOOWE_RABBITMQ_URL']) || program.find() !== null

/**
 * The server `FLOOWE_RABBITMQ_URL` names (stopping leaves it alone: use a prefix of your own), else a private one. Throws when
 * there is neither.
 */
export async function openRabbitmq(): Promise<{ url: string; stop: () => Promise<void> }> {
  const url = process.env['FLOOWE_RABBITMQ_URL']
  return url ? { url, stop: async () => undefined } : startRabbitmq()
}

/** About 5 s. Several may run at once. */
export async function startRabbitmq(): Promise<Rabbitmq> {
  const found = program.find()
  if (found === null)
    throw new Error('no RabbitMQ here: `npm run testbed -- install rabbitmq`, or set FLOOWE_RABBITMQ_URL')
  const folder = privateFolder('rabbitmq')
  const [port, distributionPort, namePort] = [await freePort(), await freePort(), await freePort()]
  const inFolder = (name: string, content = ''): string => {
    writeFileSync(path.join(folder, name), content)
    return path.join(folder, name)
  }
  const cookie = `-setcookie ${randomBytes(12).toString('hex')}`
  const env = {
    // On a Debian the programs of Erlang lie in /usr/bin; PATH may be shorter.
    PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    RABBITMQ_NODENAME: 'floowe@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: path.join(folder, 'data'),
    RABBITMQ_LOG_BASE: path.join(folder, 'logs'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('plugins', '[].'),
    RABBITMQ_CONFIG_FILE: inFolder(
      'rabbitmq.conf',
      'log.console = true\nlog.console.level = warning\nlog.file = false\n',
    ),
    RABBITMQ_CONF_ENV_FILE: inFolder('environment.conf'),
    RABBITMQ_PID_FILE: path.join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: cookie,
    RABBITMQ_CTL_ERL_ARGS: cookie,
    ERL_EPMD_PORT: String(namePort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  }
  const server = await startServer({
    name: 'rabbitmq',
    program: 'sh',
    // The name daemon first, and as our child: one that Erlang starts by itself would outlive the server.
    args: [
      '-c',
      'epmd & n=0; until timeout 2 epmd -names >/dev/null 2>&1 || [ $n -ge 250 ]; do n=$((n + 1)); sleep 0.02; done; exec "$0"',
      found,
    ],
    env,
    folder,
    isUp: () => isListening(port),
    // 4 s on a machine that has nothing else to do.
    upWithinMs: 120_000,
    // Erlang takes a moment to die, and its sockets with it: what starts next would be taken for up.
    afterwards: async () => {
      for (let turn = 0; turn < 500 && (await isListening(port)); turn++) await pause(10)
      // A node that misses its name daemon, as it may while both are ending, starts one that belongs to nobody.
      if (await isListening(namePort))
        await promisify(execFile)('epmd', ['-port', String(namePort), '-kill'], { env }).catch(() => undefined)
    },
  })
  const control = firstRunnable([path.join(path.dirname(found), 'rabbitmqctl')]) ?? 'rabbitmqctl'
  return {
    ...server,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    ctl: async (...args) => {
      const { stdout } = await promisify(execFile)(control, args, {
        env: { ...env, HOME: folder },
        cwd: folder,
        timeout: 60_000,
      })
      return stdout
    },
  }
}
