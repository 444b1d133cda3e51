/** A whole installation whose secret is changed: everything goes on, and the old secret is good for nothing any more. */
import { copyFileSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startTelegram, type Telegram } from '@floowe/emulators/telegram'
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { createSealer, retiredContext, roleOf, rolePassword } from '@floowe/platform/ground'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodyOf, floowe, type Must, mustAt, runNode } from '../backup/testing.ts'
import { withClient } from '../installation-state.ts'
import { freePort, setUp, startTestInstallation, type TestInstallation } from '../testing.ts'
import { sealedPlaces } from './places.ts'
import { ringOf } from './ring.ts'
import { rowsNaming, secret, secretFile, secretText, type Status } from './testing.ts'

let home: string
let world: TestInstallation
let must: Must
let receiver: WebhookReceiver
let telegram: Telegram
let cookie: string
const channels: { id: string }[] = []
let editionId: string
let port: number
let oldText: string
let older: ReturnType<typeof createSealer>
const folder = (name = 'data'): string => path.join(home, name)
const variables = { FLOOWE_DATA: '', FLOOWE_LOG_LEVEL: 'error' }
const settings = (): Record<string, string> => ({
  // Part of the cookie's name.
  FLOOWE_PORT: String(port),
  FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url,
  FLOOWE_PUBLISHING_X_CLIENT_ID: 'client',
  FLOOWE_PUBLISHING_X_CLIENT_SECRET: 'client secret',
  // Nobody is there: letters wait, sealed.
  FLOOWE_SMTP_URL: 'smtp://127.0.0.1:9',
})
const statusOf = async (): Promise<Status> => (await secret(variables, 'status')).json as Status
const keyOf = async (role: string): Promise<string | undefined> =>
  (await statusOf()).keys.find((key) => key.role === role)?.keyId

async function start(): Promise<void> {
  world = await startTestInstallation(settings(), folder())
  must = mustAt(world.url, folder())
}
async function restart(): Promise<void> {
  await world.stop()
  await start()
}
/** To every channel, signed and with the right tokens. */
async function publishEverywhere(): Promise<void> {
  const [posts, effects] = [telegram.messages().length, receiver.effects().size]
  const { edition } = await must('POST', '/articles', {
    language: 'en',
    title: `At ${Date.now()}`,
    body: bodyOf('Words'),
  })
  const made = await Promise.all(
    channels.map((channel) =>
      must('POST', '/deliveries', { editionId: edition.id, channelId: channel.id, when: { now: true } }),
    ),
  )
  for (const { id } of made)
    await expect.poll(async () => (await must('GET', `/deliveries/${id}`)).state, { timeout: 20_000 }).toBe('published')
  expect(telegram.messages()).toHaveLength(posts + 1)
  expect(receiver.effects().size).toBe(effects + 1)
}
const me = async (): Promise<number> => (await world.as({ cookie, origin: world.url })('GET', '/me')).status
const verify = (...words: string[]) => floowe(variables, 'audit', 'verify', ...words)

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'floowe-secret-'))
  variables.FLOOWE_DATA = folder()
  port = await freePort()
  receiver = await startWebhookReceiver()
  telegram = await startTelegram()
  await start()
  ;({ cookie } = await setUp(world))
  const hook = await must('POST', '/channels', { network: 'webhook', name: 'Hook', url: receiver.url })
  receiver.trust(hook.secret)
  const room = await must('POST', '/channels', {
    network: 'telegram',
    fields: { token: telegram.token, chat: '@studio_wisla' },
  })
  channels.push(hook, room)
  receiver.trust(hook.secret, (await must('POST', `/channels/${hook.id}/secret`)).secret)
  await must('POST', '/connections', { network: 'x' })
  await must('PUT', '/me/notification-webhook', { url: receiver.url })
  await must('POST', '/invitations', { email: 'guest@example.com', role: 'viewer' })
  editionId = (await must('POST', '/articles', { language: 'en', title: 'One', body: bodyOf('Text') })).edition.id
  oldText = secretText(folder()).trim()
  older = createSealer(ringOf(oldText))
}, 120_000)
afterAll(async () => {
  await world?.stop()
  await receiver?.stop()
  await telegram?.stop()
  await rm(home, { recursive: true, force: true })
})

