/** Bringing sealed values over while others write, and while the server is killed: nothing is lost, nothing is done twice. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { createSealer, type DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodyOf, floowe, mustAt } from '../backup/testing.ts'
import { withClient } from '../installation-state.ts'
import { checkout } from '../open.ts'
import { freePort, setUp, startTestInstallation, type TestInstallation } from '../testing.ts'
import { type Place, putWrapped, sealedPlaces, valuesToWrap } from './places.ts'
import { ringOf } from './ring.ts'
import { secret, secretText, type Status } from './testing.ts'
import { wrapAll } from './wrapping.ts'

const jobs = 3_000
let home: string
let receiver: WebhookReceiver
let variables: Record<string, string>
let server: ChildProcess | null = null
const folder = (): string => path.join(home, 'data')
const inProcess = (): Promise<TestInstallation> =>
  startTestInstallation({ FLOOWE_PORT: variables['FLOOWE_PORT'] ?? '' }, folder())
const sealerNow = () => createSealer(ringOf(secretText(folder())))
const countOf = async (keyId: string): Promise<number> => {
  const { keys } = (await mustAt(`http://127.0.0.1:${variables['FLOOWE_PORT']}`, folder())(
    'GET',
    '/installation/secret',
  )) as Status
  return keys.find((key) => key.keyId === keyId)?.values ?? 0
}

/** The real main, as a process of its own; resolves when it is ready. */
async function startServer(): Promise<void> {
  const child = spawn(process.execPath, [path.join(checkout, 'launch/all-in-one.ts')], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  server = child
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('ready in') && resolve())
  })
}
async function endServer(how: NodeJS.Signals): Promise<void> {
  const child = server
  server = null
  if (!child || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(how)
  await ended
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'floowe-interrupted-'))
  receiver = await startWebhookReceiver()
  variables = {
    FLOOWE_DATA: folder(),
    FLOOWE_PORT: String(await freePort()),
    FLOOWE_DEMO: 'off',
    FLOOWE_LOG_LEVEL: 'error',
    FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
  }
})
afterAll(async () => {
  await endServer('SIGTERM')
  await receiver.stop()
  await rm(home, { recursive: true, force: true })
}, 60_000)

/** Letters of tomorrow. */
async function addJobs(admin: DatabaseAddress, count: number): Promise<void> {
  const sealer = sealerNow()
  const inputs = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ sealed: sealer.seal(JSON.stringify({ n }), 'identity.letter') }),
  )
  await withClient(admin, (client) =>
    client.query(
      `insert into identity.jobs (id, workspace_id, kind, input, run_at, created_at)
       select gen_random_uuid(), $1, 'identity.letter', input::jsonb, '2031-01-01', '2026-01-01' from unnest($2::text[]) as input`,
      [randomUUID(), inputs],
    ),
  )
}

test('whoever writes at the same moment wins, and what he copied is found', async () => {
  let world = await inProcess()
  await setUp(world)
  const must = mustAt(world.url, folder())
  const channel = await must('POST', '/channels', { network: 'webhook', name: 'Hook', url: receiver.url })
  await addJobs(world.installation.ground.admin, jobs)
  const first = sealerNow().keyId
  expect((await secret(variables, 'rotate')).json.step).toBe('restart')
  await world.stop()
  world = await inProcess()
  const { admin, sealer } = world.installation.ground
  const client = new pg.Client(admin)
  await client.connect()
  const steps = wrapAll(client, sealer)
  let [secrets, step] = [[channel.secret], await steps.next()]
  // Each moves the sealed secret into the column of the one before.
  for (; !step.done; step = await steps.next())
    secrets = [(await must('POST', `/channels/${channel.id}/secret`)).secret, ...secrets].slice(0, 2)
  expect(step.value).toMatchObject({ left: 0, unreadable: [] })
  expect(secrets).toHaveLength(2)
  await client.end()
  expect(await countOf(first)).toBe(0)
  receiver.trust(...secrets)
  const { edition } = await must('POST', '/articles', { language: 'en', title: 'One', body: bodyOf('Text') })
  const { id } = await must('POST', '/deliveries', {
    editionId: edition.id,
    channelId: channel.id,
    when: { now: true },
  })
  await expect.poll(async () => (await must('GET', `/deliveries/${id}`)).state, { timeout: 20_000 }).toBe('published')
  expect(receiver.log().map(({ problem }) => problem)).toEqual([null])
  expect((await secret(variables, 'forget')).code).toBe(0)
  await world.stop()
}, 60_000)

test('a value that changed between reading and writing stays as it was changed', async () => {
  const world = await inProcess()
  const { admin, sealer } = world.installation.ground
  const place = sealedPlaces().find(({ name }) => name === 'identity.jobs.input.sealed') as Place // there is one
  await withClient(admin, async (client) => {
    const [row] = await valuesToWrap(client, place, 'another', null, 1)
    if (!row) throw new Error('no row')
    const newer = sealer.seal('newer', 'identity.letter')
    await client.query('update identity.jobs set input = $2 where id = $1', [
      row.key[0],
      JSON.stringify({ sealed: newer }),
    ])
    expect(await putWrapped(client, place, row, sealer.seal('older', 'identity.letter'))).toBe(false)
    const { rows } = await client.query('select input from identity.jobs where id = $1', [row.key[0]])
    expect(rows).toEqual([{ input: { sealed: newer } }])
  })
  await world.stop()
}, 60_000)

test('killed in the middle it goes on where it was', async () => {
  await startServer()
  const old = sealerNow().keyId
  const all = await countOf(old)
  expect(all).toBeGreaterThan(jobs)
  expect((await secret(variables, 'rotate')).json.step).toBe('restart')
  await endServer('SIGTERM')
  const next = sealerNow().keyId
  let kills = 0
  for (let turn = 0; turn < 3; turn++) {
    await startServer()
    const before = await countOf(old)
    const rotating = floowe(variables, 'secret', 'rotate')
    // The moment at which the first are over is told by the database itself.
    await expect.poll(() => countOf(old), { timeout: 30_000, interval: 5 }).toBeLessThan(before)
    const isMiddle = (await countOf(old)) > 0
    await endServer('SIGKILL')
    const { code, err } = await rotating
    if (isMiddle) {
      kills += 1
      expect([code, err]).toEqual([1, expect.stringContaining('secret-interrupted')])
    }
  }
  expect(kills).toBeGreaterThan(0)
  await startServer()
  expect((await countOf(old)) + (await countOf(next))).toBe(all)
  expect(await secret(variables, 'rotate')).toMatchObject({ code: 0, json: { left: 0, unreadable: [] } })
  expect([await countOf(old), await countOf(next)]).toEqual([0, all])
  expect((await floowe(variables, 'audit', 'verify')).out).toContain('chain whole')
  expect(await secret(variables, 'forget')).toMatchObject({ code: 0, json: { forgotten: [old] } })
  await endServer('SIGTERM')
  await startServer()
  // Entries under two secrets that are gone, and one that is here.
  expect((await floowe(variables, 'audit', 'verify')).out).toMatch(/^\d+ entries, chain whole\n$/)
  await endServer('SIGTERM')
}, 120_000)
