/**
 * Messages to an address of the person's own, signed as Standard Webhooks describes it: the notification's id as `webhook-id` at
 * every attempt, so that a receiver drops what it has. Each message is a job with six attempts within an hour. After ten messages
 * in a row that were given up, or when the receiver says that it is gone, the address is off until the person sets it again,
 * and the inbox says so.
 * Source: https://github.com/standard-webhooks/standard-webhooks (spec 1.0.0).
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { WebhookProblem } from '@floowe/contracts/notifications'
import { type Call, found, type JobKind, type JobRun, OutboundError, refuse } from '@floowe/platform'
import { actorNames } from '../actors.ts'
import { allow } from '../limits.ts'
import { dayMs, later, type Means, minuteMs, type Nothing } from '../means.ts'
import { findPerson } from '../store/people.ts'
import { findWorkspace } from '../store/workspaces.ts'
import { memberPlaceOf, named, type Place, placeOf } from './inbox.ts'
import { keep, tellInboxes } from './notify.ts'
import { findNotification } from './store.ts'
import * as rows from './webhook-store.ts'
import { addressOf, headline } from './words.ts'

const secretPrefix = 'whsec_'
const timeoutMs = 15_000
/** Of the answer, which nobody reads. */
const answerBytesMax = 16 * 1024
const failuresMax = 10

export const shownWebhook = (row: rows.WebhookRow) => ({
  url: row.url,
  isOn: row.is_on,
  failingSince: row.failing_since?.toISOString() ?? null,
  problem: row.problem as WebhookProblem | null, // only written from one
  lastTakenAt: row.last_taken_at?.toISOString() ?? null,
})

/** 32 random bytes behind `whsec_`, in base64. */
const newSecret = (): string => `${secretPrefix}${randomBytes(32).toString('base64')}`
export const webhookContext = ({ workspaceId, userId }: Place): string =>
  `identity.notification-webhook:${workspaceId}:${userId}`

/** @throws Refusal blocked-address, invalid-input, too-many-requests */
export async function setNotificationWebhook(means: Means, { url }: { url: string }, call: Call) {
  const { db, clock, sealer } = means
  const place = await memberPlaceOf(means, call)
  await allow(means, `notification-webhook:${place.userId}`, 60, 3600)
  await mustBePublic(means, url)
  const secret = newSecret()
  const { workspaceId, userId } = place
  const isNew = await rows.putWebhook(db, workspaceId, userId, {
    url,
    sealedSecret: sealer.seal(secret, webhookContext(place)),
    now: clock.instant(),
  })
  const webhook = found(await rows.findWebhook(db, workspaceId, userId), 'webhook')
  return { webhook: shownWebhook(webhook), secret: isNew ? secret : null }
}

/** A name that does not resolve right now may resolve later; an address that leads inward never may. */
async function mustBePublic({ outbound }: Means, url: string): Promise<void> {
  try {
    await outbound.checkAddress(url)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    if (error.code === 'bad-address') refuse('invalid-input', { issues: [{ path: 'url', problem: error.message }] })
    if (error.code === 'blocked-address') refuse('blocked-address', { reason: error.code })
  }
}

export async function rotateNotificationSecret(means: Means, call: Call): Promise<{ secret: string }> {
  const { db, clock, sealer } = means
  const place = placeOf(call)
  const secret = newSecret()
  const sealedSecret = sealer.seal(secret, webhookContext(place))
  const oldUntil = later(clock.now(), dayMs)
  if (!(await rows.rotateSecret(db, place.workspaceId, place.userId, { sealedSecret, oldUntil })))
    refuse('not-found', { what: 'webhook' })
  return { secret }
}

export async function removeNotificationWebhook({ db }: Means, call: Call): Promise<Nothing> {
  const { workspaceId, userId } = placeOf(call)
  await rows.deleteWebhook(db, workspaceId, userId)
  return {}
}

/** A message that means nothing, also to an address that is off. Its outcome changes nothing. */
export async function testNotificationWebhook(means: Means, call: Call) {
  const place = placeOf(call)
  await allow(means, `notification-webhook:${place.userId}`, 60, 3600)
  const webhook = found(await rows.findWebhook(means.db, place.workspaceId, place.userId), 'webhook')
  const message = {
    type: 'notification.test',
    timestamp: means.clock.instant(),
    data: { workspace: place.workspaceId },
  }
  const { problem, status } = await post(means, place, webhook, { id: means.ids.next(), message }, call.signal)
  return { ok: problem === null, status, problem }
}

/** Ten seconds, then four times as long each: an hour in all. */
export const webhookJob = (means: Means): JobKind => ({
  run: (job) => sendToWebhook(means, job),
  attemptsMax: 6,
  pauseMs: 10_000,
  timeoutMs: minuteMs,
})

