import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  eventually,
  type Line,
  makeWorkplace,
  query,
  type Started,
  type Workplace,
  type WorkplaceOptions,
} from '../testing-processes.ts'
import { systemIdentifier } from './cluster.ts'
import { prepareTemplate } from './making.ts'
import { readPidFile } from './pid-file.ts'
import { processesOf } from './process-facts.ts'

/** A data folder whose database was made and stopped in good order; most tests begin with a copy of it. */
let prepared: Workplace
let place: Workplace
/** Where an empty database lies ready, as `npm ci` leaves it. */
let templates: string

beforeAll(async () => {
  prepared = makeWorkplace()
  templates = path.join(path.dirname(prepared.folder), 'templates')
  await prepareTemplate(templates)
  const first = prepared.start({ templates })
  const server = await first.until('ready')
  await query(server, 'create table kept (n int primary key)')
  await query(server, 'insert into kept values (7)')
  await first.stop()
})
afterAll(() => prepared.clean())
afterEach(() => place.clean())

const begin = (options: WorkplaceOptions = {}): void => {
  place = makeWorkplace(options)
}
const beginAnother = (): void => {
  const first = place
  place = makeWorkplace()
  const clean = place.clean
  place.clean = async () => {
    await clean()
    await first.clean()
  }
}
const beginPrepared = (options: WorkplaceOptions = {}): void => begin({ copyOf: prepared.folder, ...options })

const cluster = (): string => path.join(place.folder, 'postgres')
const ready = async (started: Started): Promise<Line> => started.until('ready', 'refused')
const said = (started: Started): string => started.lines.map((line) => line.sentence ?? '').join('\n')

describe('a first start', () => {
  it('copies the prepared database and gives the copy a password of its own', async () => {
    const [name = ''] = fs.readdirSync(templates)
    const before = fs.readdirSync(path.join(templates, name, 'base'))
    begin()
    const server = await ready(place.start({ templates }))
    expect(await query(server, 'select current_user as me')).toEqual([{ me: 'floowe' }])
    const hash = 'select rolpassword from pg_authid where rolname = current_user'
    const [mine] = await query(server, hash)
    expect(String(mine?.rolpassword)).toMatch(/^SCRAM-SHA-256\$/)
    beginAnother()
    const other = await ready(place.start({ templates }))
    const [theirs] = await query(other, hash)
    expect(theirs?.rolpassword).not.toBe(mine?.rolpassword)
    expect(other.password).not.toBe(server.password)
    expect(fs.readdirSync(path.join(templates, name, 'base'))).toEqual(before)
  })

  it('does not take a prepared database that somebody else could have put there', async () => {
    const [name = ''] = fs.readdirSync(templates)
    begin()
    const theirs = path.join(path.dirname(place.folder), 'theirs')
    fs.mkdirSync(theirs)
    fs.symlinkSync(path.join(templates, name), path.join(theirs, name))
    const started = place.start({ templates: theirs })
    const server = await ready(started)
    const [own] = await query(server, 'select system_identifier::text as id from pg_control_system()')
    expect(own?.id).not.toBe(systemIdentifier(path.join(templates, name)))
  })

  it('makes a database that only this installation can reach', async () => {
    begin()
    const started = place.start()
    const server = await ready(started)
    expect(server).toMatchObject({ event: 'ready', adopted: false, host: path.join(place.folder, 'run') })
    expect((fs.statSync(server.host ?? '').mode & 0o777).toString(8)).toBe('700')
    const rules = await query(server, 'select type, auth_method from pg_hba_file_rules')
    expect(rules.length).toBeGreaterThan(0)
    expect(new Set(rules.map((rule) => rule.auth_method))).toEqual(new Set(['scram-sha-256']))
    for (const password of ['', 'floowe', 'postgres']) {
      const stranger = new pg.Client({ host: server.host, user: 'floowe', password, database: 'postgres' })
      await expect(stranger.connect()).rejects.toThrow()
    }
    const [facts] = await query(
      server,
      `select current_setting('listen_addresses') as listens, current_setting('fsync') as fsync,
              current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding`,
    )
    expect(facts).toEqual({ listens: '', fsync: 'on', checksums: 'on', encoding: 'UTF8' })
    await started.stop()
    expect(processesOf(cluster())).toEqual([])
    expect(fs.readdirSync(place.folder).filter((name) => name.startsWith('postgres.new'))).toEqual([])
  })

  it('knows Polish letters in search, upper case, patterns and order', async () => {
    beginPrepared()
    const server = await ready(place.start())
    const [letters] = await query(
      server,
      `select to_tsvector('simple', '„Łódź” — ŻÓŁĆ… „zażółć”')::text as words, upper('łódź') as upper, 'Ż' ~* 'ż' as matches,
              (select string_agg(w, ' ' order by w collate "pl-x-icu") from unnest(array['źle','zona','łódź','lud','ma']) w) as sorted`,
    )
    expect(letters).toEqual({
      words: "'zażółć':3 'łódź':1 'żółć':2",
      upper: 'ŁÓDŹ',
      matches: true,
      sorted: 'lud łódź ma zona źle',
    })
    for (const name of ['pg_trgm', 'unaccent', 'btree_gin', 'pgcrypto']) await query(server, `create extension ${name}`)
  })

  it('puts its socket elsewhere when the path is too long for one', async () => {
    beginPrepared({ under: 'x'.repeat(60) })
    const server = await ready(place.start())
    expect(server).toMatchObject({ event: 'ready' })
    const host = server.host ?? ''
    expect(host).not.toContain(place.folder)
    expect((fs.statSync(host).mode & 0o777).toString(8)).toBe('700')
    expect(await query(server, 'select n from kept')).toEqual([{ n: 7 }])
    await place.clean()
    fs.rmSync(host, { recursive: true })
  })

  it('listens on 127.0.0.1 with the generated password where sockets cannot be used', async () => {
    beginPrepared()
    const first = place.start({ reach: 'local-port' })
    const server = await ready(first)
    expect(server).toMatchObject({ event: 'ready', host: '127.0.0.1' })
    expect(server.port).not.toBe(5432)
    const stranger = new pg.Client({
      host: '127.0.0.1',
      port: server.port,
      user: 'floowe',
      password: 'x',
      database: 'postgres',
    })
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' })
    await first.kill()
    expect(await ready(place.start({ reach: 'local-port' }))).toMatchObject({ adopted: true, port: server.port })
  })

  it('as root, runs as nobody when told to, and hands the files back when not', async () => {
    begin({ mode: 0o755 })
    const isRoot = process.getuid?.() === 0
    const first = place.start({ asRoot: 'nobody' })
    const server = await ready(first)
    expect(server).toMatchObject({ event: 'ready' })
    expect(fs.statSync(cluster()).uid === process.getuid?.()).toBe(!isRoot)
    await query(server, 'create table mine as select 7 as n')
    await first.kill()
    const second = place.start()
    expect(await ready(second)).toMatchObject({ adopted: true, pid: server.pid })
    await second.stop()
    const third = await ready(place.start())
    expect(third).toMatchObject({ event: 'ready', adopted: false })
    expect(fs.statSync(cluster()).uid).toBe(process.getuid?.())
    expect(await query(third, 'select n from mine')).toEqual([{ n: 7 }])
  })
})

