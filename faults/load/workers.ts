/** The mixed load: each worker has articles of its own and does one thing after another, as a person or a script would. */
import { setTimeout as pause } from 'node:timers/promises'
import type { RunState } from '../state.ts'
import { createWriter } from '../texts.ts'
import { createArticle, type Edition, publish, readBack, save } from './asking.ts'
import { importSet } from './imports.ts'
import { upload } from './uploads.ts'

const articlesMax = 6
const createShare = 0.12
const readShare = 0.35
/** Between two things that one worker does: the machine must have room for those who start again. */
const restMsMax = 160
const deliveryPollMs = 60
const deliveryMsMax = 120_000
const visitPauseMs = 80
const askPauseMs = 120

/** Starts all; resolves when every worker has finished what it was at after `isOn` turned false. */
export async function workUntilOff(run: RunState): Promise<void> {
  const workers = [
    ...[1, 2, 3].map((number) => write(run, number)),
    goOut(run, 4, 'site'),
    goOut(run, 5, 'webhook'),
    bringIn(run, 6),
    visit(run),
    askWho(run),
  ]
  await Promise.all(workers)
}

async function write(run: RunState, number: number): Promise<void> {
  const random = run.random.fork(`writer ${number}`)
  const writer = createWriter(run.seed, number, random)
  const own: Edition[] = []
  while (run.isOn()) {
    await pause(random.whole(0, restMsMax))
    if (own.length === 0 || (own.length < articlesMax && random.next() < createShare)) {
      const made = await createArticle(run, writer.next())
      if (made) own.push(made)
      continue
    }
    const edition = random.pick(own)
    if (random.next() < readShare) await readBack(run, edition)
    else {
      await save(run, edition, writer.next())
      if (random.next() < readShare) await readBack(run, edition)
    }
  }
}

/** Saves, publishes, waits until it is out, and looks whether readers see it. */
async function goOut(run: RunState, number: number, channel: 'site' | 'webhook'): Promise<void> {
  const random = run.random.fork(`publisher ${number}`)
  const writer = createWriter(run.seed, number, random)
  const own: Edition[] = []
  while (run.isOn()) {
    if (own.length < 3) {
      const made = await createArticle(run, writer.next())
      if (made) own.push(made)
      continue
    }
    const edition = random.pick(own)
    await save(run, edition, writer.next())
    const deliveryId = await publish(run, edition, channel)
    if (deliveryId === null) continue
    const delivery = await published(run, deliveryId)
    if (delivery?.state !== 'published' || channel !== 'site' || delivery.url === null) continue
    const { status, bytes } = await run.client.page(delivery.url, ['site'])
    if (status !== 200 || !bytes.toString('utf8').includes(edition.text.token))
      run.violations.push({
        kind: 'stale',
        text: `${delivery.url} answers ${status} without ${edition.text.token}, whose delivery ${deliveryId} was published`,
      })
  }
}

type Delivery = { id: string; state: string; url: string | null }

/** Once it is out, or has ended otherwise. */
async function published({ client }: RunState, id: string): Promise<Delivery | null> {
  const endMs = Date.now() + deliveryMsMax
  while (Date.now() < endMs) {
    const delivery = await client.until<Delivery>({ path: `/api/v1/deliveries/${id}`, through: ['publishing'] })
    if (!['planned', 'sending', 'retrying'].includes(delivery.state)) return delivery
    await pause(deliveryPollMs)
  }
  return null
}

async function bringIn(run: RunState, number: number): Promise<void> {
  const random = run.random.fork(`importer ${number}`)
  const writer = createWriter(run.seed, number, random)
  while (run.isOn()) {
    if (random.next() < 0.5) await importSet(run, writer, random.whole(1, 4))
    else await upload(run, random)
  }
}

async function visit(run: RunState): Promise<void> {
  const random = run.random.fork('visitor')
  while (run.isOn()) {
    const entry = run.ledger.send('visit', {})
    const outcome = await run.client.once({
      method: 'POST',
      path: `/t/${run.workspaceId}/v`,
      body: { p: `/page-${random.whole(1, 20)}`, l: 'en' },
      headers: {
        'user-agent': `Mozilla/5.0 (X11; Linux x86_64; rv:${random.whole(100, 140)}.0) Gecko/20100101 Firefox/140.0`,
      },
      through: ['analytics'],
    })
    if (outcome.is === 'lost') run.ledger.settle(entry, 'unknown')
    else run.ledger.settle(entry, outcome.status === 204 ? 'acknowledged' : 'refused', {})
    await pause(visitPauseMs)
  }
}

/** Someone who looks at who they are: these requests need identity itself. */
async function askWho(run: RunState): Promise<void> {
  while (run.isOn()) {
    await run.client.until({ path: '/api/v1/members', through: ['identity'] })
    await pause(askPauseMs)
  }
}
