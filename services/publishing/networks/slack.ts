/**
 * Slack: messages of an incoming webhook in one room. It answers `ok` and no more: nothing can be listed, changed or taken down,
 * so a lost answer leaves the question to a person. The address is the secret.
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import { type Reply, refusalOf, verdictOf } from './asking.ts'
import { Ended, type Failure, type Network, type NetworkParts } from './network.ts'
import { partOf, type Poster, sendPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'slack',
  form: 'post',
  connection: {
    kind: 'fields',
    fields: [{ name: 'url', isSecret: true, example: 'https://hooks.slack.com/services/T000/B000/XXXX' }],
  },
  text: { max: 4_000, maxWithMedia: null, counting: 'characters', linkLength: null },
  media: null,
  threads: false,
  firstComment: null,
  edits: false,
  removes: false,
  repeats: 'taken',
  afterLostAnswer: 'ask',
}

const address = /\/services\/(T\w+)\/(B\w+)\/(\w+)\/?$/
/** What Slack says of a webhook that is no more. */
const gone = ['no_service', 'no_service_id', 'no_team', 'invalid_token', 'team_disabled', 'no_active_hooks']
const closed = ['channel_not_found', 'channel_is_archived', 'action_prohibited', 'posting_to_general_channel_denied']

export function slack({ ask, clock, addresses, firstPauseMs }: NetworkParts): Network {
  const post = (path: string, json: unknown, signal?: AbortSignal): Promise<Reply> =>
    ask(`${addresses.slack}/services/${path}`, { method: 'POST', json, context: 'Slack webhook', signal })
  /** A message without words is refused by a webhook that works, and nobody sees anything. */
  const knock = async (path: string): Promise<void> => {
    const reply = await post(path, {})
    if (!['no_text', 'invalid_payload', 'missing_text_or_fallback_or_attachments'].includes(reply.text.trim()))
      throw new Ended(refused(reply, clock.now()))
  }
  const poster: Poster<null> = {
    facts,
    prepare: async () => null,
    create: async (piece, _, { credentials }, signal) => {
      const reply = await post(credentials['path'] ?? '', { text: escaped(partOf(piece).text) }, signal)
      if (reply.status !== 200 || reply.text.trim() !== 'ok') throw new Ended(refused(reply, clock.now()))
      return { id: 'sent', url: null }
    },
  }
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    budget: [{ count: 1, perMs: 1_000 }],
    send: sendPieces(poster, clock),
    test: ({ credentials }) =>
      verdictOf(async () => {
        await knock(credentials['path'] ?? '')
        return { kind: 'accepted' as const, url: null }
      }),
    connect: (fields) =>
      verdictOf(async () => {
        const [, team, bot, key] = address.exec(fields['url']?.split('?')[0] ?? '') ?? []
        if (team === undefined || bot === undefined || key === undefined)
          throw new Ended({ kind: 'permanent', code: 'bad-address', detail: 'not the address of a webhook' })
        const path = `${team}/${bot}/${key}`
        await knock(path)
        return { accountId: `${team}/${bot}`, accountName: 'Slack', url: null, credentials: { path } }
      }),
  }
}

/** Slack's three control characters. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function refused(reply: Reply, nowMs: number): Failure {
  const word = reply.text.trim().slice(0, 100)
  const evidence = { status: reply.status, answer: reply.text.slice(0, 2_000), detail: word }
  if (reply.status >= 400 && gone.includes(word)) return { kind: 'reconnect', code: 'token-refused', ...evidence }
  if (reply.status >= 400 && closed.includes(word)) return { kind: 'reconnect', code: 'not-allowed-there', ...evidence }
  return refusalOf(reply, nowMs, word)
}
