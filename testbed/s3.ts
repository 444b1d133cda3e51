/** S3 over a folder: the Versity gateway. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { firstRunnable, onPath, type Program, run, toolsFolder } from './programs.ts'
import { freePort, isListening, privateFolder, type Server, startServer } from './server.ts'

export const program: Program = {
  name: 's3',
  find: () => firstRunnable([path.join(toolsFolder, 'versitygw')]) ?? onPath('versitygw'),
  install: async () => {
    if (onPath('go') === null) throw new Error('install Go (https://go.dev/dl), it builds versitygw')
    await run('go', ['install', 'github.com/versity/versitygw/cmd/versitygw@latest'], { env: { GOBIN: toolsFolder } })
  },
  variable: 'FLOOWE_S3_URL',
}

/** What a client of S3 needs to know. */
export type S3Address = { url: string; region: string; bucket: string; accessKey: string; secretKey: string }
export type S3 = Server & S3Address

/** `FLOOWE_S3_URL` as people write it: `http://key:secret@host:9000/bucket?region=eu-central-1`. */
export function s3Address(text: string): S3Address {
  const url = new URL(text)
  return {
    url: url.origin,
    region: url.searchParams.get('region') ?? 'us-east-1',
    bucket: url.pathname.slice(1),
    accessKey: decodeURIComponent(url.username),
    secretKey: decodeURIComponent(url.password),
  }
}

/** Whether tests that need it can run here. */
export const hasS3 = (): boolean => Boolean(process.env['FLOOWE_S3_URL']) || program.find() !== null

/**
 * The server and bucket `FLOOWE_S3_URL` names (stopping leaves them alone: use a prefix of your own), else a private one. Throws
 * when there is neither.
 */
export async function openS3(): Promise<S3Address & { stop: () => Promise<void> }> {
  const url = process.env['FLOOWE_S3_URL']
  return url ? { ...s3Address(url), stop: async () => undefined } : startS3()
}

/** Puts a disk of so many bytes in the place of a folder, then becomes the program; in a namespace, so it needs no rights. */
const onSmallDisk = [
  '-Urm',
  'sh',
  '-c',
  'mount -t tmpfs -o size="$1" tmpfs "$2" && mkdir "$2/$3" && shift 3 && exec "$@"',
  'sh',
]

/** Whether this machine lets us make a small disk for ourselves; some containers do not. */
export const canBeSmall = (): boolean => spawnSync('unshare', ['-Urm', 'true']).status === 0

/** @param options.roomBytes how much fits; then what it keeps is gone with the process. */
export async function startS3({ roomBytes }: { roomBytes?: number } = {}): Promise<S3> {
  const found = program.find()
  if (found === null) throw new Error('no S3 here: `npm run testbed -- install s3`, or set FLOOWE_S3_URL')
  const folder = privateFolder('s3')
  const port = await freePort()
  const [bucket, region, accessKey, secretKey] = ['floowe', 'us-east-1', 'testbed', 'testbed-secret']
  const [buckets, about] = [path.join(folder, 'buckets'), path.join(folder, 'about')]
  // A bucket is a folder.
  mkdirSync(path.join(buckets, bucket), { recursive: true })
  mkdirSync(about)
  // Attributes of files, its standard place for what it knows about an object, are missing in many temporary folders.
  const args = ['--port', `127.0.0.1:${port}`, '--region', region, '--quiet', 'posix', '--sidecar', about, buckets]
  const server = await startServer({
    name: 's3',
    program: roomBytes === undefined ? found : 'unshare',
    args: roomBytes === undefined ? args : [...onSmallDisk, String(roomBytes), buckets, bucket, found, ...args],
    env: { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    folder,
    isUp: () => isListening(port),
    upWithinMs: 20_000,
  })
  return { ...server, url: `http://127.0.0.1:${port}`, region, bucket, accessKey, secretKey }
}
