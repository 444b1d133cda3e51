/** E-mail through the operator's server. Without one, `isOn` is false and callers show a link to copy instead. */
import type { Socket } from 'node:net'
import type { SMTPTransportOptions } from 'nodemailer'
import { isAddress, type LineTrouble, type MailLine, openLine } from './mail-line.ts'
import { OutboundError } from './outbound.ts'

export type MailMessage = {
  /** One address, without a name. */
  to: string
  /** One line, 1 to 500 characters. */
  subject: string
  /** At most 1,000,000 characters, as `html`. */
  text: string
  html?: string
  /** Without angle brackets, `local@host`. The same for each attempt of one message, so that servers and people see one. */
  messageId?: string
}
/**
 * `not-configured`, `bad-message`: nothing was tried. `unreachable`: no connection, or it ended before the content was there
 * whole. `sign-in-failed`: user, password or encryption of the operator's server. `refused`: the server said no for good (5xx).
 * `try-later`: it said not now (4xx). `ambiguous`: the content went out whole and no answer came; sending again may double it.
 */
export type MailCode =
  | 'not-configured'
  | 'bad-message'
  | 'unreachable'
  | 'sign-in-failed'
  | 'refused'
  | 'try-later'
  | 'ambiguous'
/** `text` is the server's answer, or what was wrong: at most 500 characters, for the operator's eyes. */
export type MailAnswer =
  | { accepted: true; text: string; messageId: string }
  | { accepted: false; code: MailCode; text: string }

/** A server that somebody else than the operator names. */
export type OtherServer = {
  /** As {@link MailOptions.url}. */
  url: string
  /** Makes the connection: whoever typed the host must not reach this machine's neighbours. @throws OutboundError */
  connect: (place: { host: string; port: number }) => Promise<Socket>
}

export type Mail = {
  isOn: boolean
  /** Never throws. May be repeated after `unreachable`, `sign-in-failed` and `try-later`. */
  send: (message: MailMessage) => Promise<MailAnswer>
  /** A connection for many messages: to the operator's server, or to another. Whoever opens it closes it. Never throws. */
  open: (server?: OtherServer, timeoutMs?: number) => Promise<MailLine | LineTrouble>
  /** Ends what runs; what is asked later is `unreachable`. */
  close: () => Promise<void>
}
export type MailOptions = {
  /**
   * `smtp://user:password@host:port` (587; encrypted by STARTTLS, which is required as soon as a password would travel to
   * another machine, unless `?tls=optional` is added) or `smtps://` (465). Null: mail is off.
   */
  url: string | null
  /** An address, or `Name <address>`. */
  from: string
  /** Of one message, connection included. Standard 30,000. */
  timeoutMs?: number
  /** PEM of further certificate authorities the operator trusts. */
  authorities?: readonly string[]
}

const control = /[\p{Cc}\p{Zl}\p{Zp}]/u
const messageIdForm = /^[\w.+=-]{1,120}@[\w.-]{1,120}$/
const contentLengthMax = 1_000_000
const off = { accepted: false, code: 'not-configured', text: 'no mail server is set' } as const

/** @throws Error with a sentence for the operator when url or from cannot be used. */
export function createMail({ url, from, timeoutMs = 30_000, authorities }: MailOptions): Mail {
  const lines = createLines(authorities)
  if (url === null)
    return {
      isOn: false,
      send: async () => off,
      open: async (other, ms = timeoutMs) => (other ? lines.open(other, ms) : { code: off.code, text: off.text }),
      close: async () => lines.close(),
    }
  const sender = readSender(from)
  const server = { ...readServer(url), ...limits(timeoutMs) }
  if (authorities) server.tls = { ca: [...authorities] }
  const running = new Set<AbortController>()
  let isClosed = false

  return {
    isOn: true,
    send: async (message) => {
      const mistake = mistakeIn(message)
      if (mistake !== null) return { accepted: false, code: 'bad-message', text: mistake }
      if (isClosed) return { accepted: false, code: 'unreachable', text: 'the mail client is closed' }
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), timeoutMs)
      running.add(controller)
      try {
        return await deliver(server, sender, message, controller.signal)
      } finally {
        clearTimeout(timer)
        running.delete(controller)
      }
    },
    open: (other, ms = timeoutMs) => lines.open(other ?? { url, connect: null }, ms),
    close: async () => {
      isClosed = true
      for (const controller of running) controller.abort()
      lines.close()
    },
  }
}

/** Connections for many messages; those still open end with the client. */
function createLines(authorities: readonly string[] | undefined) {
  const open = new Set<MailLine>()
  let isClosed = false
  return {
    open: async (
      { url, connect }: OtherServer | { url: string; connect: null },
      timeoutMs: number,
    ): Promise<MailLine | LineTrouble> => {
      for (const line of open) if (!line.isOpen()) open.delete(line)
      try {
        const { host, port, secure, requireTLS, auth } = readServer(url)
        const line = await openLine({
          host,
          port,
          secure,
          requireTLS,
          user: auth ? { name: auth.user, password: auth.pass } : null,
          ...(authorities && { tls: { ca: [...authorities] } }),
          ...(connect && { socket: await connect({ host, port }) }),
          timeoutMs,
        })
        if ('code' in line) return line
        if (isClosed) line.close()
        else open.add(line)
        return line
      } catch (error) {
        return openingTrouble(error)
      }
    },
    close: (): void => {
      isClosed = true
      for (const line of open) line.close()
    },
  }
}

