import type { Verdict } from './networks/network.ts'
import type { Fault, Received } from '@floowe/emulators/webhook-receiver'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { problemCodes, problemText } from './problems.ts'
import { conclude } from './sending.ts'
import type { Armed } from './store/ledger.ts'
import { fakeClock, openStage, type Stage, until } from './testing/stage.ts'

const clock = fakeClock(new Date().toISOString())
let stage: Stage
let channelId: string
beforeAll(async () => {
  stage = await openStage({ clock, env: { FLOOWE_PUBLISHING_TIMEOUT_MS: '400', FLOOWE_PUBLISHING_ATTEMPTS_MAX: '4' } })
  channelId = await stage.connect()
})
afterAll(() => stage.close())
beforeEach(() => stage.receiver.faults.always(() => 'ok'))

const now = { now: true } as const
const publish = async (fields = {}) => {
  const content = stage.content.write(fields)
  return { content, delivery: await stage.me.planDelivery({ editionId: content.editionId, channelId, when: now }) }
}
const requestsOf = (id: string): Received[] => stage.receiver.log().filter((entry) => entry.id === id)
const historyOf = async (id: string) => (await stage.me.getDelivery({ id })).history
/** Moves the clock to the next attempt and waits for its end. */
const nextAttempt = async (id: string): Promise<void> => {
  const before = await stage.me.getDelivery({ id })
  if (before.nextAttemptAt === null) throw new Error(`${id} waits for no attempt; it is ${before.state}`)
  clock.set(before.nextAttemptAt)
  await until(async () => {
    const history = await historyOf(id)
    return history.length > before.attempts && history.at(-1)?.outcome !== 'running'
  })
}
const lastOf = <Item>(items: readonly Item[]): Item => {
  const last = items.at(-1)
  if (last === undefined) throw new Error('there is none')
  return last
}

describe('what leaves', () => {
  test('is signed so that the standard’s own library accepts it, and carries the whole text', async () => {
    const real = await openStage()
    try {
      const { id, secret } = await real.me.createChannel({ network: 'webhook', name: 'Own', url: real.receiver.url })
      const content = real.content.write({
        tags: [{ id: '0190aaaa-0000-7000-8000-000000000001', name: 'miasto', slug: 'miasto' }],
      })
      const delivery = await real.me.planDelivery({ editionId: content.editionId, channelId: id, when: now })
      const [request] = real.receiver.log()
      const message = new Webhook(secret ?? '').verify(request?.raw ?? '', request?.headers ?? {})
      expect(message).toMatchObject({
        type: 'edition.published',
        data: {
          delivery: delivery.id,
          workspace: '0190aaaa-0000-7000-8000-0000000000aa',
          article: content.articleId,
          edition: content.editionId,
          version: content.versionId,
          language: 'pl',
          title: content.title,
          lead: content.lead,
          slug: content.slug,
          html: content.html,
          text: content.text,
          tags: [{ name: 'miasto' }],
          authors: [],
          hash: delivery.snapshotHash,
          base: 'https://floowe.example',
        },
      })
      expect(request?.headers).toMatchObject({
        'webhook-id': delivery.id,
        'content-type': 'application/json; charset=utf-8',
      })
      expect(() => new Webhook(secret ?? '').verify(`${request?.raw} `, request?.headers ?? {})).toThrow(
        'No matching signature',
      )
    } finally {
      await real.close()
    }
  })

  test('an update and a removal say what they are', async () => {
    const { content, delivery } = await publish()
    stage.content.rewrite(content, { title: 'Po zmianie' })
    const update = await stage.me.planDelivery({ editionId: content.editionId, channelId, when: now })
    const removal = await stage.me.unpublish({ editionId: content.editionId, channelId })
    expect([delivery, update, removal].map(({ id }) => lastOf(requestsOf(id)).type)).toEqual([
      'edition.published',
      'edition.updated',
      'edition.unpublished',
    ])
    expect(removal.state).toBe('unpublished')
    expect(lastOf(requestsOf(removal.id)).body).toEqual({
      type: 'edition.unpublished',
      timestamp: expect.any(String),
      data: {
        delivery: removal.id,
        workspace: expect.any(String),
        article: content.articleId,
        edition: content.editionId,
        language: 'pl',
        title: 'Po zmianie',
        slug: content.slug,
      },
    })
  })

  test('is what was frozen, not what was written since', async () => {
    const content = stage.content.write({ title: 'Zamrożony' })
    const delivery = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId,
      when: { wallTime: '2035-01-01T09:00', zone: 'UTC' },
    })
    const newer = stage.content.rewrite(content, { title: 'Nowszy' })
    const { articleId, editionId, language, title, versionId } = newer
    clock.advance(1)
    await stage.world.tell({
      name: 'content.edition-saved',
      workspaceId: '0190aaaa-0000-7000-8000-0000000000aa',
      key: editionId,
      actor: 'x',
      data: { articleId, editionId, language, title, versionId, revision: 2, reason: 'saved' },
    })
    expect(await stage.me.getDelivery({ id: delivery.id })).toMatchObject({ title: 'Zamrożony', isOutdated: true })
    const sent = await stage.me.sendDelivery({ id: delivery.id })
    expect(sent).toMatchObject({ state: 'published', isOutdated: true })
    expect(lastOf(requestsOf(delivery.id)).body).toMatchObject({
      data: { title: 'Zamrożony', hash: delivery.snapshotHash },
    })
  })

  test('nothing, when what was frozen was changed behind our back', async () => {
    const content = stage.content.write({ title: 'Do podmiany' })
    const delivery = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId,
      when: { wallTime: '2035-01-01T09:00', zone: 'UTC' },
    })
    await stage.world.sql(
      "update snapshots set content = replace(content, 'Do podmiany', 'Podmieniony') where id = $1",
      [delivery.snapshotId],
    )
    expect(await stage.me.sendDelivery({ id: delivery.id })).toMatchObject({
      state: 'failed',
      problem: { code: 'snapshot-damaged' },
    })
    expect(requestsOf(delivery.id)).toEqual([])
  })
})

