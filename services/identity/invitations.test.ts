import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld, password } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
})
afterAll(() => world.stop())

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const tokenOf = (url: string): string => url.split('/').at(-1) ?? ''
const invite = async (
  email: string,
  role: 'admin' | 'editor' = 'editor',
  session = owner.session,
  workspace: string | null = null,
) => {
  const invitation = await (await world.as(session, workspace)).createInvitation({ email, role })
  return { ...invitation, token: tokenOf(invitation.link.url) }
}
const accept = (token: string, body: object, address = '192.0.2.1') =>
  world.request('POST', `/invitation-links/${token}`, { body, address })

describe('an invitation', () => {
  test('is a link from the public address, kept only as a hash', async () => {
    const invitation = await invite('Ewa@Example.com')
    expect(invitation).toMatchObject({ email: 'ewa@example.com', role: 'editor', link: { mailed: false } })
    expect(invitation.link.url).toMatch(/^https:\/\/floowe\.example\/invitation\/[\w-]{43}$/)
    expect(Date.parse(invitation.expiresAt) - world.clock.now()).toBe(7 * dayMs)
    const rows = await world.sql('select * from invitations')
    expect(JSON.stringify(rows)).not.toContain(invitation.token)
    await world.drain()
    expect(JSON.stringify(world.events)).not.toContain(invitation.token)
    expect(await world.anonymous.getInvitation({ token: invitation.token })).toEqual({
      email: 'ewa@example.com',
      workspaceName: 'Studio Żółw',
      role: 'editor',
      hasAccount: false,
    })
    expect((await (await world.as(owner.session)).listInvitations(undefined)).map(({ email }) => email)).toEqual([
      'ewa@example.com',
    ])
  })

  test('sent again takes the place of the first', async () => {
    const first = await invite('twice@example.com')
    const second = await invite('twice@example.com', 'admin')
    expect(await refusal(world.anonymous.getInvitation({ token: first.token }))).toBe('link-expired')
    expect((await world.anonymous.getInvitation({ token: second.token })).role).toBe('admin')
  })

  test('opens once: of two at once, one wins', async () => {
    const { token } = await invite('race@example.com')
    const answers = await Promise.all([1, 2, 3].map((number) => accept(token, { name: `Race ${number}`, password })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(
      answers.filter(({ body }) => (body as { code?: string }).code === 'link-expired').length +
        answers.filter(({ status }) => status === 401).length,
    ).toBe(2)
    expect(await world.sql("select from users where email = 'race@example.com'")).toHaveLength(1)
    expect((await accept(token, { name: 'Again', password })).body).toMatchObject({ code: 'link-expired', status: 410 })
  })

  test('two invitations of one new person, accepted at once, make one account in two workspaces', async () => {
    const other = await (await world.as(owner.session)).createWorkspace({
      name: 'Second',
      language: 'pl',
      zone: 'Europe/Warsaw',
    })
    const [here, there] = [
      await invite('both@example.com'),
      await invite('both@example.com', 'editor', owner.session, other.id),
    ]
    const answers = await Promise.all([
      accept(here.token, { name: 'Both', password }),
      accept(there.token, { name: 'Both', password }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(
      await world.sql("select from members m join users u on u.id = m.user_id where u.email = 'both@example.com'"),
    ).toHaveLength(2)
    expect(answers.map(({ body }) => (body as unknown as { workspace: { id: string } }).workspace.id).sort()).toEqual(
      [owner.workspaceId, other.id].sort(),
    )
  })

  test('of someone with an account asks for the account’s own password, and not without end', async () => {
    const other = await (await world.as(owner.session)).createWorkspace({
      name: 'Third',
      language: 'pl',
      zone: 'Europe/Warsaw',
    })
    const { token } = await invite('race@example.com', 'editor', owner.session, other.id)
    expect((await world.anonymous.getInvitation({ token })).hasAccount).toBe(true)
    expect((await accept(token, { name: 'Thief', password: 'a password of my own' })).body).toMatchObject({
      code: 'wrong-credentials',
      status: 401,
    })
    for (let guess = 0; guess < 4; guess++) await accept(token, { password: `guess ${guess}` })
    expect((await accept(token, { password })).body).toMatchObject({ code: 'too-many-requests' })
    const joined = await accept(token, { name: 'Not renamed', password }, '192.0.2.77')
    expect(joined.body).toMatchObject({ role: 'editor', workspace: { id: other.id } })
    expect((joined.body as unknown as { person: { name: string } }).person.name).toMatch(/^Race/)
    await world.as(joined.session?.token ?? '')
  })

  test('of someone new asks for a name and a good password', async () => {
    const { token } = await invite('new@example.com')
    for (const body of [
      { password },
      { name: 'New', password: 'short' },
      { name: 'New', password: 'x'.repeat(129) },
      { name: '​', password },
      { name: 'N', password, locale: 'de' },
    ]) {
      expect((await accept(token, body)).body).toMatchObject({ code: 'invalid-input', status: 400 })
    }
    const answer = await accept(token, { name: 'New', password, locale: 'pl' })
    expect(answer.body).toMatchObject({ person: { name: 'New', locale: 'pl', zone: 'Europe/Warsaw' }, via: 'session' })
  })

  test('of a member is refused; a forged, expired or revoked link says so', async () => {
    expect(await refusal(invite('ola@example.com'))).toBe('already-member')
    expect(await refusal(world.anonymous.getInvitation({ token: 'A'.repeat(43) }))).toBe('link-expired')
    expect(await refusal(world.anonymous.getInvitation({ token: 'short' }))).toBe('invalid-input')
    const late = await invite('late@example.com')
    const revoked = await invite('revoked@example.com')
    await (await world.as(owner.session)).revokeInvitation({ id: revoked.id })
    expect(await refusal((await world.as(owner.session)).revokeInvitation({ id: revoked.id }))).toBe('not-found')
    expect((await accept(revoked.token, { name: 'R', password })).body).toMatchObject({ code: 'link-expired' })
    world.clock.advance(7 * dayMs + 1)
    expect((await accept(late.token, { name: 'L', password })).body).toMatchObject({ code: 'link-expired' })
    expect(await (await world.as(owner.session)).listInvitations(undefined)).toEqual([])
  })

  test('belongs to its workspace, and an owner’s offer to owners', async () => {
    const admin = await world.join(owner.session, 'admin@example.com', 'admin')
    const elsewhere = await (await world.as(admin.session)).createWorkspace({
      name: 'Elsewhere',
      language: 'en',
      zone: 'Europe/London',
    })
    const mine = await invite('mine@example.com')
    expect(await refusal((await world.as(admin.session, elsewhere.id)).revokeInvitation({ id: mine.id }))).toBe(
      'not-found',
    )
    const offer = await (await world.as(owner.session)).createInvitation({ email: 'heir@example.com', role: 'owner' })
    expect(await refusal((await world.as(admin.session, owner.workspaceId)).revokeInvitation({ id: offer.id }))).toBe(
      'not-allowed',
    )
    await (await world.as(owner.session)).revokeInvitation({ id: offer.id })
  })

  test('cannot be sent without end', async () => {
    const ola = await world.as(owner.session)
    const answers: string[] = []
    for (let count = 0; count < 101 && !answers.includes('too-many-requests'); count++)
      answers.push(await refusal(ola.createInvitation({ email: `mass${count}@example.com`, role: 'viewer' })))
    expect(answers.at(-1)).toBe('too-many-requests')
  })
})
