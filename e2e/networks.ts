/**
 * Networks played beside the installation, and a mail server. They live in the process that starts it and is told where they are;
 * journeys run in processes of their own, and ask over HTTP what arrived and for what is to go wrong.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Letter, startSmtp } from '@floowe/emulators/smtp'
import { startTelegram, type Telegram } from '@floowe/emulators/telegram'
import type { Fault } from '@floowe/emulators/vendor'
import { startX, type XPost } from '@floowe/emulators/x'

export type NetworksAccess = {
  /** Where journeys ask. */
  control: string
  telegram: { token: string; room: string; title: string }
  x: { handle: string; signInUrl: string }
}
export type Networks = {
  access: NetworksAccess
  /** For the servers. */
  variables: Record<string, string>
  stop: () => Promise<void>
}
type Messages = ReturnType<Telegram['messages']>

const room = { id: -1001234567890, title: 'Studio Wisła', username: 'studio_wisla' }

export async function startNetworks(): Promise<Networks> {
  const telegram = await startTelegram({ rooms: [room] })
  // Looking at an account uses up none of the faults.
  telegram.faults.concerns(({ path }) => path.endsWith('/sendMessage'))
  const x = await startX()
  const mail = await startSmtp()
  const control = await startControl({
    'GET /telegram': () => telegram.messages(),
    'POST /telegram/faults': (body) => telegram.faults.next(body as Fault[]), // what `nextOnTelegram` sent
    'GET /x': () => x.posts(),
    'GET /letters': () => mail.letters(),
  })
  return {
    access: {
      control: control.url,
      telegram: { token: telegram.token, room: `@${room.username}`, title: room.title },
      x: { handle: x.handle, signInUrl: x.signInUrl },
    },
    variables: {
      FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url,
      FLOOWE_PUBLISHING_X_URL: x.url,
      FLOOWE_PUBLISHING_X_SIGN_IN_URL: x.signInUrl,
      FLOOWE_PUBLISHING_X_CLIENT_ID: x.client.id,
      FLOOWE_PUBLISHING_X_CLIENT_SECRET: x.client.secret,
      FLOOWE_SMTP_URL: mail.url,
    },
    stop: async () => {
      await Promise.all([telegram.stop(), x.stop(), mail.stop(), control.stop()])
    },
  }
}

export const messagesOnTelegram = ({ control }: NetworksAccess): Promise<Messages> => ask(`${control}/telegram`)
export const postsOnX = ({ control }: NetworksAccess): Promise<XPost[]> => ask(`${control}/x`)
/** What was mailed to an address, oldest first, as it came. */
export const lettersTo = async ({ control }: NetworksAccess, address: string): Promise<string[]> =>
  (await ask<Letter[]>(`${control}/letters`)).filter(({ to }) => to === address).map(({ content }) => content)
/** The next messages that Telegram is sent meet these, one each. */
export const nextOnTelegram = ({ control }: NetworksAccess, faults: Fault[]): Promise<null> =>
  ask(`${control}/telegram/faults`, { method: 'POST', body: JSON.stringify(faults) })

async function ask<Result>(url: string, init: RequestInit = {}): Promise<Result> {
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Result // by `startNetworks`
}

async function startControl(
  acts: Readonly<Record<string, (body: unknown) => unknown>>,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const act = acts[`${request.method} ${request.url}`]
    if (!act) return void response.writeHead(404).end()
    const body = (await request.setEncoding('utf8').toArray()).join('')
    response.end(JSON.stringify(act(body === '' ? null : JSON.parse(body)) ?? null))
  }
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a listening TCP server has a port
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
