/** Who people are and what they may do: workspaces, members, invitations, roles, sessions, API keys, the audit log. What they are told is in notifications.ts. */
import { z } from 'zod'
import { notificationEvents, notificationOperations } from './notifications.ts'
import { innerOperation, operation } from './operation.ts'
import {
  Instant,
  InvitationId,
  KeyId,
  line,
  Locale,
  pageOf,
  Paging,
  Permission,
  Slug,
  UserId,
  Language,
  WorkspaceId,
  Zone,
} from './vocabulary.ts'

export const Role = z.enum(['owner', 'admin', 'editor', 'author', 'viewer'])
export type Role = z.infer<typeof Role>

const reading: Permission[] = ['content:read', 'publishing:read', 'analytics:read', 'members:read']
const writing: Permission[] = [...reading, 'content:write', 'media:write']
const editing: Permission[] = [...writing, 'content:delete', 'content:import', 'publishing:plan', 'publishing:approve']
const running: Permission[] = [
  ...editing,
  'publishing:channels',
  'site:settings',
  'members:manage',
  'keys:manage',
  'audit:read',
]

/** What each role may do. The one place that says so. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: reading,
  author: writing,
  editor: editing,
  admin: running,
  owner: [...running, 'workspace:manage'],
}

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email())
/** 12–128 characters. */
export const Password = z.string().min(12).max(128)
const LinkToken = z.string().min(20).max(200)

export const Person = z.object({
  id: UserId,
  name: z.string(),
  email: z.string(),
  locale: Locale,
  zone: Zone,
  theme: z.enum(['light', 'dark', 'system']),
  density: z.enum(['comfortable', 'compact']),
})
export type Person = z.infer<typeof Person>

export const Workspace = z.object({
  id: WorkspaceId,
  slug: Slug,
  name: z.string(),
  /** Language new content is written in. */
  language: Language,
  /** Zone in which plans are made unless a plan names another. */
  zone: Zone,
  isDemo: z.boolean(),
  createdAt: Instant,
})
export type Workspace = z.infer<typeof Workspace>

export const Me = z.object({
  person: Person,
  workspace: Workspace.nullable(),
  role: Role.nullable(),
  permissions: z.array(Permission),
  workspaces: z.array(Workspace.extend({ role: Role })),
  via: z.enum(['session', 'key', 'local']),
})
export type Me = z.infer<typeof Me>

export const Member = z.object({ userId: UserId, name: z.string(), email: z.string(), role: Role, joinedAt: Instant })
export const Invitation = z.object({
  id: InvitationId,
  email: z.string(),
  role: Role,
  expiresAt: Instant,
  createdAt: Instant,
})
export const Key = z.object({
  id: KeyId,
  name: z.string(),
  /** First characters of the secret, to tell keys apart. */
  start: z.string(),
  permissions: z.array(Permission),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export const SessionInfo = z.object({
  id: z.string(),
  current: z.boolean(),
  createdAt: Instant,
  expiresAt: Instant,
  userAgent: z.string().nullable(),
})
export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  actor: z.string(),
  actorName: z.string().nullable(),
  event: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
})
/** The first place where the log does not fit together. `entry` is left out where it is gone. */
export const AuditDamage = z.object({
  seq: z.number().int().min(0),
  /** `changed`, moved or put in; `foreign`: under an unknown secret; `head`: cut off behind it; `extra`: behind the end. */
  problem: z.enum(['changed', 'foreign', 'missing', 'head', 'extra']),
  entry: AuditEntry.pick({ id: true, at: true, event: true }).nullable(),
})
export type AuditDamage = z.infer<typeof AuditDamage>
/** An address to hand to a person when no mail server is set: shown once, expires. */
const HandedLink = z.object({ url: z.string(), expiresAt: Instant, mailed: z.boolean() })

const tag = 'Identity'
const token = z.object({ token: LinkToken })