describe('an answer that leaves open what happened', () => {
  test.each<[Fault, string, number | null]>([
    ['accept-then-reset', 'connection-lost', null],
    ['accept-then-hang', 'timed-out', null],
    ['accept-then-500', 'receiver-error', 500],
    ['garbage', 'bad-answer', null],
    ['reset', 'connection-lost', null],
  ])('%s: the same bytes again under the same id, one effect', async (fault, code, status) => {
    stage.receiver.faults.next([fault])
    const { delivery } = await publish()
    expect(delivery).toMatchObject({ state: 'retrying', attempts: 1, problem: { code } })
    const pauseMs = Date.parse(delivery.nextAttemptAt ?? '') - clock.now()
    expect(pauseMs).toBeGreaterThanOrEqual(4_000)
    expect(pauseMs).toBeLessThanOrEqual(6_000)
    await nextAttempt(delivery.id)
    expect(await stage.me.getDelivery({ id: delivery.id })).toMatchObject({
      state: 'published',
      attempts: 2,
      problem: null,
      nextAttemptAt: null,
      history: [
        { number: 1, outcome: 'unknown', code, status, retryAt: delivery.nextAttemptAt },
        { number: 2, outcome: 'accepted', code: null, status: 204 },
      ],
    })
    const requests = requestsOf(delivery.id)
    expect(requests).toHaveLength(2)
    expect(new Set(requests.map((request) => request.hash)).size).toBe(1)
    expect(requests.filter((request) => request.isEffect)).toHaveLength(1)
    expect(requests.every((request) => request.problem === null)).toBe(true)
  })
})

describe('an order to wait', () => {
  test.each([
    [{ status: 429, retryAfter: 90 }, 'rate-limited'],
    [{ status: 429, retryAfter: 90, asDate: true }, 'rate-limited'],
    [{ status: 503, retryAfter: 90 }, 'receiver-busy'],
  ])('%j is obeyed', async (fault, code) => {
    stage.receiver.faults.next([fault])
    const { delivery } = await publish()
    const waitMs = Date.parse(delivery.nextAttemptAt ?? '') - clock.now()
    expect(delivery).toMatchObject({ state: 'retrying', problem: { code } })
    // A date has whole seconds.
    expect(Math.abs(waitMs - 90_000)).toBeLessThanOrEqual(1_000)
    clock.advance(80_000)
    await nextAttempt(delivery.id)
    expect(await stage.stateOf(delivery.id)).toBe('published')
    expect(requestsOf(delivery.id)).toHaveLength(2)
  })
})

