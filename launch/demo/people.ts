/**
 * Who makes the magazine. Everyone joins as a person would: the owner with the code of the first run, the others with their
 * invitations; what they do is done with their own sessions.
 */
import { randomBytes } from 'node:crypto'
import type { As, Caller, Calls } from '@floowe/platform'
import { innerHeaders, setupCode } from '@floowe/platform/ground'
import type { Composed } from '../compose.ts'
import type { EmbeddedGround } from '../embedded.ts'
import type { StoryClock } from '../story-clock.ts'
import { zone } from './days.ts'

export const people = {
  joanna: { name: 'Joanna Lipska', email: 'joanna.lipska@studiowisla.example', role: 'owner' },
  tomasz: { name: 'Tomasz Kania', email: 'tomasz.kania@studiowisla.example', role: 'admin' },
  anna: { name: 'Anna Zawada', email: 'anna.zawada@studiowisla.example', role: 'editor' },
  marek: { name: 'Marek Czyż', email: 'marek.czyz@studiowisla.example', role: 'author' },
  aleksandra: { name: 'Aleksandra Rudnicka', email: 'aleksandra.rudnicka@studiowisla.example', role: 'author' },
  piotr: { name: 'Piotr Lewicki', email: 'piotr.lewicki@muzeumrzeki.example', role: 'viewer' },
} as const
export type PersonName = keyof typeof people
const invited = ['tomasz', 'anna', 'marek', 'aleksandra', 'piotr'] as const

export const workspaceSlug = 'studio-wisla'

export type Parts = { composed: Composed; ground: EmbeddedGround; clock: StoryClock }
export type Cast = {
  calls: Calls
  clock: StoryClock
  workspaceId: string
  /** In a person's name, at the story's present time. */
  as: (name: PersonName) => Promise<As>
}

/** The owner alone, in a new workspace. */
export async function foundStudio(
  parts: Parts,
  password: string,
): Promise<Cast & { sessions: Map<PersonName, string> }> {
  const { name, email } = people.joanna
  const session = await sessionFrom(parts.ground, 'completeSetup', {
    code: setupCode(parts.ground.sealer),
    owner: { name, email, password, locale: 'pl' },
    workspace: { name: 'Studio Wisła', slug: workspaceSlug, language: 'pl', zone },
  })
  const sessions = new Map<PersonName, string>([['joanna', session]])
  const { calls } = parts.composed
  const { workspaceId } = await calls.identity.exchange(
    { kind: 'session', credential: session, workspace: workspaceSlug },
    { workspaceId: null },
  )
  if (workspaceId === null) throw new Error('the demo has no workspace')
  return { calls, clock: parts.clock, workspaceId, as: speaker(parts, sessions), sessions }
}

/** Everyone else, each with a password that nobody is told. */
export async function inviteEveryone(parts: Parts, cast: Cast & { sessions: Map<PersonName, string> }): Promise<void> {
  const owner = await cast.as('joanna')
  await Promise.all(
    invited.map(async (who) => {
      const { name, email, role } = people[who]
      const { link } = await cast.calls.identity.createInvitation({ email, role }, owner)
      const token = link.url.slice(link.url.lastIndexOf('/') + 1)
      cast.sessions.set(
        who,
        await sessionFrom(parts.ground, 'acceptInvitation', {
          token,
          name,
          password: randomBytes(24).toString('base64url'),
          locale: 'pl',
        }),
      )
    }),
  )
}

/** The session that an operation of identity starts, as the gateway would be told to set it. */
async function sessionFrom(
  { transport }: EmbeddedGround,
  operation: 'completeSetup' | 'acceptInvitation',
  input: object,
): Promise<string> {
  const answer = await transport.send('identity', 'rpc', {
    method: 'POST',
    url: new URL(`http://identity.inner/${operation}`),
    headers: { [innerHeaders.requestId]: 'demo', 'accept-language': 'pl' },
    signal: undefined,
    body: async () => ({ json: input }),
  })
  const told = answer?.headers[innerHeaders.session]
  if (answer?.status !== 200 || typeof told !== 'string')
    throw new Error(`the demo could not go on: ${operation} answered ${JSON.stringify(answer?.body)}`)
  return (JSON.parse(told) as { token: string }).token // what identity hands to the gateway
}

/** Inner tokens live for a minute, and in a story minutes pass quickly: a new one for each moment. */
function speaker({ composed, clock }: Parts, sessions: ReadonlyMap<PersonName, string>): Cast['as'] {
  const known = new Map<PersonName, { speaking: Promise<As>; atMs: number }>()
  const ask = async (name: PersonName): Promise<As> => {
    const { token, workspaceId, caller } = await composed.calls.identity.exchange(
      { kind: 'session', credential: sessions.get(name) ?? '', workspace: workspaceSlug },
      { workspaceId: null },
    )
    const id = caller ?? ''
    const speaking: Caller = { kind: 'person', id, workspaceId, permissions: new Set(), token, actor: id }
    return { caller: speaking, requestId: 'demo' }
  }
  return (name) => {
    const last = known.get(name)
    if (last && last.atMs === clock.now()) return last.speaking
    const speaking = ask(name)
    known.set(name, { speaking, atMs: clock.now() })
    return speaking
  }
}
