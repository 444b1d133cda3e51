import { IncomingWebhook } from '@slack/webhook'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Slack, startSlack } from './slack.ts'

let slack: Slack
beforeEach(async () => {
  slack = await startSlack()
})
afterEach(() => slack.stop())

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

describe("the vendor's own SDK", () => {
  const webhook = (more: object = {}): IncomingWebhook => new IncomingWebhook(slack.webhookUrl, more)

  test('sends words and blocks, and is told ok', async () => {
    expect(await webhook().send('Zażółć gęślą jaźń')).toEqual({ text: 'ok' })
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Kamienica*' } }]
    expect(await webhook({ username: 'Redakcja' }).send({ text: 'Kamienica', blocks })).toEqual({ text: 'ok' })
    expect(slack.messages()).toEqual(['Zażółć gęślą jaźń', 'Kamienica'])
    expect(slack.effects().map(({ kind, text }) => [kind, text])).toEqual([
      ['created', 'Zażółć gęślą jaźń'],
      ['created', 'Kamienica'],
    ])
  })

  test.each([
    [{}, 400, 'no_text'],
    [{ text: 'ż'.repeat(40_001) }, 400, 'msg_too_long'],
    [{ blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 400, 'invalid_blocks'],
  ])('is refused: %#', async (message, status, word) => {
    expect(await refusal(webhook().send(message))).toMatchObject({ statusCode: status, body: word })
    expect(slack.effects()).toEqual([])
  })

  test('takes no refusal for a passing one: it asks once', async () => {
    const retryConfig = { retries: 2, minTimeout: 1 }
    slack.faults.next([{ status: 429, retryAfter: 1 }])
    expect(await refusal(webhook({ retryConfig }).send('Raz'))).toMatchObject({ statusCode: 429 })
    slack.close('archived')
    expect(await refusal(webhook({ retryConfig }).send('Dwa'))).toMatchObject({ statusCode: 410 })
    slack.close('removed')
    expect(await refusal(webhook({ retryConfig }).send('Trzy'))).toMatchObject({ statusCode: 404, body: 'no_service' })
    expect([slack.messages(), slack.log().length]).toEqual([[], 3])
  })

  test('repeats what broke, and so sends twice what had arrived', async () => {
    slack.faults.next(['accept-then-500'])
    expect(await webhook({ retryConfig: { retries: 1, minTimeout: 1 } }).send('Raz')).toEqual({ text: 'ok' })
    expect(slack.messages()).toEqual(['Raz', 'Raz'])
  })
})

test('an address that is another is no webhook', async () => {
  const answer = await fetch(`${slack.webhookUrl}x`, { method: 'POST', body: '{"text":"x"}' })
  expect([answer.status, await answer.text()]).toEqual([404, 'no_service'])
  expect((await fetch(slack.webhookUrl)).status).toBe(400)
  expect((await fetch(slack.webhookUrl, { method: 'POST', body: 'text' })).status).toBe(400)
})