describe('a refusal', () => {
  test.each([
    [{ status: 400, body: 'no' }, 'receiver-refused'],
    [{ status: 404 }, 'receiver-refused'],
    [{ status: 422 }, 'receiver-refused'],
    [{ status: 302, location: 'http://127.0.0.1:1/elsewhere' }, 'redirected'],
  ])('%j for good is not repeated; a person may try again', async (fault, code) => {
    stage.receiver.faults.next([fault])
    const { delivery } = await publish()
    expect(delivery).toMatchObject({ state: 'failed', attempts: 1, problem: { code }, nextAttemptAt: null })
    expect(await historyOf(delivery.id)).toMatchObject([{ outcome: 'refused', status: fault.status }])
    expect(await stage.me.sendDelivery({ id: delivery.id })).toMatchObject({ state: 'published', attempts: 2 })
    await stage.world.drain()
    const names = stage.world.events
      .filter((event) => (event.data as { deliveryId?: string }).deliveryId === delivery.id)
      .map((event) => event.name)
    expect(names).toEqual([
      'publishing.delivery-planned',
      'publishing.delivery-failed',
      'publishing.delivery-released',
      'publishing.delivery-published',
    ])
  })

  test.each([{ status: 408 }, { status: 409 }, { status: 425 }, { status: 502 }])(
    '%j for the moment is repeated',
    async (fault) => {
      stage.receiver.faults.next([fault])
      const { delivery } = await publish()
      expect(delivery.state).toBe('retrying')
      await nextAttempt(delivery.id)
      expect(await stage.stateOf(delivery.id)).toBe('published')
    },
  )

  test('410 closes the channel until a person has acted', async () => {
    const closing = await stage.connect('Closing')
    const content = stage.content.write()
    stage.receiver.faults.next([{ status: 410 }])
    const delivery = await stage.me.planDelivery({ editionId: content.editionId, channelId: closing, when: now })
    expect(delivery).toMatchObject({ state: 'failed', problem: { code: 'gone' } })
    const channel = (await stage.me.listChannels(undefined)).find((each) => each.id === closing)
    expect(channel).toMatchObject({ state: 'attention', stateReason: problemText('gone', null, 'en') })
    await expect(stage.me.sendDelivery({ id: delivery.id })).rejects.toMatchObject({
      code: 'channel-not-ready',
      data: { state: 'attention' },
    })
    await expect(
      stage.me.planDelivery({ editionId: stage.content.write().editionId, channelId: closing, when: now }),
    ).rejects.toMatchObject({ code: 'channel-not-ready' })
    await expect(stage.me.unpublish({ editionId: content.editionId, channelId: closing })).rejects.toMatchObject({
      code: 'channel-not-ready',
    })
    expect(await stage.me.updateChannel({ id: closing, url: `${stage.receiver.url}/new` })).toMatchObject({
      state: 'connected',
      stateReason: null,
    })
    expect((await stage.me.sendDelivery({ id: delivery.id })).state).toBe('published')
  })
})

describe('an answer', () => {
  test('that is slow behind its status counts as the status', async () => {
    stage.receiver.faults.next(['slow-body'])
    const { delivery } = await publish()
    expect(delivery).toMatchObject({ state: 'published', attempts: 1 })
  })

  test('is kept: its first 2,000 characters, without secrets', async () => {
    stage.receiver.faults.next([
      { status: 400, body: `zły klucz whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw \u0000${'x'.repeat(5_000)}` },
    ])
    const { delivery } = await publish()
    const { answer } = lastOf(await historyOf(delivery.id))
    expect(answer).toMatch(/^zły klucz whsec_… \uFFFDx+$/)
    expect(answer?.length).toBeLessThanOrEqual(2_000)
    expect(answer?.length).toBeGreaterThan(1_900)
  })
})

