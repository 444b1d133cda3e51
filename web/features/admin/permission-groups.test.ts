import { Permission } from '@floowe/contracts/vocabulary'
import { expect, test } from 'vitest'
import { groupNames, groupsIn, permissionGroups, permissionsOfGroups } from './permission-groups.ts'

test('every permission can be given but that to approve: a person decides, never a key', () => {
  const given = Permission.options.filter((permission) => permission !== 'publishing:approve')
  expect(permissionsOfGroups(groupNames).sort()).toEqual(given.sort())
})

test('the groups of a key give back its permissions', () => {
  for (const group of groupNames)
    expect(permissionsOfGroups(groupsIn(permissionGroups[group])).sort()).toEqual([...permissionGroups[group]].sort())
})

test('a group that another contains is not named beside it', () => {
  expect(groupsIn(['content:read', 'content:write', 'media:write', 'analytics:read'])).toEqual(['write', 'analytics'])
})
