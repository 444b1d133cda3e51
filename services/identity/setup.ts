/** The first run: whoever can read what start prints makes the first owner and the first workspace. */
import { type Call, isSetupCode, refuse } from '@floowe/platform'
import { networkOf } from './attempts.ts'
import { allow } from './limits.ts'
import { meOf } from './me.ts'
import type { Means } from './means.ts'
import { createPerson } from './people.ts'
import { startSession } from './sessions.ts'
import { isAnyoneHere } from './store/people.ts'
import { isDemoHere } from './store/workspaces.ts'
import { type NewWorkspace, openWorkspace } from './workspaces.ts'

export const getSetup = async ({ db, mail }: Means) => ({
  needed: !(await isAnyoneHere(db)),
  demo: await isDemoHere(db),
  mail: mail.isOn,
})

type Setup = {
  code: string
  owner: { name: string; email: string; password: string; locale: 'pl' | 'en' }
  workspace: NewWorkspace
}

export async function completeSetup(means: Means, { code, owner, workspace }: Setup, call: Call) {
  const { db, accounts, sealer } = means
  if (await isAnyoneHere(db)) refuse('setup-done')
  await allow(means, `setup:${networkOf(call.clientAddress)}`, 20, 600)
  if (!isSetupCode(code, sealer)) refuse('wrong-code')
  const passwordHash = await accounts.hashPassword(owner.password)
  const { session, answer } = await db.transaction(async (tx) => {
    // Of two at once, the second waits here and then finds the first one's owner.
    await tx.query("select pg_advisory_xact_lock(hashtext('floowe:identity:setup'))")
    if (await isAnyoneHere(tx)) refuse('setup-done')
    const userId = await createPerson(means, tx, { ...owner, passwordHash, zone: workspace.zone })
    const made = await openWorkspace(means, tx, { actor: userId, requestId: call.requestId }, userId, workspace)
    return { session: await startSession(means, tx, userId, call), answer: await meOf(tx, userId, made.id) }
  })
  call.setSession(session)
  return answer
}
