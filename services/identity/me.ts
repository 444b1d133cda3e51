/** The answer to "who am I, where, and what may I do". */
import { type Me, permissionsOf } from '@floowe/contracts/identity'
import type { Permission } from '@floowe/contracts/vocabulary'
import { type Call, refuse, type Sql } from '@floowe/platform'
import type { z } from 'zod'
import type { Means } from './means.ts'
import { prolongCookie } from './sessions.ts'
import { personOf } from './standing.ts'
import { findKey } from './store/keys.ts'
import { findPerson, type PersonRow } from './store/people.ts'
import { membershipsOf, shown } from './store/workspaces.ts'

type MeAnswer = z.input<typeof Me>

/** @param workspaceId of the answer; null means the first workspace of the person, if there is one. */
export async function meOf(sql: Sql, userId: string, workspaceId: string | null): Promise<MeAnswer> {
  const person = (await findPerson(sql, userId)) ?? refuse('not-signed-in')
  const memberships = await membershipsOf(sql, userId)
  const here =
    workspaceId === null ? memberships[0] : memberships.find((membership) => membership.workspace_id === workspaceId)
  return {
    person,
    workspace: here ? shown(here) : null,
    role: here?.role ?? null,
    permissions: here ? [...permissionsOf[here.role]] : [],
    workspaces: memberships.map((membership) => ({ ...shown(membership), role: membership.role })),
    via: 'session',
  }
}

export async function me(means: Means, call: Call): Promise<MeAnswer> {
  const { caller, workspaceId } = call
  if (caller.kind === 'key')
    return meOfKey(
      means.db,
      workspaceId,
      caller.id,
      [...caller.permissions].filter((permission) => permission !== 'service'),
    )
  const answer = await meOf(means.db, personOf(call), caller.workspaceId)
  await prolongCookie(means, call)
  return { ...answer, via: caller.kind === 'local' ? 'local' : 'session' }
}

/** A key speaks for the person who made it, within its own workspace and permissions. */
async function meOfKey(sql: Sql, workspaceId: string, keyId: string, permissions: Permission[]): Promise<MeAnswer> {
  const key = (await findKey(sql, workspaceId, keyId)) ?? refuse('not-signed-in')
  const answer = await meOf(sql, key.created_by, workspaceId)
  return {
    ...answer,
    role: null,
    permissions,
    workspaces: answer.workspaces.filter(({ id }) => id === workspaceId),
    via: 'key',
  }
}

type Change = {
  name?: string
  locale?: PersonRow['locale']
  zone?: string
  theme?: PersonRow['theme']
  density?: PersonRow['density']
}

export async function updateMe(means: Means, change: Change, call: Call) {
  const userId = personOf(call)
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  await means.accounts.within(means.db, (store) =>
    store.updateUser(userId, { ...set, updatedAt: new Date(means.clock.now()) }),
  )
  return (await findPerson(means.db, userId)) ?? refuse('not-signed-in')
}
