/** Writes that several workers make: each is in the ledger before it leaves, and is followed until it is known what became of it. */
import { setTimeout as pause } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import type { Body } from '@floowe/contracts/body'
import type { Ask, ServiceWord } from '../client.ts'
import type { Answers, Entry, Operation } from '../ledger.ts'
import type { RunState } from '../state.ts'
import { hashOfRead, type Text } from '../texts.ts'

export type Edition = { articleId: string; id: string; revision: number; versionId: string; text: Text }
type Read = {
  id: string
  articleId: string
  revision: number
  versionId: string
  title: string
  lead: string
  body: Body
}

const patienceMs = 150_000
const retryPauseMs = 150

/** With the same key until it is known; null when it was refused. */
async function keyed<Name extends Operation>(
  { client, ledger }: RunState,
  entry: Entry<Name>,
  ask: Ask & { key: string },
  answerOf: (status: number, body: Record<string, unknown>, isRepeated: boolean) => Answers[Name] | null | 'later',
): Promise<Answers[Name] | null> {
  const endMs = Date.now() + patienceMs
  for (let attempt = 1; Date.now() < endMs; attempt++) {
    const outcome = await client.once({ ...ask, headers: { ...ask.headers, 'idempotency-key': ask.key } })
    const body = outcome.is === 'answered' ? ((outcome.body ?? {}) as Record<string, unknown>) : {} // looked at field by field
    const isLater = outcome.is === 'lost' || body['code'] === 'idempotency-in-progress'
    const answer = isLater ? 'later' : answerOf(outcome.status, body, attempt > 1)
    if (answer !== 'later') {
      ledger.settle(entry, answer ? 'acknowledged' : 'refused', answer ?? undefined)
      return answer
    }
    if (attempt === 1) ledger.settle(entry, 'unknown')
    await pause(retryPauseMs)
  }
  throw new Error(`${ask.path} with the key ${ask.key} was not settled within ${patienceMs} ms`)
}

export async function createArticle(run: RunState, text: Text): Promise<Edition | null> {
  const key = randomUUID()
  const entry = run.ledger.send('create', { token: text.token, hash: text.hash, key })
  let made: Read | null = null
  await keyed(
    run,
    entry,
    {
      method: 'POST',
      path: '/api/v1/articles',
      body: { language: 'en', title: text.title, lead: text.lead, body: text.body },
      through: ['content'],
      key,
    },
    (status, body) => {
      if (status !== 201) return null
      made = body['edition'] as Read // the contract's answer
      return { articleId: made.articleId, editionId: made.id, versionId: made.versionId }
    },
  )
  const read = made as Read | null // set by the callback, which the compiler does not see
  return read && { articleId: read.articleId, id: read.id, revision: read.revision, versionId: read.versionId, text }
}

export const readEdition = (run: RunState, id: string): Promise<Read> =>
  run.client.until<Read>({ path: `/api/v1/editions/${id}`, through: ['content'] })

/**
 * Saves, and finds out what became of it. After a lost answer the edition holds the old text or the new one; the old one is
 * followed by the same request again.
 */
export async function save(run: RunState, edition: Edition, text: Text): Promise<void> {
  const { client, ledger, violations } = run
  const basedOn = edition.revision
  const entry = ledger.send('save', {
    articleId: edition.articleId,
    editionId: edition.id,
    basedOn,
    token: text.token,
    hash: text.hash,
  })
  const endMs = Date.now() + patienceMs
  const took = ({ revision, versionId }: { revision: number; versionId: string }): void => {
    ledger.settle(entry, 'acknowledged', { revision, versionId })
    Object.assign(edition, { revision, versionId, text })
  }
  for (let attempt = 1; Date.now() < endMs; attempt++) {
    const outcome = await client.once({
      method: 'PUT',
      path: `/api/v1/editions/${edition.id}`,
      body: { basedOn, title: text.title, lead: text.lead, body: text.body },
      through: ['content'],
    })
    if (outcome.is === 'answered' && outcome.status === 200) return took(outcome.body as Read) // the contract's answer
    if (outcome.is === 'answered' && outcome.status !== 409) {
      throw new Error(`a save was refused: ${outcome.status} ${JSON.stringify(outcome.body).slice(0, 300)}`)
    }
    if (attempt === 1) ledger.settle(entry, 'unknown')
    const now = await readEdition(run, edition.id)
    const hash = hashOfRead(now)
    if (now.revision === basedOn + 1 && hash === text.hash) return took(now)
    if (now.revision !== basedOn || hash !== edition.text.hash) {
      violations.push({
        kind: now.revision < basedOn ? 'stale' : 'torn',
        text: `edition ${edition.id} after an unanswered save on revision ${basedOn}: revision ${now.revision}, title ${now.title}`,
      })
      return took({ revision: now.revision, versionId: now.versionId })
    }
    await pause(retryPauseMs)
  }
  throw new Error(`a save of ${edition.id} was not settled within ${patienceMs} ms`)
}

/** A read after an acknowledged write shows it. */
export async function readBack(run: RunState, edition: Edition): Promise<void> {
  const read = await readEdition(run, edition.id)
  if (read.revision < edition.revision)
    run.violations.push({
      kind: 'stale',
      text: `edition ${edition.id}: revision ${read.revision} was read after ${edition.revision} was acknowledged`,
    })
  else if (read.revision > edition.revision || hashOfRead(read) !== edition.text.hash)
    run.violations.push({
      kind: 'torn',
      text: `edition ${edition.id}: revision ${read.revision} with title ${read.title} is not what was sent as ${edition.revision}`,
    })
}

/** Plans the newest text for now; the delivery's id, or null when an earlier one still stands in its place. */
export async function publish(run: RunState, edition: Edition, channel: 'site' | 'webhook'): Promise<string | null> {
  const key = randomUUID()
  const { articleId, id: editionId, versionId } = edition
  const entry = run.ledger.send('publish', { articleId, editionId, versionId, channel, key })
  const through: ServiceWord[] = ['publishing', 'content', ...(channel === 'site' ? (['site'] as const) : [])]
  const answer = await keyed(
    run,
    entry,
    {
      method: 'POST',
      path: '/api/v1/deliveries',
      body: { editionId, channelId: run.channels[channel], versionId, when: { now: true } },
      through,
      key,
    },
    (status, body, isRepeated) => {
      if (status === 201) return { deliveryId: String(body['id']) }
      // What was asked for before, and whose answer was lost, stands there already.
      const standing = (body['data'] as { deliveryId?: string } | null)?.deliveryId // the data of these refusals
      return isRepeated && standing !== undefined ? { deliveryId: standing } : null
    },
  )
  return answer?.deliveryId ?? null
}

export { keyed }
