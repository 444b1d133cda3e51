/** The secret of a cluster changed while it runs, one process after the other: at no moment is one not understood by another. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { createSealer, roleOf } from '@floowe/platform/ground'
import { missingPrograms } from '@floowe/testbed/all-programs'
import { type Servers, startServers } from '@floowe/testbed/cluster/servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mustAt, runNode } from '../backup/testing.ts'
import { type ClusterProcess, startProcess } from '../cluster-process.ts'
import { databaseAddress } from '../embedded.ts'
import { withClient } from '../installation-state.ts'
import { freePort } from '../testing.ts'
import { ringOf } from './ring.ts'
import { rowsNaming, secret, type Status } from './testing.ts'

const missing = missingPrograms()
if (missing.length > 0)
  console.warn(`changing a cluster's secret is not tested: ${missing.join(', ')} not here (npm run testbed -- install)`)
if (missing.length > 0 && process.env['CI']) throw new Error(`CI tests the cluster: ${missing.join(', ')} missing`)

const [old, next] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
const keyOf = (text: string): string => createSealer(ringOf(text)).keyId
/** By name: of which service each is. */
const crew = {
  'identity-1': 'identity',
  'identity-2': 'identity',
  publishing: 'publishing',
  gateway: 'gateway',
} as const
type Name = keyof typeof crew
const names = Object.keys(crew) as Name[] // the record has exactly these

let home: string
let servers: Servers
let receiver: WebhookReceiver
let variables: Record<string, string>
let channelId: string
let cookie: string
const ports = new Map<Name, number>()
const running = new Map<Name, ClusterProcess>()
/** Of the command line: the gateway is on this machine. */
const asked = (): Record<string, string> => ({ ...variables, FLOOWE_PORT: String(ports.get('gateway')) })
const url = (): string => variables['FLOOWE_PUBLIC_URL'] ?? ''

const startOne = async (name: Name, ring: string): Promise<void> => {
  const own = { ...variables, FLOOWE_SECRET: ring, FLOOWE_PORT: String(ports.get(name)) }
  running.set(name, await startProcess({ name: crew[name], variables: own }))
}
async function restartOne(name: Name, ring: string): Promise<void> {
  await running.get(name)?.stop()
  running.delete(name)
  await startOne(name, ring)
}
const prepare = async (ring: string): Promise<{ setupCode: string }> => {
  const { code, out, err } = await runNode(['launch/prepare-cluster.ts'], { ...variables, FLOOWE_SECRET: ring })
  if (code !== 0) throw new Error(err)
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as { setupCode: string } // printed by our own program
}
/** Through the gateway, each of the services, and what they keep sealed. */
async function isWell(): Promise<void> {
  const must = mustAt(url(), path.join(home, 'data'))
  for (let turn = 0; turn < 4; turn++) {
    const me = await fetch(`${url()}/api/v1/me`, { headers: { cookie, origin: url() } })
    expect(me.status).toBe(200)
  }
  expect(await must('POST', `/channels/${channelId}/test`)).toMatchObject({ ok: true })
  expect(receiver.log().at(-1)?.problem).toBeNull()
  expect(await must('GET', '/audit/verification')).toMatchObject({ damage: null, notCheckable: 0, next: null })
}
async function restartAll(ring: string): Promise<void> {
  for (const name of names) {
    await restartOne(name, ring)
    await isWell()
  }
}

