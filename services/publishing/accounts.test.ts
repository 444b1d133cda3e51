/** Accounts on networks through the door: connected, posted to, changed words, and what only a person can say. */
import { startTelegram } from '@floowe/emulators/telegram'
import { afterEach, describe, expect, test } from 'vitest'
import { openStage, startClock } from './testing/stage.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function onStage(options: { hangMs?: number } = {}) {
  const clock = startClock()
  const telegram = await startTelegram({ nowMs: clock.now, ...options })
  open.push(() => telegram.stop())
  const stage = await openStage({ clock, env: { FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url } })
  open.push(() => stage.close())
  const fields = { token: telegram.token, chat: '@studio_wisla' }
  return { clock, telegram, stage, me: stage.me, fields }
}
const connect = async ({ me, fields }: Pick<Awaited<ReturnType<typeof onStage>>, 'me' | 'fields'>) =>
  (await me.createChannel({ network: 'telegram', fields })).id
const now = { now: true } as const
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string; data: unknown }) => ({ code: error.code, data: error.data }),
  )

describe('an account', () => {
  test('is connected under the name the network gives, once; its secret is never shown', async () => {
    const on = await onStage()
    const channel = await on.me.createChannel({ network: 'telegram', fields: on.fields })
    expect(channel).toMatchObject({
      name: 'Studio Wisła',
      account: 'Studio Wisła',
      state: 'connected',
      secret: null,
      settings: { url: 'https://t.me/studio_wisla' },
    })
    expect(JSON.stringify(await on.me.listChannels(undefined))).not.toContain(on.telegram.token)
    // Its key is the network's, not one that we could change.
    expect(await refusal(on.me.rotateChannelSecret({ id: channel.id }))).toMatchObject({ code: 'no-secret' })
    expect(await on.me.testChannel({ id: channel.id })).toMatchObject({ ok: true })
    expect(await refusal(connect(on))).toEqual({ code: 'account-taken', data: { channelId: channel.id } })
    const rows = await on.stage.world.sql('select to_jsonb(c)::text as text from channels c')
    expect(JSON.stringify(rows)).not.toContain(on.telegram.token)
  })

  test('with a wrong key, without a field or in no such room is refused in words', async () => {
    const { me, fields } = await onStage()
    const attempt = (more: object) => refusal(me.createChannel({ network: 'telegram', fields: { ...fields, ...more } }))
    expect(await attempt({ token: '1:wrong' })).toMatchObject({
      code: 'connection-refused',
      data: { code: 'key-refused' },
    })
    expect(await attempt({ chat: '@nowhere' })).toMatchObject({
      code: 'connection-refused',
      data: { code: 'account-not-found' },
    })
    expect(await attempt({ chat: '' })).toMatchObject({ code: 'invalid-input' })
    expect(await refusal(me.createChannel({ network: 'telegram', fields: { token: 'x' } }))).toMatchObject({
      code: 'invalid-input',
      data: { issues: [{ path: 'fields.chat' }] },
    })
    expect((await me.listChannels(undefined)).map(({ network }) => network)).toEqual(['floowe-site'])
  })

  test('whose key was taken back asks for attention, and goes on when it is connected again', async () => {
    const on = await onStage()
    const { me, stage, telegram, fields } = on
    const channelId = await connect(on)
    const { editionId } = stage.content.write()
    telegram.revoke()
    const { id } = await me.planDelivery({ editionId, channelId, when: now })
    await stage.reaches(id, 'failed')
    expect((await me.listChannels(undefined)).find((channel) => channel.id === channelId)).toMatchObject({
      state: 'attention',
    })
    expect(await refusal(me.reconnectChannel({ id: channelId, fields }))).toMatchObject({ code: 'connection-refused' })
    telegram.restore()
    expect(await me.reconnectChannel({ id: channelId, fields })).toMatchObject({
      state: 'connected',
      stateReason: null,
    })
    expect(await me.sendDelivery({ id })).toMatchObject({ state: 'published', url: 'https://t.me/studio_wisla/1' })
    expect(telegram.messages()).toHaveLength(1)
  })
})

