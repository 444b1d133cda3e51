/** First comments through the door: written for a channel, frozen with the post, approved with it, and sent behind it. */
import { startFacebook } from '@floowe/emulators/facebook'
import { startTelegram } from '@floowe/emulators/telegram'
import { afterEach, expect, test } from 'vitest'
import { payloadHash } from './approvals/payload.ts'
import type { Frozen } from './networks/network.ts'
import { freeze } from './snapshots.ts'
import { client, postOf } from './testing/network.ts'
import { openStage, startClock } from './testing/stage.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})
const now = { now: true } as const
const later = { wallTime: '2026-11-22T12:00', zone: 'Europe/Warsaw' }

async function onStage() {
  const clock = startClock()
  const [facebook, telegram] = [await startFacebook({ nowMs: clock.now }), await startTelegram({ nowMs: clock.now })]
  open.push(facebook.stop, telegram.stop)
  const stage = await openStage({
    clock,
    env: {
      FLOOWE_PUBLISHING_FACEBOOK_URL: facebook.url,
      FLOOWE_PUBLISHING_FACEBOOK_SIGN_IN_URL: facebook.signInUrl,
      FLOOWE_PUBLISHING_FACEBOOK_CLIENT_ID: client.id,
      FLOOWE_PUBLISHING_FACEBOOK_CLIENT_SECRET: client.secret,
      FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url,
    },
  })
  open.push(() => stage.close())
  const { me } = stage
  const { address } = await me.beginConnection({ network: 'facebook' })
  const back = new URL((await fetch(address, { redirect: 'manual' })).headers.get('location') ?? '')
  const [state, code] = [back.searchParams.get('state') ?? '', back.searchParams.get('code') ?? '']
  const { id, accounts } = await me.finishConnection({ state, code })
  const channel = await me.chooseAccount({ id, accountId: accounts[0]?.id ?? '' })
  const content = stage.content.write({ title: 'Kamienica' })
  const { editionId } = content
  const place = { editionId, channelId: channel.id }
  const write = (firstComment: string, basedOn = 0) => me.saveVariant({ ...place, fields: { firstComment }, basedOn })
  return { clock, facebook, telegram, stage, me, content, place, write }
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string; data: unknown }) => ({ code: error.code, data: error.data }),
  )

test('is frozen with the post, goes out behind it, and says where it is', async () => {
  const { facebook, me, place, write } = await onStage()
  expect((await me.getVariant(place)).post.firstComment).toBeNull()
  expect(await write('  Więcej w komentarzu.  ')).toMatchObject({
    ...{ fields: { firstComment: '  Więcej w komentarzu.  ' }, problems: [] },
    post: { firstComment: 'Więcej w komentarzu.' },
    lengths: [{ max: 63_206 }, { length: 20, max: 8_000 }],
  })
  const planned = await me.planDelivery({ ...place, when: later })
  expect((await me.getDelivery({ id: planned.id })).parts).toEqual([
    { state: 'waits', url: null },
    { state: 'waits', url: null },
  ])
  expect(await me.sendDelivery({ id: planned.id })).toMatchObject({ state: 'published' })
  const [post] = facebook.posts()
  expect(facebook.comments()).toMatchObject([{ post: post?.id, message: 'Więcej w komentarzu.' }])
  const { parts } = await me.getDelivery({ id: planned.id })
  expect(parts).toMatchObject([
    { state: 'there' },
    { state: 'there', url: expect.stringContaining('comment_id=') as string },
  ])
  // An empty one is none: the comment goes, the post stays.
  await write('', 1)
  expect(await me.planDelivery({ ...place, when: now })).toMatchObject({ kind: 'update', state: 'published' })
  expect([facebook.posts().length, facebook.comments()]).toEqual([1, []])
})

test('links to where the article stands are stamped as in the post, others stay as they were written', async () => {
  const { stage, me, content, write } = await onStage()
  const link = 'https://floowe.example/site/studio/kamienica'
  const elsewhere = 'https://example.org/a?b=c'
  // Nobody knows yet where it will stand.
  expect((await write(`Czytaj: ${link}.`)).post.firstComment).toBe(`Czytaj: ${link}.`)
  const site = await stage.channelOf('floowe-site')
  await me.planDelivery({ editionId: content.editionId, channelId: site, when: now })
  const stamps = `utm_source=facebook&utm_medium=social&utm_campaign=kamienica&utm_content=${content.editionId.slice(-8)}`
  const { post } = await write(`Czytaj (${link}), potem ${link}?utm_source=moje i ${elsewhere}.`, 1)
  expect(post.parts[0]?.text).toContain(`${link}?${stamps}`)
  expect(post.firstComment).toBe(
    `Czytaj (${link}?${stamps}), potem ${link}?utm_source=moje&${stamps.replace('utm_source=facebook&', '')} i ${elsewhere}.`,
  )
})

test('that is too long is not planned, and says so behind the last part', async () => {
  const { me, place, write } = await onStage()
  const { problems } = await write('ż'.repeat(8_001))
  expect(problems).toEqual([{ code: 'text-too-long', part: 1, max: 8_000 }])
  expect(await refusal(me.planDelivery({ ...place, when: now }))).toEqual({
    code: 'post-does-not-fit',
    data: { problems },
  })
})

test('a network that has none gets none', async () => {
  const { telegram, me, content } = await onStage()
  const fields = { token: telegram.token, chat: '@studio_wisla' }
  const { id: channelId } = await me.createChannel({ network: 'telegram', fields })
  const place = { editionId: content.editionId, channelId }
  const { post, lengths } = await me.saveVariant({ ...place, fields: { firstComment: 'Więcej' }, basedOn: 0 })
  expect([post.firstComment, lengths.length]).toEqual([null, 1])
  const { id } = await me.planDelivery({ ...place, when: now })
  expect(await me.getDelivery({ id })).toMatchObject({ state: 'published', parts: [{ state: 'there' }] })
  expect(telegram.messages()).toHaveLength(1)
})

test('a post that was frozen before there were any is read, and goes out', async () => {
  const { clock, facebook, stage, me, place } = await onStage()
  const { id } = await me.planDelivery({ ...place, when: later })
  const [kept] = await stage.world.sql<{ id: string; content: string }>('select id, content from snapshots')
  const { firstComment: _, ...old } = JSON.parse(kept?.content ?? '') as Record<string, unknown>
  const { text, hash } = freeze(old as Frozen) // as it was then
  expect(text).not.toContain('firstComment')
  await stage.world.sql('update snapshots set content = $2, hash = $3 where id = $1', [kept?.id, text, hash])
  await stage.world.sql('update deliveries set snapshot_hash = $2 where id = $1', [id, hash])
  expect(await me.getDelivery({ id })).toMatchObject({ post: { firstComment: null }, parts: [{ state: 'waits' }] })
  clock.advance(3_600_000)
  await stage.reaches(id, 'published')
  expect([facebook.posts().length, facebook.comments()]).toEqual([1, []])
})

test('is part of what is approved', () => {
  const post = postOf(['Kamienica'])
  const hashes = [null, 'Więcej', 'Więcej.'].map((firstComment) => payloadHash({ ...post, firstComment }))
  expect(new Set(hashes).size).toBe(3)
})
