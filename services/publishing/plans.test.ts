import { randomUUID } from 'node:crypto'
import { Refusal } from '@floowe/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { editorId, openStage, otherWorkspaceId, owner, type Stage, workspaceId } from './testing/stage.ts'

let stage: Stage
let site: string
beforeAll(async () => {
  stage = await openStage()
  site = await stage.channelOf('floowe-site')
})
afterAll(() => stage.close())

const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
  const error: unknown = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof Refusal) return error
  throw error
}
const later = { wallTime: '2030-07-01T09:00', zone: 'Europe/Warsaw' }
const planLater = async (when: { wallTime: string; zone: string } = later) => {
  const content = stage.content.write()
  return { content, delivery: await stage.me.planDelivery({ editionId: content.editionId, channelId: site, when }) }
}

describe('planning', () => {
  test('what the checklist blocks is refused, now or later, and goes out when it is done', async () => {
    const content = stage.content.write()
    const items = [{ id: '0190cccc-0000-7000-8000-000000000001', rule: null, text: 'Czy to prawda?' }]
    stage.content.blocked.set(content.editionId, items)
    const plan = (when: Parameters<typeof stage.me.planDelivery>[0]['when']) =>
      stage.me.planDelivery({ editionId: content.editionId, channelId: site, when })
    for (const when of [{ now: true } as const, later])
      expect(await refusal(plan(when))).toMatchObject({ code: 'checklist-open', data: { items } })
    expect((await stage.me.listDeliveries({ edition: content.editionId })).total).toBe(0)
    stage.content.blocked.delete(content.editionId)
    const { id } = await plan(later)
    stage.content.blocked.set(content.editionId, items)
    stage.content.rewrite(content, { title: 'Inaczej' })
    expect(await refusal(stage.me.rescheduleDelivery({ id, refreeze: true }))).toMatchObject({ code: 'checklist-open' })
    // What was frozen before it was blocked keeps its time, and may be moved.
    const moved = await stage.me.rescheduleDelivery({ id, when: { ...later, wallTime: '2030-07-02T09:00' } })
    expect(moved).toMatchObject({ state: 'planned', wallTime: '2030-07-02T09:00' })
  })

  test('now: it is published when the answer comes, and the site has exactly what was frozen', async () => {
    const content = stage.content.write({ title: 'Łódź nocą', slug: 'lodz-noca' })
    const delivery = await stage.me.planDelivery({ editionId: content.editionId, channelId: site, when: { now: true } })
    expect(delivery).toMatchObject({
      kind: 'publish',
      state: 'published',
      title: 'Łódź nocą',
      language: 'pl',
      wallTime: null,
      zone: null,
      url: 'https://floowe.example/site/studio/lodz-noca',
      attempts: 1,
      problem: null,
      isOutdated: false,
      createdBy: editorId,
      createdByName: 'Person 0a',
      channelName: 'Floowe Site',
    })
    const put = stage.site.live.get(content.editionId)
    expect(put).toMatchObject({
      deliveryId: delivery.id,
      snapshotId: delivery.snapshotId,
      hash: delivery.snapshotHash,
      content,
    })
    await stage.world.drain()
    const told = stage.world.events.filter(
      (event) => (event.data as { deliveryId?: string }).deliveryId === delivery.id,
    )
    expect(told.map((event) => [event.name, event.actor, event.key])).toEqual([
      ['publishing.delivery-planned', editorId, content.editionId],
      ['publishing.delivery-published', 'service:publishing', content.editionId],
    ])
  })

  test('later: the wall clock and the zone are kept, the instant is derived', async () => {
    const { delivery } = await planLater()
    expect(delivery).toMatchObject({
      state: 'planned',
      wallTime: '2030-07-01T09:00',
      zone: 'Europe/Warsaw',
      dueAt: '2030-07-01T07:00:00.000Z',
      attempts: 0,
      publishedAt: null,
    })
  })

  test('a time that does not exist, exists twice, or has passed', async () => {
    const { editionId } = stage.content.write()
    const at = (wallTime: string, pick?: 'earlier' | 'later') =>
      stage.me.planDelivery({ editionId, channelId: site, when: { wallTime, zone: 'Europe/Warsaw', pick } })
    expect(await refusal(at('2030-03-31T02:30'))).toMatchObject({
      code: 'time-does-not-exist',
      data: { earlier: '2030-03-31T00:30:00.000Z', later: '2030-03-31T01:30:00.000Z' },
    })
    expect(await refusal(at('2030-10-27T02:30'))).toMatchObject({ code: 'time-exists-twice' })
    expect(await refusal(at('2024-01-01T09:00'))).toMatchObject({
      code: 'time-in-past',
      data: { dueAt: '2024-01-01T08:00:00.000Z' },
    })
    expect(await refusal(at('2030-02-30T09:00'))).toMatchObject({ code: 'invalid-input' })
    expect((await at('2030-10-27T02:30', 'later')).dueAt).toBe('2030-10-27T01:30:00.000Z')
  })

  test('one open plan for each edition and channel; a cancelled one makes room', async () => {
    const { content, delivery } = await planLater()
    const again = () => stage.me.planDelivery({ editionId: content.editionId, channelId: site, when: later })
    expect(await refusal(again())).toMatchObject({ code: 'already-planned', data: { deliveryId: delivery.id } })
    await stage.me.cancelDelivery({ id: delivery.id })
    expect((await again()).state).toBe('planned')
  })

  test('two plans at the same moment: one is refused', async () => {
    const { editionId } = stage.content.write()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => stage.me.planDelivery({ editionId, channelId: site, when: later })),
    )
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'already-planned' })
  })

  test('the very text that is live is refused; a newer one is an update, and the older is replaced', async () => {
    const content = stage.content.write()
    const now = () => stage.me.planDelivery({ editionId: content.editionId, channelId: site, when: { now: true } })
    const first = await now()
    expect(await refusal(now())).toMatchObject({
      code: 'already-published',
      data: { deliveryId: first.id, url: first.url },
    })
    stage.content.rewrite(content, { html: '<p>Nowe.</p>' })
    const second = await now()
    expect([second.kind, second.state]).toEqual(['update', 'published'])
    expect((await stage.me.getDelivery({ id: first.id })).state).toBe('replaced')
    expect(stage.site.live.get(content.editionId)?.content.html).toBe('<p>Nowe.</p>')
  })

  test('a named version goes out although there is a newer one, and says so', async () => {
    const content = stage.content.write()
    const versionId = randomUUID()
    const delivery = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId: site,
      when: { now: true },
      versionId,
    })
    expect(delivery).toMatchObject({ versionId, isOutdated: true, state: 'published' })
    expect(stage.site.live.get(content.editionId)?.content.html).toBe(`<p>${versionId}</p>`)
  })

  test('nothing to publish, unknown editions and channels, other workspaces', async () => {
    const empty = stage.content.write({ title: '' })
    const foreign = stage.content.write({}, otherWorkspaceId)
    const plan = (editionId: string, channelId = site) =>
      refusal(stage.me.planDelivery({ editionId, channelId, when: later }))
    expect(await plan(empty.editionId)).toMatchObject({ code: 'nothing-to-publish' })
    expect(await plan(randomUUID())).toMatchObject({ code: 'not-found' })
    expect(await plan(foreign.editionId)).toMatchObject({ code: 'not-found' })
    expect(await plan(stage.content.write().editionId, randomUUID())).toMatchObject({ code: 'not-found' })
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    expect(
      await refusal(stranger.planDelivery({ editionId: foreign.editionId, channelId: site, when: later })),
    ).toMatchObject({ code: 'not-found' })
  })

  test('a paused channel takes no plans', async () => {
    const paused = await stage.connect('Paused')
    const { editionId } = stage.content.write()
    await stage.me.updateChannel({ id: paused, paused: true })
    expect(await refusal(stage.me.planDelivery({ editionId, channelId: paused, when: later }))).toMatchObject({
      code: 'channel-not-ready',
      data: { state: 'paused' },
    })
  })

  test('a text over the limit of its network is refused', async () => {
    const { editionId } = stage.content.write({ html: 'x'.repeat(10 * 1024 * 1024) })
    expect(await refusal(stage.me.planDelivery({ editionId, channelId: site, when: later }))).toMatchObject({
      code: 'too-large',
      data: { limitBytes: 10 * 1024 * 1024 },
    })
  })

  test('who may not read content cannot publish it', async () => {
    const { editionId } = stage.content.write()
    const planner = stage.world.as({ workspaceId, permissions: ['publishing:plan', 'publishing:read'] })
    expect(await refusal(planner.planDelivery({ editionId, channelId: site, when: later }))).toMatchObject({
      code: 'not-allowed',
    })
  })
})