describe('a start after the parent was killed', () => {
  beforeEach(() => beginPrepared())

  it('takes the running server over, with nothing of the dead parent left in it', async () => {
    const first = place.start()
    const server = await ready(first)
    // A session as the killed parent would have left it: in a transaction, holding a lock.
    const left = new pg.Client({ connectionString: server.url ?? '' })
    left.on('error', () => {})
    await left.connect()
    await left.query('begin; lock table kept')
    await first.kill()
    const second = place.start()
    expect(await ready(second)).toMatchObject({ event: 'ready', adopted: true, pid: server.pid })
    expect(await query(server, 'select n from kept')).toEqual([{ n: 7 }])
    await second.stop()
    expect(processesOf(cluster())).toEqual([])
    await left.end().catch(() => {})
  })

  it('keeps every acknowledged row when the server was killed as well', async () => {
    const first = place.start()
    const server = await ready(first)
    await query(server, 'create table written (n int primary key)')
    const client = new pg.Client({ connectionString: server.url ?? '' })
    client.on('error', () => {})
    await client.connect()
    let acknowledged = 0
    const writing = (async () => {
      for (; acknowledged < 100_000; acknowledged++)
        await client.query('insert into written values ($1)', [acknowledged])
    })().catch(() => {})
    await eventually('some rows are written', () => acknowledged > 200)
    await first.kill()
    process.kill(server.pid ?? 0, 'SIGKILL')
    await writing
    const second = await ready(place.start())
    expect(second).toMatchObject({ event: 'ready', adopted: false })
    const [kept] = await query(second, 'select count(*)::int as rows, max(n) + 1 as next from written')
    expect(kept?.rows).toBe(kept?.next)
    // The last one may have been written without its answer having arrived.
    expect([acknowledged, acknowledged + 1]).toContain(kept?.rows)
  })

  it('continues a stopped server', async () => {
    const first = place.start()
    const server = await ready(first)
    process.kill(server.pid ?? 0, 'SIGSTOP')
    await first.kill()
    expect(await ready(place.start())).toMatchObject({ event: 'ready', adopted: true, pid: server.pid })
  })

  it('does not take over a server that runs with other settings', async () => {
    const first = place.start({ throwAway: true })
    await ready(first)
    await first.kill()
    const second = place.start()
    expect(await ready(second)).toMatchObject({ event: 'ready', adopted: false })
    expect(said(second)).toContain('older settings')
    expect(await query(await ready(second), 'select n from kept')).toEqual([{ n: 7 }])
  })

  it('leaves a stranger alone who was given the number in a stale file', async () => {
    const first = place.start()
    const server = await ready(first)
    await first.kill()
    process.kill(server.pid ?? 0, 'SIGKILL')
    await eventually('nothing runs', () => processesOf(cluster()).length === 0)
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' })
    const file = path.join(cluster(), 'postmaster.pid')
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)))
    const second = await ready(place.start())
    expect(second).toMatchObject({ event: 'ready', adopted: false })
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null])
    expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }])
    stranger.kill()
  })

  it('does not mistake the server of another data folder for its own', async () => {
    const other = makeWorkplace({ copyOf: prepared.folder })
    try {
      const neighbour = await ready(other.start())
      const first = place.start()
      const server = await ready(first)
      await first.kill()
      process.kill(server.pid ?? 0, 'SIGKILL')
      await eventually('nothing runs', () => processesOf(cluster()).length === 0)
      fs.copyFileSync(path.join(other.folder, 'postgres', 'postmaster.pid'), path.join(cluster(), 'postmaster.pid'))
      expect(await ready(place.start())).toMatchObject({ event: 'ready', adopted: false })
      expect(await query(neighbour, 'select 1 as one')).toEqual([{ one: 1 }])
    } finally {
      await other.clean()
    }
  })

  it.each(['', '12', 'not a number\n'])('gets over a damaged pid file (%j)', async (text) => {
    fs.writeFileSync(path.join(cluster(), 'postmaster.pid'), text, { mode: 0o600 })
    expect(await ready(place.start())).toMatchObject({ event: 'ready', adopted: false })
  })
})

