/** What each operation of the contract does; nothing is decided here. */
import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { auditVerification } from './audit-check.ts'
import { listAudit } from './audit.ts'
import type { Exchange } from './exchange.ts'
import { acceptInvitation, createInvitation, getInvitation, listInvitations, revokeInvitation } from './invitations.ts'
import { createKey, listKeys, revokeKey } from './keys.ts'
import { me, updateMe } from './me.ts'
import type { Means } from './means.ts'
import { listMembers, removeMember, updateMember } from './members.ts'
import { createResetLink, requestPasswordReset, resetPassword } from './password-resets.ts'
import { getNotificationSettings, updateNotificationSettings } from './notifications/choices.ts'
import { listNotifications, markRead } from './notifications/inbox.ts'
import {
  removeNotificationWebhook,
  rotateNotificationSecret,
  setNotificationWebhook,
  testNotificationWebhook,
} from './notifications/webhooks.ts'
import { changePassword } from './people.ts'
import { listSessions, revokeSession, signOut } from './sessions.ts'
import { completeSetup, getSetup } from './setup.ts'
import { signIn } from './sign-in.ts'
import type { SigningKeys } from './signing-keys.ts'
import { namesOf } from './store/people.ts'
import { createWorkspace, getWorkspace, markDemo, removeWorkspace, updateWorkspace } from './workspaces.ts'

export const api = (means: Means, exchange: Exchange, signingKeys: SigningKeys): Api<Contracts['identity']> => ({
  getSetup: async () => getSetup(means),
  completeSetup: async (input, call) => completeSetup(means, input, call),
  signIn: async (input, call) => signIn(means, input, call),
  signOut: async (_, call) => signOut(means, call),
  me: async (_, call) => me(means, call),
  updateMe: async (input, call) => updateMe(means, input, call),
  changePassword: async (input, call) => changePassword(means, input, call),
  listSessions: async (_, call) => listSessions(means, call),
  revokeSession: async ({ id }, call) => revokeSession(means, id, call),
  requestPasswordReset: async ({ email }) => requestPasswordReset(means, email),
  resetPassword: async (input, call) => resetPassword(means, input, call),
  createWorkspace: async (input, call) => createWorkspace(means, input, call),
  updateWorkspace: async (input, call) => updateWorkspace(means, input, call),
  removeWorkspace: async ({ confirm }, call) => removeWorkspace(means, confirm, call),
  listMembers: async (_, call) => listMembers(means, call),
  updateMember: async (input, call) => updateMember(means, input, call),
  removeMember: async ({ userId }, call) => removeMember(means, userId, call),
  createResetLink: async ({ userId }, call) => createResetLink(means, userId, call),
  listInvitations: async (_, call) => listInvitations(means, call),
  createInvitation: async (input, call) => createInvitation(means, input, call),
  revokeInvitation: async ({ id }, call) => revokeInvitation(means, id, call),
  getInvitation: async ({ token }) => getInvitation(means, token),
  acceptInvitation: async (input, call) => acceptInvitation(means, input, call),
  listKeys: async (_, call) => listKeys(means, call),
  createKey: async (input, call) => createKey(means, input, call),
  revokeKey: async ({ id }, call) => revokeKey(means, id, call),
  listAudit: async (input, call) => listAudit(means, input, call),
  verifyAudit: async (input, call) => auditVerification(means, input, call),
  listNotifications: async (input, call) => listNotifications(means, input, call),
  markRead: async (input, call) => markRead(means, input, call),
  getNotificationSettings: async (_, call) => getNotificationSettings(means, call),
  updateNotificationSettings: async (input, call) => updateNotificationSettings(means, input, call),
  setNotificationWebhook: async (input, call) => setNotificationWebhook(means, input, call),
  rotateNotificationSecret: async (_, call) => rotateNotificationSecret(means, call),
  testNotificationWebhook: async (_, call) => testNotificationWebhook(means, call),
  removeNotificationWebhook: async (_, call) => removeNotificationWebhook(means, call),
  exchange: async (input) => exchange(input),
  publicKeys: async () => ({ keys: await signingKeys.publicKeys() }),
  describePeople: async ({ ids }) => namesOf(means.db, ids),
  getWorkspace: async ({ workspace }, call) => getWorkspace(means, workspace, call),
  markDemo: async (_, call) => markDemo(means, call),
})
