import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { createMail } from './mail.ts'
import type { MailMessage, MailOptions } from './mail.ts'
import { makeCertificate, portOf } from './testing-network.ts'

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Received = { from: unknown; to: unknown; user: unknown; content: string }
/** The real server of npm, told how to behave. */
async function startServer(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _, done) =>
      password === 'p@ss%' ? done(null, { user: username }) : done(new Error('Wrong password')),
    onData: (stream, session, done) => {
      let content = ''
      stream.on('data', (chunk) => (content += String(chunk)))
      stream.on('end', () => {
        received.push({ from: session.envelope.mailFrom, to: session.envelope.rcptTo, user: session.user, content })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo // it listens on a port
  return { port, received, server }
}
const mailTo = (port: number, options: Partial<MailOptions> = {}) => {
  const mail = createMail({ url: `smtp://127.0.0.1:${port}`, from: 'Floowe Łódź <noreply@example.com>', ...options })
  closing.push(() => mail.close())
  return mail
}
const message: MailMessage = {
  to: 'ola@example.org',
  subject: 'Zażółć gęślą jaźń',
  text: 'Dzień dobry\n.\nkoniec',
  html: '<p>Dzień dobry</p>',
  messageId: 'm-1@floowe',
}
/** A server that speaks just enough and then does as told after the whole content. */
async function rudeServer(after: (socket: Socket) => void, at: 'greeting' | 'recipient' | 'content'): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    if (at === 'greeting') return after(socket)
    let isContent = false
    let text = ''
    socket.write('220 rude\r\n')
    socket.on('data', (chunk) => {
      text += String(chunk)
      if (isContent) {
        if (text.endsWith('\r\n.\r\n')) after(socket)
      } else if (/^RCPT/m.test(text) && at === 'recipient') after(socket)
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

test('without a server mail is off', async () => {
  const mail = createMail({ url: null, from: '' })
  expect(mail.isOn).toBe(false)
  expect(await mail.send(message)).toMatchObject({ accepted: false, code: 'not-configured' })
  await mail.close()
})

describe('a message', () => {
  test('arrives with its words, names and id', async () => {
    const { port, received } = await startServer()
    const mail = mailTo(port)
    expect(mail.isOn).toBe(true)
    expect(await mail.send(message)).toEqual({
      accepted: true,
      text: expect.stringContaining('250'),
      messageId: 'm-1@floowe',
    })
    const { from, to, content } = received[0] ?? { content: '' }
    expect(from).toMatchObject({ address: 'noreply@example.com' })
    expect(to).toMatchObject([{ address: 'ola@example.org' }])
    expect(content).toContain('Message-ID: <m-1@floowe>')
    expect(content).toContain('Auto-Submitted: auto-generated')
    expect(content).toContain('multipart/alternative')
    expect(content).toMatch(/^From: =\?UTF-8\?.*<noreply@example.com>/m)
    expect(content).toMatch(/^Subject: =\?UTF-8\?/m)
    expect(content).toMatch(/^\.\.?\r?$/m)
  })

  test('without an id gets one', async () => {
    const { port } = await startServer()
    expect(await mailTo(port).send({ ...message, messageId: undefined })).toMatchObject({
      accepted: true,
      messageId: expect.stringMatching(/.@./),
    })
  })

  test('cannot smuggle headers, recipients or files', async () => {
    const { port, received } = await startServer()
    const mail = mailTo(port)
    const bad: Partial<MailMessage>[] = [
      { to: 'a@b.c\r\nBcc: x@y.z' },
      { to: 'a@b.c, x@y.z' },
      { to: 'A <a@b.c>' },
      { to: 'a@b.c> <x@y.z' },
      { to: '' },
      { to: 'a' },
      { to: 'a@b@c' },
      { to: '"a b"@c.d' },
      { to: `${'a'.repeat(65)}@b.c` },
      { to: 'a\u0000@b.c' },
      { subject: 'a\nBcc: x@y.z' },
      { subject: 'a\r\n\r\nbody' },
      { subject: 'a\u2028b' },
      { subject: ' ' },
      { subject: 'x'.repeat(501) },
      { messageId: 'a@b>\r\nX: y' },
      { messageId: 'a b@c' },
      { messageId: 'a' },
      { text: 'x'.repeat(1_000_001) },
      { html: 'x'.repeat(1_000_001) },
    ]
    for (const part of bad)
      expect(await mail.send({ ...message, ...part })).toMatchObject({ accepted: false, code: 'bad-message' })
    expect(received).toEqual([])
    expect(
      await mail.send({
        ...message,
        html: '<img src="file:///etc/passwd"><img src="data:image/png;base64,AA=="> {"path":"/etc/passwd"}',
      }),
    ).toMatchObject({ accepted: true })
    expect(received[0]?.content).not.toContain('root:')
  })
})

describe('the answer of the server', () => {
  const failing = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })
  test('no for good is refused, not now is try-later', async () => {
    const unknown = await startServer({ onRcptTo: (_, __, done) => done(failing(550, 'No such user here')) })
    expect(await mailTo(unknown.port).send(message)).toEqual({
      accepted: false,
      code: 'refused',
      text: expect.stringContaining('550 No such user here'),
    })
    const grey = await startServer({ onRcptTo: (_, __, done) => done(failing(451, 'Greylisted')) })
    expect(await mailTo(grey.port).send(message)).toEqual({
      accepted: false,
      code: 'try-later',
      text: expect.stringContaining('451 Greylisted'),
    })
    for (const [code, expected] of [
      [554, 'refused'],
      [452, 'try-later'],
    ] as const) {
      const late = await startServer({
        onData: (stream, _, done) => void stream.resume().on('end', () => done(failing(code, 'After content'))),
      })
      expect(await mailTo(late.port).send(message)).toEqual({
        accepted: false,
        code: expected,
        text: expect.stringContaining(`${code} After content`),
      })
    }
  })

  test('that never comes after the whole content is ambiguous', async () => {
    const lost = await rudeServer((socket) => socket.destroy(), 'content')
    expect(await mailTo(lost).send(message)).toMatchObject({ accepted: false, code: 'ambiguous' })
    const ended = await rudeServer((socket) => socket.end(), 'content')
    expect(await mailTo(ended).send(message)).toMatchObject({ accepted: false, code: 'ambiguous' })
    const silent = await rudeServer(() => undefined, 'content')
    expect(await mailTo(silent, { timeoutMs: 300 }).send(message)).toMatchObject({ accepted: false, code: 'ambiguous' })
  })

  test('that the network swallows is ambiguous too', async () => {
    const sockets = new Set<Socket>()
    const cut = (): void => {
      for (const socket of sockets) socket.destroy()
    }
    const { port } = await startServer({ onData: (stream) => void stream.resume().on('end', cut) })
    const relay = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined))
      const on = connect(port, '127.0.0.1')
      sockets.add(on.on('error', () => undefined))
      socket.pipe(on).pipe(socket)
    })
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
    closing.push(() => new Promise((resolve) => relay.close(resolve)))
    expect(await mailTo(portOf(relay)).send(message)).toMatchObject({ accepted: false, code: 'ambiguous' })
  })

  test('that ends before the content means nothing was taken', async () => {
    const nobody = await rudeServer((socket) => socket.destroy(), 'greeting')
    expect(await mailTo(nobody).send(message)).toMatchObject({ accepted: false, code: 'unreachable' })
    const mute = await rudeServer(() => undefined, 'greeting')
    expect(await mailTo(mute, { timeoutMs: 200 }).send(message)).toMatchObject({ accepted: false, code: 'unreachable' })
    const broken = await rudeServer((socket) => socket.destroy(), 'recipient')
    expect(await mailTo(broken).send(message)).toMatchObject({ accepted: false, code: 'unreachable' })
    const spare = createServer()
    const port = await new Promise<number>((resolve) => spare.listen(0, '127.0.0.1', () => resolve(portOf(spare))))
    await new Promise((resolve) => spare.close(resolve))
    expect(await mailTo(port).send(message)).toMatchObject({ accepted: false, code: 'unreachable' })
  })

  test('is not waited for once mail is closed', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const mute = await rudeServer(() => resolve(), 'content')
    const mail = mailTo(mute)
    const sending = mail.send(message)
    await asked
    await mail.close()
    expect(await sending).toMatchObject({ accepted: false, code: 'ambiguous' })
    expect(await mail.send(message)).toMatchObject({ accepted: false, code: 'unreachable' })
  })
})

