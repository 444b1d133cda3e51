/**
 * A signed webhook as Standard Webhooks describes it: one POST, the delivery's id as `webhook-id` at every attempt, so that
 * a receiver drops what it has. Signed over id, time and body with every secret that is valid now.
 * Source: https://github.com/standard-webhooks/standard-webhooks (spec 1.0.0).
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { NetworkFacts } from '@floowe/contracts/networks'
import type { Clock, Outbound } from '@floowe/platform'
import { OutboundError } from '@floowe/platform'
import { ofWay } from './asking.ts'
import { type Account, type Evidence, type Network, pageOf, type Parcel, retryAfter, type Verdict } from './network.ts'

/** Of the answer; only its beginning is kept. */
const answerBytesMax = 64 * 1024
const contentBytesMax = 10 * 1024 * 1024
const secretPrefix = 'whsec_'

/** 32 random bytes behind `whsec_`, in base64. */
export const newSecret = (): string => `${secretPrefix}${randomBytes(32).toString('base64')}`

const facts: NetworkFacts = {
  network: 'webhook',
  form: 'page',
  connection: {
    kind: 'fields',
    fields: [{ name: 'url', isSecret: false, example: 'https://example.com/hooks/floowe' }],
  },
  text: null,
  media: null,
  threads: false,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'taken',
  afterLostAnswer: 'repeat',
}

export type WebhookOptions = {
  outbound: Outbound
  clock: Clock
  publicUrl: string
  timeoutMs: number
  firstPauseMs: number
}

export function webhook({ outbound, clock, publicUrl, timeoutMs, firstPauseMs }: WebhookOptions): Network {
  const post = async (id: string, body: string, account: Account, signal?: AbortSignal): Promise<Verdict> => {
    const timestamp = String(Math.floor(clock.now() / 1000))
    try {
      const answer = await outbound.request(account.url ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': account.secrets.map((secret) => signature(secret, id, timestamp, body)).join(' '),
        },
        body,
        timeoutMs,
        bytesMax: answerBytesMax,
        context: `webhook of channel ${account.channelId}`,
        ...(signal && { signal }),
      })
      return ofStatus(answer.status, answer.headers, answer.body.toString('utf8'), clock.now())
    } catch (error) {
      if (error instanceof OutboundError) return ofError(error, clock.now())
      throw error
    }
  }
  return {
    facts,
    limits: { contentBytesMax },
    firstPauseMs,
    send: (parcel, account, { signal }) =>
      post(parcel.deliveryId, JSON.stringify(messageOf(parcel, publicUrl)), account, signal),
    test: (account, messageId) => {
      const message = {
        type: 'channel.test',
        timestamp: clock.instant(),
        data: { channel: account.channelId, workspace: account.workspaceId, name: account.name },
      }
      return post(messageId, JSON.stringify(message), account)
    },
  }
}

function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

const types = { publish: 'edition.published', update: 'edition.updated', unpublish: 'edition.unpublished' } as const

/** The body of the message. Addresses inside `html` that begin with a slash are relative to `base`. */
function messageOf(parcel: Parcel, base: string): object {
  const { deliveryId, workspaceId, articleId, editionId, language, title, slug, snapshot } = parcel
  const common = {
    delivery: deliveryId,
    workspace: workspaceId,
    article: articleId,
    edition: editionId,
    language,
    title,
    slug,
  }
  const message = (data: object): object => ({ type: types[parcel.kind], timestamp: parcel.at, data })
  if (!snapshot || parcel.kind === 'unpublish') return message(common)
  const { id, hash } = snapshot
  const content = pageOf(snapshot.content)
  const { versionId, type, lead, html, text, words, readingMinutes, meta, authors, tags, categories, cover } = content
  return message({
    ...common,
    version: versionId,
    snapshot: id,
    hash,
    base,
    articleType: type,
    lead,
    html,
    text,
    words,
    readingMinutes,
    meta,
    authors,
    tags,
    categories,
    cover,
  })
}

function ofStatus(status: number, headers: Readonly<Record<string, string>>, answer: string, nowMs: number): Verdict {
  const evidence: Evidence = { status, answer, detail: String(status) }
  if (status >= 200 && status < 300) return { kind: 'accepted', url: null, status, answer }
  if (status === 410) return { kind: 'reconnect', code: 'gone', ...evidence }
  if (status === 429 || status === 503)
    return {
      kind: 'rate-limited',
      code: status === 429 ? 'rate-limited' : 'receiver-busy',
      retryAtMs: retryAfter(headers['retry-after'], nowMs),
      ...evidence,
    }
  if (status === 408 || status === 409 || status === 425)
    return { kind: 'transient', code: 'receiver-error', ...evidence }
  // A receiver may fail after it has taken the message.
  if (status >= 500) return { kind: 'ambiguous', code: 'receiver-error', ...evidence }
  if (status >= 300 && status < 400) return { kind: 'permanent', code: 'redirected', ...evidence }
  return { kind: 'permanent', code: 'receiver-refused', ...evidence }
}

function ofError(error: OutboundError, nowMs: number): Verdict {
  const detail = error.message.slice(0, 300)
  // The status came and says all there is to know; only the rest of the answer was lost, too long or unreadable.
  if (error.head) return { ...ofStatus(error.head.status, error.head.headers, '', nowMs), answer: `(${detail})` }
  return ofWay(error)
}