async function sendToWebhook(means: Means, job: JobRun): Promise<void> {
  const { db, clock } = means
  const place = { workspaceId: job.workspaceId, userId: String(job.input['userId']) }
  const webhook = await rows.findWebhook(db, place.workspaceId, place.userId)
  if (!webhook?.is_on) return
  const id = String(job.input['id'])
  const message = await messageOf(means, place, id)
  if (!message) return
  const { problem, isFinal } = await post(means, place, webhook, { id, message }, job.signal)
  job.signal.throwIfAborted()
  if (problem === null) return void (await rows.noteTaken(db, place.workspaceId, place.userId, clock.instant()))
  // Without the address, which may hold a secret of its own.
  if (!isFinal && !job.isLastAttempt) throw new Error(`webhook of a person: ${problem}`)
  await giveUp(means, place, webhook.url, problem)
}

const giveUp = ({ db, ...means }: Means, { workspaceId, userId }: Place, url: string, problem: WebhookProblem) =>
  db.transaction(async (tx) => {
    const now = means.clock.instant()
    const limit = problem === 'gone' ? 1 : failuresMax
    if (!(await rows.noteGivenUp(tx, workspaceId, userId, { url, problem, now, failuresMax: limit }))) return
    const event = { id: means.ids.next<string>(), at: now }
    const notice = { kind: 'webhook-off', about: userId, to: [userId], data: { problem } } as const
    await tellInboxes(tx, workspaceId, await keep(means, tx, workspaceId, event, notice))
  })

/** What is sent; null when the notification, the person or the workspace is gone. */
async function messageOf({ db, publicUrl }: Means, { workspaceId, userId }: Place, id: string): Promise<object | null> {
  const [row, person, workspace] = await Promise.all([
    findNotification(db, workspaceId, userId, id),
    findPerson(db, userId),
    findWorkspace(db, workspaceId),
  ])
  if (!row || !person || !workspace) return null
  const { kind, at, data } = named(row, await actorNames(db, workspaceId, [String(row.data['by'] ?? '')]))
  return {
    type: `notification.${kind}`,
    timestamp: at.toISOString(),
    data: {
      notification: id,
      kind,
      workspace: { id: workspaceId, slug: workspace.slug, name: workspace.name },
      text: headline({ kind, data }, person),
      url: addressOf({ kind, data }, `${publicUrl}/w/${workspace.slug}`),
      ...data,
    },
  }
}

/** `isFinal`: another attempt cannot help. */
type Outcome = { problem: WebhookProblem | null; status: number | null; isFinal: boolean }

async function post(
  { outbound, clock, sealer }: Means,
  place: Place,
  webhook: rows.WebhookRow,
  { id, message }: { id: string; message: object },
  signal: AbortSignal,
): Promise<Outcome> {
  const secrets = openSecrets({ sealer, clock }, place, webhook)
  if (!secrets) return { problem: 'secret-unreadable', status: null, isFinal: true }
  const body = JSON.stringify(message)
  const timestamp = String(Math.floor(clock.now() / 1000))
  try {
    const { status } = await outbound.request(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': secrets.map((secret) => signature(secret, id, timestamp, body)).join(' '),
      },
      body,
      timeoutMs,
      bytesMax: answerBytesMax,
      context: 'notification to the webhook of a person',
      signal,
    })
    return ofStatus(status)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    // The status came and says all there is to know; only the rest of the answer was lost or too long.
    return error.head ? ofStatus(error.head.status) : ofError(error)
  }
}

function openSecrets(
  { sealer, clock }: Pick<Means, 'sealer' | 'clock'>,
  place: Place,
  { sealed_secret: newest, sealed_old_secret: old, old_secret_until: until }: rows.WebhookRow,
): string[] | null {
  // What was sealed with a secret of this installation that is gone does not open: only a new one helps.
  const opened = (sealed: string): string | null => {
    try {
      return sealer.open(sealed, webhookContext(place))
    } catch {
      return null
    }
  }
  const first = opened(newest)
  const second = old !== null && until !== null && until.getTime() > clock.now() ? opened(old) : null
  return first === null ? null : [first, ...(second === null ? [] : [second])]
}

function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

function ofStatus(status: number): Outcome {
  if (status >= 200 && status < 300) return { problem: null, status, isFinal: true }
  if (status === 410) return { problem: 'gone', status, isFinal: true }
  if (status === 429 || status === 503) return { problem: 'busy', status, isFinal: false }
  if (status >= 500 || status === 408 || status === 409 || status === 425)
    return { problem: 'error', status, isFinal: false }
  return { problem: status >= 300 && status < 400 ? 'redirected' : 'refused', status, isFinal: true }
}

const ways: Readonly<Partial<Record<OutboundError['code'], WebhookProblem>>> = {
  'not-found': 'unknown-host',
  unreachable: 'unreachable',
  'tls-failed': 'tls-failed',
  'blocked-address': 'blocked-address',
  'bad-address': 'blocked-address',
  'bad-request': 'blocked-address',
}

function ofError({ code }: OutboundError): Outcome {
  const problem = ways[code] ?? 'no-answer'
  return { problem, status: null, isFinal: problem === 'blocked-address' }
}
