/** Permissions as people think of them: what a key is for, not what the code calls it. */
import type { Permission } from '@floowe/contracts/vocabulary'

export const permissionGroups = {
  read: ['content:read'],
  write: ['content:read', 'content:write', 'media:write'],
  delete: ['content:read', 'content:delete'],
  import: ['content:read', 'content:import', 'media:write'],
  plans: ['publishing:read'],
  publish: ['content:read', 'publishing:read', 'publishing:plan'],
  channels: ['publishing:read', 'publishing:channels'],
  site: ['content:read', 'site:settings'],
  analytics: ['analytics:read'],
  people: ['members:read'],
  manage: ['members:read', 'members:manage'],
  keys: ['keys:manage'],
  audit: ['audit:read'],
  workspace: ['workspace:manage'],
} as const satisfies Record<string, readonly Permission[]>

export type PermissionGroup = keyof typeof permissionGroups
export const groupNames = Object.keys(permissionGroups) as PermissionGroup[] // the object has exactly these keys

/** @returns what the chosen groups allow together, each permission once. */
export const permissionsOfGroups = (groups: readonly PermissionGroup[]): Permission[] => [
  ...new Set(groups.flatMap((group) => permissionGroups[group])),
]

/** The groups whose permissions are all there, without those that a larger one of them contains. */
export function groupsIn(permissions: readonly string[]): PermissionGroup[] {
  const whole = groupNames.filter((group) =>
    permissionGroups[group].every((permission) => permissions.includes(permission)),
  )
  const isPartOf = (small: PermissionGroup, large: PermissionGroup) =>
    small !== large &&
    permissionGroups[small].length < permissionGroups[large].length &&
    permissionGroups[small].every((permission) => (permissionGroups[large] as readonly string[]).includes(permission))
  return whole.filter((group) => !whole.some((other) => isPartOf(group, other)))
}