test('after the last attempt it has failed; a person starts a new round', async () => {
  stage.receiver.faults.always(() => 'reset')
  const { delivery } = await publish()
  for (let attempt = 2; attempt <= 4; attempt++) await nextAttempt(delivery.id)
  expect(await stage.me.getDelivery({ id: delivery.id })).toMatchObject({
    state: 'failed',
    attempts: 4,
    nextAttemptAt: null,
    problem: { code: 'connection-lost' },
  })
  expect(await stage.me.sendDelivery({ id: delivery.id })).toMatchObject({ state: 'retrying', attempts: 5 })
  stage.receiver.faults.always(() => 'ok')
  await nextAttempt(delivery.id)
  expect(await stage.stateOf(delivery.id)).toBe('published')
  expect(stage.receiver.effects().get(delivery.id)?.attempt).toBe(6)
})

test('a plan in the place of a failed one closes it', async () => {
  stage.receiver.faults.next([{ status: 400 }])
  const { content, delivery } = await publish()
  const again = await stage.me.planDelivery({ editionId: content.editionId, channelId, when: now })
  expect(again.state).toBe('published')
  expect(await stage.me.getDelivery({ id: delivery.id })).toMatchObject({
    state: 'cancelled',
    problem: { code: 'superseded' },
  })
  await expect(stage.me.restoreDelivery({ id: delivery.id })).rejects.toMatchObject({
    code: 'wrong-state',
    data: { state: 'cancelled' },
  })
})

test('what may have arrived can be taken down, and is not tried again', async () => {
  stage.receiver.faults.next(['accept-then-reset'])
  const { content, delivery } = await publish()
  expect(delivery.state).toBe('retrying')
  const removal = await stage.me.unpublish({ editionId: content.editionId, channelId })
  expect(removal).toMatchObject({ kind: 'unpublish', state: 'unpublished' })
  expect(await stage.me.getDelivery({ id: delivery.id })).toMatchObject({
    state: 'cancelled',
    problem: { code: 'superseded' },
  })
  clock.advance(60_000)
  const { delivery: other } = await publish()
  expect(other.state).toBe('published')
  expect(requestsOf(delivery.id)).toHaveLength(1)
})

test('publishing again ends a removal that is still trying', async () => {
  const { content } = await publish()
  stage.receiver.faults.next([{ status: 503 }])
  const removal = await stage.me.unpublish({ editionId: content.editionId, channelId })
  expect(removal.state).toBe('retrying')
  expect((await stage.me.unpublish({ editionId: content.editionId, channelId })).id).toBe(removal.id)
  const again = await stage.me.planDelivery({ editionId: content.editionId, channelId, when: now })
  expect(again.state).toBe('published')
  expect(await stage.stateOf(removal.id)).toBe('cancelled')
})

test('a late answer writes nothing over what another process took', async () => {
  stage.receiver.faults.next(['accept-then-hang'])
  const content = stage.content.write()
  const plan = stage.me.planDelivery({ editionId: content.editionId, channelId, when: now })
  const sending = async () => (await stage.me.listDeliveries({ edition: content.editionId, state: 'sending' })).items[0]
  await until(async () => (await sending()) !== undefined)
  const id = (await sending())?.id ?? ''
  await stage.world.sql('update deliveries set fence = fence + 1 where id = $1', [id])
  expect(await plan).toMatchObject({ id, state: 'sending', attempts: 1 })
  expect(await historyOf(id)).toMatchObject([{ outcome: 'running' }])
  await stage.world.sql('update deliveries set wake_at = $2 where id = $1', [id, clock.instant()])
  clock.advance(10_000)
  await stage.reaches(id, 'published')
  expect(await historyOf(id)).toMatchObject([{ outcome: 'unknown', code: 'interrupted' }, { outcome: 'accepted' }])
  expect(requestsOf(id).filter((request) => request.isEffect)).toHaveLength(1)
})

