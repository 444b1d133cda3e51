import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { createLog } from './log.ts'
import { createMail, type MailOptions, type OtherServer } from './mail.ts'
import type { LineMessage, MailLine } from './mail-line.ts'
import { createOutbound } from './outbound.ts'
import { makeCertificate, portOf } from './testing-network.ts'

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Received = { from: string; to: string[]; content: string }
async function startServer(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 100,
    onConnect: (_, done) => {
      connections += 1
      done()
    },
    onAuth: ({ password }, _, done) =>
      password === 'right' ? done(null, { user: 'x' }) : done(failing(535, 'Wrong password')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          content: Buffer.concat(chunks).toString(),
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo // it listens on a port
  return { port, received, connections: () => connections }
}
const failing = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

/** A server that speaks just enough, and then does as told. */
async function rudeServer(at: 'greeting' | 'recipient' | 'content', act: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    if (at === 'greeting') return act(socket)
    let isContent = false
    let text = ''
    socket.write('220 rude\r\n')
    socket.on('data', (chunk) => {
      text += String(chunk)
      if (isContent) {
        if (!text.endsWith('\r\n.\r\n')) return
        isContent = false
        text = ''
        act(socket)
      } else if (/^RCPT/m.test(text) && at === 'recipient') act(socket)
      else if (text.endsWith('\r\n')) {
        isContent = /^DATA/m.test(text)
        text = ''
        socket.write(isContent ? '354 go on\r\n' : '250 fine\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return portOf(server)
}

function mailFor(url: string | null, options: Partial<MailOptions> = {}) {
  const mail = createMail({ url, from: 'floowe@example.com', ...options })
  closing.push(() => mail.close())
  return mail
}
async function lineTo(port: number, timeoutMs = 5_000): Promise<MailLine> {
  const line = await mailFor(`smtp://127.0.0.1:${port}`).open(undefined, timeoutMs)
  if ('code' in line) throw new Error(`${line.code}: ${line.text}`)
  return line
}

const message: LineMessage = {
  returnTo: 'b-1@bounces.example.com',
  from: { name: 'Studio Wisła', address: 'listy@example.com' },
  to: 'ola@example.org',
  replyTo: 'redakcja@example.com',
  subject: 'Zażółć gęślą jaźń',
  text: 'Dzień dobry\n.\nkoniec',
  html: '<p>Dzień dobry</p>',
  headers: { 'List-Unsubscribe': '<https://floowe.example/u>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  messageId: 'abc123@example.com',
  at: new Date('2026-11-22T10:00:00.000Z'),
}

describe('messages on one line', () => {
  test('each arrives by itself, over one connection, with its envelope and headers', async () => {
    const server = await startServer()
    const line = await lineTo(server.port)
    for (const to of ['ola@example.org', 'jan@example.org', 'ewa@łódź.pl'])
      expect(await line.send({ ...message, to })).toMatchObject({ kind: 'accepted' })
    expect(server.connections()).toBe(1)
    expect(server.received.map(({ to }) => to)).toEqual([['ola@example.org'], ['jan@example.org'], ['ewa@łódź.pl']])
    // The wire has it in the form that every server takes.
    expect(server.received[2]?.content).toContain('To: ewa@xn--d-uga0v4h.pl')
    const [first] = server.received
    expect(first?.from).toBe('b-1@bounces.example.com')
    for (const header of [
      'Message-ID: <abc123@example.com>',
      'Reply-To: redakcja@example.com',
      'List-Unsubscribe: <https://floowe.example/u>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    ])
      expect(first?.content).toContain(header)
    line.close()
    expect(line.isOpen()).toBe(false)
    expect(await line.send(message)).toMatchObject({ kind: 'lost' })
  })

  test('has the same bytes at each attempt', async () => {
    const server = await startServer()
    for (let time = 0; time < 2; time++) await (await lineTo(server.port)).send(message)
    expect(server.received[0]?.content).toBe(server.received[1]?.content)
  })

  test('what is refused or deferred says at which step, and the next goes out', async () => {
    const server = await startServer({
      onMailFrom: ({ address }, _, done) => done(address.startsWith('bad') ? failing(550, 'No such sender') : null),
      onRcptTo: ({ address }, _, done) =>
        done(
          address.startsWith('gone')
            ? failing(550, '5.1.1 No such user')
            : address.startsWith('grey')
              ? failing(451, '4.7.1 Try later')
              : null,
        ),
      onData: (stream, session, done) => {
        stream.resume()
        stream.on('end', () => {
          const [recipient] = session.envelope.rcptTo
          done(recipient?.address.startsWith('spam') ? failing(554, '5.7.1 Spam') : null)
        })
      },
    })
    const line = await lineTo(server.port)
    const send = (to: string, returnTo = message.returnTo) => line.send({ ...message, to, returnTo })
    for (let time = 0; time < 12; time++)
      expect(await send('gone@example.org')).toMatchObject({ kind: 'refused', at: 'recipient', status: 550 })
    expect(await send('grey@example.org')).toMatchObject({ kind: 'deferred', at: 'recipient', status: 451 })
    expect(await send('spam@example.org')).toMatchObject({ kind: 'refused', at: 'content', status: 554 })
    expect(await send('ola@example.org', 'bad@example.org')).toMatchObject({ kind: 'refused', at: 'sender' })
    expect(await send('ola@example.org')).toMatchObject({ kind: 'accepted' })
    expect(server.connections()).toBe(1)
  })

  test('cannot smuggle headers or recipients', async () => {
    const server = await startServer()
    const line = await lineTo(server.port)
    for (const bad of [
      { to: 'a@b.c\r\nRCPT TO:<x@y.z>' },
      { to: 'a@b.c>\r\nRCPT TO:<x@y.z' },
      { returnTo: 'a@b.c>\r\nX' },
    ])
      expect(await line.send({ ...message, ...bad })).toMatchObject({ kind: 'refused' })
    const fresh = await lineTo(server.port)
    await fresh.send({ ...message, subject: 'a\r\nBcc: x@y.z', headers: { 'X-One': 'a\r\nBcc: x@y.z' } })
    expect(server.received.flatMap(({ to }) => to)).not.toContain('x@y.z')
    expect(server.received.every(({ content }) => !/^Bcc:/im.test(content))).toBe(true)
  })
})

describe('a connection that ends', () => {
  test('before the content was whole: it surely is not there', async () => {
    const line = await lineTo(await rudeServer('recipient', (socket) => socket.resetAndDestroy()))
    expect(await line.send(message)).toMatchObject({ kind: 'lost' })
    expect(line.isOpen()).toBe(false)
  })

  test.each<[string, (socket: Socket) => void]>([
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['is closed', (socket) => socket.end()],
    ['says something that is no SMTP', (socket) => socket.write('<h1>what</h1>\r\n')],
    ['begins to answer and stops', (socket) => socket.end('25')],
  ])('after it, and %s: nobody knows', async (_, act) => {
    const line = await lineTo(await rudeServer('content', act))
    expect(await line.send(message)).toMatchObject({ kind: 'unknown' })
    expect(line.isOpen()).toBe(false)
  })

  test('never answering, or by drops, is not waited for for ever', async () => {
    const silent = await lineTo(await rudeServer('content', () => undefined), 300)
    expect(await silent.send(message)).toMatchObject({ kind: 'unknown' })
    const trickling = await lineTo(
      await rudeServer('content', (socket) => {
        const timer = setInterval(() => socket.write('250-still\r\n'), 100)
        socket.once('close', () => clearInterval(timer))
      }),
      300,
    )
    expect(await trickling.send(message)).toMatchObject({ kind: 'unknown' })
  })

  test('is cut by whoever closes the line', async () => {
    let arrived = (): void => undefined
    const here = new Promise<void>((resolve) => (arrived = resolve))
    const line = await lineTo(await rudeServer('content', () => arrived()))
    const sent = line.send(message)
    await here
    line.close()
    expect(await sent).toMatchObject({ kind: 'unknown' })
  })
})

describe('no connection', () => {
  const opened = (port: number, account = '', query = '') =>
    mailFor(`smtp://${account}127.0.0.1:${port}${query}`).open(undefined, 1_000)

  test('a wrong password, a right one', async () => {
    const { port } = await startServer({ authOptional: false })
    expect(await opened(port, 'ola:wrong@')).toMatchObject({ code: 'sign-in-failed' })
    expect('code' in (await opened(port, 'ola:right@'))).toBe(false)
  })

  test.each([
    ['554 go away\r\n', 'refused'],
    ['421 not now\r\n', 'try-later'],
    ['<html>\r\n', 'unreachable'],
  ])('a greeting of %j', async (greeting, code) => {
    expect(await opened(await rudeServer('greeting', (socket) => socket.end(greeting)))).toMatchObject({ code })
  })

  test('nobody there, a silent one, one that speaks no TLS', async () => {
    const { port } = await startServer()
    expect(await opened(1)).toMatchObject({ code: 'unreachable' })
    expect(await opened(await rudeServer('greeting', () => undefined))).toMatchObject({ code: 'unreachable' })
    expect(await mailFor(`smtps://127.0.0.1:${port}`).open(undefined, 1_000)).toMatchObject({ code: 'tls-failed' })
  })

  test('a certificate nobody vouches for, and one the operator trusts', async () => {
    const { cert, key } = makeCertificate(['127.0.0.1', 'localhost'])
    const { port } = await startServer({ secure: true, cert, key })
    expect(await mailFor(`smtps://localhost:${port}`).open()).toMatchObject({ code: 'tls-failed' })
    const line = await mailFor(`smtps://localhost:${port}`, { authorities: [cert] }).open()
    expect('code' in line ? line : await line.send(message)).toMatchObject({ kind: 'accepted' })
  })

  test('mail is off, and another server works all the same', async () => {
    const { port } = await startServer()
    const mail = mailFor(null)
    expect(await mail.open()).toMatchObject({ code: 'not-configured' })
    const line = await mail.open(otherServer(`smtp://127.0.0.1:${port}`, ['127.0.0.1/32']))
    expect('code' in line ? line : await line.send(message)).toMatchObject({ kind: 'accepted' })
  })

  test.each([
    ['smtp://127.0.0.1:25', 'blocked-address'],
    ['smtp://10.0.0.1:25', 'blocked-address'],
    ['smtp://[::1]:25', 'blocked-address'],
    ['smtp://localhost:25', 'blocked-address'],
    ['smtp://169.254.169.254:25', 'blocked-address'],
    ['smtp://mail.internal', 'blocked-address'],
    ['http://example.com', 'bad-server'],
    ['smtp://', 'bad-server'],
    ['smtp://a:%@example.com', 'bad-server'],
  ])('somebody else’s server at %s', async (url, code) => {
    expect(await mailFor(null).open(otherServer(url, []))).toMatchObject({ code })
  })

  function otherServer(url: string, allow: readonly string[]): OtherServer {
    const log = createLog({ service: 'test', level: 'error' })
    const outbound = createOutbound({ allow, userAgent: 'Floowe test', log })
    closing.push(() => outbound.close())
    return { url, connect: (place) => outbound.connect(place, 1_000) }
  }
})