describe('moving', () => {
  test('to another time, with the revision it is based on', async () => {
    const { delivery } = await planLater()
    const moved = await stage.me.rescheduleDelivery({
      id: delivery.id,
      when: { wallTime: '2030-07-02T09:00', zone: 'America/New_York' },
      basedOn: delivery.revision,
    })
    expect(moved).toMatchObject({ state: 'planned', dueAt: '2030-07-02T13:00:00.000Z', zone: 'America/New_York' })
    expect(
      await refusal(stage.me.rescheduleDelivery({ id: delivery.id, when: later, basedOn: delivery.revision })),
    ).toMatchObject({ code: 'stale-revision', data: { current: moved.revision } })
  })

  test('to now sends it', async () => {
    const { delivery } = await planLater()
    expect(await stage.me.rescheduleDelivery({ id: delivery.id, when: { now: true } })).toMatchObject({
      state: 'published',
      wallTime: null,
    })
  })

  test('to a time that cannot be', async () => {
    const { delivery } = await planLater()
    const move = (wallTime: string) =>
      refusal(stage.me.rescheduleDelivery({ id: delivery.id, when: { wallTime, zone: 'Europe/Warsaw' } }))
    expect(await move('2030-03-31T02:30')).toMatchObject({ code: 'time-does-not-exist' })
    expect(await move('2030-10-27T02:30')).toMatchObject({ code: 'time-exists-twice' })
    expect(await move('2020-10-27T02:30')).toMatchObject({ code: 'time-in-past' })
    expect(await stage.me.getDelivery({ id: delivery.id })).toMatchObject({
      dueAt: delivery.dueAt,
      revision: delivery.revision,
    })
  })

  test('freezing the newest text puts it in place of the older', async () => {
    const { content, delivery } = await planLater()
    const { versionId } = stage.content.rewrite(content, { title: 'Nowy tytuł' })
    const frozen = await stage.me.rescheduleDelivery({ id: delivery.id, refreeze: true })
    expect(frozen).toMatchObject({ title: 'Nowy tytuł', versionId, dueAt: delivery.dueAt, isOutdated: false })
    expect(frozen.snapshotHash).not.toBe(delivery.snapshotHash)
    expect(await stage.world.sql('select from snapshots where id = $1', [delivery.snapshotId])).toHaveLength(0)
    stage.content.rewrite(content, { title: '' })
    expect(await refusal(stage.me.rescheduleDelivery({ id: delivery.id, refreeze: true }))).toMatchObject({
      code: 'nothing-to-publish',
    })
    expect((await stage.me.sendDelivery({ id: delivery.id })).title).toBe('Nowy tytuł')
  })

  test('what is published stays where it is', async () => {
    const { delivery } = await planLater()
    await stage.me.sendDelivery({ id: delivery.id })
    expect(await refusal(stage.me.rescheduleDelivery({ id: delivery.id, when: later }))).toMatchObject({
      code: 'wrong-state',
      data: { state: 'published' },
    })
    expect(await refusal(stage.me.cancelDelivery({ id: delivery.id }))).toMatchObject({
      code: 'wrong-state',
      data: { state: 'published' },
    })
    expect(await refusal(stage.me.sendDelivery({ id: delivery.id }))).toMatchObject({
      code: 'wrong-state',
      data: { state: 'published' },
    })
  })
})

