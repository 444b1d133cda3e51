/**
 * Discord's webhooks: one webhook in one room, messages with text and files, changed and deleted. It refuses what the real one
 * refuses. Source: https://docs.discord.com/developers/resources/webhook (API v10).
 */
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  formOf,
  type Losing,
  refuse,
  startVendor,
  textOf,
  type Vendor,
  type VendorOptions,
} from './vendor.ts'

export type Discord = Vendor &
  Losing & {
    /** What a person copies out of Discord. */
    webhookUrl: string
    /** The webhook is deleted. */
    revoke: () => void
    messages: () => Message[]
  }
type Message = { id: string; content: string; files: number; descriptions: string[] }

const id = '1245678901234567890'
const token = 'AbCdEf-gHiJkLmNoPqRsTuVwXyZ0123456789_abcdefghijklmnopqrstuvwxyz0123'
const guild = '987654321098765432'
const room = '876543210987654321'
const contentMax = 2_000
const fileBytesMax = 10 * 1024 * 1024
const requestBytesMax = 25 * 1024 * 1024
const filesMax = 10

export async function startDiscord(options: VendorOptions = {}): Promise<Discord> {
  const world = { known: true, last: 0, messages: new Map<string, Message>() }
  const shown = (message: Message): object => ({
    id: message.id,
    type: 0,
    content: message.content,
    channel_id: room,
    webhook_id: id,
    attachments: message.descriptions.map((description, at) => ({ id: String(at), description })),
  })
  const behave: Behaviour = async (asked, effect) => {
    const [, givenId, givenToken, messageId] =
      /^\/api\/(?:v10\/)?webhooks\/(\d+)\/([\w-]+)(?:\/messages\/(\w+))?$/.exec(asked.path) ?? []
    if (!world.known || givenId !== id) return refuse(404, { code: 10_015, message: 'Unknown Webhook' })
    if (givenToken !== token) return refuse(401, { code: 50_027, message: 'Invalid Webhook Token' })
    if (messageId === undefined && asked.method === 'GET')
      return ok({ id, type: 1, token, name: 'Redakcja', channel_id: room, guild_id: guild })
    if (messageId === undefined && asked.method === 'POST') {
      const message = await messageOf(asked)
      world.last += 1
      const made = { ...message, id: String(1_300_000_000_000_000_000n + BigInt(world.last)) }
      world.messages.set(made.id, made)
      effect({ kind: 'created', id: made.id, account: id, text: made.content })
      return asked.query.get('wait') === 'true' ? ok(shown(made)) : { status: 204 }
    }
    const known = world.messages.get(messageId ?? '')
    if (!known) return refuse(404, { code: 10_008, message: 'Unknown Message' })
    if (asked.method === 'GET') return ok(shown(known))
    if (asked.method === 'PATCH') {
      known.content = (await messageOf(asked)).content
      effect({ kind: 'changed', id: known.id, account: id, text: known.content })
      return ok(shown(known))
    }
    if (asked.method !== 'DELETE') return refuse(405, { code: 0, message: '405: Method Not Allowed' })
    world.messages.delete(known.id)
    effect({ kind: 'removed', id: known.id, account: id, text: known.content })
    return { status: 204 }
  }
  const vendor = await startVendor(behave, options)
  return {
    ...vendor,
    webhookUrl: `${vendor.url}/api/webhooks/${id}/${token}`,
    revoke: () => void (world.known = false),
    lose: () => world.messages.clear(),
    messages: () => [...world.messages.values()],
  }
}

async function messageOf(asked: Asked): Promise<Omit<Message, 'id'>> {
  if (asked.body.length > requestBytesMax) refuse(413, { code: 40_005, message: 'Request entity too large' })
  const form = asked.json === null ? await formOf(asked) : null
  const payload: unknown = form ? JSON.parse(String(form.get('payload_json') ?? '{}')) : asked.json
  const files = form ? [...form.values()].filter((value) => value instanceof File) : []
  const content = textOf(payload, 'content')
  if (content === '' && files.length === 0) refuse(400, { code: 50_006, message: 'Cannot send an empty message' })
  if (content.length > contentMax) refuse(400, invalid('content', `Must be ${contentMax} or fewer in length.`))
  if (files.length > filesMax) refuse(400, invalid('files', `Must be ${filesMax} or fewer.`))
  if (files.some(({ size }) => size > fileBytesMax)) refuse(413, { code: 40_005, message: 'Request entity too large' })
  const attachments = fieldOf(payload, 'attachments')
  const descriptions = Array.isArray(attachments) ? attachments.map((one) => textOf(one, 'description')) : []
  return { content, files: files.length, descriptions }
}

const ok = (body: object): Answer => ({ status: 200, body })
const invalid = (field: string, message: string): object => ({
  code: 50_035,
  message: 'Invalid Form Body',
  errors: { [field]: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message }] } },
})