describe('a post', () => {
  test('says what the edition says, leads to the site with stamps, and is what was frozen', async () => {
    const on = await onStage()
    const { me, stage, telegram } = on
    const channelId = await connect(on)
    const content = stage.content.write({ title: 'Kamienica', lead: 'O cegle.' })
    const site = await stage.channelOf('floowe-site')
    await me.planDelivery({ editionId: content.editionId, channelId: site, when: now })
    const stamps = `utm_source=telegram&utm_medium=social&utm_campaign=kamienica&utm_content=${content.editionId.slice(-8)}`
    const text = `Kamienica\n\nO cegle.\n\nhttps://floowe.example/site/studio/kamienica?${stamps}`
    expect(await me.getVariant({ editionId: content.editionId, channelId })).toMatchObject({
      fields: {},
      revision: 0,
      problems: [],
      lengths: [{ length: text.length, max: 4096 }],
      post: { parts: [{ text, media: [] }] },
    })
    const planned = await me.planDelivery({
      editionId: content.editionId,
      channelId,
      when: { wallTime: '2026-11-22T12:00', zone: 'Europe/Warsaw' },
    })
    // Written after it was frozen.
    await me.saveVariant({ editionId: content.editionId, channelId, fields: { texts: ['Inne słowa'] }, basedOn: 0 })
    expect(await me.getDelivery({ id: planned.id })).toMatchObject({ isOutdated: true })
    on.clock.advance(3_600_000)
    await stage.reaches(planned.id, 'published')
    expect(telegram.messages()).toMatchObject([{ text, pictures: 0 }])
    expect(await me.getDelivery({ id: planned.id })).toMatchObject({
      post: { parts: [{ text, media: [] }] },
      parts: [{ state: 'there', url: 'https://t.me/studio_wisla/1' }],
    })
  })

  test('keeps the words and pictures of its channel; two people do not write over each other', async () => {
    const on = await onStage()
    const { me, stage, telegram } = on
    const channelId = await connect(on)
    const { editionId } = stage.content.write()
    const { mediaId } = stage.content.draw()
    const fields = { texts: ['Własne słowa'], mediaIds: [mediaId] }
    expect(await me.saveVariant({ editionId, channelId, fields, basedOn: 0 })).toMatchObject({ revision: 1, fields })
    expect(await refusal(me.saveVariant({ editionId, channelId, fields: {}, basedOn: 0 }))).toEqual({
      code: 'stale-revision',
      data: { current: 1 },
    })
    await me.planDelivery({ editionId, channelId, when: now })
    expect(telegram.messages()).toMatchObject([{ text: 'Własne słowa', pictures: 1 }])
  })

  test('that does not fit is not planned, and says what is too much', async () => {
    const on = await onStage()
    const { me, stage } = on
    const channelId = await connect(on)
    const { editionId } = stage.content.write()
    const tooLong = { texts: ['ż'.repeat(4_097)] }
    const { problems } = await me.previewPost({ editionId, channelId, fields: tooLong })
    expect(problems).toEqual([{ code: 'text-too-long', part: 0, max: 4096 }])
    await me.saveVariant({ editionId, channelId, fields: tooLong, basedOn: 0 })
    expect(await refusal(me.planDelivery({ editionId, channelId, when: now }))).toEqual({
      code: 'post-does-not-fit',
      data: { problems },
    })
    const gone = { mediaIds: ['0190aaaa-0000-7000-8000-0000000000ff'] }
    expect((await me.previewPost({ editionId, channelId, fields: gone })).problems).toMatchObject([
      { code: 'picture-not-taken' },
    ])
    const site = await stage.channelOf('floowe-site')
    expect(await refusal(me.getVariant({ editionId, channelId: site }))).toMatchObject({ code: 'not-a-post' })
  })

  test('is changed where it stands, and taken down', async () => {
    const on = await onStage()
    const { me, stage, telegram } = on
    const channelId = await connect(on)
    const content = stage.content.write()
    await me.planDelivery({ editionId: content.editionId, channelId, when: now })
    stage.content.rewrite(content, { title: 'Nowy tytuł' })
    expect(await me.planDelivery({ editionId: content.editionId, channelId, when: now })).toMatchObject({
      kind: 'update',
      state: 'published',
      url: 'https://t.me/studio_wisla/1',
    })
    expect(telegram.messages()).toMatchObject([{ id: 1, text: 'Nowy tytuł\n\nO cegle.' }])
    await me.unpublish({ editionId: content.editionId, channelId })
    expect(telegram.messages()).toEqual([])
    // A new one, not a change of the one that is gone.
    expect(await me.planDelivery({ editionId: content.editionId, channelId, when: now })).toMatchObject({
      kind: 'publish',
      state: 'published',
    })
    expect(telegram.messages()).toHaveLength(1)
  })
})