describe('while it is being sent', () => {
  const hanging = async () => {
    stage.receiver.faults.next(['accept-then-hang'])
    const content = stage.content.write()
    const plan = stage.me.planDelivery({ editionId: content.editionId, channelId, when: now })
    const count = async () => (await stage.me.listDeliveries({ edition: content.editionId, state: 'sending' })).total
    await until(async () => (await count()) === 1)
    return { content, plan }
  }

  test('it cannot be called back; a removal waits for its end and comes after', async () => {
    const { content, plan } = await hanging()
    const [sending] = (await stage.me.listDeliveries({ edition: content.editionId })).items
    const id = sending?.id ?? ''
    for (const change of [
      () => stage.me.cancelDelivery({ id }),
      () => stage.me.sendDelivery({ id }),
      () => stage.me.rescheduleDelivery({ id, when: now }),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'wrong-state', data: { state: 'sending' } })
    }
    const removal = await stage.me.unpublish({ editionId: content.editionId, channelId })
    expect(removal.state).toBe('unpublished')
    expect(await plan).toMatchObject({ state: 'cancelled', nextAttemptAt: null })
    const types = stage.receiver
      .log()
      .filter((entry) => (entry.body as { data: { edition: string } }).data.edition === content.editionId)
      .map((entry) => entry.type)
    expect(types).toEqual(['edition.published', 'edition.unpublished'])
  })

  test('and its article goes to the trash: no further attempt follows', async () => {
    const { content, plan } = await hanging()
    await stage.world.tell({
      name: 'content.article-trashed',
      workspaceId: '0190aaaa-0000-7000-8000-0000000000aa',
      key: content.articleId,
      actor: 'x',
      data: { articleId: content.articleId },
    })
    expect(await plan).toMatchObject({ state: 'cancelled', attempts: 1, nextAttemptAt: null })
  })
})

describe('the site', () => {
  const site = () => stage.channelOf('floowe-site')
  test('away, or cut off after it wrote: the same snapshot again', async () => {
    for (const after of [false, true]) {
      Object.assign(stage.site.hold, { failWith: 'unavailable', after })
      const content = stage.content.write()
      const delivery = await stage.me.planDelivery({ editionId: content.editionId, channelId: await site(), when: now })
      expect(delivery).toMatchObject({ state: 'retrying', problem: { code: 'site-unavailable' } })
      stage.site.hold.failWith = null
      await nextAttempt(delivery.id)
      expect(await stage.stateOf(delivery.id)).toBe('published')
      const puts = stage.site.puts.filter((put) => put.deliveryId === delivery.id)
      expect(puts).toHaveLength(after ? 2 : 1)
      expect(puts.every((put) => JSON.stringify(put) === JSON.stringify(puts[0]))).toBe(true)
    }
  })

  test('a taken slug is for a person to change', async () => {
    Object.assign(stage.site.hold, { failWith: 'slug-taken', after: false })
    const content = stage.content.write()
    expect(
      await stage.me.planDelivery({ editionId: content.editionId, channelId: await site(), when: now }),
    ).toMatchObject({ state: 'failed', problem: { code: 'slug-taken' } })
    stage.site.hold.failWith = null
  })

  test('numbers of one channel grow', async () => {
    for (let turn = 0; turn < 3; turn++)
      await stage.me.planDelivery({ editionId: stage.content.write().editionId, channelId: await site(), when: now })
    const numbers = stage.site.puts.map((put) => put.sequence)
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other))
    expect(new Set(numbers).size).toBeGreaterThanOrEqual(3)
  })
})