test('every column that holds sealed values is declared', async () => {
  const declared = new Set(sealedPlaces().map(({ schema, table, column }) => `${schema}.${table}.${column}`))
  const { rows } = await withClient(world.installation.ground.admin, (client) =>
    client.query<{ name: string }>(
      `select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
       where column_name ~ 'seal' and table_schema not in ('pg_catalog', 'information_schema')`,
    ),
  )
  // A service that keeps sealed values says so in its `sealed.ts`; else a change of the secret would lose them.
  expect(rows.map(({ name }) => name).filter((name) => !declared.has(name))).toEqual([])
  expect(rows.length).toBeGreaterThan(6)
})

test('status says what there is, under which key', async () => {
  await publishEverywhere()
  await world.installation.composed.idle()
  expect((await floowe(variables, 'backup', folder('before.tar.gz'))).code).toBe(0)
  const { keys, places, keptIn, restartFor } = await statusOf()
  expect({ keptIn, restartFor }).toEqual({ keptIn: 'file', restartFor: null })
  expect(keys).toEqual([{ keyId: older.keyId, role: 'seals', values: expect.any(Number) }])
  expect(new Set(places.map(({ place }) => place))).toEqual(
    new Set([
      ...['identity.signing_keys.sealed_private_key', 'identity.audit_heads.seal', 'identity.jobs.input.sealed'],
      ...['identity.notification_webhooks.sealed_secret', 'publishing.channels.secret_sealed'],
      ...['publishing.channels.old_secret_sealed', 'publishing.connections.verifier_sealed'],
    ]),
  )
  expect((await secret(variables, 'forget')).err).toContain('nothing-to-forget')
  expect((await secret(variables, 'nonsense')).code).toBe(2)
  renameSync(secretFile(folder()), folder('hidden'))
  expect((await secret(variables, 'rotate')).err).toContain('secret-file')
  renameSync(folder('hidden'), secretFile(folder()))
  expect((await floowe(variables, 'secret')).code).toBe(2)
}, 60_000)

test('only the operator may ask', async () => {
  for (const [method, target] of [
    ['GET', '/installation/secret'],
    ['POST', '/installation/secret/rotate'],
    ['POST', '/installation/secret/forget'],
  ] as const) {
    expect((await world.ask(method, target)).status).toBe(401)
    expect((await world.as({ cookie, origin: world.url })(method, target)).status).toBe(403)
  }
})

test('a new secret is written before the old one, and comes in with the next start', async () => {
  const { code, json } = await secret(variables, 'rotate')
  expect([code, json.step]).toEqual([0, 'restart'])
  expect(json.keyId).not.toBe(older.keyId)
  const lines = secretText(folder()).trim().split('\n')
  expect([lines.length, lines[1]]).toEqual([2, oldText])
  expect(statSync(secretFile(folder())).mode & 0o777).toBe(0o600)
  // Asked again it makes no third one.
  expect((await secret(variables, 'rotate')).json).toEqual(json)
  expect(secretText(folder()).trim().split('\n')).toEqual(lines)
  expect((await secret(variables, 'forget')).err).toContain('restart-needed')
  expect((await statusOf()).restartFor).toBe(json.keyId)
  await publishEverywhere()
  await restart()
  expect(await keyOf('seals')).toBe(json.keyId)
  expect(await keyOf('opens')).toBe(older.keyId)
  expect(await me()).toBe(200)
  await publishEverywhere()
  const { err } = await secret(variables, 'forget')
  expect(err).toMatch(/secret-needed.*publishing\.channels\.secret_sealed/)
}, 60_000)