describe('an answer that was lost', () => {
  async function lost(stageOptions: { hangMs?: number } = {}) {
    const on = await onStage(stageOptions)
    const channelId = await connect(on)
    const { editionId } = on.stage.content.write()
    on.telegram.faults.next(['accept-then-reset'])
    const { id } = await on.me.planDelivery({ editionId, channelId, when: now })
    await on.stage.reaches(id, 'needs-human')
    return { ...on, id, editionId, channelId }
  }

  test('leaves the question to a person: nothing is sent, moved or planned over it', async () => {
    const { me, id, editionId, channelId, telegram, clock } = await lost()
    expect(await me.getDelivery({ id })).toMatchObject({
      problem: { code: 'outcome-unknown' },
      nextAttemptAt: null,
      parts: [{ state: 'maybe', url: null }],
    })
    expect(await refusal(me.sendDelivery({ id }))).toMatchObject({ code: 'wrong-state' })
    expect(await refusal(me.rescheduleDelivery({ id, when: now }))).toMatchObject({ code: 'wrong-state' })
    expect(await refusal(me.planDelivery({ editionId, channelId, when: now }))).toMatchObject({
      code: 'already-planned',
    })
    clock.advance(24 * 3_600_000)
    expect(telegram.messages()).toHaveLength(1)
  })

  test('and it is there: it counts as published under the address that was seen', async () => {
    const { me, id, telegram } = await lost()
    const url = 'https://t.me/studio_wisla/1'
    expect(await me.decideDelivery({ id, decision: { became: 'posted', url } })).toMatchObject({
      state: 'published',
      url,
      problem: null,
    })
    expect(telegram.messages()).toHaveLength(1)
    expect(await refusal(me.decideDelivery({ id, decision: { became: 'not-posted' } }))).toMatchObject({
      code: 'wrong-state',
    })
  })

  test('and it is not there: it goes out again', async () => {
    const on = await onStage()
    const channelId = await connect(on)
    const { editionId } = on.stage.content.write()
    on.telegram.faults.next(['reset'])
    const { id } = await on.me.planDelivery({ editionId, channelId, when: now })
    await on.stage.reaches(id, 'needs-human')
    expect(on.telegram.messages()).toEqual([])
    expect(await on.me.decideDelivery({ id, decision: { became: 'not-posted' } })).toMatchObject({ state: 'published' })
    expect(on.telegram.messages()).toHaveLength(1)
  })

  test('of one that a person found cannot be changed or taken down from here, and says so', async () => {
    const { me, id, editionId, channelId, stage } = await lost()
    await me.decideDelivery({ id, decision: { became: 'posted', url: null } })
    const removal = await me.unpublish({ editionId, channelId })
    await stage.reaches(removal.id, 'failed')
    expect(await me.getDelivery({ id: removal.id })).toMatchObject({ problem: { code: 'cannot-find' } })
  })
})
