import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IdentityWorld, identityWorld, password } from './identity-world.ts'
import { type Mailbox, startMailbox } from './mailbox.ts'

let mailbox: Mailbox
let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  mailbox = await startMailbox()
  world = await identityWorld({ smtpUrl: mailbox.url })
  owner = await world.setUp()
})
afterAll(async () => {
  await world.stop()
  await mailbox.stop()
})

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const linkIn = (content: string, kind: string): string =>
  new RegExp(`https://floowe\\.example/${kind}/([\\w-]{43})`).exec(content)?.[1] ?? ''
const fresh = 'a completely new one'

describe('a mailed reset link', () => {
  test('answers alike for everyone, and writes to those who are known', async () => {
    expect((await world.anonymous.getSetup(undefined)).mail).toBe(true)
    const [known, unknown] = [
      await world.request('POST', '/password-resets', { body: { email: 'OLA@example.com' } }),
      await world.request('POST', '/password-resets', { body: { email: 'nobody@example.com' } }),
    ]
    expect(known).toEqual(unknown)
    expect(known).toMatchObject({ status: 200, body: {} })
    // The same is written for both before anyone looks who they are.
    expect(await world.sql("select from jobs where kind = 'identity.password-reset'")).toHaveLength(2)
    await world.drain()
    expect(mailbox.received.map(({ to }) => to)).toEqual(['ola@example.com'])
    expect(mailbox.received[0]?.content).toContain('Nowe has')
    expect(mailbox.received[0]?.content).toContain('<html lang="pl">')
    expect(linkIn(mailbox.received[0]?.content ?? '', 'reset')).not.toBe('')
  })

  test('is nowhere readable at rest', async () => {
    const token = linkIn(mailbox.received[0]?.content ?? '', 'reset')
    const everything = JSON.stringify([
      await world.sql('select * from verifications'),
      await world.sql('select * from jobs'),
      await world.sql('select * from outbox'),
      world.events,
    ])
    expect(everything).not.toContain(token)
    expect(JSON.stringify(await world.sql('select * from jobs'))).not.toContain('example.com')
  })

  test('sets a new password once and ends every session', async () => {
    const token = linkIn(mailbox.received[0]?.content ?? '', 'reset')
    expect(await refusal(world.anonymous.resetPassword({ token, password: 'short' }))).toBe('invalid-input')
    const answers = await Promise.all(
      [1, 2, 3].map(() => refusal(world.anonymous.resetPassword({ token, password: fresh }))),
    )
    expect(answers.toSorted()).toEqual(['done', 'link-expired', 'link-expired'])
    expect(await refusal(world.as(owner.session))).toBe('not-signed-in')
    expect((await world.signIn('ola@example.com')).status).toBe(401)
    const signedIn = await world.signIn('ola@example.com', fresh)
    owner = { ...owner, session: signedIn.session?.token ?? '' }
    await world.drain()
    expect(world.events.find(({ name }) => name === 'identity.password-changed')).toMatchObject({
      workspaceId: owner.workspaceId,
      actor: owner.userId,
    })
  })

  test('expires after an hour, and falls when another one was used', async () => {
    mailbox.received.length = 0
    await world.anonymous.requestPasswordReset({ email: 'ola@example.com' })
    await world.anonymous.requestPasswordReset({ email: 'ola@example.com' })
    await world.drain()
    const [first = '', second = ''] = mailbox.received.map(({ content }) => linkIn(content, 'reset'))
    await world.anonymous.resetPassword({ token: first, password: fresh })
    expect(await refusal(world.anonymous.resetPassword({ token: second, password: fresh }))).toBe('link-expired')
    await world.anonymous.requestPasswordReset({ email: 'ola@example.com' })
    await world.drain()
    world.clock.advance(60 * 60 * 1000 + 1)
    expect(
      await refusal(
        world.anonymous.resetPassword({
          token: linkIn(mailbox.received.at(-1)?.content ?? '', 'reset'),
          password: fresh,
        }),
      ),
    ).toBe('link-expired')
    owner = { ...owner, session: (await world.signIn('ola@example.com', fresh)).session?.token ?? '' }
  })

  test('is written a few times an hour only, and nobody can tell', async () => {
    mailbox.received.length = 0
    for (let count = 0; count < 8; count++)
      expect(await world.anonymous.requestPasswordReset({ email: 'flood@example.com' })).toEqual({})
    expect(
      (
        await world.sql<{ count: number }>(
          "select count(*)::int as count from jobs where kind = 'identity.password-reset' and state = 'waiting'",
        )
      )[0]?.count,
    ).toBeLessThanOrEqual(4)
    await world.drain()
  })

  test('comes later when the mail server is busy', async () => {
    mailbox.received.length = 0
    mailbox.refuse(Object.assign(new Error('busy'), { responseCode: 451 }))
    await (await world.as(owner.session)).createInvitation({ email: 'patient@example.com', role: 'viewer' })
    await world.drain()
    expect(mailbox.received).toEqual([])
    mailbox.refuse(null)
    world.clock.advance(10 * 60 * 1000)
    await expect.poll(() => mailbox.received.length, { timeout: 20_000 }).toBe(1)
  })
})