test('what is sealed comes under it, and everything goes on', async () => {
  const held = (await statusOf()).places.reduce(
    (sum, { values, keyId }) => sum + (keyId === older.keyId ? values : 0),
    0,
  )
  const { code, json } = await secret(variables, 'rotate')
  expect([code, json]).toEqual([
    0,
    { step: 'done', keyId: await keyOf('seals'), older: [older.keyId], done: held, all: held, left: 0, unreadable: [] },
  ])
  expect((await statusOf()).keys[1]).toEqual({ keyId: older.keyId, role: 'opens', values: 0 })
  expect(await rowsNaming(world.installation.ground.admin, older.keyId)).toEqual([])
  await publishEverywhere()
  expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ entries, chain whole\n$/) })
}, 60_000)

test('a value that does not open is told, and stops nothing', async () => {
  const { admin } = world.installation.ground
  const sealed = older.seal('moved here', 'somewhere else')
  const put =
    "insert into identity.jobs (id, workspace_id, kind, input, run_at, created_at) values ($1, $2, 'identity.letter', $3, '2031-01-01', now())"
  const id = '0190aaaa-0000-7000-8000-00000000000f'
  await withClient(admin, (client) => client.query(put, [id, id, JSON.stringify({ sealed, more: [1] })]))
  const { code, json } = await secret(variables, 'rotate')
  expect(code).toBe(1)
  expect(json).toMatchObject({ done: 0, left: 1, unreadable: [{ place: 'identity.jobs.input.sealed', row: id }] })
  expect((await secret(variables, 'forget')).err).toContain('secret-needed')
  // One of the same place is brought over, and the rest of what it lies in stays.
  const good = { sealed: older.seal('{}', 'identity.letter'), more: [1] }
  await withClient(admin, async (client) => {
    await client.query('update identity.jobs set input = $2 where id = $1', [id, JSON.stringify(good)])
    expect((await secret(variables, 'rotate')).json).toMatchObject({ done: 1, left: 0 })
    const { rows } = await client.query<{ input: typeof good }>('select input from identity.jobs where id = $1', [id])
    expect(rows[0]?.input.more).toEqual([1])
    await client.query('delete from identity.jobs where id = $1', [id])
  })
})

test('the old secret is dropped when nothing needs it, and opens nothing from then on', async () => {
  const credential = older.deriveKey('local credential').toString('base64url')
  expect((await world.as({ authorization: `Bearer local_${credential}` })('GET', '/me')).status).toBe(200)
  const { code, json } = await secret(variables, 'forget')
  expect([code, json]).toEqual([0, { keyId: await keyOf('seals'), forgotten: [older.keyId], keptIn: 'file' }])
  expect(secretText(folder())).not.toContain(oldText)
  expect(secretText(folder()).trim().split('\n')).toHaveLength(1)
  expect((await secret(variables, 'rotate')).json.step).toBe('restart')
  await restart()
  expect((await statusOf()).keys).toEqual([{ keyId: json.keyId, role: 'seals', values: expect.any(Number) }])
  expect(await rowsNaming(world.installation.ground.admin, older.keyId)).toEqual([])
  const { ground } = world.installation
  const kept = await withClient(ground.admin, async (client) =>
    client.query<{ key_id: string; sealed: string }>(
      "select key_id, sealed from publishing.retired_keys where purpose = 'approvals'",
    ),
  )
  expect(kept.rows.map((row) => row.key_id)).toEqual([older.keyId])
  const context = retiredContext('publishing', 'approvals', older.keyId)
  expect(ground.sealer.open(kept.rows[0]?.sealed ?? '', context)).toBe(
    older.deriveKey('approvals').toString('base64url'),
  )
  expect((await world.as({ authorization: `Bearer local_${credential}` })('GET', '/me')).status).toBe(401)
  const [oldSecret] = ringOf(oldText)
  if (!oldSecret) throw new Error('no secret')
  const asOld = new pg.Client({
    ...world.installation.ground.admin,
    user: roleOf('identity'),
    password: rolePassword(oldSecret, 'identity'),
  })
  await expect(asOld.connect()).rejects.toMatchObject({ code: '28P01' })
  expect(await me()).toBe(200)
  await publishEverywhere()
}, 60_000)