export const identity = {
  getSetup: operation(tag, 'anyone', {
    method: 'GET',
    path: '/setup',
    summary: 'Is the installation waiting for its first owner?',
  }).output(z.object({ needed: z.boolean(), demo: z.boolean(), mail: z.boolean() })),
  completeSetup: operation(
    tag,
    'anyone',
    { method: 'POST', path: '/setup', summary: 'Make the first owner and workspace' },
    { sensitive: true },
  )
    .errors({ 'setup-done': { status: 409 }, 'wrong-code': { status: 403 }, 'slug-taken': { status: 409 } })
    .input(
      z.object({
        code: z.string().max(40),
        owner: z.object({ name: line(120), email: Email, password: Password, locale: Locale }),
        workspace: z.object({ name: line(120), slug: Slug.optional(), language: Language, zone: Zone }),
      }),
    )
    .output(Me),
  signIn: operation(
    tag,
    'anyone',
    { method: 'POST', path: '/session', summary: 'Sign in; the answer sets the session cookie' },
    { sensitive: true },
  )
    .errors({
      'wrong-credentials': { status: 401 },
      locked: { status: 429, data: z.object({ retryAfterSeconds: z.number() }) },
    })
    .input(z.object({ email: Email, password: z.string().max(128) }))
    .output(Me),
  signOut: operation(
    tag,
    'signed-in',
    { method: 'DELETE', path: '/session', summary: 'Sign out' },
    { repeatable: true },
  ).output(z.object({})),
  me: operation(tag, 'signed-in', {
    method: 'GET',
    path: '/me',
    summary: 'Who is calling, where, and what they may do',
  }).output(Me),
  updateMe: operation(tag, 'signed-in', { method: 'PATCH', path: '/me', summary: 'Change name, language, zone, look' })
    .input(
      z.object({
        name: line(120).optional(),
        locale: Locale.optional(),
        zone: Zone.optional(),
        theme: Person.shape.theme.optional(),
        density: Person.shape.density.optional(),
      }),
    )
    .output(Person),
  changePassword: operation(
    tag,
    'signed-in',
    { method: 'POST', path: '/me/password', summary: 'Change the password; other sessions end' },
    { sensitive: true },
  )
    .errors({ 'wrong-credentials': { status: 403 } })
    .input(z.object({ current: z.string().max(128), next: Password }))
    .output(z.object({})),
  listSessions: operation(tag, 'signed-in', {
    method: 'GET',
    path: '/me/sessions',
    summary: 'Where one is signed in',
  }).output(z.array(SessionInfo)),
  revokeSession: operation(tag, 'signed-in', { method: 'DELETE', path: '/me/sessions/{id}', summary: 'End a session' })
    .input(z.object({ id: z.string().max(64) }))
    .output(z.object({})),

  requestPasswordReset: operation(
    tag,
    'anyone',
    {
      method: 'POST',
      path: '/password-resets',
      summary: 'Ask for a reset link by mail; the answer never tells whether the address is known',
    },
    { sensitive: true },
  )
    .input(z.object({ email: Email }))
    .output(z.object({})),
  resetPassword: operation(
    tag,
    'anyone',
    { method: 'POST', path: '/password-resets/{token}', summary: 'Set a new password with a reset link' },
    { sensitive: true },
  )
    .errors({ 'link-expired': { status: 410 } })
    .input(token.extend({ password: Password }))
    .output(z.object({})),

  createWorkspace: operation(tag, 'signed-in', {
    method: 'POST',
    path: '/workspaces',
    summary: 'Make a workspace; the caller owns it',
    successStatus: 201,
  })
    .errors({ 'slug-taken': { status: 409 } })
    .input(z.object({ name: line(120), slug: Slug.optional(), language: Language, zone: Zone }))
    .output(Workspace),
  updateWorkspace: operation(tag, 'workspace:manage', {
    method: 'PATCH',
    path: '/workspace',
    summary: 'Change the workspace',
  })
    .errors({ 'slug-taken': { status: 409 } })
    .input(z.object({ name: line(120).optional(), language: Language.optional(), zone: Zone.optional() }))
    .output(Workspace),
  removeWorkspace: operation(tag, 'workspace:manage', {
    method: 'DELETE',
    path: '/workspace',
    summary: 'Remove the workspace with all it holds; its slug confirms',
  })
    .errors({ 'not-confirmed': { status: 409 } })
    .input(z.object({ confirm: z.string().max(120) }))
    .output(z.object({})),

  listMembers: operation(tag, 'members:read', {
    method: 'GET',
    path: '/members',
    summary: 'People of the workspace',
  }).output(z.array(Member)),
  updateMember: operation(tag, 'members:manage', {
    method: 'PATCH',
    path: '/members/{userId}',
    summary: 'Change a role',
  })
    .errors({ 'last-owner': { status: 409 } })
    .input(z.object({ userId: UserId, role: Role }))
    .output(Member),
  removeMember: operation(tag, 'members:manage', {
    method: 'DELETE',
    path: '/members/{userId}',
    summary: 'Take a person out of the workspace',
  })
    .errors({ 'last-owner': { status: 409 } })
    .input(z.object({ userId: UserId }))
    .output(z.object({})),
  createResetLink: operation(tag, 'members:manage', {
    method: 'POST',
    path: '/members/{userId}/reset-link',
    summary: 'A password reset link to hand to a member',
  })
    .input(z.object({ userId: UserId }))
    .output(HandedLink),

  listInvitations: operation(tag, 'members:manage', {
    method: 'GET',
    path: '/invitations',
    summary: 'Open invitations',
  }).output(z.array(Invitation)),
  createInvitation: operation(tag, 'members:manage', {
    method: 'POST',
    path: '/invitations',
    summary: 'Invite a person',
    successStatus: 201,
  })
    .errors({ 'already-member': { status: 409 } })
    .input(z.object({ email: Email, role: Role }))
    .output(Invitation.extend({ link: HandedLink })),
  revokeInvitation: operation(tag, 'members:manage', {
    method: 'DELETE',
    path: '/invitations/{id}',
    summary: 'Take an invitation back',
  })
    .input(z.object({ id: InvitationId }))
    .output(z.object({})),
  getInvitation: operation(
    tag,
    'anyone',
    { method: 'GET', path: '/invitation-links/{token}', summary: 'What an invitation link opens' },
    { sensitive: true },
  )
    .errors({ 'link-expired': { status: 410 } })
    .input(token)
    .output(z.object({ email: z.string(), workspaceName: z.string(), role: Role, hasAccount: z.boolean() })),
  acceptInvitation: operation(
    tag,
    'anyone',
    { method: 'POST', path: '/invitation-links/{token}', summary: 'Join with an invitation link' },
    { sensitive: true },
  )
    .errors({ 'link-expired': { status: 410 }, 'wrong-credentials': { status: 401 } })
    .input(
      token.extend({ name: line(120).optional(), password: z.string().min(1).max(128), locale: Locale.optional() }),
    )
    .output(Me),

  listKeys: operation(tag, 'keys:manage', {
    method: 'GET',
    path: '/keys',
    summary: 'API keys of the workspace',
  }).output(z.array(Key)),
  createKey: operation(
    tag,
    'keys:manage',
    {
      method: 'POST',
      path: '/keys',
      summary: 'Make an API key; its secret is shown once',
      successStatus: 201,
    },
    { once: true },
  )
    .input(
      z.object({
        name: line(80),
        permissions: z.array(Permission).min(1).max(30),
        expiresInDays: z.coerce.number().int().min(1).max(3650).optional(),
      }),
    )
    .output(z.object({ key: Key, secret: z.string() })),
  revokeKey: operation(
    tag,
    'keys:manage',
    { method: 'DELETE', path: '/keys/{id}', summary: 'Revoke an API key' },
    { repeatable: true },
  )
    .input(z.object({ id: KeyId }))
    .output(z.object({})),

  listAudit: operation(tag, 'audit:read', { method: 'GET', path: '/audit', summary: 'Who did what, newest first' })
    .input(Paging)
    .output(pageOf(AuditEntry)),
  verifyAudit: operation(tag, 'audit:read', {
    method: 'GET',
    path: '/audit/verification',
    summary: 'Whether the log is as it was written',
    description: 'Checks a part of a long log: ask again from `next`, until that is null.',
  })
    .input(z.object({ after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0) }))
    .output(
      z.object({
        /** Entries looked at, up to the damage. */
        checked: z.number().int().min(0),
        /** Of them, those from under a secret that this installation has no more. */
        notCheckable: z.number().int().min(0),
        damage: AuditDamage.nullable(),
        next: z.number().int().nullable(),
      }),
    ),

  ...notificationOperations,

  /**
   * Trades a credential for an inner token (≤ 60 s). `workspace` is an id or slug; none picks the key's own or the first.
   * A service proves itself with its name and a keyed hash made from the installation's secret (`name.hash`).
   */
  exchange: innerOperation({ needs: 'anyone', repeatable: true })
    .input(
      z.object({
        kind: z.enum(['session', 'key', 'local', 'service']),
        credential: z.string().max(512),
        workspace: z.string().max(120).nullable(),
      }),
    )
    .output(
      z.object({
        token: z.string(),
        expiresAt: z.number().describe('Unix ms'),
        caller: z.string().nullable(),
        workspaceId: WorkspaceId.nullable(),
      }),
    ),
  publicKeys: innerOperation({ needs: 'anyone', repeatable: true }).output(
    z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  ),
  describePeople: innerOperation({ repeatable: true })
    .input(z.object({ ids: z.array(UserId).max(200) }))
    .output(z.array(z.object({ id: UserId, name: z.string() }))),
  /** By id or by slug, for services that need the zone, language or name of a workspace. */
  getWorkspace: innerOperation({ repeatable: true })
    .input(z.object({ workspace: z.string().max(120) }))
    .output(Workspace.nullable()),
  /** Marks the caller's workspace as the demo. For services only (the demo story), never with a person's token. */
  markDemo: innerOperation({ repeatable: true }).output(z.object({})),
}

