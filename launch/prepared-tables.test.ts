import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { holdLock } from './lock.ts'
import { startPostgres } from './postgres/bundled.ts'
import { systemIdentifier } from './postgres/cluster.ts'
import { prepareTables, tablesOfThisVersion } from './prepared-tables.ts'
import { makeWorkplace, query, type Workplace } from './testing-processes.ts'

let place: Workplace
let templates: string
let prepared: string

beforeAll(async () => {
  place = makeWorkplace()
  templates = path.join(path.dirname(place.folder), 'templates')
  fs.mkdirSync(templates)
  fs.mkdirSync(path.join(templates, 'tables.new-killed'))
  const made = await prepareTables(templates)
  if (made === undefined) throw new Error('nothing could be prepared here')
  prepared = made
})
afterAll(() => place.clean())

const tablesWithRows = `select schemaname || '.' || tablename as name from pg_tables
  where schemaname not in ('pg_catalog', 'information_schema')
    and query_to_xml(format('select 1 from %I.%I limit 1', schemaname, tablename), false, true, '')::text <> ''
  order by 1`

/** Of a first start's database: whether it is a copy of the prepared one, and which of its tables have rows. */
async function firstStart(name: string, contents: () => string) {
  const folder = openDataFolder(path.join(path.dirname(place.folder), name))
  const lock = await holdLock(folder.path)
  const server = await startPostgres({ folder, lock, templates, contents, throwAway: true })
  try {
    const names = await query(server, 'select datname from pg_database where not datistemplate order by 1')
    const isCopy = systemIdentifier(folder.postgres) === systemIdentifier(prepared)
    if (!names.some(({ datname }) => datname === 'floowe')) return { isCopy, filled: [] }
    const product = { ...server, url: server.url.replace('/postgres?', '/floowe?') }
    const filled = await query(product, tablesWithRows)
    return { isCopy, filled: filled.map(({ name }) => String(name)) }
  } finally {
    await server.stop()
    await lock.release()
  }
}

it('a first start has the tables of this version, and nobody in them', async () => {
  const { isCopy, filled } = await firstStart('first', tablesOfThisVersion)
  expect(isCopy).toBe(true)
  expect(filled).toEqual(expect.arrayContaining(['content.migrations', 'gateway.platform_migrations']))
  expect(filled.filter((name) => !/migrations?$/.test(name))).toEqual([])
})

it('another version does not take them', async () => {
  expect(await firstStart('other', () => 'another version')).toEqual({ isCopy: false, filled: [] })
})

it('what a killed preparation left is gone, and a second one finds the first', async () => {
  expect(fs.readdirSync(templates)).toEqual([path.basename(prepared)])
  expect(await prepareTables(templates)).toBe(prepared)
})
