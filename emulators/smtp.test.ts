/** What a sender is answered, letter by letter, and what was taken; spoken to without any library. */
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type Smtp, type SmtpOptions, startSmtp } from './smtp.ts'
import type { Fault } from './vendor.ts'

const turnsMax = 1_000
let smtp: Smtp
const open = async (options: SmtpOptions = {}): Promise<void> => void (smtp = await startSmtp(options))
afterEach(() => smtp.stop())

/** @returns the code and words that ended the letter, or that the line was cut */
async function sent(to: string, words: string): Promise<string> {
  const { user, password, port } = smtp
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  socket.on('error', () => undefined)
  let heard = ''
  let isGone = false
  const news = (): Promise<void> => new Promise((resolve) => void socket.once('news', resolve))
  socket.on('data', (text: string) => {
    heard += text
    socket.emit('news')
  })
  socket.once('close', () => {
    isGone = true
    socket.emit('news')
  })
  const answer = async (): Promise<string> => {
    for (let turn = 0; turn < turnsMax; turn++) {
      // The last line of an answer has a space behind its code.
      const [whole, line] = /^(?:\d{3}-.*\r\n)*((?:\d{3} |<).*)\r\n/.exec(heard) ?? []
      if (whole !== undefined && line !== undefined) {
        heard = heard.slice(whole.length)
        return line
      }
      if (isGone) return 'cut'
      await news()
    }
    throw new Error(`no end of an answer: ${heard}`)
  }
  const asks = [
    'EHLO here',
    `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`,
    'MAIL FROM:<listy@example.com>',
    `RCPT TO:<${to}>`,
    'DATA',
    `Message-ID: <1@example.com>\r\nSubject: ${words}\r\n\r\n${words}\r\n.`,
  ]
  let said = await answer()
  for (const ask of asks) {
    if (!/^[23]/.test(said)) break
    socket.write(`${ask}\r\n`)
    said = await answer()
  }
  socket.destroy()
  return said
}

test('each letter that is taken is one more, the same one too', async () => {
  await open()
  expect(await sent('ola@example.org', 'raz')).toMatch(/^250 /)
  expect(await sent('ola@example.org', 'raz')).toMatch(/^250 /)
  expect(smtp.letters().map(({ messageId }) => messageId)).toEqual(['1@example.com', '1@example.com'])
  expect(new Set(smtp.effects().map(({ id }) => id)).size).toBe(2)
})

/** What is answered, and how many letters it has then; the second time nothing is wrong. */
const cases: readonly [Fault, RegExp, number][] = [
  ['reset', /^cut$/, 0],
  [{ status: 429 }, /^451 /, 0],
  [{ status: 451 }, /^451 /, 0],
  ['accept-then-reset', /^cut$/, 1],
  ['accept-then-hang', /^cut$/, 1],
  ['empty-body', /^cut$/, 1],
  ['wrong-type', /^<!doctype/, 1],
]

test.each(cases)('%j behind the letter', async (fault, said, taken) => {
  await open({ faultsAt: 'content', hangMs: 30 })
  const asked: string[] = []
  smtp.faults.always(({ path, body }, count) => {
    asked.push(`${path}: ${body.toString('utf8').includes('Kamienica')}`)
    return count === 1 ? fault : 'ok'
  })
  expect(await sent('ola@example.org', 'Kamienica')).toMatch(said)
  expect(smtp.letters()).toHaveLength(taken)
  expect(await sent('jan@example.org', 'Kamienica')).toMatch(/^250 /)
  expect(smtp.letters()).toHaveLength(taken + 1)
  expect(asked).toEqual(['ola@example.org: true', 'jan@example.org: true'])
})

test('by standard a fault meets the recipient, before the letter', async () => {
  await open()
  const asked: number[] = []
  smtp.faults.always(({ body }) => {
    asked.push(body.length)
    return { status: 451 }
  })
  expect(await sent('ola@example.org', 'Kamienica')).toMatch(/^451 /)
  expect(asked).toEqual([0])
  expect(smtp.effects()).toEqual([])
})
