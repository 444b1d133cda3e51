/** The life of an installation: first run, a second start, a killed one, a backup and what restoring must not do. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startWebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { afterAll, expect, test } from 'vitest'
import { openContext } from './browser.ts'
import { start, type Started } from './installation.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const folders: string[] = []
const running: Started[] = []
const newFolder = async (): Promise<string> => {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'floowe-life-')), 'data')
  folders.push(path.dirname(folder))
  return folder
}
const begin = async (variables: Record<string, string>): Promise<Started> => {
  const started = await start(variables)
  running.push(started)
  return started
}
afterAll(async () => {
  for (const one of running) await one.stop()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

type Outcome = { code: number; out: string; err: string }
/** Without blocking: the receiver of webhooks lives in this process, too. */
const floowe = (folder: string, ...words: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, 'cli/floowe.ts'), ...words],
      { env: { ...process.env, FLOOWE_DATA: folder, FLOOWE_URL: undefined }, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    )
  })
const answer = async <Value>(asked: Promise<Outcome>): Promise<Value> => {
  const { code, out, err } = await asked
  if (code !== 0) throw new Error(`exit ${code}: ${err}`)
  return JSON.parse(out) as Value
}
const codeOf = (started: Started): string => /with the code (\S+)/.exec(started.lines.join('\n'))?.[1] ?? ''

async function firstRun(started: Started): Promise<void> {
  const made = await fetch(`${started.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code: codeOf(started),
      owner: { name: 'Ada', email: 'ada@example.com', password: 'a long enough password', locale: 'en' },
      workspace: { name: 'Ada', slug: 'ada', language: 'en', zone: 'Europe/Warsaw' },
    }),
  })
  expect(made.status).toBe(200)
}

test('with the demo off, the first-run page makes the owner with the code that start printed', async () => {
  const started = await begin({ FLOOWE_DATA: await newFolder(), FLOOWE_DEMO: 'off' })
  const { page, context } = await openContext({ locale: 'en' })
  await page.goto(started.url)
  await page.waitForURL(/\/setup/)
  await page.getByLabel(/code/i).fill('WRONG-CODE1')
  await page.getByLabel('Name', { exact: true }).fill('Ada')
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill('a long enough password')
  await page.getByLabel('Workspace name').fill('Ada writes')
  const submit = page.locator('form button[type=submit]').last()
  await submit.click()
  await page.getByRole('alert').first().waitFor()
  await page.getByLabel(/code/i).fill(codeOf(started))
  await submit.click()
  await page.waitForURL(/\/w\/[a-z-]+\/content/)
  await page.getByText('Nothing has been written yet').waitFor()
  await context.close()
  await started.stop()
})

test('a start whose port is taken says which, and what to do', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as AddressInfo // a TCP server's address is never a string
  try {
    await expect(
      begin({ FLOOWE_DATA: await newFolder(), FLOOWE_DEMO: 'off', FLOOWE_PORT: String(port) }),
    ).rejects.toThrow(new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is taken`))
  } finally {
    await new Promise((resolve) => holder.close(resolve))
  }
})

test('a second start is refused naming the holder; a killed one loses nothing acknowledged', async () => {
  const folder = await newFolder()
  const first = await begin({ FLOOWE_DATA: folder, FLOOWE_DEMO: 'off' })
  await firstRun(first)
  await expect(start({ FLOOWE_DATA: folder, FLOOWE_DEMO: 'off' })).rejects.toThrow(`process ${first.child.pid}`)
  const imported = await answer<{ counts: { created: number } }>(
    floowe(folder, 'import', path.join(root, 'examples/markdown'), '--json'),
  )
  expect(imported.counts.created).toBeGreaterThanOrEqual(6)
  const before = await answer<{ total: number }>(floowe(folder, 'articles', '--json'))
  const gone = new Promise((resolve) => first.child.once('exit', resolve))
  first.child.kill('SIGKILL')
  await gone
  const second = await begin({ FLOOWE_DATA: folder, FLOOWE_DEMO: 'off' })
  expect((await answer<{ total: number }>(floowe(folder, 'articles', '--json'))).total).toBe(before.total)
  expect(
    (await answer<{ counts: object }>(floowe(folder, 'import', path.join(root, 'examples/markdown'), '--json'))).counts,
  ).toMatchObject({ created: 0 })
  await second.stop()
})

test('other hosts than loopback need the demo off, and mistakes are told together', async () => {
  const refused = await start({
    FLOOWE_DATA: await newFolder(),
    FLOOWE_HOST: '0.0.0.0',
    FLOOWE_SECRET: 'short',
    FLOOWE_PUBLIC_URL: 'nonsense',
  }).then(
    () => 'started',
    (error: unknown) => String(error),
  )
  for (const mistake of ['set FLOOWE_DEMO=off', 'FLOOWE_PUBLIC_URL is an address', 'FLOOWE_SECRET needs at least'])
    expect(refused).toContain(mistake)
})

