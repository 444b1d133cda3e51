import { randomUUID } from 'node:crypto'
import { createSealer } from '@floowe/platform/ground'
import { expect, test } from 'vitest'
import {
  addressHashes,
  bounceName,
  bounceOf,
  confirmTokenOf,
  leaveToken,
  newConfirmToken,
  newsletterKey,
  newsletterOf,
  subscriberOf,
} from './links.ts'

const secret = (byte: number): Buffer => Buffer.alloc(32, byte)
const [ours, theirs] = [createSealer(secret(1)), createSealer(secret(2))]
const [workspaceId, id, channelId] = [randomUUID(), randomUUID(), randomUUID()]
const changed = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`

test('a newsletter is named, a confirmation carries its workspace', () => {
  expect(newsletterOf(newsletterKey(workspaceId, channelId))).toEqual({ workspaceId, channelId })
  expect(newsletterOf('x')).toBeNull()
  const [one, other] = [newConfirmToken(workspaceId), newConfirmToken(workspaceId)]
  expect(one).not.toBe(other)
  expect(confirmTokenOf(one)).toMatchObject({ workspaceId })
  expect(confirmTokenOf(`${one}x`)).toBeNull()
})

test('a link to leave is made by this installation only, and no letter of it can be changed', () => {
  const token = leaveToken(ours, workspaceId, id)
  expect(subscriberOf(ours, token)).toEqual({ workspaceId, id })
  expect(subscriberOf(theirs, token)).toBeNull()
  for (let at = 0; at < token.length - 1; at++) expect(subscriberOf(ours, changed(token, at)), String(at)).toBeNull()
  expect(subscriberOf(ours, '')).toBeNull()
})

test('links live longer than the secret they were made with', () => {
  const [token, name] = [leaveToken(ours, workspaceId, id), bounceName(ours, 'b', workspaceId, id)]
  const later = createSealer([secret(2), secret(1)])
  expect(subscriberOf(later, token)).toEqual({ workspaceId, id })
  expect(bounceOf(later, name)).toMatchObject({ bounceId: id })
  expect(addressHashes(later, 'a@b.pl')).toContain(addressHashes(ours, 'a@b.pl')[0])
})

test('an address for bounces fits, knows no case, and cannot be made up', () => {
  const name = bounceName(ours, 'b', workspaceId, id)
  expect(name.length).toBeLessThanOrEqual(64)
  expect(name).toMatch(/^b[a-z2-7]+$/)
  expect(bounceOf(ours, name.toUpperCase())).toEqual({ kind: 'b', workspaceId, bounceId: id })
  expect(bounceOf(ours, bounceName(ours, 'u', workspaceId, id))).toMatchObject({ kind: 'u' })
  expect(bounceOf(theirs, name)).toBeNull()
  for (let at = 1; at < name.length - 1; at++) expect(bounceOf(ours, changed(name, at)), String(at)).toBeNull()
  for (const bad of ['', 'b', 'postmaster', `${name}a`, name.replace('b', 'x')]) expect(bounceOf(ours, bad)).toBeNull()
})