describe('cancelling and taking it back', () => {
  test('twice is once, and undo brings the plan back', async () => {
    const { delivery } = await planLater()
    const cancelled = await stage.me.cancelDelivery({ id: delivery.id })
    expect(cancelled.state).toBe('cancelled')
    expect((await stage.me.cancelDelivery({ id: delivery.id })).revision).toBe(cancelled.revision)
    expect(await stage.me.restoreDelivery({ id: delivery.id })).toMatchObject({
      state: 'planned',
      dueAt: delivery.dueAt,
      wallTime: delivery.wallTime,
    })
    expect(await refusal(stage.me.restoreDelivery({ id: delivery.id }))).toMatchObject({
      code: 'wrong-state',
      data: { state: 'planned' },
    })
  })

  test('undo gives way to a newer plan', async () => {
    const { content, delivery } = await planLater()
    await stage.me.cancelDelivery({ id: delivery.id })
    const newer = await stage.me.planDelivery({ editionId: content.editionId, channelId: site, when: later })
    expect(await refusal(stage.me.restoreDelivery({ id: delivery.id }))).toMatchObject({
      code: 'already-planned',
      data: { deliveryId: newer.id },
    })
  })
})

describe('taking down', () => {
  test('has a delivery of its own, and what stood becomes unpublished; then it can be published again', async () => {
    const content = stage.content.write()
    const place = { editionId: content.editionId, channelId: site }
    expect(await refusal(stage.me.unpublish(place))).toMatchObject({ code: 'not-published' })
    const first = await stage.me.planDelivery({ ...place, when: { now: true } })
    const removal = await stage.me.unpublish(place)
    expect(removal).toMatchObject({ kind: 'unpublish', state: 'unpublished', title: first.title, snapshotId: null })
    expect((await stage.me.getDelivery({ id: first.id })).state).toBe('unpublished')
    expect(stage.site.live.has(content.editionId)).toBe(false)
    expect(await refusal(stage.me.unpublish(place))).toMatchObject({ code: 'not-published' })
    expect(await stage.me.planDelivery({ ...place, when: { now: true } })).toMatchObject({
      kind: 'publish',
      state: 'published',
    })
    expect(stage.site.live.has(content.editionId)).toBe(true)
    await stage.world.drain()
    expect(stage.world.events.filter((event) => event.key === content.editionId).map((event) => event.name)).toEqual([
      'publishing.delivery-planned',
      'publishing.delivery-published',
      'publishing.delivery-planned',
      'publishing.edition-unpublished',
      'publishing.delivery-planned',
      'publishing.delivery-published',
    ])
  })

  test('leaves a later plan, which then publishes anew', async () => {
    const content = stage.content.write()
    const place = { editionId: content.editionId, channelId: site }
    await stage.me.planDelivery({ ...place, when: { now: true } })
    stage.content.rewrite(content, { title: 'Druga' })
    const update = await stage.me.planDelivery({ ...place, when: later })
    expect(update.kind).toBe('update')
    await stage.me.unpublish(place)
    expect(await stage.me.sendDelivery({ id: update.id })).toMatchObject({ kind: 'publish', state: 'published' })
    expect(stage.site.live.get(content.editionId)?.content.title).toBe('Druga')
  })
})

