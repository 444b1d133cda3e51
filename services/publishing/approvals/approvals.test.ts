/** Approvals through the door: asked for, decided upon, over when what they are of changes, and never a member's own. */
import { randomUUID } from 'node:crypto'
import type { Role } from '@floowe/contracts/identity'
import { afterEach, describe, expect, test } from 'vitest'
import { editorId, openStage, type Stage, startClock, workspaceId } from '../testing/stage.ts'

const open: Stage[] = []
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close()
})

const second = '0190aaaa-0000-7000-8000-00000000000b'
const third = '0190aaaa-0000-7000-8000-00000000000c'
const author = '0190aaaa-0000-7000-8000-00000000000d'
const day = { wallTime: '2026-11-23T09:00', zone: 'Europe/Warsaw' }

async function onStage(mode: 'none' | 'optional' | 'required' = 'required') {
  const clock = startClock()
  const stage = await openStage({ clock })
  open.push(stage)
  await stage.me.updateApprovalPolicy({ mode, steps: [] })
  const channelId = await stage.connect()
  const member = (userId: string, role: Role = 'editor') => stage.world.as({ workspaceId, userId, role })
  const plan = async (when: { wallTime: string; zone: string } | { now: true } = day) => {
    const content = stage.content.write()
    return { content, delivery: await stage.me.planDelivery({ editionId: content.editionId, channelId, when }) }
  }
  const asked = async (when?: Parameters<typeof plan>[0]) => {
    const { content, delivery } = await plan(when)
    return { content, delivery, approval: await stage.me.requestApproval({ deliveryId: delivery.id }) }
  }
  const approve = (approval: { id: string; hash: string }, by = member(second)) =>
    by.decideApproval({ id: approval.id, decision: 'approved', hash: approval.hash })
  const approvalOf = async (id: string) => (await stage.me.getDelivery({ id })).approval.state
  return { clock, stage, me: stage.me, channelId, member, plan, asked, approve, approvalOf }
}
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string; data: unknown }) => ({ code: error.code, data: error.data }),
  )

describe('where nobody is asked', () => {
  test('everything goes out, and nothing can be asked for', async () => {
    const { me, plan } = await onStage('none')
    const { delivery } = await plan({ now: true })
    expect(delivery).toMatchObject({ state: 'published', approval: { state: 'not-needed', id: null } })
    const { delivery: later } = await plan()
    expect(await refusal(me.requestApproval({ deliveryId: later.id }))).toMatchObject({ code: 'approval-off' })
  })
})

describe('where it is required', () => {
  test('a plan waits until it is approved, and then goes out on time', async () => {
    const { clock, stage, asked, approve, approvalOf } = await onStage()
    const { delivery, approval } = await asked()
    expect(delivery.approval).toEqual({ state: 'needed', id: null, stepName: null, window: null })
    expect(approval).toMatchObject({
      state: 'open',
      window: { from: '2026-11-22T23:00:00.000Z', until: '2026-11-23T22:59:59.999Z' },
      mayDecide: false,
      mayNotDecideBecause: 'own',
    })
    expect(await approvalOf(delivery.id)).toBe('open')
    expect(await approve(approval)).toMatchObject({ state: 'approved', step: 1, mayDecide: false })
    expect(await approvalOf(delivery.id)).toBe('approved')
    clock.set('2026-11-23T07:59:30.000Z')
    clock.set('2026-11-23T08:00:00.000Z')
    await stage.reaches(delivery.id, 'published')
  })

  test('one whose time passes without an approval is missed, and says why', async () => {
    const { clock, stage, me, asked, approve } = await onStage()
    const { delivery, approval } = await asked({ wallTime: '2026-11-22T11:00:30', zone: 'Europe/Warsaw' })
    clock.advance(40_000)
    clock.advance(55_000)
    await stage.reaches(delivery.id, 'missed')
    expect((await me.getDelivery({ id: delivery.id })).problem?.code).toBe('not-approved')
    expect(await refusal(me.sendDelivery({ id: delivery.id }))).toEqual({
      code: 'needs-approval',
      data: { state: 'open' },
    })
    await approve(approval)
    expect(await me.sendDelivery({ id: delivery.id })).toMatchObject({ state: 'published' })
  })

  test('what was to go out at once goes out the moment it is approved', async () => {
    const { stage, asked, approve } = await onStage()
    const { delivery, approval } = await asked({ now: true })
    expect(delivery.state).toBe('planned')
    await approve(approval)
    await stage.reaches(delivery.id, 'published')
  })

  test('a removal needs nobody', async () => {
    const { me, stage, asked, approve, channelId } = await onStage()
    const { content, delivery, approval } = await asked({ now: true })
    await approve(approval)
    await stage.reaches(delivery.id, 'published')
    expect(await me.unpublish({ editionId: content.editionId, channelId })).toMatchObject({ state: 'unpublished' })
  })

  test('plans from before wait from the moment the policy says so, and go on when it no longer does', async () => {
    const { clock, stage, me, plan, approvalOf } = await onStage('none')
    const { delivery } = await plan()
    await me.updateApprovalPolicy({ mode: 'required', steps: [] })
    expect(await approvalOf(delivery.id)).toBe('needed')
    await me.updateApprovalPolicy({ mode: 'none', steps: [] })
    clock.set('2026-11-23T07:59:30.000Z')
    clock.set('2026-11-23T08:00:00.000Z')
    await stage.reaches(delivery.id, 'published')
  })
})

