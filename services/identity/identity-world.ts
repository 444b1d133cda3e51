/** Identity on its test ground, with the few steps that most of its tests begin with. */
import type { Role } from '@floowe/contracts/identity'
import { setupCode } from '@floowe/platform'
import { fakeClock, testService } from '@floowe/platform/testing'
import { service } from './service.ts'

export const password = 'correct horse battery'

export type Session = { token: string; expiresAt: string }

type Options = {
  smtpUrl?: string
  env?: Record<string, string>
  outboundAllow?: readonly string[]
  reopen?: { databaseUrl: string; folder: string }
  secrets?: readonly Buffer[]
}

export async function identityWorld(options: Options = {}) {
  const clock = fakeClock()
  const world = await testService(service, { ...options, clock, publicUrl: 'https://floowe.example' }, 'identity')
  const { anonymous, rest } = world

  const opened = (answer: Awaited<ReturnType<typeof rest>>) => {
    const header = answer.headers['floowe-session']
    const session = typeof header === 'string' && header !== 'end' ? (JSON.parse(header) as Session) : null
    return { ...answer, body: answer.body as Record<string, never>, session, ended: header === 'end' }
  }
  /** A request at the REST door with what the gateway adds. */
  const request = async (
    method: string,
    path: string,
    given: { body?: unknown; session?: string | null; token?: string; address?: string; language?: string } = {},
  ) =>
    opened(
      await rest(method, path, {
        body: given.body,
        token:
          given.token ??
          (given.session
            ? (await anonymous.exchange({ kind: 'session', credential: given.session, workspace: null })).token
            : undefined),
        headers: {
          ...(given.session ? { 'floowe-credential': given.session } : {}),
          ...(given.address ? { 'floowe-client': given.address } : {}),
          'accept-language': given.language ?? 'en',
          'user-agent': 'Test browser',
        },
      }),
    )
  const signIn = (email: string, given = password, address = '192.0.2.1', session: string | null = null) =>
    request('POST', '/session', { body: { email, password: given }, address, session })
  /** The functions of identity as whoever holds this session, in the first or the named workspace. */
  const as = async (session: string, workspace: string | null = null) =>
    world.withToken((await anonymous.exchange({ kind: 'session', credential: session, workspace })).token)
  const asKey = async (secret: string) =>
    world.withToken((await anonymous.exchange({ kind: 'key', credential: secret, workspace: null })).token)
  const local = () =>
    anonymous.exchange({
      kind: 'local',
      credential: world.ground.sealer.deriveKey('local credential').toString('base64url'),
      workspace: null,
    })

  const setUp = async (
    email = 'ola@example.com',
    workspace: { name: string; slug?: string } = { name: 'Studio Żółw' },
  ) => {
    const answer = await request('POST', '/setup', {
      body: {
        code: setupCode(world.ground.sealer),
        owner: { name: 'Ola Nowak', email, password, locale: 'pl' },
        workspace: { language: 'pl', zone: 'Europe/Warsaw', ...workspace },
      },
    })
    if (!answer.session) throw new Error(`setup failed: ${JSON.stringify(answer.body)}`)
    const me = answer.body as unknown as { person: { id: string }; workspace: { id: string; slug: string } }
    return {
      session: answer.session.token,
      userId: me.person.id,
      workspaceId: me.workspace.id,
      slug: me.workspace.slug,
    }
  }
  /** Invited by whoever holds `inviter` and accepted with a new account (or the existing one). */
  const join = async (inviter: string, email: string, role: Role, workspace: string | null = null) => {
    const { link } = await (await as(inviter, workspace)).createInvitation({ email, role })
    const answer = await request('POST', `/invitation-links/${link.url.split('/').at(-1)}`, {
      body: { name: email.split('@')[0], password },
    })
    if (!answer.session) throw new Error(`joining failed: ${JSON.stringify(answer.body)}`)
    return { session: answer.session.token, userId: (answer.body as unknown as { person: { id: string } }).person.id }
  }
  return { ...world, clock, request, signIn, as, asKey, local, setUp, join }
}
export type IdentityWorld = Awaited<ReturnType<typeof identityWorld>>

export const dayMs = 24 * 60 * 60 * 1000
