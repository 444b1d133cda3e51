/** An approver's link, from the mail to the decision, with a real SMTP server in between. */
import { ThreadId } from '@floowe/contracts/writing'
import { SMTPServer } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { openStage, startClock, until, workspaceId } from '../testing/stage.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Takes every message, and keeps it as it came. */
async function startMailbox(): Promise<{ url: string; letters: { to: string; text: string }[] }> {
  const letters: { to: string; text: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        letters.push({ to: session.envelope.rcptTo[0]?.address ?? '', text: Buffer.concat(chunks).toString('utf8') })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)))
  const address = server.server.address()
  return { url: `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, letters }
}

async function onStage() {
  const mailbox = await startMailbox()
  const clock = startClock()
  const stage = await openStage({ clock, smtpUrl: mailbox.url })
  closing.push(() => stage.close())
  const { me } = stage
  await me.updateApprovalPolicy({ mode: 'required', steps: [] })
  const channelId = await stage.connect()
  const approver = await me.addApprover({ name: 'Anna Kowal', email: 'Anna@Client.example', locale: 'pl' })
  const content = stage.content.write()
  const when = { wallTime: '2026-11-23T09:00', zone: 'Europe/Warsaw' }
  const delivery = await me.planDelivery({ editionId: content.editionId, channelId, when })
  const ask = () =>
    me.requestApproval({
      deliveryId: delivery.id,
      approverIds: [approver.id],
      message: 'Proszę o akceptację do piątku',
    })
  /** The newest link that was mailed. */
  const link = async (count = 1): Promise<string> => {
    await until(() => mailbox.letters.length >= count)
    const text = (mailbox.letters.at(-1)?.text ?? '').replaceAll(/=\r\n/g, '')
    return /\/approval\/(fla_[\w-]+)/.exec(text)?.[1] ?? ''
  }
  return { stage, clock, me, mailbox, approver, delivery, content, ask, link, channelId }
}
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string }) => error.code,
  )

test('what the team has written for the client stands beside it, and its absence hides nothing else', async () => {
  const { stage, ask, link, content } = await onStage()
  const thread = {
    id: ThreadId.parse('0190eeee-0000-7000-8000-00000000c001'),
    quote: 'Kamienica',
    messages: [{ text: 'Zdjęcie wymienimy w środę.', byName: 'Marek', createdAt: '2026-11-20T09:00:00.000Z' }],
  }
  stage.content.commented.set(content.editionId, [thread])
  await ask()
  const token = await link()
  const { anonymous } = stage.world
  expect(await anonymous.openApprovalLink({ token })).toMatchObject({ state: 'open', comments: [thread] })
  stage.content.commented.clear()
  expect(await anonymous.openApprovalLink({ token })).toMatchObject({ state: 'open', comments: [] })
})

test('it is mailed to the approver alone, shows without deciding, and decides once', async () => {
  const { stage, me, mailbox, ask, link, delivery } = await onStage()
  const approval = await ask()
  const token = await link()
  expect(mailbox.letters.map(({ to }) => to)).toEqual(['anna@client.example'])
  expect(JSON.stringify([approval, await me.getApproval({ id: approval.id })])).not.toContain(token)
  const { anonymous } = stage.world
  for (let looked = 0; looked < 3; looked++)
    expect(await anonymous.openApprovalLink({ token })).toMatchObject({
      state: 'open',
      approverName: 'Anna Kowal',
      locale: 'pl',
      workspaceName: 'Studio',
      zone: 'Europe/Warsaw',
      requestedByName: 'Person 0a',
      message: 'Proszę o akceptację do piątku',
      payload: { page: { title: delivery.title } },
    })
  expect((await me.getDelivery({ id: delivery.id })).approval.state).toBe('open')
  const word = { token, decision: 'approved', hash: approval.hash } as const
  expect(await refusal(anonymous.decideByLink({ ...word, hash: '0'.repeat(64) }))).toBe('approval-changed')
  expect(await anonymous.decideByLink(word)).toEqual({ state: 'approved' })
  expect(await refusal(anonymous.decideByLink(word))).toBe('link-spent')
  await expect(anonymous.openApprovalLink({ token })).rejects.toMatchObject({
    code: 'link-spent',
    data: { locale: 'pl' },
  })
  expect(await me.getApproval({ id: approval.id })).toMatchObject({
    decisions: [{ byName: 'Anna Kowal', isApprover: true, decision: 'approved' }],
  })
  expect(await stage.world.sql('select from approval_links where token_hash = $1', [token])).toEqual([])
})

test('many answers at once are one decision', async () => {
  const { stage, me, ask, link } = await onStage()
  const { id, hash } = await ask()
  const token = await link()
  const said = await Promise.allSettled(
    Array.from({ length: 12 }, () => stage.world.anonymous.decideByLink({ token, decision: 'approved', hash })),
  )
  expect(said.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await me.getApproval({ id })).decisions).toHaveLength(1)
})

test('it ends with the time it was for, with its approver, and with what it was about', async () => {
  const { stage, clock, me, ask, link, approver, delivery, content } = await onStage()
  const { anonymous } = stage.world
  const first = await ask()
  const token = await link()
  stage.content.rewrite(content, { title: 'Zmieniony' })
  await me.rescheduleDelivery({ id: delivery.id, refreeze: true })
  expect(await anonymous.openApprovalLink({ token })).toMatchObject({ state: 'void' })
  expect(await refusal(anonymous.decideByLink({ token, decision: 'approved', hash: first.hash }))).toBe(
    'approval-closed',
  )
  const second = await ask()
  const next = await link(2)
  expect(next).not.toBe(token)
  clock.set('2026-11-23T22:59:58.000Z')
  expect(await anonymous.openApprovalLink({ token: next })).toMatchObject({ state: 'open', title: 'Zmieniony' })
  clock.advance(5_000)
  expect(await refusal(anonymous.decideByLink({ token: next, decision: 'approved', hash: second.hash }))).toBe(
    'link-expired',
  )
  clock.set('2026-11-23T12:00:00.000Z')
  await me.removeApprover({ id: approver.id })
  expect(await refusal(anonymous.openApprovalLink({ token: next }))).toBe('link-expired')
  expect(await me.listApprovers(undefined)).toEqual([])
})

test('only an owner registers approvers, and only those who are registered are asked', async () => {
  const { stage, me, approver, delivery } = await onStage()
  const admin = stage.world.as({ workspaceId, role: 'admin', userId: '0190aaaa-0000-7000-8000-0000000000a1' })
  const wanted = { name: 'X', email: 'x@client.example', locale: 'en' } as const
  expect(await refusal(admin.addApprover(wanted))).toBe('not-allowed')
  expect(await refusal(admin.removeApprover({ id: approver.id }))).toBe('not-allowed')
  expect(await refusal(me.addApprover({ ...wanted, email: 'anna@client.example' }))).toBe('email-taken')
  const stranger = '0190aaaa-0000-7000-8000-0000000000f1'
  expect(await refusal(me.requestApproval({ deliveryId: delivery.id, approverIds: [stranger] }))).toBe(
    'unknown-approver',
  )
  const steps = [{ name: 'Klient', roles: [], userIds: [], approverIds: [stranger] }]
  expect(await refusal(me.updateApprovalPolicy({ mode: 'steps', steps }))).toBe('unknown-approver')
})

test('a step of approvers is asked when it begins, not before', async () => {
  const { stage, me, mailbox, approver, delivery, link } = await onStage()
  const steps = [
    { name: 'Redakcja', roles: ['editor' as const], userIds: [], approverIds: [] },
    { name: 'Klient', roles: [], userIds: [], approverIds: [approver.id] },
  ]
  await me.updateApprovalPolicy({ mode: 'steps', steps })
  const { id, hash } = await me.requestApproval({ deliveryId: delivery.id })
  await stage.world.drain()
  expect(mailbox.letters).toEqual([])
  const editor = stage.world.as({ workspaceId, role: 'editor', userId: '0190aaaa-0000-7000-8000-00000000000e' })
  await editor.decideApproval({ id, decision: 'approved', hash })
  const token = await link()
  const decision = { token, decision: 'changes-requested', hash, comment: 'Inne zdjęcie' } as const
  expect(await stage.world.anonymous.decideByLink(decision)).toEqual({ state: 'changes-requested' })
})

test('who asked for changes sees what became of them', async () => {
  const { stage, me, ask, link, delivery, content } = await onStage()
  const { anonymous } = stage.world
  const first = await ask()
  const comment = 'Inny tytuł'
  await anonymous.decideByLink({
    ...{ token: await link(), decision: 'changes-requested', hash: first.hash, comment },
  })
  stage.content.rewrite(content, { title: 'Zmieniony' })
  await me.rescheduleDelivery({ id: delivery.id, refreeze: true })
  // A member's later word on another text is not this approver's.
  const between = await me.requestApproval({ deliveryId: delivery.id })
  const editor = stage.world.as({ workspaceId, role: 'editor', userId: '0190aaaa-0000-7000-8000-00000000000e' })
  const { id, hash } = between
  await editor.decideApproval({ id, hash, decision: 'changes-requested', comment: 'Jeszcze nie' })
  await ask()
  const opened = await anonymous.openApprovalLink({ token: await link(2) })
  expect(opened).toMatchObject({
    payload: { page: { title: 'Zmieniony' } },
    approvedBefore: null,
    decidedBefore: { decision: 'changes-requested', comment, payload: { page: { title: content.title } } },
  })
})
