/**
 * The public addresses of newsletters, outside the app. GET shows, POST does: a link that a mail scanner opens changes nothing. The
 * form answers the same whether or not an address is known.
 */
import { Email } from '@floowe/contracts/identity'
import type { Locale } from '@floowe/contracts/vocabulary'
import type { Host, HttpReply, HttpRequest, HttpServer } from '@floowe/platform'
import type { Settings } from '../settings.ts'
import { type ChannelRow, getChannel } from '../store/channels.ts'
import { confirm, getSubscriber, type SubscriberRow, subscriberOfLetter } from '../store/subscribers.ts'
import { addressHashes, confirmTokenOf, newsletterOf, subscriberOf } from './links.ts'
import {
  type Page,
  pageHtml,
  said,
  type Saying,
  styleHash,
  subscribeButton,
  subscribeFields,
  trapField,
} from './pages.ts'
import { comeBack, enter, leave } from './readers.ts'
import { newsletterPrefix } from './writing.ts'

type Parts = Pick<Host, 'db' | 'clock' | 'ids' | 'sealer' | 'rateLimits' | 'publicUrl'> & { settings: Settings }
type Keyed = { Params: { key: string } }
const bodyBytesMax = 16 * 1024
/** One reader, one address, one newsletter. */
const limits = {
  client: { limit: 10, windowSeconds: 600 },
  address: { limit: 3, windowSeconds: 24 * 3600 },
  newsletter: { limit: 2_000, windowSeconds: 3600 },
} as const

export const serveNewsletters =
  (parts: Parts) =>
  async (http: HttpServer): Promise<void> => {
    // Forms, and whatever mail programs send when a person presses their own button to leave.
    http.removeAllContentTypeParsers()
    http.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, String(body)),
    )
    const at = (what: string): string => `${newsletterPrefix}/${what}/:key`
    http.get<Keyed>(at('subscribe'), (request, reply) => showForm(parts, request, reply))
    http.post<Keyed>(at('subscribe'), (request, reply) => takeForm(parts, request, reply))
    http.get<Keyed>(at('confirm'), (request, reply) => confirming(parts, request, reply, false))
    http.post<Keyed>(at('confirm'), (request, reply) => confirming(parts, request, reply, true))
    http.get<Keyed>(at('unsubscribe'), (request, reply) => leaving(parts, request, reply, null))
    http.post<Keyed>(at('unsubscribe'), (request, reply) => leaving(parts, request, reply, 'leave'))
    http.post<Keyed>(at('resubscribe'), (request, reply) => leaving(parts, request, reply, 'back'))
    http.get(`${newsletterPrefix}/sample`, async (request, reply) =>
      send(parts, reply, 200, { locale: wishOf(request, 'en'), ...said(wishOf(request, 'en'), 'sample') }),
    )
  }

function send({ publicUrl }: Pick<Parts, 'publicUrl'>, reply: HttpReply, status: number, page: Page): HttpReply {
  // The address of this installation is named because a sandboxed page has no own one.
  const policy = `default-src 'none'; style-src ${styleHash}; form-action ${new URL(publicUrl).origin}; base-uri 'none'; frame-ancestors 'none'; sandbox allow-forms allow-top-navigation-by-user-activation`
  return reply
    .code(status)
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'content-language': page.locale,
      vary: 'accept-language',
    })
    .type('text/html; charset=utf-8')
    .send(pageHtml(page))
}

const wishOf = (request: HttpRequest, standard: Locale): Locale => {
  const wish = /^\s*(pl|en)\b/i.exec(request.headers['accept-language'] ?? '')?.[1]?.toLowerCase()
  return wish === 'pl' || wish === 'en' ? wish : standard
}
const sorry = (
  parts: Parts,
  request: HttpRequest,
  reply: HttpReply,
  status: number,
  saying: Saying,
  standard: Locale = 'en',
): HttpReply => {
  const locale = wishOf(request, standard)
  return send(parts, reply, status, { locale, ...said(locale, saying) })
}

type Newsletter = { workspaceId: string; channel: ChannelRow; locale: Locale }

async function newsletterAt({ db }: Parts, key: string): Promise<Newsletter | null> {
  const named = newsletterOf(key)
  const channel = named && (await getChannel(db, named.workspaceId, named.channelId))
  if (!named || channel?.network !== 'newsletter') return null
  return {
    workspaceId: named.workspaceId,
    channel,
    locale: channel.account['language'] === 'pl' ? 'pl' : 'en',
  }
}

async function showForm(parts: Parts, request: HttpRequest<Keyed>, reply: HttpReply): Promise<HttpReply> {
  const { key } = request.params
  const found = await newsletterAt(parts, key)
  if (!found) return sorry(parts, request, reply, 404, 'missing')
  return send(parts, reply, 200, formPage(parts, found, key, 'subscribe'))
}

function formPage({ publicUrl }: Parts, { channel, locale }: Newsletter, key: string, saying: Saying): Page {
  const values = { name: channel.name, imprint: channel.account['imprint'] ?? '' }
  return {
    locale,
    ...said(locale, saying, values),
    form: {
      action: `${publicUrl}${newsletterPrefix}/subscribe/${key}`,
      button: subscribeButton(locale),
      fields: subscribeFields(locale, true),
    },
  }
}

