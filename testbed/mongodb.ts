/**
 * MongoDB's protocol, spoken by a stand-in in Java: nobody packages the real server for this machine. It has no transactions, no
 * TTL, no partial indexes, and uses no index to find things. A true server is used wherever `FLOOWE_MONGODB_URL` points to one.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { firstRunnable, installPackages, onPath, type Program, run, toolsFolder } from './programs.ts'
import { freePort, privateFolder, type Server, startServer } from './server.ts'

const version = '1.47.0'
const source = fileURLToPath(new URL('./mongodb/StandIn.java', import.meta.url))
/** Named by the source too, so that a changed one is compiled anew. */
const home = (): string =>
  path.join(
    toolsFolder,
    `mongodb-${version}-${createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 8)}`,
  )

const java = (): string | null => onPath('java') ?? firstRunnable(['/usr/lib/jvm/default-java/bin/java'])

export const program: Program = {
  name: 'mongodb',
  variable: 'FLOOWE_MONGODB_URL',
  find: () => (java() !== null && existsSync(path.join(home(), 'classes', 'StandIn.class')) ? home() : null),
  install: async () => {
    if (onPath('mvn') === null || onPath('javac') === null) await installPackages('maven', 'default-jdk-headless')
    mkdirSync(toolsFolder, { recursive: true })
    const workshop = mkdtempSync(path.join(toolsFolder, 'mongodb-making-'))
    try {
      writeFileSync(path.join(workshop, 'pom.xml'), project)
      const jars = path.join(workshop, 'lib')
      await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], { cwd: workshop })
      await run('javac', ['-cp', path.join(jars, '*'), '-d', path.join(workshop, 'classes'), source])
      rmSync(home(), { recursive: true, force: true })
      renameSync(workshop, home())
    } catch (error) {
      rmSync(workshop, { recursive: true, force: true })
      throw new Error(
        'the stand-in for MongoDB could not be made; it needs Maven and a JDK, or set FLOOWE_MONGODB_URL to a server of yours',
        { cause: error },
      )
    }
  },
}

const dependency = (artifact: string): string =>
  `<dependency><groupId>de.bwaldvogel</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
const project = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>floowe</groupId><artifactId>stand-in</artifactId><version>1</version>
<dependencies>${dependency('mongo-java-server')}${dependency('mongo-java-server-h2-backend')}</dependencies></project>
`

/** Whether tests that need it can run here. */
export const hasMongodb = (): boolean => Boolean(process.env['FLOOWE_MONGODB_URL']) || program.find() !== null

export type Mongodb = { url: string; stop: () => Promise<void> }

/**
 * The server `FLOOWE_MONGODB_URL` names (stopping leaves it alone: use databases with names of your own and drop them), else the
 * stand-in. Throws when there is neither.
 */
export async function openMongodb(): Promise<Mongodb> {
  const url = process.env['FLOOWE_MONGODB_URL']
  return url ? { url, stop: async () => undefined } : startMongodb()
}

/**
 * Starts the stand-in (about 1 s, 70 MB). `keeps`: in a file, so that what it answered outlives `restart`; killed, it may lose the
 * last second, so that proves nothing about the database.
 */
export async function startMongodb(options: { keeps?: boolean } = {}): Promise<Server & { url: string }> {
  const found = program.find()
  const runtime = java()
  if (!found || !runtime)
    throw new Error('no MongoDB here: `npm run testbed -- install mongodb`, or set FLOOWE_MONGODB_URL')
  const folder = privateFolder('mongodb')
  const port = await freePort()
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
  const server = await startServer({
    name: 'mongodb',
    program: runtime,
    args: [
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      [path.join(found, 'classes'), ...jarsIn(path.join(found, 'lib'))].join(':'),
      'StandIn',
      String(port),
      ...(options.keeps ? [path.join(folder, 'data.mv')] : []),
    ],
    folder,
    upWithinMs: 30_000,
    isUp: () => answers(url),
  })
  return { ...server, url }
}

const jarsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .map((name) => path.join(folder, name))

async function answers(url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500, connectTimeoutMS: 500 })
  try {
    await client.db('admin').command({ ping: 1 })
    return true
  } finally {
    await client.close()
  }
}
