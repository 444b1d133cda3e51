import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { cloneDatabase, urlOfDatabase } from './postgres.ts'

const rows = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

it('clones a database with all that is in it, and the copy is its own', async () => {
  const url = inject('databaseUrl')
  await rows(url, 'create database "clone from"')
  const template = urlOfDatabase(url, 'clone from')
  await rows(template, 'create table kept as select n from generate_series(1, 100) n')
  const copies = await Promise.all(['clone one', 'clone two'].map((name) => cloneDatabase(url, 'clone from', name)))
  for (const copy of copies) {
    expect(await rows(copy, 'select count(*)::int as n from kept')).toEqual([{ n: 100 }])
    await rows(copy, 'delete from kept')
  }
  expect(await rows(template, 'select count(*)::int as n from kept')).toEqual([{ n: 100 }])
  for (const name of ['clone one', 'clone two', 'clone from']) await rows(url, `drop database "${name}"`)
})

it('ends with its run and leaves nothing, also when the run is killed', async () => {
  const script = `const { startTestPostgres } = await import(${JSON.stringify(new URL('postgres.ts', import.meta.url).href)})
    const { url } = await startTestPostgres()
    console.log(new URL(url).searchParams.get('host'))
    setInterval(() => {}, 1000)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const socketFolder: string = await new Promise((resolve) =>
    run.stdout.once('data', (text) => resolve(String(text).trim())),
  )
  const home = path.resolve(socketFolder, '..', '..')
  const [number] = fs.readFileSync(path.join(home, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  // A dead process that nobody has asked after yet still has a number, and no program.
  const program = `/proc/${number}/exe`
  expect(fs.existsSync(program)).toBe(true)
  run.kill('SIGKILL')
  for (let turn = 0; turn < 1500 && fs.existsSync(home); turn++) await pause(10)
  expect(fs.existsSync(home)).toBe(false)
  expect(fs.existsSync(program)).toBe(false)
})
