/** Against Exim, a real mail server: letters in mailboxes, an answer that is lost, a bounce as it writes them. */
import { createServer, connect, type Socket } from 'node:net'
import { program, startExim, type Exim, mailDomain } from '@floowe/testbed/exim'
import { freePort } from '@floowe/testbed/server'
import { afterEach, describe, expect, test } from 'vitest'
import { declaration, linksIn, onStage, type NewsletterStage } from '../testing/newsletter-stage.ts'
import { openStage, until } from '../testing/stage.ts'
import { startSmtp } from '@floowe/emulators/smtp'

const isMissing = program.find() === null
if (isMissing) {
  console.warn('newsletters through a real mail server are not tested: npm run testbed -- install exim')
  if (process.env['CI']) throw new Error('CI tests newsletters with exim')
}

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const bounceDomain = 'bounces.example.com'
const at = (name: string): string => `${name}@${mailDomain}`
const withinMs = 60_000

async function open(): Promise<{ exim: Exim; on: NewsletterStage }> {
  const port = await freePort()
  const exim = await startExim({ bounces: { domain: bounceDomain, port } })
  closing.push(exim.stop)
  const env = {
    FLOOWE_PUBLISHING_BOUNCE_PORT: String(port),
    FLOOWE_PUBLISHING_BOUNCE_DOMAIN: bounceDomain,
    FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '20',
    FLOOWE_PUBLISHING_LETTER_PAUSE_MS: '20',
    FLOOWE_PUBLISHING_ATTEMPTS_MAX: '3',
  }
  // The stage's own server stands unused beside it.
  const on = onStage(await openStage({ env }), await startSmtp())
  closing.push(() => on.close())
  return { exim, on }
}

/** Stands before the server. `lose`: the answer to the next whole letter never comes back. */
async function cutBefore(port: number) {
  let loses = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const behind = connect({ host: '127.0.0.1', port })
    let isOver = false
    for (const socket of [client, behind]) sockets.add(socket.on('error', () => undefined))
    client.on('data', (chunk: Buffer) => {
      isOver ||= chunk.toString('latin1').endsWith('\r\n.\r\n')
      behind.write(chunk)
    })
    behind.on('data', (chunk: Buffer) => {
      const isAnswer = isOver && chunk.toString('latin1').startsWith('250')
      isOver = false
      if (!isAnswer || loses === 0) return void client.write(chunk)
      loses -= 1
      client.resetAndDestroy()
      behind.destroy()
    })
    client.on('close', () => behind.destroy())
    behind.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, lose: (times: number) => void (loses = times) }
}

const lettersTo = (exim: Exim, name: string): string[] =>
  exim.mailbox().filter((letter) => new RegExp(`^Envelope-to: ${at(name)}$`, 'mi').test(letter))

describe.skipIf(isMissing)('exim', () => {
  test(
    'letters lie in the mailboxes, whole; who does not exist bounces, who is busy is asked again',
    async () => {
      const { exim, on } = await open()
      const channelId = await on.connectNewsletter('Listy', { server: exim.url })
      await on.addReaders(channelId, ['ola', 'jan', 'nobody', 'grey'].map(at))
      const id = await on.plan(channelId, 'Zażółć gęślą jaźń')
      await on.reaches(id, 'published')
      await until(() => exim.mailbox().length === 2)
      for (const name of ['ola', 'jan']) {
        const [letter = '', another] = lettersTo(exim, name)
        expect(another).toBeUndefined()
        expect(letter).toMatch(/^Return-path: <b[a-z2-7]{60}@bounces\.example\.com>$/m)
        expect(letter).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
        const leave = linksIn(letter).find((link) => link.includes('/unsubscribe/')) ?? ''
        expect((await on.open(leave, {})).status).toBe(200)
      }
      expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { accepted: 2, refused: 2, unknown: 0 } })
      expect((await on.me.getNewsletter({ channelId })).subscribers).toMatchObject({
        unsubscribed: 2,
        bounced: 1,
        confirmed: 1,
      })
    },
    withinMs,
  )

  test(
    'an answer that is lost makes no second mail',
    async () => {
      const { exim, on } = await open()
      const proxy = await cutBefore(exim.port)
      const server = exim.url.replace(String(exim.port), String(proxy.port))
      const channelId = await on.connectNewsletter('Listy', { server })
      await on.addReaders(channelId, ['ola', 'jan', 'ewa'].map(at))
      proxy.lose(1)
      const id = await on.plan(channelId)
      await on.reaches(id, 'published')
      expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { accepted: 2, unknown: 1 }, undecided: 1 })
      await until(() => exim.mailbox().length === 3)
      expect(['ola', 'jan', 'ewa'].map((name) => lettersTo(exim, name).length)).toEqual([1, 1, 1])
      // Sent again by a person, the copy says that it is one.
      const [unknown] = (await on.me.listRecipients({ id, state: 'unknown' })).items
      await on.me.decideRecipient({ id, subscriberId: unknown?.subscriberId ?? '', decision: 'send-again' })
      await until(() => exim.mailbox().length === 4)
      const ids = exim.mailbox().map((letter) => /^Message-ID: (.*)$/im.exec(letter)?.[1])
      expect(new Set(ids).size).toBe(3)
    },
    withinMs,
  )

  test(
    'a letter that bounces later ends the subscription by the server’s own report',
    async () => {
      const { exim, on } = await open()
      const channelId = await on.connectNewsletter('Listy', { server: exim.url })
      await on.me.importSubscribers({ channelId, csv: at('vanished'), declaration })
      const id = await on.plan(channelId)
      await on.reaches(id, 'published')
      expect((await on.me.listSubscribers({ channelId })).items).toMatchObject([{ state: 'confirmed' }])
      await until(async () => (await on.me.listSubscribers({ channelId })).items[0]?.state === 'bounced')
      expect((await on.me.listRecipients({ id })).items).toMatchObject([{ state: 'accepted', code: 'no-mailbox' }])
    },
    withinMs,
  )

  test('a wrong password is told at connecting', async () => {
    const { exim, on } = await open()
    const wrong = on.connectNewsletter('Listy', { server: exim.url.replace('@', 'x@') })
    await expect(wrong).rejects.toMatchObject({ code: 'connection-refused', data: { code: 'key-refused' } })
  })
})
