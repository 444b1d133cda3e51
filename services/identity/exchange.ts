/**
 * Credential in, inner token out: who calls, in which workspace, with which permissions, for a minute.
 *
 * A credential that is not good is refused not-signed-in. A workspace that does not exist and one the caller has no part in
 * are refused alike, not-found: the difference would tell which ones exist. Permissions are the present ones: a key has what
 * it was made with and its maker still has.
 */
import { permissionsOf, servicePermissions } from '@floowe/contracts/identity'
import { hashToken, isSameSecret, refuse, serviceProof, type Sql, type TokenClaims } from '@floowe/platform'
import { later, type Means, minuteMs } from './means.ts'
import { slide } from './sessions.ts'
import type { SigningKeys } from './signing-keys.ts'
import { firstOwner, firstPerson, holderOfKey, holderOfSession } from './store/credentials.ts'
import { touchKey } from './store/keys.ts'
import { findWorkspace } from './store/workspaces.ts'

const lifeSeconds = 60

export type Exchange = (input: {
  kind: 'session' | 'key' | 'local' | 'service'
  credential: string
  workspace: string | null
}) => Promise<ExchangeAnswer>
type ExchangeAnswer = { token: string; expiresAt: number; caller: string | null; workspaceId: string | null }
type Holder = { kind: TokenClaims['kind']; id: string; workspaceId: string | null; permissions: readonly string[] }

export function createExchange(means: Means, signingKeys: SigningKeys): Exchange {
  const { clock, ids, sealer } = means
  // Derived once: each derivation costs as much as a signature. While the secret is changed, some still come with the other one.
  const keysFor = (purpose: string): Buffer[] =>
    sealer.deriveKeys(purpose).flatMap(({ key, isRetired }) => (isRetired ? [] : [key]))
  const localSecrets = keysFor('local credential').map((key) => key.toString('base64url'))
  const proofKeys = keysFor('service proof')
  const find: Record<
    Parameters<Exchange>[0]['kind'],
    (credential: string, workspace: string | null) => Promise<Holder>
  > = {
    session: (credential, workspace) => bySession(means, credential, workspace),
    key: (credential, workspace) => byKey(means, credential, workspace),
    local: (credential, workspace) =>
      localSecrets.some((secret) => isSameSecret(credential, secret))
        ? asFirstOwner(means.db, workspace)
        : refuse('not-signed-in'),
    service: (credential, workspace) => asService(means.db, credential, proofKeys, workspace),
  }
  return async ({ kind, credential, workspace }) => {
    const holder = await find[kind](credential, workspace?.toLowerCase() ?? null)
    const iat = Math.floor(clock.now() / 1000)
    const exp = iat + lifeSeconds
    const token = await signingKeys.sign({
      sub: holder.id,
      kind: holder.kind,
      wsp: holder.workspaceId,
      prm: holder.permissions,
      iat,
      exp,
      jti: ids.next(),
    })
    const caller = holder.kind === 'key' || holder.kind === 'service' ? `${holder.kind}:${holder.id}` : holder.id
    return { token, expiresAt: exp * 1000, caller, workspaceId: holder.workspaceId }
  }
}

async function bySession(means: Means, credential: string, workspace: string | null): Promise<Holder> {
  const tokenHash = hashToken(credential)
  const holder =
    (await holderOfSession(means.db, tokenHash, workspace, means.clock.instant())) ?? refuse('not-signed-in')
  if (workspace !== null && holder.workspace_id === null) refuse('not-found', { what: 'workspace' })
  await slide(means, tokenHash, holder.expires_at)
  return {
    kind: 'person',
    id: holder.user_id,
    workspaceId: holder.workspace_id,
    permissions: holder.role ? permissionsOf[holder.role] : [],
  }
}

async function byKey({ db, clock }: Means, credential: string, workspace: string | null): Promise<Holder> {
  const key = (await holderOfKey(db, hashToken(credential), clock.instant())) ?? refuse('not-signed-in')
  if (workspace !== null && workspace !== key.workspace_id && workspace !== key.slug)
    refuse('not-found', { what: 'workspace' })
  const aMinuteAgo = later(clock.now(), -minuteMs)
  if (key.last_used_at === null || key.last_used_at.toISOString() < aMinuteAgo)
    await touchKey(db, key.workspace_id, key.id, clock.instant(), aMinuteAgo)
  return {
    kind: 'key',
    id: key.id,
    workspaceId: key.workspace_id,
    permissions: key.permissions.filter((permission) => permissionsOf[key.role].includes(permission)),
  }
}

/** Whoever can read the data folder is the operator, and acts as the first owner. */
async function asFirstOwner(db: Sql, workspace: string | null): Promise<Holder> {
  const owner = await firstOwner(db, workspace)
  if (owner)
    return { kind: 'local', id: owner.user_id, workspaceId: owner.workspace_id, permissions: permissionsOf.owner }
  const person = workspace === null ? await firstPerson(db) : null
  return person === null
    ? refuse('not-found', { what: 'workspace' })
    : { kind: 'local', id: person, workspaceId: null, permissions: [] }
}

async function asService(
  db: Sql,
  credential: string,
  proofKeys: readonly Buffer[],
  workspace: string | null,
): Promise<Holder> {
  const name = credential.slice(0, credential.indexOf('.'))
  const permissions = Object.hasOwn(servicePermissions, name) ? servicePermissions[name] : undefined
  const isProven = proofKeys.some((key) => isSameSecret(credential, serviceProof(name, key)))
  if (!permissions || !isProven) return refuse('not-signed-in')
  const found =
    workspace === null ? null : ((await findWorkspace(db, workspace)) ?? refuse('not-found', { what: 'workspace' }))
  return { kind: 'service', id: name, workspaceId: found?.workspace_id ?? null, permissions }
}