describe('nobody approves their own', () => {
  test('not whoever planned it, asked for it, or wrote it; nor a key', async () => {
    const { stage, member, plan, channelId } = await onStage()
    const content = stage.content.write()
    stage.content.authors.set(content.editionId, author)
    const delivery = await member(second).planDelivery({ editionId: content.editionId, channelId, when: day })
    const approval = await member(third).requestApproval({ deliveryId: delivery.id })
    const decision = { id: approval.id, decision: 'approved', hash: approval.hash } as const
    for (const own of [second, third, author])
      expect(await refusal(member(own).decideApproval(decision))).toEqual({
        code: 'may-not-decide',
        data: { because: 'own' },
      })
    expect(await refusal(member(randomUUID(), 'author').decideApproval(decision))).toMatchObject({
      data: { because: 'not-asked' },
    })
    expect(await refusal(stage.world.asService(workspaceId, 'content').decideApproval(decision))).toMatchObject({
      code: 'may-not-decide',
    })
    expect(await member(editorId, 'owner').decideApproval(decision)).toMatchObject({ state: 'approved' })
    expect(await refusal(member(randomUUID(), 'owner').decideApproval(decision))).toMatchObject({
      code: 'approval-closed',
    })
    expect(await plan()).toBeDefined()
  })
})

describe('a decision', () => {
  test('names what was looked at; what changed meanwhile is not decided upon', async () => {
    const { me, stage, asked, member } = await onStage()
    const { content, delivery, approval } = await asked()
    stage.content.rewrite(content, { title: 'Inny tytuł' })
    await me.rescheduleDelivery({ id: delivery.id, refreeze: true })
    const late = { id: approval.id, decision: 'approved', hash: approval.hash } as const
    expect(await refusal(member(second).decideApproval(late))).toEqual({
      code: 'approval-closed',
      data: { state: 'void' },
    })
    const anew = await me.requestApproval({ deliveryId: delivery.id })
    expect(await refusal(member(second).decideApproval({ ...late, id: anew.id }))).toEqual({
      code: 'approval-changed',
      data: { hash: anew.hash },
    })
  })

  test('for changes needs a word, and the plan waits; asked again it can be approved', async () => {
    const { me, asked, member, approve, approvalOf } = await onStage()
    const { delivery, approval } = await asked()
    const wish = { id: approval.id, decision: 'changes-requested', hash: approval.hash } as const
    expect(await refusal(member(second).decideApproval(wish))).toMatchObject({ code: 'comment-missing' })
    expect(await member(second).decideApproval({ ...wish, comment: 'Bez wykrzyknika' })).toMatchObject({
      state: 'changes-requested',
      decisions: [
        { decision: 'changes-requested', comment: 'Bez wykrzyknika', byName: 'Person 0b', isApprover: false },
      ],
    })
    expect(await approvalOf(delivery.id)).toBe('changes-requested')
    await approve(await me.requestApproval({ deliveryId: delivery.id }))
    expect(await approvalOf(delivery.id)).toBe('approved')
  })

  test('steps agree one after the other, each by somebody else', async () => {
    const { me, plan, member } = await onStage()
    await me.updateApprovalPolicy({
      mode: 'steps',
      steps: [
        { name: 'Redakcja', roles: ['editor'], userIds: [], approverIds: [] },
        { name: 'Prawnik', roles: [], userIds: [author, second], approverIds: [] },
      ],
    })
    const { delivery } = await plan()
    const { id, hash } = await me.requestApproval({ deliveryId: delivery.id })
    const word = { id, decision: 'approved', hash } as const
    expect(await refusal(member(author, 'viewer').decideApproval(word))).toMatchObject({
      data: { because: 'not-asked' },
    })
    expect(await member(second).decideApproval(word)).toMatchObject({ state: 'open', step: 1 })
    expect((await me.getDelivery({ id: delivery.id })).approval).toMatchObject({
      state: 'open',
      id,
      stepName: 'Prawnik',
    })
    expect(await refusal(member(second).decideApproval(word))).toMatchObject({ data: { because: 'decided-already' } })
    expect(await member(author, 'viewer').listApprovals({ mine: true })).toMatchObject({ total: 1, items: [{ id }] })
    expect(await member(author, 'viewer').decideApproval(word)).toMatchObject({ state: 'approved', step: 2 })
    expect(await member(author, 'viewer').listApprovals({ mine: true })).toMatchObject({ total: 0 })
  })
})

