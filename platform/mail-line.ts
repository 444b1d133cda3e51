/**
 * One connection to a mail server over which many messages go, one after another: each to one person, each with an answer of its
 * own. For newsletters; a single letter goes through `Mail.send`.
 */
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'

export type LineMessage = {
  /** The envelope's sender: where bounces go. */
  returnTo: string
  from: { name: string; address: string }
  /** One address, without a name. */
  to: string
  replyTo: string | null
  subject: string
  text: string
  html: string
  /** Further headers; each value is one line. */
  headers: Readonly<Record<string, string>>
  /** Without angle brackets, `local@host`. With `at` it makes the same bytes at each attempt. */
  messageId: string
  at: Date
}
type Step = 'sender' | 'recipient' | 'content'
/**
 * `accepted`: the server has it. `refused`: no for good (5xx). `deferred`: not now (4xx). `lost`: the connection ended before the
 * content was there whole, so it surely does not have it. `unknown`: the content went out whole and no answer came. `text` is the
 * server's answer, or what was wrong, at most 500 characters.
 */
export type LineAnswer =
  | { kind: 'accepted' | 'lost' | 'unknown'; text: string }
  | { kind: 'refused' | 'deferred'; at: Step; status: number; text: string }
/** Why there is no connection. `refused`: the server wants nothing of us (5xx); `try-later`: not now (4xx). */
export type LineTrouble = {
  code:
    | 'not-configured'
    | 'bad-server'
    | 'blocked-address'
    | 'not-found'
    | 'unreachable'
    | 'tls-failed'
    | 'sign-in-failed'
    | 'refused'
    | 'try-later'
  text: string
}
export type MailLine = {
  /** One at a time. Never throws. After `lost` and `unknown` the line is closed. */
  send: (message: LineMessage) => Promise<LineAnswer>
  isOpen: () => boolean
  /** Cuts what runs: its message is `lost` or `unknown`. May be repeated. */
  close: () => void
}

export type LineOptions = Pick<SMTPConnectionOptions, 'host' | 'port' | 'secure' | 'requireTLS' | 'tls'> & {
  user: { name: string; password: string } | null
  /** An open connection to use; left out: one is made. */
  socket?: Socket
  /** For connecting, and for each answer of the server. */
  timeoutMs: number
}

const address = /^[^\s@<>()[\],;:\\"]{1,64}@[^\s@<>()[\],;:\\"]{1,189}$/
/** One address without a name; nothing that could become another command or a second recipient. */
export const isAddress = (text: string): boolean => address.test(text) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)

const connectMsMax = 30_000
/** Of one message, as a multiple of what one answer may take: servers that trickle hold nobody for ever. */
const messageFactor = 3

export async function openLine(options: LineOptions): Promise<MailLine | LineTrouble> {
  const { user, socket, timeoutMs, ...server } = options
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const setUpMs = Math.min(timeoutMs, connectMsMax)
  const connection = new Connection({
    ...server,
    ...(socket && { connection: socket }),
    connectionTimeout: setUpMs,
    greetingTimeout: setUpMs,
    dnsTimeout: setUpMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
    logger: false,
  })
  const steps = stepsOn(connection)
  try {
    await steps.take(setUpMs, (done) => connection.connect(done))
    if (user) await steps.take(setUpMs, (done) => connection.login({ user: user.name, pass: user.password }, done))
  } catch (error) {
    connection.close()
    socket?.destroy()
    return troubleOf(error)
  }
  return lineOn(connection, steps, timeoutMs)
}

type Steps = {
  /** @throws the server's refusal, or why the connection ended; an error when it takes too long */
  take: (withinMs: number, begin: (done: (error?: Error | null) => void) => void) => Promise<void>
}

function stepsOn(connection: SMTPConnection): Steps {
  const { promise: ended, reject: end } = Promise.withResolvers<never>()
  ended.catch(() => undefined)
  connection.on('error', end)
  connection.once('end', () => end(new Error('the server closed the connection')))
  return {
    take: async (withinMs, begin) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const timer = setTimeout(() => reject(new Error('the server took too long')), withinMs)
      try {
        begin((error) => (error ? reject(error) : resolve()))
        await Promise.race([promise, ended])
      } finally {
        clearTimeout(timer)
        promise.catch(() => undefined)
      }
    },
  }
}