describe.skipIf(missing.length > 0)('the secret of a cluster', () => {
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'floowe-ring-'))
    receiver = await startWebhookReceiver()
    servers = await startServers({}, path.join(home, 'servers'))
    for (const name of names) ports.set(name, await freePort())
    const at = (...those: Name[]): string => those.map((name) => `http://127.0.0.1:${ports.get(name)}`).join(',')
    variables = {
      ...servers.variables,
      FLOOWE_DATA: path.join(home, 'data'),
      FLOOWE_PUBLIC_URL: at('gateway'),
      FLOOWE_IDENTITY_ORIGINS: at('identity-1', 'identity-2'),
      FLOOWE_PUBLISHING_ORIGINS: at('publishing'),
      FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
      FLOOWE_LOG_LEVEL: 'error',
      FLOOWE_DRAIN_MS: '0',
      FLOOWE_SENSITIVE_PER_MINUTE: '10000',
    }
    const { setupCode } = await prepare(old)
    for (const name of names) await startOne(name, old)
    const made = await fetch(`${url()}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        code: setupCode,
        owner: { name: 'Ada', email: 'ada@example.com', password: 'a long enough password', locale: 'en' },
        workspace: { name: 'Ada', language: 'en', zone: 'Europe/Warsaw' },
      }),
    })
    expect(made.status).toBe(200)
    cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
    const must = mustAt(url(), path.join(home, 'data'))
    const channel = await must('POST', '/channels', { network: 'webhook', name: 'Hook', url: receiver.url })
    receiver.trust(channel.secret)
    channelId = channel.id
  }, 180_000)
  afterAll(async () => {
    for (const name of names.toReversed()) await running.get(name)?.stop()
    await servers?.stop()
    await receiver?.stop()
    await rm(home, { recursive: true, force: true })
  }, 60_000)

  test('is not changed in one step: who would not be understood does not start', async () => {
    await isWell()
    await running.get('identity-2')?.stop()
    for (const ring of [next, `${next},${old}`])
      await expect(startOne('identity-2', ring)).rejects.toMatchObject({ code: 'secret-not-shared' })
    await startOne('identity-2', old)
    await isWell()
  }, 60_000)

  test('in two steps everything is understood at every moment', async () => {
    await restartAll(`${old},${next}`)
    // In the other order than above, and mixed with the ones before.
    for (const name of names.toReversed()) {
      await restartOne(name, `${next},${old}`)
      await isWell()
    }
  }, 180_000)

  test('what is sealed comes under the new one only when all seal with it', async () => {
    await restartOne('publishing', `${old},${next}`)
    expect((await secret(asked(), 'rotate')).err).toContain('secrets-differ')
    expect((await secret(asked(), 'forget')).err).toContain('secrets-differ')
    await restartOne('publishing', `${next},${old}`)
    const status = (await secret(asked(), 'status')).json as Status & { processes: string[][] }
    expect(status.keptIn).toBe('settings')
    expect(status.processes).toEqual(names.map(() => [keyOf(next), keyOf(old)]))
    expect((await secret(asked(), 'forget')).err).toContain('secret-needed')
    expect(await secret(asked(), 'rotate')).toMatchObject({ code: 0, json: { left: 0, unreadable: [] } })
    await isWell()
    expect(await secret(asked(), 'forget')).toMatchObject({
      code: 0,
      json: { keptIn: 'settings', forgotten: [keyOf(old)] },
    })
    expect(await rowsNaming(databaseAddress(variables['FLOOWE_DATABASE_URL'] ?? ''), keyOf(old))).toEqual([])
  }, 120_000)

  test('then the old one goes, process by process, and with it the passwords of the database', async () => {
    const admin = databaseAddress(variables['FLOOWE_DATABASE_URL'] ?? '')
    await prepareCredential()
    await restartOne('identity-1', next)
    // The other one still has the old password, and needs new connections.
    await withClient(admin, (client) =>
      client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [roleOf('identity')]),
    )
    await isWell()
    for (const name of names.slice(1)) {
      await restartOne(name, next)
      await isWell()
    }
    const { json } = await secret(asked(), 'status')
    expect((json as Status).keys).toEqual([{ keyId: keyOf(next), role: 'seals', values: expect.any(Number) }])
  }, 120_000)

  /** With processes of either kind running, the command line's credential is made with what they have in common. */
  const prepareCredential = (): Promise<unknown> => prepare(`${next},${old}`)
})