test('an invitation is mailed in the language of its reader, with names escaped', async () => {
  const ola = await world.as(owner.session)
  await ola.updateMe({ name: '<b>Ola</b>' })
  mailbox.received.length = 0
  const { link } = await ola.createInvitation({ email: 'jan@example.com', role: 'editor' })
  expect(link.mailed).toBe(true)
  await world.drain()
  expect(mailbox.received[0]?.to).toBe('jan@example.com')
  expect(mailbox.received[0]?.content).toContain('zaprasza')
  expect(mailbox.received[0]?.content).toContain('&lt;b&gt;Ola&lt;/b&gt; zaprasza')
  expect(linkIn(mailbox.received[0]?.content ?? '', 'invitation')).toBe(link.url.split('/').at(-1))
})

describe('a link handed over', () => {
  test('is made by owners only, for people whose every workspace they own', async () => {
    const admin = await world.join(owner.session, 'admin@example.com', 'admin')
    const editor = await world.join(owner.session, 'editor@example.com', 'editor')
    const ola = await world.as(owner.session)
    expect(await refusal((await world.as(admin.session)).createResetLink({ userId: owner.userId }))).toBe('not-allowed')
    expect(await refusal((await world.as(admin.session)).createResetLink({ userId: editor.userId }))).toBe(
      'not-allowed',
    )
    expect(await refusal(ola.createResetLink({ userId: crypto.randomUUID() }))).toBe('not-found')
    expect(await refusal(ola.createResetLink({ userId: owner.userId }))).toBe('not-allowed')
    const link = await ola.createResetLink({ userId: editor.userId })
    expect(link).toMatchObject({ mailed: false })
    const own = await (await world.as(admin.session)).createWorkspace({
      name: 'Own',
      language: 'en',
      zone: 'Europe/London',
    })
    expect(await refusal(ola.createResetLink({ userId: admin.userId }))).toBe('not-allowed')
    // Whoever joins another workspace takes the account out of reach, also of links that are out already.
    await world.request(
      'POST',
      `/invitation-links/${(await (await world.as(admin.session, own.id)).createInvitation({ email: 'editor@example.com', role: 'viewer' })).link.url.split('/').at(-1)}`,
      { body: { password } },
    )
    expect(
      await refusal(world.anonymous.resetPassword({ token: link.url.split('/').at(-1) ?? '', password: fresh })),
    ).toBe('link-expired')
    expect(await refusal(ola.createResetLink({ userId: editor.userId }))).toBe('not-allowed')
    await world.drain()
    expect(world.events.find(({ name }) => name === 'identity.reset-link-created')).toMatchObject({
      data: { userId: editor.userId },
      actor: owner.userId,
    })
  })

  test('is made for anyone by whoever sits at the machine', async () => {
    const local = world.withToken((await world.local()).token)
    const { url } = await local.createResetLink({ userId: owner.userId })
    await world.anonymous.resetPassword({ token: url.split('/').at(-1) ?? '', password })
    expect((await world.signIn('ola@example.com', password, '192.0.2.50')).status).toBe(200)
  })
})

test.each(['A'.repeat(43), '__proto__'.repeat(3), '%00'.repeat(10)])(
  'a made-up token (%s) is an expired link',
  async (token) => {
    expect(
      (await world.request('POST', `/password-resets/${encodeURIComponent(token)}`, { body: { password } })).body,
    ).toMatchObject({ code: 'link-expired', status: 410 })
  },
)