describe('signing in', () => {
  const { cert, key } = makeCertificate(['127.0.0.1', 'localhost'])
  test('uses the user and password of the address', async () => {
    const { port, received } = await startServer({ allowInsecureAuth: true })
    expect(await mailTo(port, { url: `smtp://user%40x:p%40ss%25@127.0.0.1:${port}` }).send(message)).toMatchObject({
      accepted: true,
    })
    expect(received[0]?.user).toBe('user@x')
    expect(await mailTo(port, { url: `smtp://user:wrong@127.0.0.1:${port}` }).send(message)).toMatchObject({
      accepted: false,
      code: 'sign-in-failed',
    })
  })

  test('works encrypted from the start and by STARTTLS, with a known certificate only', async () => {
    const direct = await startServer({ secure: true, cert, key })
    const url = `smtps://u:p%40ss%25@127.0.0.1:${direct.port}`
    expect(await mailTo(direct.port, { url, authorities: [cert] }).send(message)).toMatchObject({ accepted: true })
    expect(await mailTo(direct.port, { url }).send(message)).toMatchObject({ accepted: false })
    const upgraded = await startServer({ disabledCommands: [], cert, key, onConnect: (_, done) => done() })
    const by = `smtp://u:p%40ss%25@127.0.0.1:${upgraded.port}`
    expect(await mailTo(upgraded.port, { url: by, authorities: [cert] }).send(message)).toMatchObject({
      accepted: true,
    })
    expect(await mailTo(upgraded.port, { url: by }).send(message)).toMatchObject({ accepted: false })
    expect([direct.received.length, upgraded.received.length]).toEqual([1, 1])
  })
})

test('settings that cannot work are refused at once, without showing the password', () => {
  for (const url of ['http://x', 'smtp://', 'mail.example.com', 'smtp://u:hunter2%@host', 'smtp://u:hunter2@ho st']) {
    expect(() => createMail({ url, from: 'a@b.c' })).toThrow(/smtp:\/\/user:password@host:port/)
    expect(() => createMail({ url, from: 'a@b.c' })).not.toThrow(/hunter2/)
  }
  for (const from of ['', 'nobody', 'A <a>', 'A <a@b.c>\r\nBcc: x@y.z', 'a@b.c, d@e.f']) {
    expect(() => createMail({ url: 'smtp://localhost', from })).toThrow('the sender of mail')
  }
})
