/**
 * Telegram's Bot API, as far as a publisher needs it: one bot, the rooms it is in, messages with text or pictures, edited and
 * deleted. It refuses what the real one refuses. Source: https://core.telegram.org/bots/api (10.1).
 */
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  formOf,
  refuse,
  startVendor,
  textOf,
  type Vendor,
  type VendorOptions,
} from './vendor.ts'

export type TelegramOptions = VendorOptions & { token?: string; rooms?: readonly Room[] }
export type Room = { id: number; title: string; username?: string; mayPost?: boolean }
export type Telegram = Vendor & {
  token: string
  /** From now on the token is unknown, as after /revoke. */
  revoke: () => void
  /** It is known again. */
  restore: () => void
  messages: () => { room: number; id: number; text: string; pictures: number }[]
}

type Message = { room: number; id: number; text: string; pictures: number }
const textMax = 4096
const captionMax = 1024
const photoBytesMax = 10 * 1024 * 1024
const groupMin = 2
const groupMax = 10

export async function startTelegram(options: TelegramOptions = {}): Promise<Telegram> {
  const token = options.token ?? '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'
  const rooms = options.rooms ?? [{ id: -1001234567890, title: 'Studio Wisła', username: 'studio_wisla' }]
  const world = { known: true, last: 0, messages: new Map<string, Message>() }
  const behave: Behaviour = async (asked, effect) => {
    const [, given, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(asked.path) ?? []
    if (!world.known || given !== token) return refuse(401, failure(401, 'Unauthorized'))
    const input = await inputOf(asked)
    if (method === 'getMe') return ok({ id: 1, is_bot: true, first_name: 'Floowe', username: 'floowe_bot' })
    const room = rooms.find(({ id, username }) => input.chat === String(id) || input.chat === `@${username}`)
    if (!room) return refuse(400, failure(400, 'Bad Request: chat not found'))
    if (method === 'getChat') return ok({ id: room.id, type: 'channel', title: room.title, username: room.username })
    if (room.mayPost === false) return refuse(403, failure(403, 'Forbidden: bot is not a member of the channel chat'))
    const keyOf = (id: number): string => `${room.id} ${id}`
    const add = (text: string, pictures: number): Message => {
      const message = { room: room.id, id: (world.last += 1), text, pictures }
      world.messages.set(keyOf(message.id), message)
      return message
    }
    const shown = ({ id, text }: Message): object => ({
      message_id: id,
      date: Math.floor(asked.nowMs / 1000),
      chat: { id: room.id, title: room.title, username: room.username, type: 'channel' },
      text,
    })
    const note = (kind: 'created' | 'changed' | 'removed', { id, text }: Message): void =>
      effect({ kind, id: keyOf(id), account: String(room.id), text })
    switch (method) {
      case 'sendMessage':
      case 'sendPhoto':
      case 'sendMediaGroup': {
        const pictures = checkedPictures(method, input)
        checkText(method === 'sendMessage', input.text)
        const made = add(input.text, pictures)
        note('created', made)
        for (let more = 1; more < pictures; more++) add('', 1)
        return ok(method === 'sendMediaGroup' ? [shown(made)] : shown(made))
      }
      case 'editMessageText':
      case 'editMessageCaption': {
        const message = world.messages.get(keyOf(input.message))
        if (!message) return refuse(400, failure(400, 'Bad Request: message to edit not found'))
        checkText(method === 'editMessageText', input.text)
        if (message.text === input.text)
          return refuse(
            400,
            failure(
              400,
              'Bad Request: message is not modified: specified new message content and reply markup are exactly the same',
            ),
          )
        message.text = input.text
        note('changed', message)
        return ok(shown(message))
      }
      case 'deleteMessage': {
        const message = world.messages.get(keyOf(input.message))
        if (!message) return refuse(400, failure(400, 'Bad Request: message to delete not found'))
        world.messages.delete(keyOf(input.message))
        note('removed', message)
        return ok(true)
      }
      default:
        return refuse(404, failure(404, 'Not Found'))
    }
  }
  const vendor = await startVendor(behave, options)
  return {
    ...vendor,
    token,
    revoke: () => void (world.known = false),
    restore: () => void (world.known = true),
    messages: () => [...world.messages.values()],
  }
}

type Input = { chat: string; text: string; message: number; files: File[]; media: unknown }

/** JSON or a form: Telegram takes both. */
async function inputOf(asked: Asked): Promise<Input> {
  if (asked.json !== null) {
    const chat = fieldOf(asked.json, 'chat_id')
    return {
      chat: String(chat ?? ''),
      text: textOf(asked.json, 'text') || textOf(asked.json, 'caption'),
      message: Number(fieldOf(asked.json, 'message_id') ?? 0),
      files: [],
      media: null,
    }
  }
  const form = await formOf(asked)
  const media = form.get('media')
  const items: unknown = typeof media === 'string' ? JSON.parse(media) : null
  const caption = Array.isArray(items) ? textOf(items[0], 'caption') : String(form.get('caption') ?? '')
  return {
    chat: String(form.get('chat_id') ?? ''),
    text: caption,
    message: 0,
    files: [...form.values()].filter((value) => value instanceof File),
    media: items,
  }
}

function checkText(isMessage: boolean, text: string): void {
  if (isMessage && text === '') refuse(400, failure(400, 'Bad Request: message text is empty'))
  if (text.length > (isMessage ? textMax : captionMax))
    refuse(
      400,
      failure(400, isMessage ? 'Bad Request: message is too long' : 'Bad Request: message caption is too long'),
    )
}

/** @returns how many */
function checkedPictures(method: string, { files, media }: Input): number {
  if (method === 'sendMessage') return 0
  if (files.length === 0) refuse(400, failure(400, 'Bad Request: there is no photo in the request'))
  if (files.some(({ size }) => size > photoBytesMax)) refuse(413, failure(413, 'Request Entity Too Large'))
  if (method === 'sendMediaGroup') {
    const count = Array.isArray(media) ? media.length : 0
    if (count !== files.length || count < groupMin || count > groupMax)
      refuse(400, failure(400, 'Bad Request: wrong number of media in the album'))
  }
  return files.length
}

const ok = (result: unknown): Answer => ({ status: 200, body: { ok: true, result } })
const failure = (code: number, description: string): object => ({ ok: false, error_code: code, description })