/** What a service may do in its own name, inside the workspace it acts for. */
export const servicePermissions: Readonly<Record<string, readonly Permission[]>> = {
  identity: [],
  content: ['publishing:read'],
  publishing: ['content:read'],
  site: [],
  analytics: ['content:read'],
  gateway: [],
}

/**
 * The workspaceId of events about a person whom no workspace knows, and of ended sessions (`credential-revoked` without a key):
 * those belong to nobody's workspace.
 */
export const noWorkspace = '00000000-0000-0000-0000-000000000000'

/** What happens to a person (`signed-in`, `password-changed`, `reset-link-created`) is told once in each of the person's workspaces. */
export const identityEvents = {
  'identity.workspace-created': Workspace,
  'identity.workspace-updated': Workspace,
  'identity.workspace-removed': z.object({ id: WorkspaceId }),
  'identity.member-joined': z.object({ userId: UserId, role: Role }),
  'identity.member-changed': z.object({ userId: UserId, role: Role }),
  'identity.member-removed': z.object({ userId: UserId }),
  'identity.invitation-created': z.object({ id: InvitationId, email: z.string(), role: Role }),
  'identity.invitation-revoked': z.object({ id: InvitationId }),
  'identity.key-created': z.object({ id: KeyId, name: z.string() }),
  /**
   * The gateway drops what it remembers of these credentials at once; `userId` covers every session of the person. A `keyId`
   * alone says that the key was revoked; with a `userId` beside it the key lives on with the person's changed role.
   */
  'identity.credential-revoked': z.object({
    keyId: KeyId.optional(),
    sessionHash: z.string().optional(),
    userId: UserId.optional(),
  }),
  'identity.signed-in': z.object({ userId: UserId }),
  'identity.password-changed': z.object({ userId: UserId }),
  /** Someone holds a link with which this person's password can be set. */
  'identity.reset-link-created': z.object({ userId: UserId }),
  ...notificationEvents,
}