describe('lists', () => {
  test('by state, channel, edition and article, latest due first, paged', async () => {
    const { content, delivery } = await planLater({ wallTime: '2031-01-01T09:00', zone: 'UTC' })
    const hook = await stage.connect('Lists')
    const second = await stage.me.planDelivery({
      editionId: content.editionId,
      channelId: hook,
      when: { wallTime: '2031-01-02T09:00', zone: 'UTC' },
    })
    const idsOf = async (filter: object) => (await stage.me.listDeliveries(filter)).items.map((item) => item.id)
    expect(await idsOf({ edition: content.editionId })).toEqual([second.id, delivery.id])
    expect(await idsOf({ article: content.articleId, limit: 1, offset: 1 })).toEqual([delivery.id])
    expect(await idsOf({ edition: content.editionId, channel: hook })).toEqual([second.id])
    expect(await idsOf({ edition: content.editionId, state: 'failed' })).toEqual([])
    expect((await stage.me.listDeliveries({ article: content.articleId, limit: 1 })).total).toBe(2)
    expect(
      (await stage.me.listDeliveries({ state: 'planned', limit: 100 })).items.every((item) => item.state === 'planned'),
    ).toBe(true)
  })

  test('the calendar has whole days of its zone, also when the clocks move', async () => {
    const plans = await Promise.all(
      ['2032-03-27T23:30', '2032-03-28T00:00', '2032-03-28T23:59', '2032-03-29T00:00'].map((wallTime) =>
        planLater({ wallTime, zone: 'Europe/Warsaw' }),
      ),
    )
    const [, first, last] = plans.map((plan) => plan.delivery.id)
    const day = { from: '2032-03-28', to: '2032-03-28', zone: 'Europe/Warsaw' }
    expect(await stage.me.getCalendar(day)).toMatchObject({ isCut: false, items: [{ id: first }, { id: last }] })
    expect((await stage.me.getCalendar({ ...day, zone: 'UTC' })).items.map((item) => item.id)).toEqual(
      [last, plans[3]?.delivery.id].filter(Boolean),
    )
    await stage.me.cancelDelivery({ id: first ?? '' })
    expect((await stage.me.getCalendar(day)).items.map((item) => item.id)).toEqual([last])
    expect(await refusal(stage.me.getCalendar({ ...day, to: '2032-03-27' }))).toMatchObject({ code: 'invalid-input' })
    expect(await refusal(stage.me.getCalendar({ ...day, to: '2034-03-27' }))).toMatchObject({ code: 'invalid-input' })
    expect((await stage.me.getCalendar({ ...day, channel: randomUUID() })).items).toEqual([])
  })

  test('a summary of each edition and channel: the newest that matters, beside what is live', async () => {
    const content = stage.content.write()
    const place = { editionId: content.editionId, channelId: site }
    const live = await stage.me.planDelivery({ ...place, when: { now: true } })
    const ask = () => stage.me.summariseArticles({ articleIds: [content.articleId] })
    expect(await ask()).toEqual([
      {
        ...place,
        articleId: content.articleId,
        channelName: 'Floowe Site',
        deliveryId: live.id,
        state: 'published',
        dueAt: live.dueAt,
        publishedAt: live.publishedAt,
        url: live.url,
        isOutdated: false,
        approval: { state: 'not-needed', id: null, stepName: null, window: null },
      },
    ])
    stage.content.rewrite(content, {})
    const planned = await stage.me.planDelivery({ ...place, when: later })
    expect(await ask()).toMatchObject([
      { deliveryId: planned.id, state: 'planned', url: live.url, publishedAt: live.publishedAt },
    ])
    await stage.me.cancelDelivery({ id: planned.id })
    expect(await ask()).toMatchObject([{ deliveryId: live.id, state: 'published' }])
    expect(await stage.me.summariseArticles({ articleIds: [] })).toEqual([])
    expect(await stage.world.asService(workspaceId).publishedChannels({ articleId: content.articleId })).toEqual([
      { channelId: site, name: 'Floowe Site' },
    ])
    await stage.me.unpublish(place)
    expect(await stage.world.asService(workspaceId).publishedChannels({ articleId: content.articleId })).toEqual([])
  })
})