describe('conclusions', () => {
  const armed = { attempts: 1, tries: 1, roundAt: new Date(0), kind: 'publish' } as unknown as Armed // all that a conclusion looks at
  const rules = { attemptsMax: 12, hoursMax: 24 }

  test('an open end on a network that would take it twice is left to a person', () => {
    const verdict = { kind: 'ambiguous', code: 'timed-out' } as const
    const { settlement, attempt } = conclude(
      armed,
      verdict,
      { facts: { afterLostAnswer: 'ask' }, firstPauseMs: 5_000 },
      rules,
      {
        leftMs: 0,
        nowMs: 1_000,
      },
    )
    expect(settlement).toMatchObject({
      state: 'needs-human',
      wakeAt: null,
      maybeOut: true,
      problem: { code: 'outcome-unknown' },
    })
    expect(attempt).toMatchObject({ outcome: 'unknown', code: 'timed-out', retryAt: null })
  })

  test('what may be there is a question for a person when nobody can be asked any longer, whatever the last answer was', () => {
    const spent = { ...armed, tries: 12 }
    const last = (verdict: Verdict, afterLostAnswer: 'find' | 'repeat') =>
      conclude(spent, verdict, { facts: { afterLostAnswer }, firstPauseMs: 5_000 }, rules, { leftMs: 0, nowMs: 1_000 })
        .settlement
    const unreachable = { kind: 'transient', code: 'unreachable' } as const
    expect(last({ ...unreachable, isOpen: true }, 'find')).toMatchObject({ state: 'needs-human', maybeOut: true })
    expect(last({ ...unreachable, isOpen: true }, 'repeat')).toMatchObject({ state: 'needs-human', maybeOut: true })
    expect(last({ kind: 'ambiguous', code: 'not-listed-yet' }, 'find')).toMatchObject({ state: 'needs-human' })
    expect(last(unreachable, 'find')).toMatchObject({ state: 'failed', maybeOut: false })
    expect(last({ kind: 'permanent', code: 'duplicate', isOpen: true }, 'find')).toMatchObject({
      state: 'failed',
      maybeOut: true,
    })
  })

  test('what is not listed yet is looked for again no later than when a list must have it', () => {
    const verdict = { kind: 'ambiguous', code: 'not-listed-yet', lookAtMs: 150_000 } as const
    const wakeAt = (tries: number, nowMs: number) =>
      conclude({ ...armed, tries }, verdict, { facts: { afterLostAnswer: 'find' }, firstPauseMs: 5_000 }, rules, {
        ...{ leftMs: 0, nowMs, random: 0.5 },
      }).settlement.wakeAt
    expect(wakeAt(1, 1_000)).toBe('1970-01-01T00:00:06.000Z')
    expect(wakeAt(5, 60_000)).toBe('1970-01-01T00:02:30.000Z')
    expect(wakeAt(5, 149_000)).toBe('1970-01-01T00:02:34.000Z')
  })

  test('what surely did not arrive is repeated there too', () => {
    const verdict = { kind: 'transient', code: 'unreachable' } as const
    expect(
      conclude(armed, verdict, { facts: { afterLostAnswer: 'ask' }, firstPauseMs: 5_000 }, rules, {
        leftMs: 0,
        nowMs: 1_000,
        random: 0.5,
      }).settlement,
    ).toMatchObject({ state: 'retrying', wakeAt: '1970-01-01T00:00:06.000Z', maybeOut: false })
  })
})

test('every problem has words in both languages, and no placeholder is left', () => {
  for (const code of problemCodes) {
    for (const locale of ['en', 'pl'] as const) expect(problemText(code, null, locale), code).toMatch(/^[^{}]{10,}$/)
    expect(problemText(code, null, 'en')).not.toBe(problemText(code, null, 'pl'))
  }
  expect(problemText('receiver-refused', '404', 'pl')).toContain('404')
})

test.each([
  ['certificate has expired', 'its certificate has expired'],
  ["Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames", 'another name'],
  ['self-signed certificate', 'nobody we know'],
  ['unable to get local issuer certificate', 'nobody we know'],
  [
    '40B9:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/openssl/ssl/record.c:916:\n',
    'made: sslv3 alert handshake failure.',
  ],
])('what stops a secure connection is said in words: %s', (said, words) => {
  expect(problemText('tls-failed', said, 'en')).toContain(words)
})
test('an https address where nobody speaks TLS is tried again, and says why', async () => {
  const { id } = await stage.me.createChannel({
    network: 'webhook',
    name: 'Not TLS',
    url: stage.receiver.url.replace('http:', 'https:'),
  })
  const delivery = await stage.me.planDelivery({
    editionId: stage.content.write().editionId,
    channelId: id,
    when: { now: true },
  })
  expect(delivery).toMatchObject({
    state: 'retrying',
    problem: {
      code: 'tls-failed',
      text: 'No secure connection could be made: it does not speak TLS at this port.',
    },
  })
})
