/** What people are shown before they decide, and lists say of what waits for a decision. */
import { startTelegram } from '@floowe/emulators/telegram'
import { afterEach, expect, test } from 'vitest'
import { openStage, startClock, workspaceId } from '../testing/stage.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const day = { wallTime: '2026-11-23T09:00', zone: 'Europe/Warsaw' }
const window = { from: '2026-11-22T23:00:00.000Z', until: '2026-11-23T22:59:59.999Z' }
const term = (name: string) => ({ id: '0190aaaa-0000-7000-8000-0000000000e1', name, slug: 'x' })

async function onStage() {
  const clock = startClock()
  const telegram = await startTelegram({ nowMs: clock.now })
  closing.push(() => telegram.stop())
  const stage = await openStage({ clock, env: { FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url } })
  closing.push(() => stage.close())
  const { me } = stage
  await me.updateApprovalPolicy({ mode: 'required', steps: [] })
  const member = (userId: string) => stage.world.as({ workspaceId, userId, role: 'editor' })
  return {
    ...{ clock, stage, me },
    webhook: await stage.connect(),
    room: async () =>
      (await me.createChannel({ network: 'telegram', fields: { token: telegram.token, chat: '@studio_wisla' } })).id,
    second: member('0190aaaa-0000-7000-8000-00000000000b'),
  }
}

test('a text with its cover, its authors and terms', async () => {
  const { stage, me, webhook } = await onStage()
  const cover = { url: '/media/x/cover.jpg', alt: 'Kamienica', caption: 'O świcie', credit: 'A. Nowak' }
  const content = stage.content.write({
    cover: { ...cover, width: 1600, height: 900, variants: [], focalPoint: null },
    authors: [{ ...term('Ewa Nowak'), description: '' }],
    categories: [term('Praktyka')],
    tags: [term('cegła'), term('dom')],
    meta: { title: 'Meta', description: 'Opis', canonicalUrl: null, keyphrase: '', isHidden: false },
  })
  const { id } = await me.planDelivery({ editionId: content.editionId, channelId: webhook, when: day })
  const { payload } = await me.getApproval({ id: (await me.requestApproval({ deliveryId: id })).id })
  expect(payload).toEqual({
    post: null,
    pictures: [],
    page: {
      ...{ title: content.title, lead: content.lead, html: content.html, slug: content.slug, cover },
      ...{ metaTitle: 'Meta', metaDescription: 'Opis' },
      ...{ authors: ['Ewa Nowak'], categories: ['Praktyka'], tags: ['cegła', 'dom'] },
    },
    letter: null,
  })
})

test('a post with addresses for its pictures, without those that are gone', async () => {
  const { stage, me, room } = await onStage()
  const channelId = await room()
  const { editionId } = stage.content.write()
  const pictures = [stage.content.draw('Kamienica'), stage.content.draw('Rzeka')]
  const fields = { texts: ['Rano'], mediaIds: pictures.map(({ mediaId }) => mediaId) }
  await me.saveVariant({ editionId, channelId, fields, basedOn: 0 })
  const { id } = await me.planDelivery({ editionId, channelId, when: day })
  const approval = await me.requestApproval({ deliveryId: id })
  const seen = async () => (await me.getApproval({ id: approval.id })).payload
  const [first, other] = pictures
  expect(await seen()).toMatchObject({
    post: { parts: [{ text: 'Rano', media: pictures.map(({ mediaId }) => ({ mediaId })) }] },
    pictures: [
      { mediaId: first?.mediaId, url: `/media/${first?.mediaId}/960.webp` },
      { mediaId: other?.mediaId, url: `/media/${other?.mediaId}/960.webp` },
    ],
  })
  stage.content.lose(first?.mediaId ?? '')
  expect(await seen()).toMatchObject({
    post: { parts: [{ media: pictures.map(({ mediaId }) => ({ mediaId })) }] },
    pictures: [{ mediaId: other?.mediaId }],
  })
})

test('what was said the last time, and of which text', async () => {
  const { stage, me, webhook, second } = await onStage()
  const content = stage.content.write({ title: 'Pierwszy' })
  const { id } = await me.planDelivery({ editionId: content.editionId, channelId: webhook, when: day })
  const first = await me.requestApproval({ deliveryId: id })
  expect(await me.getApproval({ id: first.id })).toMatchObject({ approvedBefore: null, decidedBefore: null })
  await second.decideApproval({ id: first.id, decision: 'changes-requested', hash: first.hash, comment: 'Krócej' })
  stage.content.rewrite(content, { title: 'Drugi' })
  await me.rescheduleDelivery({ id, refreeze: true })
  const next = await me.requestApproval({ deliveryId: id })
  expect(await me.getApproval({ id: next.id })).toMatchObject({
    payload: { page: { title: 'Drugi' } },
    approvedBefore: null,
    decidedBefore: {
      decision: 'changes-requested',
      byName: 'Person 0b',
      comment: 'Krócej',
      at: '2026-11-22T10:00:00.000Z',
      payload: { page: { title: 'Pierwszy' } },
    },
  })
  expect((await me.getApproval({ id: first.id })).decidedBefore).toBeNull()
})

test('lists say what waits for a decision, and for which span of time one counts', async () => {
  const { stage, me, webhook, second } = await onStage()
  const content = stage.content.write()
  const { id } = await me.planDelivery({ editionId: content.editionId, channelId: webhook, when: day })
  const summary = async () => (await me.summariseArticles({ articleIds: [content.articleId] }))[0]?.approval
  expect(await summary()).toEqual({ state: 'needed', id: null, stepName: null, window: null })
  const approval = await me.requestApproval({ deliveryId: id })
  const open = { state: 'open', id: approval.id, stepName: null, window }
  expect(await summary()).toEqual(open)
  expect((await me.getDelivery({ id })).approval).toEqual(open)
  await second.decideApproval({ id: approval.id, decision: 'approved', hash: approval.hash })
  expect(await summary()).toEqual({ ...open, state: 'approved' })
  await me.rescheduleDelivery({ id, when: { ...day, wallTime: '2026-11-24T09:00' } })
  expect(await summary()).toEqual({ ...open, state: 'void', window: null })
})

test('what was approved and came too late may be asked about again', async () => {
  const { clock, stage, me, webhook, second } = await onStage()
  await me.updatePublishingSettings({ missed: 'hold' })
  const content = stage.content.write()
  const { id } = await me.planDelivery({ editionId: content.editionId, channelId: webhook, when: day })
  const first = await me.requestApproval({ deliveryId: id })
  await second.decideApproval({ id: first.id, decision: 'approved', hash: first.hash })
  await me.updateChannel({ id: webhook, paused: true })
  clock.set('2026-11-23T08:00:00.000Z')
  clock.set('2026-11-23T08:02:30.000Z')
  await stage.reaches(id, 'missed')
  await me.updateChannel({ id: webhook, paused: false })
  clock.set('2026-11-25T08:00:00.000Z')
  await expect(me.sendDelivery({ id })).rejects.toMatchObject({ code: 'needs-approval' })
  const again = await me.requestApproval({ deliveryId: id })
  await second.decideApproval({ id: again.id, decision: 'approved', hash: again.hash })
  expect(await me.sendDelivery({ id })).toMatchObject({ state: 'published' })
})