function lineOn(connection: SMTPConnection, steps: Steps, timeoutMs: number): MailLine {
  let isOpen = true
  let cut = (): void => undefined
  const close = (): void => {
    isOpen = false
    connection.close()
    cut()
  }
  connection.once('end', () => void (isOpen = false))
  const deliver = async (message: LineMessage): Promise<LineAnswer> => {
    if (![message.to, message.returnTo, message.from.address, message.replyTo ?? message.to].every(isAddress))
      return { kind: 'refused', at: 'recipient', status: 0, text: 'not an e-mail address' }
    const composed = await compose(message).catch((error: unknown) => String(error))
    if (typeof composed === 'string') return { kind: 'refused', at: 'content', status: 0, text: oneLine(composed) }
    const { promise, resolve } = Promise.withResolvers<LineAnswer>()
    const content = Readable.from([composed.bytes])
    let isWhole = false
    // It is read only after the server said "go on", so its end is the end of the content.
    content.once('end', () => void (isWhole = true))
    const broken = (text: string): LineAnswer => ({ kind: isWhole ? 'unknown' : 'lost', text: oneLine(text) })
    cut = () => resolve(broken('the connection was cut'))
    const timer = setTimeout(() => {
      resolve(broken('the server took too long'))
      close()
    }, timeoutMs * messageFactor)
    connection.send(composed.envelope, content, (error, info) =>
      resolve(error ? answerOf(error, isWhole, broken) : { kind: 'accepted', text: oneLine(info?.response ?? '') }),
    )
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      cut = () => undefined
    }
  }
  return {
    isOpen: () => isOpen,
    close,
    send: async (message) => {
      if (!isOpen) return { kind: 'lost', text: 'the connection is closed' }
      const answer = await deliver(message)
      if (answer.kind === 'lost' || answer.kind === 'unknown') close()
      // A transaction that was refused is still open; the next message would be a command out of order.
      else if (answer.kind !== 'accepted' && isOpen)
        await steps.take(timeoutMs, (done) => connection.reset(done)).catch(close)
      return answer
    },
  }
}

async function compose(message: LineMessage) {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const { returnTo, from, to, replyTo, subject, text, html, headers, messageId, at } = message
  const mail = new MailComposer({
    from,
    to: { name: '', address: to },
    ...(replyTo !== null && { replyTo: { name: '', address: replyTo } }),
    subject,
    text,
    html,
    messageId: `<${messageId}>`,
    date: at,
    headers: { ...headers },
    baseBoundary: messageId.replace(/\W/g, '').slice(0, 40),
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  mail.setEnvelope({ from: returnTo, to })
  const { from: sender, to: recipients } = mail.getEnvelope()
  const bytes = await mail.build()
  return { bytes, envelope: { from: sender, to: recipients, size: bytes.length } }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500)

type SmtpError = Error & { code?: string; responseCode?: number; command?: string; response?: string }
const steps: Readonly<Record<string, Step>> = { 'MAIL FROM': 'sender', 'RCPT TO': 'recipient' }

function answerOf(thrown: Error, isWhole: boolean, broken: (text: string) => LineAnswer): LineAnswer {
  const error: SmtpError = thrown // as nodemailer documents
  const { code = '', responseCode: status = 0, command = '', response } = error
  const text = oneLine(response ?? error.message)
  const at = steps[command] ?? 'content'
  // 421 speaks of the connection and 503 of the order of commands, not of this message.
  if (status >= 500 && status < 600 && status !== 503) return { kind: 'refused', at, status, text }
  if (status >= 400 && status < 600) return { kind: 'deferred', at, status, text }
  // Larger than the server says it takes, or an address that no server takes: nothing was sent.
  if (!isWhole && command !== 'CONN' && (code === 'EMESSAGE' || code === 'EENVELOPE'))
    return { kind: 'refused', at: code === 'EMESSAGE' ? 'content' : 'recipient', status: 0, text }
  return broken(text)
}

function troubleOf(thrown: unknown): LineTrouble {
  const error: SmtpError = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { code = '', responseCode: status = 0, response } = error
  const text = oneLine(response ?? error.message)
  if (status >= 400 && status < 500) return { code: 'try-later', text }
  if (code === 'EAUTH' || code === 'ENOAUTH') return { code: 'sign-in-failed', text }
  if (code === 'ETLS' || /STARTTLS|certificate|SSL|TLS/i.test(error.message)) return { code: 'tls-failed', text }
  if (code === 'EDNS') return { code: 'not-found', text }
  if (status >= 500) return { code: 'refused', text }
  return { code: 'unreachable', text }
}
