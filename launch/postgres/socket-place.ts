import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { StartRefused } from '../start-refused.ts'

/** Where the server listens. The port is part of a socket's name too. */
export type SocketPlace = { kind: 'socket'; folder: string; port: number } | { kind: 'local-port'; port: number }

const socketPort = 5432
/** A socket's path has at most 107 bytes (103 on macOS), `/.s.PGSQL.5432` included. */
const folderBytesMax = 88

/**
 * Finds a private folder for the server's socket: the run folder of the data folder, or, when its path is too long or
 * its disk carries no sockets, one of ours in the system's folder for temporary files. Where neither works: a free port
 * on 127.0.0.1. `mayBelongTo` are the user numbers that may own a folder we re-use.
 */
export async function findSocketPlace(
  dataFolder: string,
  runFolder: string,
  mayBelongTo: number[],
  wish: 'socket' | 'local-port',
): Promise<SocketPlace> {
  if (wish === 'socket') {
    const name = `floowe-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`
    const temporary = path.join(fs.realpathSync(os.tmpdir()), name)
    for (const folder of [runFolder, temporary, `${temporary}-${randomBytes(4).toString('hex')}`]) {
      if (Buffer.byteLength(folder) > folderBytesMax || !makePrivate(folder, mayBelongTo)) continue
      if (await carriesSockets(folder)) return { kind: 'socket', folder, port: socketPort }
    }
  }
  return { kind: 'local-port', port: await freePort() }
}

/** Removes what a killed server left in the folder. Only after it is certain that none runs. */
export function clearSocketPlace(place: SocketPlace): void {
  if (place.kind !== 'socket') return
  for (const name of [`.s.PGSQL.${place.port}`, `.s.PGSQL.${place.port}.lock`]) {
    fs.rmSync(path.join(place.folder, name), { force: true })
  }
}

/** Makes the folder, or takes it when it is a closed folder of ours. In a shared parent anybody may have made it first. */
function makePrivate(folder: string, mayBelongTo: number[]): boolean {
  try {
    fs.mkdirSync(folder, { mode: 0o700, recursive: false })
  } catch {
    const stat = fs.lstatSync(folder, { throwIfNoEntry: false })
    if (!stat?.isDirectory() || !mayBelongTo.includes(stat.uid)) return false
    if ((stat.mode & 0o077) !== 0) fs.chmodSync(folder, 0o700)
  }
  return true
}

function carriesSockets(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ path: path.join(folder, `.t${randomBytes(3).toString('hex')}`) }, () =>
      server.close(() => resolve(true)),
    )
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', (error) =>
      reject(
        new StartRefused('postgres-no-port', `No port on 127.0.0.1 is free for the database: ${error.message}.`, error),
      ),
    )
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
