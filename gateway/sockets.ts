/** Who is at the other end of a WebSocket: the same question for all of them. */
import type { WebSocket } from '@fastify/websocket'
import { hashToken, type Host } from '@floowe/platform'
import type { FastifyRequest } from 'fastify'
import { credentialOf } from './api.ts'
import type { Hosts } from './hosts.ts'
import type { Credential, Inner, Sessions } from './session.ts'

export type SocketParts = { sessions: Sessions; hosts: Hosts; cookieName: string; host: Host }
/** In whose name a call is made: the token is fetched anew when it has run out. */
export type Visitor = {
  workspaceId: string
  /** A UserId or `key:<KeyId>`. */
  caller: string
  name: string
  permissions: ReadonlySet<string>
  sessionHash: string
  asCaller: () => Promise<ReturnType<typeof callerOf>>
}
/** What ended, or whose rights changed. */
export type Match = { sessionHash?: string; userId?: string; keyId?: string; workspaceId?: string }

/** Closes the socket and answers null when nobody is signed in, or a page of another site asks. */
export async function visitorOf(
  socket: WebSocket,
  request: FastifyRequest<{ Querystring: { workspace?: string } }>,
  { sessions, hosts, cookieName, host }: SocketParts,
): Promise<Visitor | null> {
  const credential = credentialOf(request, cookieName)
  if (!credential || (credential.byCookie && !hosts.isOwnOrigin(request.headers.origin))) {
    socket.close(4401, 'not-signed-in')
    return null
  }
  try {
    const workspace = request.query.workspace?.slice(0, 120) || null
    const inner = await sessions.innerTokenFor(credential, workspace, request.id)
    const { workspaceId, caller } = inner
    if (!workspaceId || !caller) {
      socket.close(4403, 'not-allowed')
      return null
    }
    const me = await host.call.identity.me(undefined, { caller: callerOf(inner) })
    return {
      workspaceId,
      caller,
      name: me.person.name,
      permissions: new Set(me.permissions),
      sessionHash: hashOf(credential),
      asCaller: async () => callerOf(await sessions.innerTokenFor(credential, workspace, request.id)),
    }
  } catch {
    socket.close(4401, 'not-signed-in')
    return null
  }
}

const hashOf = ({ hash, secret }: Credential): string => hash ?? hashToken(secret)

/** What the token says is read by whoever is called. */
const callerOf = ({ token, caller, workspaceId }: Inner) => ({
  kind: 'person' as const,
  id: '',
  workspaceId,
  permissions: new Set<never>(),
  token,
  actor: caller ?? '',
})

export const isMeant = (visitor: Pick<Visitor, 'sessionHash' | 'caller' | 'workspaceId'>, match: Match): boolean =>
  (match.sessionHash !== undefined && visitor.sessionHash === match.sessionHash) ||
  (match.userId !== undefined && visitor.caller === match.userId) ||
  (match.keyId !== undefined && visitor.caller === `key:${match.keyId}`) ||
  (match.workspaceId !== undefined && visitor.workspaceId === match.workspaceId)
