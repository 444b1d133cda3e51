/** Bluesky's own server of accounts, with one account: what publishing writes to, not an emulator of it. */
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onPath, type Program, run, toolsFolder } from './programs.ts'
import { freePort, privateFolder, startServer } from './server.ts'

const version = '0.5.35'
const file = (name: string): string => fileURLToPath(new URL(`./bluesky/${name}`, import.meta.url))
/** Named by what we put into it too, so that a changed one is made anew. */
const home = (): string =>
  path.join(
    toolsFolder,
    `bluesky-${version}-${createHash('sha256')
      .update(readFileSync(file('sqlite.ts')))
      .digest('hex')
      .slice(0, 8)}`,
  )
const entryOf = (folder: string): string => path.join(folder, 'node_modules', '@atproto', 'pds', 'dist', 'index.js')

/** Its telemetry: a third of all there is to install, and loaded by nobody who does not ask for it. */
const leftOut = [
  '@atproto-labs/opentelemetry-node',
  '@opentelemetry/instrumentation-aws-sdk',
  '@opentelemetry/instrumentation-ioredis',
  'opentelemetry-plugin-better-sqlite3',
]

export const program: Program = {
  name: 'bluesky',
  variable: null,
  find: () => (existsSync(entryOf(home())) ? home() : null),
  install: async () => {
    if (onPath('npm') === null) throw new Error('bluesky is a package of npm: install npm first')
    mkdirSync(toolsFolder, { recursive: true })
    const workshop = mkdtempSync(path.join(toolsFolder, 'bluesky-making-'))
    try {
      layOut(workshop)
      // Scripts would compile what stands in here; nothing that is left needs one.
      const words = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error']
      await run('npm', ['install', ...words], { cwd: workshop })
      rmSync(home(), { recursive: true, force: true })
      renameSync(workshop, home())
    } catch (error) {
      rmSync(workshop, { recursive: true, force: true })
      throw error
    }
  },
}

function layOut(folder: string): void {
  const make = (name: string, about: object): void => {
    mkdirSync(path.join(folder, name), { recursive: true })
    writeFileSync(
      path.join(folder, name, 'package.json'),
      JSON.stringify({ version: '99.0.0', type: 'module', ...about }),
    )
  }
  make('sqlite', { name: 'better-sqlite3', exports: './sqlite.ts' })
  copyFileSync(file('sqlite.ts'), path.join(folder, 'sqlite', 'sqlite.ts'))
  make('nothing', { name: 'nothing', exports: './nothing.js' })
  writeFileSync(path.join(folder, 'nothing', 'nothing.js'), '')
  make('.', {
    name: 'floowe-bluesky',
    private: true,
    dependencies: { '@atproto/pds': version, 'better-sqlite3': 'file:./sqlite', nothing: 'file:./nothing' },
    overrides: {
      'better-sqlite3': '$better-sqlite3',
      ...Object.fromEntries(leftOut.map((name) => [name, '$nothing'])),
    },
  })
}

export type Bluesky = {
  url: string
  /** Of the only account. */
  handle: string
  did: string
  /** An app password. */
  password: string
  /** May be repeated. */
  stop: () => Promise<void>
}

/** About 3 s. */
export async function startBluesky(): Promise<Bluesky> {
  const found = program.find()
  if (found === null) throw new Error('bluesky is not here: npm run testbed -- install bluesky')
  const folder = privateFolder('bluesky')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = await startServer({
    name: 'bluesky',
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', file('serve.ts'), found, folder, String(port)],
    folder,
    isUp: async () => (await fetch(`${url}/xrpc/_health`, { signal: AbortSignal.timeout(2_000) })).ok,
    upWithinMs: 60_000,
  })
  try {
    const handle = 'studio.test'
    const account = await call(url, 'createAccount', { handle, email: 'anna@example.com', password: 'of-the-account' })
    const app = await call(url, 'createAppPassword', { name: 'Floowe' }, account['accessJwt'])
    return { url, handle, did: account['did'] ?? '', password: app['password'] ?? '', stop: server.stop }
  } catch (error) {
    const words = server.output()
    await server.stop()
    throw new Error(`bluesky has no account\n${words}`, { cause: error })
  }
}

async function call(url: string, method: string, body: object, token?: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/xrpc/com.atproto.server.${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} was answered with ${answer.status}: ${text}`)
  return JSON.parse(text) as Record<string, string> // the fields used here are texts
}
