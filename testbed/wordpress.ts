/** WordPress with a MariaDB of its own: what publishing writes to, not an emulator of it. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import net from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { firstRunnable, installPackages, onPath, type Program } from './programs.ts'
import { freePort, privateFolder, type Server, startServer } from './server.ts'

/** Where Debian puts the code. */
const code = '/usr/share/wordpress'
const ours = fileURLToPath(new URL('./wordpress', import.meta.url))

const php = (): string | null => onPath('php')
const mariadb = (): string | null => onPath('mariadbd') ?? firstRunnable(['/usr/sbin/mariadbd'])
const makeTables = (): string | null => onPath('mariadb-install-db')

export const program: Program = {
  name: 'wordpress',
  find: () => (php() && mariadb() && makeTables() && existsSync(path.join(code, 'wp-includes')) ? code : null),
  // Of MariaDB the programs alone: the whole package would be a service of the machine.
  install: () =>
    installPackages('wordpress', 'mariadb-server-core', 'php-cli', 'php-mysql', 'php-xml', 'php-mbstring', 'php-curl'),
  variable: null,
}

export type Wordpress = {
  url: string
  /** Of the only account, an administrator. */
  handle: string
  /** An application password. */
  password: string
  /** Ends the site and its database, and removes both. May be repeated. */
  stop: () => Promise<void>
}

/** A site with pretty permalinks that knows its address from who asks, so that a proxy may stand in front of it. About 2 s. */
export async function startWordpress(): Promise<Wordpress> {
  const found = php()
  if (program.find() === null || found === null)
    throw new Error('wordpress is not here: npm run testbed -- install wordpress')
  const database = await startMariadb()
  try {
    const folder = privateFolder('wordpress')
    const env = { FLOOWE_SITE: folder, FLOOWE_WORDPRESS: code, FLOOWE_SOCKET: socketOf(database.folder) }
    layOut(folder)
    const port = await freePort()
    let group = 0
    const site = await startServer({
      name: 'wordpress',
      program: found,
      args: ['-S', `127.0.0.1:${port}`, '-t', folder, path.join(folder, 'router.php')],
      // Cuts leave a worker busy; others answer meanwhile.
      env: { ...env, PHP_CLI_SERVER_WORKERS: '4' },
      folder,
      isUp: () => accepts({ port, host: '127.0.0.1' }),
      upWithinMs: 10_000,
      // Its workers are told to end with it; one that is still here then was at work.
      afterwards: async () => killGroup(group),
    })
    group = site.pid()
    const stop = async (): Promise<void> => {
      await site.stop()
      await database.stop()
    }
    try {
      const args = [path.join(folder, 'install.php')]
      const { stdout } = await promisify(execFile)(found, args, {
        env: { ...process.env, ...env },
        timeout: installWithinMs,
      })
      const { password } = JSON.parse(stdout) as { password: string } // what install.php says last
      return { url: `http://127.0.0.1:${port}`, handle: 'anna', password, stop }
    } catch (error) {
      await stop()
      throw error
    }
  } catch (error) {
    await database.stop()
    throw error
  }
}

const installWithinMs = 60_000

function killGroup(group: number): void {
  try {
    if (group > 0) process.kill(-group, 'SIGKILL')
  } catch {
    // Nobody is left.
  }
}

/** The package's code under links, and beside it what is a site's own. */
function layOut(folder: string): void {
  cpSync(ours, folder, { recursive: true })
  for (const name of readdirSync(code))
    if (name !== 'wp-config.php' && name !== 'wp-content') symlinkSync(path.join(code, name), path.join(folder, name))
  for (const name of ['themes', 'plugins', 'uploads'])
    mkdirSync(path.join(folder, 'wp-content', name), { recursive: true })
}

const socketOf = (folder: string): string => path.join(folder, 'socket')

/** Reached by a socket in its folder only; nothing has to outlive the run, so nothing is flushed. */
async function startMariadb(): Promise<Server> {
  const [server, maker] = [mariadb(), makeTables()]
  if (server === null || maker === null) throw new Error('mariadb is not here: npm run testbed -- install wordpress')
  const folder = privateFolder('mariadb')
  const data = path.join(folder, 'data')
  // Root may not run it without saying so.
  const own = ['--no-defaults', `--datadir=${data}`, ...(process.getuid?.() === 0 ? ['--user=root'] : [])]
  await promisify(execFile)(maker, [...own, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    timeout: installWithinMs,
  })
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-buffer-pool-size=32M']
  return startServer({
    name: 'mariadb',
    program: server,
    args: [...own, '--skip-networking', `--socket=${socketOf(folder)}`, `--pid-file=${folder}/pid`, ...quick],
    folder,
    isUp: () => accepts({ path: socketOf(folder) }),
    upWithinMs: 30_000,
  })
}

async function accepts(place: net.NetConnectOpts): Promise<boolean> {
  const socket = net.connect(place)
  try {
    await once(socket, 'connect')
    return true
  } finally {
    socket.destroy()
  }
}