describe('a start that is killed', () => {
  // Made from nothing, and copied from the prepared one.
  it.each([
    ['made', ['db', 'db/PG_VERSION', 'db/global/pg_control', 'db/base/4'], () => path.join(place.folder, 'none')],
    ['copied', ['db', 'db/PG_VERSION', 'db/global/pg_control', 'db/postmaster.pid'], () => templates],
  ])('while its database is being %s leaves nothing half done', async (_, moments, templatesOf) => {
    begin()
    for (const moment of moments) {
      const started = place.start({ templates: templatesOf() })
      await eventually(`the work has got to ${moment}`, () => {
        if (started.lines.some((line) => line.event === 'ready')) throw new Error('too late')
        if (!fs.existsSync(place.folder)) return false
        const workshop = fs.readdirSync(place.folder).find((name) => name.startsWith('postgres.new'))
        return workshop !== undefined && fs.existsSync(path.join(place.folder, workshop, moment))
      })
      await started.kill()
      expect(fs.existsSync(cluster())).toBe(false)
    }
    const server = await ready(place.start({ templates: templatesOf() }))
    expect(server).toMatchObject({ event: 'ready', adopted: false })
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(fs.readdirSync(place.folder).filter((name) => name.startsWith('postgres.new'))).toEqual([])
  })

  it('while the server comes up is followed by one that works', async () => {
    beginPrepared()
    for (let turn = 0; turn < 3; turn++) {
      const started = place.start()
      await eventually('a pid file', () => readPidFile(cluster()))
      await started.kill()
    }
    const last = await ready(place.start())
    expect(last).toMatchObject({ event: 'ready' })
    expect(await query(last, 'select n from kept')).toEqual([{ n: 7 }])
  })
})

describe('a data folder in a bad state', () => {
  beforeEach(() => beginPrepared())

  it('without the password file gets a new password and keeps its rows', async () => {
    const first = place.start()
    const server = await ready(first)
    await first.stop()
    fs.rmSync(path.join(place.folder, 'postgres-password'))
    const second = await ready(place.start())
    expect(second).toMatchObject({ event: 'ready' })
    expect(second.password).not.toBe(server.password)
    expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }])
  })

  it.each([
    ['postgres-version', 'PG_VERSION', '15\n', 'PostgreSQL 15'],
    ['postgres-damaged', 'PG_VERSION', undefined, 'not a whole database'],
    ['postgres-not-started', 'global/pg_control', 'x'.repeat(8192), 'database files are incompatible'],
  ])('is refused with %s', async (code, file, text, words) => {
    if (text === undefined) fs.rmSync(path.join(cluster(), file))
    else fs.writeFileSync(path.join(cluster(), file), text)
    const refused = await ready(place.start())
    expect(refused).toMatchObject({ event: 'refused', code })
    expect(refused.sentence).toContain(words)
  })
})

it('Ctrl-C in the terminal reaches the parent and not the server', async () => {
  beginPrepared()
  const first = place.start({}, true)
  const server = await ready(first)
  process.kill(-first.pid, 'SIGINT')
  await eventually('the parent has ended', () => first.child.signalCode === 'SIGINT')
  expect(await query(server, 'select n from kept')).toEqual([{ n: 7 }])
  expect(await ready(place.start())).toMatchObject({ adopted: true, pid: server.pid })
})

it('a server that ends by itself is noticed', async () => {
  beginPrepared()
  const started = place.start()
  const server = await ready(started)
  process.kill(server.pid ?? 0, 'SIGQUIT')
  expect((await started.until('lost')).sentence).toContain('has ended')
})
