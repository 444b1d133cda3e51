/** Workspaces: made, changed, removed. Their people are in `members.ts`. */
import { slugOf } from '@floowe/language'
import { type Call, found, refuse, type Transaction } from '@floowe/platform'
import { allow } from './limits.ts'
import { type By, by, type Means, type Nothing, tell } from './means.ts'
import { join } from './members.ts'
import { personOf } from './standing.ts'
import { revokeKeys } from './store/keys.ts'
import {
  deleteWorkspace,
  findWorkspace,
  insertWorkspace,
  isIdForm,
  listMembers,
  lockWorkspace,
  shown,
  updateWorkspace as update,
  type WorkspaceRow,
} from './store/workspaces.ts'

export type NewWorkspace = { name: string; slug?: string; language: string; zone: string }

/** A workspace and its owner. A slug that was asked for and is taken is refused; one made from the name gets a number. */
export async function openWorkspace(means: Means, tx: Transaction, who: By, userId: string, wanted: NewWorkspace) {
  const { clock, ids } = means
  const row: WorkspaceRow = {
    workspace_id: ids.next(),
    slug: '',
    name: wanted.name,
    language: wanted.language,
    zone: wanted.zone,
    is_demo: false,
    created_at: new Date(clock.now()),
  }
  for (const slug of wanted.slug === undefined ? suggestions(wanted, row.workspace_id) : [wanted.slug]) {
    row.slug = slug
    if (isIdForm(slug) || !(await insertWorkspace(tx, row))) continue
    const workspace = shown(row)
    await tell(tx, who, row.workspace_id, 'identity.workspace-created', { key: row.workspace_id, data: workspace })
    await join(means, tx, who, row.workspace_id, userId, 'owner')
    return workspace
  }
  return refuse('slug-taken')
}

/** The name, then the name with a number, at last with a piece of the id, which nobody else has. */
function* suggestions(wanted: NewWorkspace, id: string): Iterable<string> {
  const base = slugOf(wanted.name, wanted.language, 'workspace').slice(0, 60).replace(/-+$/, '')
  yield base
  for (let number = 2; number <= 20; number++) yield `${base}-${number}`
  yield `${base}-${id.slice(-12)}`
}

export async function createWorkspace(means: Means, wanted: NewWorkspace, call: Call) {
  const userId = personOf(call)
  await allow(means, `workspaces:${userId}`, 20, 3600)
  return means.db.transaction((tx) => openWorkspace(means, tx, by(call), userId, wanted))
}

type Change = { name?: string; language?: string; zone?: string; isDemo?: boolean }

export const updateWorkspace = ({ db }: Means, change: Change, call: Call) =>
  db.transaction(async (tx) => {
    const before = found(await lockWorkspace(tx, call.workspaceId), 'workspace')
    const workspace = shown(found(await update(tx, call.workspaceId, change), 'workspace'))
    const isSame = JSON.stringify(shown(before)) === JSON.stringify(workspace)
    if (!isSame)
      await tell(tx, by(call), call.workspaceId, 'identity.workspace-updated', {
        key: call.workspaceId,
        data: workspace,
      })
    return workspace
  })

/** For the demo story, which is told by the installation itself. */
export async function markDemo(means: Means, call: Call): Promise<Nothing> {
  if (call.caller.kind !== 'service') refuse('not-allowed')
  await updateWorkspace(means, { isDemo: true }, call)
  return {}
}

/** Persons stay, also those who now belong nowhere. Other services delete what is theirs when they hear of it. */
export const removeWorkspace = ({ db, clock }: Means, confirm: string, call: Call) =>
  db.transaction(async (tx) => {
    const { workspaceId } = call
    const workspace = found(await lockWorkspace(tx, workspaceId), 'workspace')
    if (confirm.trim() !== workspace.slug) refuse('not-confirmed')
    const members = await listMembers(tx, workspaceId)
    const keys = await revokeKeys(tx, workspaceId, {}, clock.instant())
    await deleteWorkspace(tx, workspaceId)
    await tell(tx, by(call), workspaceId, 'identity.workspace-removed', { key: workspaceId, data: { id: workspaceId } })
    for (const keyId of keys)
      await tell(tx, by(call), workspaceId, 'identity.credential-revoked', { key: keyId, data: { keyId } })
    for (const { user_id: userId } of members)
      await tell(tx, by(call), workspaceId, 'identity.credential-revoked', { key: userId, data: { userId } })
    return {}
  })

/** Services may ask about any workspace; a person's token passed on opens only its own. */
export async function getWorkspace({ db }: Means, workspace: string, call: Call) {
  const row = await findWorkspace(db, workspace)
  return row && (call.caller.kind === 'service' || row.workspace_id === call.caller.workspaceId) ? shown(row) : null
}
