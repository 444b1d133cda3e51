/** For tests of newsletters: the stage with a mail server beside it, a newsletter, and readers. */
import { startSmtp, type Smtp, type SmtpOptions } from '@floowe/emulators/smtp'
import { openStage, type Stage, type StageOptions } from './stage.ts'

export const readerOf = (number: number): string => `reader-${number}@example.org`
export const declaration = 'They agreed on paper at the book fair of 2026.'
export const senderFields = {
  senderName: 'Studio Wisła',
  sender: 'listy@example.com',
  language: 'pl',
  imprint: 'Studio Wisła, ul. Nadrzeczna 7, Warszawa',
}

export type NewsletterStage = Stage & {
  smtp: Smtp
  /** A newsletter with its own server. */
  connectNewsletter: (name?: string, more?: Record<string, string>) => Promise<string>
  /** Confirmed readers by a person's word. */
  addReaders: (channelId: string, emails: readonly string[]) => Promise<void>
  plan: (channelId: string, title?: string) => Promise<string>
  /** Path and form of a public address. */
  open: (address: string, form?: Record<string, string>) => Promise<Opened>
}
export type Opened = { status: number; text: string; headers: Readonly<Record<string, unknown>> }

/** @param options.isOperators the mail server is the one of the installation */
export async function openNewsletterStage(
  options: StageOptions & { smtp?: SmtpOptions; isOperators?: boolean } = {},
): Promise<NewsletterStage> {
  const smtp = await startSmtp(options.smtp)
  return onStage(await openStage({ ...options, ...(options.isOperators && { smtpUrl: smtp.url }) }), smtp)
}

export function onStage(stage: Stage, smtp: Smtp): NewsletterStage {
  return {
    ...stage,
    smtp,
    connectNewsletter: async (name = 'Listy znad Wisły', more = {}) => {
      const fields = { ...senderFields, server: smtp.url, ...more }
      return (await stage.me.createChannel({ network: 'newsletter', name, fields })).id
    },
    addReaders: async (channelId, emails) => {
      await stage.me.importSubscribers({ channelId, csv: emails.join('\n'), declaration })
    },
    plan: async (channelId, title = 'Kamienica') => {
      const { editionId } = stage.content.write({ title })
      return (await stage.me.planDelivery({ editionId, channelId, when: { now: true } })).id
    },
    open: async (address, form) => {
      const { pathname } = new URL(address)
      const answer = await stage.world.http.inject({
        url: pathname,
        ...(form && {
          method: 'POST' as const,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams(form).toString(),
        }),
      })
      return { status: answer.statusCode, text: answer.body, headers: answer.headers }
    },
    close: async () => {
      await stage.close()
      await smtp.stop()
    },
  }
}

/** The addresses in a letter's plain text. */
export const linksIn = (content: string): string[] =>
  [...plainText(content).matchAll(/https:\/\/floowe\.example\S+/g)].map(([address]) => address.replace(/[).]+$/, ''))

/** The first text part, decoded. */
export function plainText(content: string): string {
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(content) ?? []
  const part = content.split(`--${boundary}`).find((one) => /Content-Type: text\/plain/i.test(one)) ?? ''
  const [, encoding = '', body = ''] = /Content-Transfer-Encoding: (\S+)\r?\n\r?\n([^]*)/i.exec(part) ?? []
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return encoding.toLowerCase() === 'quoted-printable' ? Buffer.from(bytes, 'latin1').toString('utf8') : body
}