describe('what an approval outlives', () => {
  test('the same words saved again, and another hour of the same day; not other words, nor another day', async () => {
    const { me, stage, asked, approve, approvalOf } = await onStage()
    const { content, delivery, approval } = await asked()
    await approve(approval)
    stage.content.rewrite(content, {})
    await me.rescheduleDelivery({ id: delivery.id, refreeze: true, when: { ...day, wallTime: '2026-11-23T18:00' } })
    expect(await approvalOf(delivery.id)).toBe('approved')
    await me.rescheduleDelivery({ id: delivery.id, when: { ...day, wallTime: '2026-11-24T09:00' } })
    expect(await approvalOf(delivery.id)).toBe('void')
    expect(await me.getApproval({ id: approval.id })).toMatchObject({ state: 'void', voidReason: 'time-changed' })
    await approve(await me.requestApproval({ deliveryId: delivery.id }))
    stage.content.rewrite(content, { lead: 'Nowy lead' })
    await me.rescheduleDelivery({ id: delivery.id, refreeze: true })
    expect(await approvalOf(delivery.id)).toBe('void')
  })

  test('changes on one channel touch no other', async () => {
    const { me, stage, approve, approvalOf, channelId } = await onStage()
    const other = await stage.connect('Other')
    const content = stage.content.write()
    const on = (channel: string) => me.planDelivery({ editionId: content.editionId, channelId: channel, when: day })
    const [one, two] = [await on(channelId), await on(other)]
    for (const { id } of [one, two]) await approve(await me.requestApproval({ deliveryId: id }))
    stage.content.rewrite(content, { title: 'Zmieniony' })
    await me.rescheduleDelivery({ id: one.id, refreeze: true })
    expect([await approvalOf(one.id), await approvalOf(two.id)]).toEqual(['void', 'approved'])
    await me.updateChannel({ id: other, url: `${stage.receiver.url}/elsewhere` })
    expect(await approvalOf(two.id)).toBe('void')
  })

  test('cancelled and planned anew with the same words it still holds', async () => {
    const { me, asked, approve, approvalOf, channelId } = await onStage()
    const { content, delivery, approval } = await asked()
    await approve(approval)
    await me.cancelDelivery({ id: delivery.id })
    const again = await me.planDelivery({ editionId: content.editionId, channelId, when: day })
    expect(await approvalOf(again.id)).toBe('approved')
    expect(await refusal(me.requestApproval({ deliveryId: again.id }))).toMatchObject({ code: 'already-asked' })
  })

  test('an open one ends with its plan', async () => {
    const { me, asked } = await onStage()
    const { delivery, approval } = await asked()
    await me.cancelDelivery({ id: delivery.id })
    expect((await me.getApproval({ id: approval.id })).state).toBe('withdrawn')
  })
})

describe('where it may be asked for', () => {
  test('what was not asked about goes out; what waits for an answer does not, until nobody asks any more', async () => {
    const { stage, me, plan, asked } = await onStage('optional')
    expect((await plan({ now: true })).delivery.state).toBe('published')
    const { delivery, approval } = await asked()
    expect(await refusal(me.sendDelivery({ id: delivery.id }))).toMatchObject({ code: 'needs-approval' })
    await me.withdrawApproval({ id: approval.id })
    await me.withdrawApproval({ id: approval.id })
    expect(await me.sendDelivery({ id: delivery.id })).toMatchObject({ state: 'published' })
    expect(stage.receiver.effects().size).toBe(2)
  })
})

test('the page of an approval shows what will be seen, and what was approved last time', async () => {
  const { me, stage, asked, approve, channelId } = await onStage()
  const { content, delivery, approval } = await asked({ now: true })
  await approve(approval)
  await stage.reaches(delivery.id, 'published')
  stage.content.rewrite(content, { title: 'Drugie wydanie', html: '<p>Inaczej</p>' })
  const next = await me.planDelivery({ editionId: content.editionId, channelId, when: day })
  expect(next.approval.state).toBe('needed')
  const { id } = await me.requestApproval({ deliveryId: next.id })
  expect(await me.getApproval({ id })).toMatchObject({
    payload: { post: null, page: { title: 'Drugie wydanie', html: '<p>Inaczej</p>' } },
    approvedBefore: { page: { title: content.title } },
  })
  expect((await me.getDelivery({ id: delivery.id })).approval.state).toBe('approved')
})

test('a workspace that goes takes its approvals with it; another one sees none of them', async () => {
  const { stage, asked, approve } = await onStage()
  const { approval } = await asked()
  await approve(approval)
  const elsewhere = stage.world.as({ workspaceId: '0190aaaa-0000-7000-8000-0000000000bb', role: 'owner' })
  expect(await elsewhere.listApprovals({})).toEqual({ items: [], total: 0 })
  expect(await refusal(elsewhere.getApproval({ id: approval.id }))).toMatchObject({ code: 'not-found' })
  await stage.world.tell({
    name: 'identity.workspace-removed',
    workspaceId,
    key: workspaceId,
    actor: editorId,
    requestId: null,
    data: { id: workspaceId },
  })
  for (const table of ['approvals', 'approval_decisions', 'approval_links', 'approvers', 'approval_policies'])
    expect(await stage.world.sql(`select from ${table}`)).toEqual([])
})