test('the audit log is checked to its first entry all the same; a changed row is named by the command line', async () => {
  const { admin } = world.installation.ground
  const whole = await verify('--json')
  expect(whole).toMatchObject({ code: 0 })
  const { checked } = JSON.parse(whole.out) as { checked: number }
  expect(checked).toBeGreaterThan(20)
  expect(JSON.parse(whole.out)).toEqual({ checked, notCheckable: 0, damage: null })
  const change = (subject: string) =>
    withClient(admin, (client) =>
      client.query<{ event: string; id: string }>(
        'update identity.audit_entries set subject = $1 where seq = 3 returning event, event_id as id, subject',
        [subject],
      ),
    )
  const { rows } = await withClient(admin, (client) =>
    client.query<{ subject: string }>('select subject from identity.audit_entries where seq = 3'),
  )
  const [changed] = (await change('somebody else')).rows
  const { code, out } = await verify()
  expect([code, out]).toEqual([1, expect.stringMatching(/^2 entries fit\.\nEntry 3 \(.*\) is not as it was written/)])
  expect(out).toContain(`(${changed?.event}, `)
  expect(out).toContain(changed?.id)
  expect(JSON.parse((await verify('--json')).out)).toMatchObject({
    checked: 2,
    damage: { seq: 3, problem: 'changed', entry: { id: changed?.id } },
  })
  await change(rows[0]?.subject ?? '')
  expect((await verify()).code).toBe(0)
  expect((await floowe(variables, 'audit')).code).toBe(2)
  expect((await floowe(variables, 'audit', 'shred')).code).toBe(2)
}, 60_000)

test('a backup from before needs the old secret, and says so', async () => {
  const restore = (name: string) =>
    runNode(['launch/restore.ts', folder('before.tar.gz')], { FLOOWE_DATA: folder(name), FLOOWE_LOG_LEVEL: 'error' })
  const placed = (name: string, text: string): void => {
    mkdirSync(folder(name), { mode: 0o700 })
    // A folder that is ours: nothing in it but the secret.
    copyFileSync(path.join(folder(), 'floowe-data.json'), path.join(folder(name), 'floowe-data.json'))
    writeFileSync(secretFile(folder(name)), text, { mode: 0o600 })
  }
  placed('without', secretText(folder()))
  expect(await restore('without')).toMatchObject({
    code: 0,
    err: expect.stringContaining(`need the key ${older.keyId}; this installation has ${await keyOf('seals')}.`),
  })
  placed('with', `${secretText(folder()).trim()}\n${oldText}\n`)
  const restored = await restore('with')
  expect(restored).toMatchObject({ code: 0 })
  expect(restored.err).not.toContain('need the key')
  await world.stop()
  const there = await startTestInstallation(settings(), folder('with'))
  try {
    const mustThere = mustAt(there.url, folder('with'))
    const { id } = await mustThere('POST', '/deliveries', {
      editionId,
      channelId: channels[1]?.id,
      when: { now: true },
    })
    await expect
      .poll(async () => (await mustThere('GET', `/deliveries/${id}`)).state, { timeout: 20_000 })
      .toBe('published')
    const env = { ...variables, FLOOWE_DATA: folder('with') }
    expect((await floowe(env, 'audit', 'verify')).out).toContain('chain whole')
    expect((await secret(env, 'rotate')).json).toMatchObject({ step: 'done', left: 0 })
    expect(await secret(env, 'forget')).toMatchObject({ code: 0, json: { forgotten: [older.keyId] } })
  } finally {
    await there.stop()
  }
  await start()
}, 120_000)