async function takeForm(parts: Parts, request: HttpRequest<Keyed>, reply: HttpReply): Promise<HttpReply> {
  const { key } = request.params
  const found = await newsletterAt(parts, key)
  if (!found) return sorry(parts, request, reply, 404, 'missing')
  const { workspaceId, channel } = found
  const fields = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
  const lang = fields.get('lang')
  const locale = lang === 'pl' || lang === 'en' ? lang : found.locale
  const consume = (name: string, limit: { limit: number; windowSeconds: number }) =>
    parts.rateLimits.consume(`newsletter:${name}`, limit)
  const { allowed, resetSeconds } = await consume(`client:${request.ip}`, limits.client)
  if (!allowed) return sorry(parts, request, reply.header('retry-after', String(resetSeconds)), 429, 'tooMany', locale)
  const { data: email } = Email.safeParse(fields.get('email') ?? '')
  if (email === undefined) return send(parts, reply, 400, formPage(parts, { ...found, locale }, key, 'notAnAddress'))
  // From here on everybody sees the same page.
  const isTrapped = (fields.get(trapField) ?? '') !== ''
  const address = `address:${channel.id}:${addressHashes(parts.sealer, email)[0] ?? ''}`
  const mayWrite =
    !isTrapped &&
    (await consume(address, limits.address)).allowed &&
    (await consume(`newsletter:${channel.id}`, limits.newsletter)).allowed
  if (mayWrite) {
    const of = { workspaceId, channelId: channel.id, source: 'form', askedBy: 'reader', declaration: null } as const
    await enter(parts, of, [{ email, locale }]).catch(unlessFull)
  }
  return send(parts, reply, 200, { locale, ...said(locale, 'asked') })
}

/** A newsletter that takes nobody more is its owner's concern, not the reader's. */
function unlessFull(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'too-many-subscribers')) throw error
}

const valuesOf = (channel: ChannelRow, { email }: SubscriberRow) => ({ name: channel.name, email: email ?? '' })

async function confirming(
  parts: Parts,
  request: HttpRequest<Keyed>,
  reply: HttpReply,
  isDone: boolean,
): Promise<HttpReply> {
  const { db, clock, publicUrl } = parts
  const named = confirmTokenOf(request.params.key)
  const reader = named && (await subscriberOfLetter(db, named.workspaceId, named.hash))
  const channel = reader && (await getChannel(db, named.workspaceId, reader.channelId))
  if (!named || !reader || !channel) return sorry(parts, request, reply, 404, 'expired')
  const { locale } = reader
  const show = (saying: Saying, status = 200): HttpReply =>
    send(parts, reply, status, { locale, ...said(locale, saying, valuesOf(channel, reader)) })
  if (isDone) await confirm(db, named.workspaceId, reader.id, clock.instant())
  const now = isDone ? await getSubscriber(db, named.workspaceId, reader.id) : reader
  if (now?.state === 'confirmed') return show('confirmed')
  const isOpen = now?.state === 'pending' && (reader.confirmUntil?.getTime() ?? 0) > clock.now()
  if (!isOpen) return show('expired', 410)
  const page = said(locale, 'confirm', valuesOf(channel, reader))
  const action = `${publicUrl}${newsletterPrefix}/confirm/${request.params.key}`
  return send(parts, reply, 200, { locale, ...page, form: { action, button: page.button ?? '' } })
}

async function leaving(
  parts: Parts,
  request: HttpRequest<Keyed>,
  reply: HttpReply,
  act: 'leave' | 'back' | null,
): Promise<HttpReply> {
  const { db, sealer, publicUrl } = parts
  const named = subscriberOf(sealer, request.params.key)
  const reader = named && (await getSubscriber(db, named.workspaceId, named.id))
  const channel = reader && (await getChannel(db, named.workspaceId, reader.channelId))
  if (!named || !reader || !channel || reader.email === null) return sorry(parts, request, reply, 404, 'missing')
  if (act === 'leave') await leave(parts, named.workspaceId, reader.id)
  if (act === 'back') await comeBack(parts, named.workspaceId, reader.id)
  const now = act === null ? reader : ((await getSubscriber(db, named.workspaceId, reader.id)) ?? reader)
  const { locale } = reader
  const isIn = now.state === 'confirmed' || now.state === 'pending'
  const saying = isIn ? (act === 'back' ? 'back' : 'leave') : 'left'
  const { button, ...page } = said(locale, saying, valuesOf(channel, reader))
  const mayReturn = now.state === 'unsubscribed' && act === 'leave' && reader.confirmedAt !== null
  const action = (what: string): string => `${publicUrl}${newsletterPrefix}/${what}/${request.params.key}`
  if (isIn && button !== undefined)
    return send(parts, reply, 200, { locale, ...page, form: { action: action('unsubscribe'), button } })
  const back = mayReturn && button !== undefined ? { action: action('resubscribe'), button, isQuiet: true } : undefined
  return send(parts, reply, 200, { locale, ...page, ...(back && { form: back }) })
}