function openingTrouble(error: unknown): LineTrouble {
  const text = oneLine(error instanceof Error ? error.message : String(error))
  if (!(error instanceof OutboundError)) return { code: 'bad-server', text }
  if (error.code === 'blocked-address' || error.code === 'not-found') return { code: error.code, text }
  return { code: error.code === 'bad-address' ? 'bad-server' : 'unreachable', text }
}

async function deliver(
  server: SMTPTransportOptions,
  from: Sender,
  message: MailMessage,
  signal: AbortSignal,
): Promise<MailAnswer> {
  // Loaded with the first message: 90 ms and 20 MB that an installation without mail never spends.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport(server)
  let isWhole = false
  transport.use('stream', (mail, done) => {
    mail.message.processFunc((content) => {
      // The connection reads only after the server said "go on", so the end of reading is the end of the content.
      content.once('end', () => {
        isWhole = true
      })
      return content
    })
    done()
  })
  const { to, subject, text, html, messageId } = message
  try {
    const { response, messageId: sentId } = await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text,
      html,
      messageId: messageId && `<${messageId}>`,
      // An automatic message asks out-of-office robots to keep quiet.
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal,
    })
    return { accepted: true, text: oneLine(response), messageId: sentId.replace(/^<|>$/g, '') }
  } catch (error) {
    return { accepted: false, ...worded(error, isWhole, signal.aborted) }
  } finally {
    transport.close()
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 500)

function worded(error: unknown, isWhole: boolean, isAborted: boolean): { code: MailCode; text: string } {
  if (!(error instanceof Error)) return { code: isWhole ? 'ambiguous' : 'unreachable', text: oneLine(String(error)) }
  const { code = '', responseCode = 0 } = error as Error & { code?: string; responseCode?: number } // as nodemailer documents
  const text = oneLine(isAborted ? 'the server took too long, or the work was stopped' : error.message)
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'ETLS') return { code: 'sign-in-failed', text }
  // 503 speaks of the order of commands and 421 of the connection, not of this message.
  if (responseCode >= 500 && responseCode !== 503) return { code: 'refused', text }
  if (responseCode >= 400) return { code: 'try-later', text }
  if (code === 'EMESSAGE' && !isWhole) return { code: 'refused', text }
  return { code: isWhole ? 'ambiguous' : 'unreachable', text }
}

/** In words for who made the message; null when it can be sent. */
function mistakeIn({ to, subject, text, html = '', messageId }: MailMessage): string | null {
  if (!isAddress(to)) return 'the recipient is not one e-mail address'
  if (control.test(subject) || subject.trim() === '' || subject.length > 500)
    return 'a subject is one line of 1 to 500 characters'
  if (text.length > contentLengthMax || html.length > contentLengthMax)
    return `a message has at most ${contentLengthMax} characters`
  if (messageId !== undefined && !messageIdForm.test(messageId)) return 'a message id has the form local@host'
  return null
}

type Sender = { name: string; address: string }

function readSender(from: string): Sender {
  const [, name = '', inner] = /^([^<>]*)<([^<>]+)>$/.exec(from.trim()) ?? []
  const sender = { name: name.trim().replace(/^"(.*)"$/, '$1'), address: inner ?? from.trim() }
  if (!isAddress(sender.address) || control.test(from))
    throw new Error('the sender of mail is an address, or Name <address>')
  return sender
}

type Server = Pick<SMTPTransportOptions, 'requireTLS' | 'forceAuth'> & {
  host: string
  port: number
  secure: boolean
  auth?: { user: string; pass: string }
}

function readServer(url: string): Server {
  const form = 'the mail server has the form smtp://user:password@host:port or smtps://…'
  const parsed = URL.parse(url)
  if (!parsed || !/^smtps?:$/.test(parsed.protocol) || parsed.hostname === '') throw new Error(form)
  const secure = parsed.protocol === 'smtps:'
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  const hasUser = parsed.username !== ''
  const isHere = /^(localhost|127\.[\d.]+|::1)$/.test(host)
  return {
    host,
    port: parsed.port === '' ? (secure ? 465 : 587) : Number(parsed.port),
    secure,
    requireTLS: !secure && hasUser && !isHere && parsed.searchParams.get('tls') !== 'optional',
    ...(hasUser && {
      auth: { user: readPart(parsed.username, form), pass: readPart(parsed.password, form) },
      forceAuth: true,
    }),
  }
}

/** A lone percent sign in a password is not an encoding; saying so must not print the password. */
function readPart(part: string, form: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Error(`${form}; a percent sign in it is written %25`)
  }
}

const limits = (timeoutMs: number): SMTPTransportOptions => ({
  connectionTimeout: timeoutMs,
  greetingTimeout: timeoutMs,
  socketTimeout: timeoutMs,
  dnsTimeout: timeoutMs,
  socketCloseTimeout: 0,
  maxResponseSize: 65_536,
  logger: false,
})
