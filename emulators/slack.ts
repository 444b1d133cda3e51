/**
 * Slack's incoming webhooks: one webhook in one room, which takes messages and answers `ok`. It refuses what the real one refuses.
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
 */
import { type Behaviour, fieldOf, refuse, startVendor, textOf, type Vendor, type VendorOptions } from './vendor.ts'

export type Slack = Vendor & {
  webhookUrl: string
  /** `removed`: the app was taken out; `archived`: the room was. */
  close: (how: 'removed' | 'archived') => void
  messages: () => string[]
}

const path = '/services/T024BE7LH/B0BF9Q1TE/a1b2c3d4e5f6g7h8i9j0k1l2'
const textMax = 40_000
const blocksMax = 50

export async function startSlack(options: VendorOptions = {}): Promise<Slack> {
  const messages: string[] = []
  const world: { closed: 'removed' | 'archived' | null } = { closed: null }
  const behave: Behaviour = (asked, effect) => {
    if (asked.path !== path || world.closed === 'removed') return refuse(404, 'no_service')
    if (asked.method !== 'POST') return refuse(400, 'invalid_payload')
    if (world.closed === 'archived') return refuse(410, 'channel_is_archived')
    if (typeof asked.json !== 'object' || asked.json === null) return refuse(400, 'invalid_payload')
    const blocks = fieldOf(asked.json, 'blocks')
    const text = textOf(asked.json, 'text')
    if (text === '' && !Array.isArray(blocks)) return refuse(400, 'no_text')
    if (text.length > textMax) return refuse(400, 'msg_too_long')
    if (Array.isArray(blocks) && blocks.length > blocksMax) return refuse(400, 'invalid_blocks')
    messages.push(text)
    effect({ kind: 'created', id: String(messages.length), account: path, text })
    return { status: 200, body: 'ok' }
  }
  const vendor = await startVendor(behave, options)
  return {
    ...vendor,
    webhookUrl: `${vendor.url}${path}`,
    close: (how) => void (world.closed = how),
    messages: () => [...messages],
  }
}