test('backup, publish ten, restore, start: the receiver sees nothing new', async () => {
  const folder = await newFolder()
  const receiver = await startWebhookReceiver({})
  try {
    const first = await begin({ FLOOWE_DATA: folder, FLOOWE_DEMO: 'off' })
    await firstRun(first)
    await answer(floowe(folder, 'import', path.join(root, 'examples/markdown'), '--json'))
    const credential = (await import('node:fs')).readFileSync(path.join(folder, 'local-credential'), 'utf8').trim()
    const channel = await fetch(`${first.url}/api/v1/channels`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      body: JSON.stringify({ network: 'webhook', name: 'Hook', url: receiver.url }),
    })
    expect(channel.status).toBe(201)
    const { items } = await answer<{ items: { id: string; editions: { language: string }[] }[] }>(
      floowe(folder, 'articles', '--json'),
    )
    const editions = items
      .flatMap((article) => article.editions.map((edition) => ({ id: article.id, language: edition.language })))
      .slice(0, 10)
    expect(editions).toHaveLength(10)
    // Three are planned when the backup is made, and fall due before it is restored.
    for (const [index, { id, language }] of editions.slice(0, 3).entries()) {
      const at = new Date(Date.now() + 15_000 + index * 500)
      const wall = at.toISOString().slice(0, 19)
      await answer(
        floowe(folder, 'publish', id, '--lang', language, '--to', 'Hook', '--at', wall, '--zone', 'UTC', '--json'),
      )
    }
    const file = path.join(path.dirname(folder), 'backup.tar.gz')
    expect((await floowe(folder, 'backup', file)).code).toBe(0)
    for (const { id, language } of editions.slice(3))
      await answer(floowe(folder, 'publish', id, '--lang', language, '--to', 'Hook', '--json'))
    await expect.poll(() => receiver.log().length, { timeout: 60_000 }).toBe(10)
    await first.stop()

    const other = await newFolder()
    const restored = await answer<{ rows: number; files: number; onHold: number }>(
      floowe(other, 'restore', file, '--json'),
    )
    expect(restored.onHold).toBe(3)
    const second = await begin({ FLOOWE_DATA: other, FLOOWE_DEMO: 'off' })
    expect((await answer<{ items: object[] }>(floowe(other, 'articles', '--json'))).items).toHaveLength(items.length)
    const held = await answer<{ total: number }>(floowe(other, 'deliveries', '--state', 'on-hold', '--json'))
    expect(held.total).toBe(3)
    // Another delivery to the site passes through the schedule, so the schedule has looked at everything that was due.
    await answer(
      floowe(other, 'publish', editions[0]?.id ?? '', '--lang', editions[0]?.language ?? '', '--to', 'site', '--json'),
    )
    expect(receiver.log()).toHaveLength(10)
    expect(await floowe(other, 'restore', file)).toMatchObject({ code: 1 })
    await second.stop()
  } finally {
    await receiver.stop()
  }
})

test('the command line refuses wrong times and wrong use, each in its own way', async () => {
  const folder = await newFolder()
  const started = await begin({ FLOOWE_DATA: folder, FLOOWE_DEMO: 'off' })
  await firstRun(started)
  const { items } = await answer<{ items: { articleId: string | null }[] }>(
    floowe(folder, 'import', path.join(root, 'examples/markdown'), '--json'),
  )
  const id = items.find((item) => item.articleId)?.articleId ?? ''
  const publish = (...more: string[]) => floowe(folder, 'publish', id, '--lang', 'pl', '--to', 'site', ...more)
  expect(await publish('--at', '2027-03-28T02:30', '--zone', 'Europe/Warsaw')).toMatchObject({
    code: 1,
    err: expect.stringContaining('time-does-not-exist'),
  })
  expect(await publish('--at', '2027-10-31T02:30', '--zone', 'Europe/Warsaw')).toMatchObject({
    code: 1,
    err: expect.stringContaining('time-exists-twice'),
  })
  expect(
    (
      await answer<{ dueAt: string }>(
        publish('--at', '2027-10-31T02:30', '--zone', 'Europe/Warsaw', '--later', '--json'),
      )
    ).dueAt,
  ).toBe('2027-10-31T01:30:00.000Z')
  expect((await publish('--at', '2020-01-01T10:00', '--zone', 'Europe/Warsaw')).code).toBe(1)
  expect((await publish('--zone', 'Europe/Warsaw')).code).toBe(2)
  expect((await floowe(folder, 'nonsense')).code).toBe(2)
  expect(await floowe(folder, 'show', '0190aaaa-0000-7000-8000-000000000001')).toMatchObject({
    code: 1,
    err: expect.stringContaining('not-found'),
  })
  expect(await floowe(folder, 'token', 'create', '--permissions', 'content:read')).toMatchObject({
    code: 0,
    out: expect.stringContaining('flo_'),
  })
  await started.stop()
})
