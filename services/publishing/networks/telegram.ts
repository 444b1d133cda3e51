/**
 * Telegram: messages of a bot in a channel or group. There is no way to ask a bot what it has sent, so a lost answer leaves the
 * question to a person. The token stands in the address of every request: no address is ever logged or kept.
 * Source: https://core.telegram.org/bots/api (10.1).
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, multipart, type Question, type Reply, refusalOf, textAt, verdictOf } from './asking.ts'
import { type Account, Ended, type Failure, type Network, type NetworkParts } from './network.ts'
import { type Made, partOf, type Piece, type Poster, sendPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'telegram',
  form: 'post',
  connection: {
    kind: 'fields',
    fields: [
      { name: 'token', isSecret: true, example: '123456:ABC-DEF1234ghIkl' },
      { name: 'chat', isSecret: false, example: '@studio_wisla' },
    ],
  },
  text: { max: 4096, maxWithMedia: 1024, counting: 'utf16', linkLength: null },
  media: { countMax: 10, types: ['image/jpeg', 'image/png'], bytesMax: 10_000_000, sideMax: 5_000, altMax: 0 },
  threads: false,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'taken',
  afterLostAnswer: 'ask',
}

export function telegram({ ask, clock, addresses, firstPauseMs, read }: NetworkParts): Network {
  const call = async (
    token: string,
    method: string,
    question: Omit<Question, 'method' | 'context'>,
  ): Promise<unknown> => {
    const reply = await ask(`${addresses.telegram}/bot${token}/${method}`, {
      method: 'POST',
      context: `Telegram ${method}`,
      ...question,
    })
    if (reply.status === 200 && fieldOf(reply.json, 'ok') === true) return fieldOf(reply.json, 'result')
    throw new Ended(refused(reply, clock.now()))
  }
  const prepare = async (piece: Piece) =>
    Promise.all(
      partOf(piece).media.map(async (picture) => ({ picture, bytes: await read(picture, piece.parcel.workspaceId) })),
    )
  type Prepared = Awaited<ReturnType<typeof prepare>>

  const poster: Poster<Prepared> = {
    facts,
    prepare,
    create: async (piece, files, { credentials }, signal) => {
      const { token = '', chat = '' } = credentials
      const { text } = partOf(piece)
      const [first, ...others] = files
      if (!first)
        return madeOf(await call(token, 'sendMessage', { json: { chat_id: chat, text }, signal }), credentials)
      const form = new FormData()
      form.set('chat_id', chat)
      if (others.length === 0) form.set('caption', text)
      else form.set('media', JSON.stringify(files.map((_, at) => groupItem(at, text))))
      for (const [at, { picture, bytes }] of files.entries())
        form.set(others.length === 0 ? 'photo' : `file${at}`, new Blob([bytes], { type: picture.type }), picture.name)
      const method = others.length === 0 ? 'sendPhoto' : 'sendMediaGroup'
      const result = await call(token, method, { ...(await multipart(form)), signal })
      return madeOf(Array.isArray(result) ? result[0] : result, credentials)
    },
    change: async (there, piece, files, { credentials }, signal) => {
      const { token = '', chat = '' } = credentials
      const { text } = partOf(piece)
      const place = { chat_id: chat, message_id: Number(there.id) }
      const [method, words] =
        files.length > 0 ? ['editMessageCaption', { caption: text }] : ['editMessageText', { text }]
      await unlessSaid(/message is not modified/i, () =>
        call(token, String(method), { json: { ...place, ...(words as object) }, signal }),
      ) // one of the two above
      return there
    },
    remove: async (there, { credentials }, signal) => {
      const { token = '', chat = '' } = credentials
      await unlessSaid(/message to delete not found/i, () =>
        call(token, 'deleteMessage', { json: { chat_id: chat, message_id: Number(there.id) }, signal }),
      )
    },
  }
  const chatOf = async ({ token = '', chat = '' }: Readonly<Record<string, string>>) => {
    await call(token, 'getMe', { json: {} })
    return call(token, 'getChat', { json: { chat_id: chat } })
  }
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    // Of one chat.
    budget: [{ count: 20, perMs: 60_000 }],
    send: sendPieces(poster, clock),
    test: (account) =>
      verdictOf(async () => {
        await chatOf(account.credentials)
        return { kind: 'accepted' as const, url: account.url }
      }),
    connect: (fields) =>
      verdictOf(async () => {
        const chat = await chatOf(fields)
        const username = textAt(chat, 'username')
        const id = textAt(chat, 'id') ?? ''
        return {
          accountId: id,
          accountName: textAt(chat, 'title') ?? username ?? id,
          url: username === null ? null : `https://t.me/${username}`,
          // The number of a channel stays when its name changes.
          credentials: { token: fields['token'] ?? '', chat: id, ...(username !== null && { username }) },
        }
      }),
  }
}

const groupItem = (at: number, caption: string): object => ({
  type: 'photo',
  media: `attach://file${at}`,
  ...(at === 0 && { caption }),
})

function madeOf(message: unknown, { chat = '', username }: Account['credentials']): Made {
  const id = textAt(message, 'message_id')
  if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
  const room = username ?? (chat.startsWith('-100') ? `c/${chat.slice(4)}` : null)
  return { id, url: room === null ? null : `https://t.me/${room}/${id}` }
}

/** What it says is so already is no failure. */
async function unlessSaid(words: RegExp, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Ended) || !words.test(error.verdict.detail ?? '')) throw error
  }
}

function refused(reply: Reply, nowMs: number): Failure {
  const description = textAt(reply.json, 'description')
  const seconds = fieldOf(reply.json, 'parameters', 'retry_after')
  const evidence = {
    status: reply.status,
    answer: reply.text.slice(0, 2_000),
    detail: description ?? String(reply.status),
  }
  if (reply.status === 429 && typeof seconds === 'number')
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: nowMs + seconds * 1000, ...evidence }
  // Telegram knows no bot of this token.
  if (reply.status === 404 && fieldOf(reply.json, 'ok') === false)
    return { kind: 'reconnect', code: 'token-refused', ...evidence }
  if (/chat not found/i.test(description ?? '')) return { kind: 'reconnect', code: 'account-not-found', ...evidence }
  return refusalOf(reply, nowMs, description)
}