describe('limits', () => {
  test('so many plans and no more; undo counts too', async () => {
    const small = await openStage({ env: { FLOOWE_PUBLISHING_PLANS_MAX: '2' } })
    try {
      const channelId = await small.channelOf('floowe-site')
      const plan = () => small.me.planDelivery({ editionId: small.content.write().editionId, channelId, when: later })
      const first = await plan()
      await plan()
      expect(await refusal(plan())).toMatchObject({ code: 'too-many-plans', data: { max: 2 } })
      await small.me.cancelDelivery({ id: first.id })
      await plan()
      expect(await refusal(small.me.restoreDelivery({ id: first.id }))).toMatchObject({ code: 'too-many-plans' })
    } finally {
      await small.close()
    }
  })
})

describe('doors', () => {
  test('nobody, the wrong permission, and ids of another workspace', async () => {
    const { content, delivery } = await planLater()
    const stranger = stage.world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    const reader = stage.world.as({
      workspaceId,
      permissions: owner.filter(
        (permission) => permission !== 'publishing:plan' && permission !== 'publishing:channels',
      ),
    })
    const nobody = stage.world.anonymous
    const blind = stage.world.as({ workspaceId, permissions: ['content:read'] })
    const place = { editionId: content.editionId, channelId: site }
    const { id } = delivery
    const writes = (who: Stage['me']): Promise<unknown>[] => [
      who.planDelivery({ ...place, when: later }),
      who.rescheduleDelivery({ id, when: later }),
      who.cancelDelivery({ id }),
      who.restoreDelivery({ id }),
      who.sendDelivery({ id }),
      who.unpublish(place),
      who.updateChannel({ id: site, name: 'X' }),
      who.rotateChannelSecret({ id: site }),
      who.testChannel({ id: site }),
      who.removeChannel({ id: site }),
    ]
    const general = (who: Stage['me']): Promise<unknown>[] => [
      who.createChannel({ network: 'webhook', name: 'X', url: stage.receiver.url }),
      who.updatePublishingSettings({ missed: 'hold' }),
    ]
    const reads = (who: Stage['me']): Promise<unknown>[] => [
      who.listChannels(undefined),
      who.listDeliveries({}),
      who.getCalendar({ from: '2030-01-01', to: '2030-01-02', zone: 'UTC' }),
      who.summariseArticles({ articleIds: [] }),
      who.getPublishingSettings(undefined),
      who.getDelivery({ id }),
    ]
    const codes = async (works: Promise<unknown>[]) => [
      ...new Set((await Promise.all(works.map((work) => refusal(work)))).map((refused) => refused.code)),
    ]
    expect(await codes([...writes(nobody), ...general(nobody), ...reads(nobody)])).toEqual(['not-signed-in'])
    expect(await codes([...writes(reader), ...general(reader)])).toEqual(['not-allowed'])
    expect(await codes([...reads(blind)])).toEqual(['not-allowed'])
    expect(await codes([...writes(stranger), stranger.getDelivery({ id })])).toEqual(['not-found'])
    expect(
      await codes([
        nobody.publishedChannels({ articleId: content.articleId }),
        nobody.holdOpen({ since: delivery.createdAt }),
      ]),
    ).toEqual(['not-signed-in'])
    expect(
      await codes([
        stage.me.holdOpen({ since: delivery.createdAt }),
        stage.world.asService(workspaceId).holdOpen({ since: delivery.createdAt }),
      ]),
    ).toEqual(['not-allowed'])
    expect((await stranger.listDeliveries({})).total).toBe(0)
    expect(await stage.me.getDelivery({ id })).toMatchObject({ state: 'planned', revision: delivery.revision })
  })

  test('over REST, with texts in the language of the caller', async () => {
    const { content } = await planLater()
    const body = { editionId: content.editionId, channelId: site, when: later }
    const answer = await stage.world.rest('POST', '/deliveries', {
      body,
      as: { workspaceId, role: 'owner' },
      headers: { 'accept-language': 'pl' },
    })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'already-planned', message: 'To wydanie jest już zaplanowane w tym kanale.' },
    })
    const list = await stage.world.rest('GET', '/deliveries?limit=1&state=planned', {
      as: { workspaceId, role: 'viewer' },
    })
    expect(list).toMatchObject({ status: 200, body: { items: [{ state: 'planned' }] } })
    expect(
      await stage.world.rest('POST', '/deliveries', {
        body: { ...body, editionId: 'nonsense' },
        as: { workspaceId, role: 'owner' },
      }),
    ).toMatchObject({ status: 400, body: { code: 'invalid-input' } })
  })
})
