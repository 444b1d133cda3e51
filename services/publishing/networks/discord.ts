/**
 * Discord: messages of a webhook in one room. A webhook cannot list what it has sent, so a lost answer leaves the question to a
 * person. The address of the webhook is its secret: whoever has it may post.
 * Source: https://docs.discord.com/developers/resources/webhook (API v10).
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, multipart, type Question, type Reply, refusalOf, textAt, verdictOf } from './asking.ts'
import { type Account, Ended, type Failure, type Network, type NetworkParts } from './network.ts'
import { type Made, partOf, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'discord',
  form: 'post',
  connection: {
    kind: 'fields',
    fields: [{ name: 'url', isSecret: true, example: 'https://discord.com/api/webhooks/1234/AbCd' }],
  },
  text: { max: 2_000, maxWithMedia: null, counting: 'utf16', linkLength: null },
  media: {
    countMax: 10,
    types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
    // Ten of them fit into one request of 25 MiB.
    bytesMax: 2_400_000,
    sideMax: 4_096,
    altMax: 1_024,
  },
  threads: false,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'taken',
  afterLostAnswer: 'ask',
}

const address = /\/api\/(?:v\d+\/)?webhooks\/(\d+)\/([\w-]+)\/?$/
const unknownWebhook = 10_015
const unknownMessage = 10_008
/** The same words to nobody in particular: what looks like a mention calls nobody. */
const quiet = { allowed_mentions: { parse: [] } }

export function discord({ ask, clock, addresses, firstPauseMs, read }: NetworkParts): Network {
  const webhookOf = (credentials: Account['credentials']): string =>
    `${addresses.discord}/api/v10/webhooks/${credentials['hook'] ?? ''}/${credentials['key'] ?? ''}`
  const call = async (url: string, question: Omit<Question, 'context'>): Promise<Reply> => {
    const reply = await ask(url, { context: 'Discord webhook', ...question })
    if (reply.status >= 200 && reply.status < 300) return reply
    throw new Ended(refused(reply, clock.now()))
  }
  const prepare = async (piece: Piece) =>
    Promise.all(
      partOf(piece).media.map(async (picture) => ({ picture, bytes: await read(picture, piece.parcel.workspaceId) })),
    )

  const poster: ReadablePoster<Awaited<ReturnType<typeof prepare>>> = {
    facts,
    prepare,
    create: async (piece, files, { credentials }, signal) => {
      const message = { content: partOf(piece).text, ...quiet }
      const url = `${webhookOf(credentials)}?wait=true`
      if (files.length === 0) return madeOf(await call(url, { method: 'POST', json: message, signal }), credentials)
      const form = new FormData()
      const attachments = files.map(({ picture: { name, alt } }, id) => ({ id, filename: name, description: alt }))
      form.set('payload_json', JSON.stringify({ ...message, attachments }))
      for (const [at, { picture, bytes }] of files.entries())
        form.set(`files[${at}]`, new Blob([bytes], { type: picture.type }), picture.name)
      return madeOf(await call(url, { method: 'POST', ...(await multipart(form)), signal }), credentials)
    },
    change: async (there, piece, _, { credentials }, signal) => {
      const json = { content: partOf(piece).text, ...quiet }
      await call(`${webhookOf(credentials)}/messages/${there.id}`, { method: 'PATCH', json, signal })
      return there
    },
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(`${webhookOf(credentials)}/messages/${there.id}`, { signal }),
        ({ json }) => textAt(json, 'id') === there.id || null,
      ),
    remove: async (there, { credentials }, signal) => {
      try {
        await call(`${webhookOf(credentials)}/messages/${there.id}`, { method: 'DELETE', signal })
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.code !== 'cannot-find') throw error
      }
    },
  }
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    budget: [{ count: 5, perMs: 2_000 }],
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        await call(webhookOf(credentials), {})
        return { kind: 'accepted' as const, url }
      }),
    connect: (fields) =>
      verdictOf(async () => {
        const [, hook, key] = address.exec(fields['url']?.split('?')[0] ?? '') ?? []
        if (hook === undefined || key === undefined)
          throw new Ended({ kind: 'permanent', code: 'bad-address', detail: 'not the address of a webhook' })
        const { json } = await call(webhookOf({ hook, key }), {})
        const [guild, room] = [textAt(json, 'guild_id'), textAt(json, 'channel_id')]
        return {
          accountId: hook,
          accountName: textAt(json, 'name') ?? hook,
          url: guild === null || room === null ? null : `https://discord.com/channels/${guild}/${room}`,
          credentials: { hook, key, ...(guild !== null && { guild }) },
        }
      }),
  }
}

function madeOf({ json }: Reply, { guild }: Account['credentials']): Made {
  const [id, room] = [textAt(json, 'id'), textAt(json, 'channel_id')]
  if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
  return {
    id,
    url: guild === undefined || room === null ? null : `https://discord.com/channels/${guild}/${room}/${id}`,
  }
}

function refused(reply: Reply, nowMs: number): Failure {
  const code = fieldOf(reply.json, 'code')
  const message = textAt(reply.json, 'message')
  const evidence = { status: reply.status, answer: reply.text.slice(0, 2_000), detail: message ?? String(reply.status) }
  const seconds = fieldOf(reply.json, 'retry_after')
  if (reply.status === 429 && typeof seconds === 'number')
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: nowMs + Math.ceil(seconds * 1000), ...evidence }
  if (code === unknownWebhook) return { kind: 'reconnect', code: 'account-not-found', ...evidence }
  if (code === unknownMessage) return { kind: 'permanent', code: 'cannot-find', ...evidence }
  return refusalOf(reply, nowMs, message)
}
