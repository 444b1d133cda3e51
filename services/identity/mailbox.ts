/** A mail server for tests, and what reached it. */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type Received = { to: string; subject: string; messageId: string; content: string }

export async function startMailbox() {
  const received: Received[] = []
  const answers: { always: Error | null } = { always: null }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 100,
    onData: (stream, session, done) => {
      let content = ''
      stream.on('data', (chunk) => {
        content += String(chunk)
      })
      stream.on('end', () => {
        if (answers.always) return done(answers.always)
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address).join(),
          subject: words(/^Subject: ([^\r]*(?:\r\n[ \t][^\r]*)*)/m.exec(content)?.[1] ?? ''),
          messageId: /^Message-ID: <([^>]+)>/m.exec(content)?.[1] ?? '',
          content: plain(content),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo // it listens on a port
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    /** Null: everything is taken. */
    refuse: (error: Error | null) => {
      answers.always = error
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
export type Mailbox = Awaited<ReturnType<typeof startMailbox>>

/** Quoted-printable undone, enough to find words and links. */
const plain = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

/** Encoded words of a header undone (RFC 2047); a character may lie in two of them. */
const words = (header: string): string =>
  Buffer.from(
    header
      .replace(/\?=\r\n[ \t]+=\?/g, '?= =?')
      .replace(/\?= =\?/g, '?==?')
      .replace(/\r\n/g, '')
      .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, form: string, text: string) =>
        form.toUpperCase() === 'B'
          ? Buffer.from(text, 'base64').toString('latin1')
          : text
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      ),
    'latin1',
  ).toString('utf8')
