/**
 * What stands in the addresses of letters. The link that confirms carries 256 random bits and is kept as its hash. The link to leave
 * has to work in every letter for years, so it is not kept at all: it names the reader and carries 256 bits that only this
 * installation can make of that name. The address that bounces come back to is made the same way, in fewer letters.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hashToken, type Sealer } from '@floowe/platform'

export const linkPurpose = 'newsletter links'
export const addressPurpose = 'newsletter addresses'
export const bouncePurpose = 'newsletter bounces'

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')
const idOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const idBytes = 16

/** Names a newsletter in public addresses; it is no secret. */
export const newsletterKey = (workspaceId: string, channelId: string): string =>
  Buffer.concat([bytesOf(workspaceId), bytesOf(channelId)]).toString('base64url')
export function newsletterOf(key: string): { workspaceId: string; channelId: string } | null {
  if (!/^[\w-]{43}$/.test(key)) return null
  const bytes = Buffer.from(key, 'base64url')
  return { workspaceId: idOf(bytes.subarray(0, idBytes)), channelId: idOf(bytes.subarray(idBytes)) }
}

/** Of a confirmation letter: its workspace, then 256 random bits. */
export const newConfirmToken = (workspaceId: string): string =>
  Buffer.concat([bytesOf(workspaceId), randomBytes(32)]).toString('base64url')
export function confirmTokenOf(token: string): { workspaceId: string; hash: string } | null {
  if (!/^[\w-]{64}$/.test(token)) return null
  return { workspaceId: idOf(Buffer.from(token, 'base64url').subarray(0, idBytes)), hash: hashToken(token) }
}

const macOf = (key: Buffer, named: Buffer): Buffer => createHmac('sha256', key).update(named).digest()
/** Under this secret, or an earlier one: letters are older than secrets. */
const isOurs = (sealer: Sealer, purpose: string, named: Buffer, mac: Buffer): boolean =>
  sealer.deriveKeys(purpose).some(({ key }) => timingSafeEqual(macOf(key, named).subarray(0, mac.length), mac))

export function leaveToken(sealer: Sealer, workspaceId: string, subscriberId: string): string {
  const named = Buffer.concat([bytesOf(workspaceId), bytesOf(subscriberId)])
  return Buffer.concat([named, macOf(sealer.deriveKey(linkPurpose), named)]).toString('base64url')
}
export function subscriberOf(sealer: Sealer, token: string): { workspaceId: string; id: string } | null {
  if (!/^[\w-]{86}$/.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  const [named, mac] = [bytes.subarray(0, 2 * idBytes), bytes.subarray(2 * idBytes)]
  if (!isOurs(sealer, linkPurpose, named, mac)) return null
  return { workspaceId: idOf(named.subarray(0, idBytes)), id: idOf(named.subarray(idBytes)) }
}

/** The keyed hash of an address: under the newest secret first. */
export const addressHashes = (sealer: Sealer, email: string): string[] =>
  sealer.deriveKeys(addressPurpose).map(({ key }) => createHmac('sha256', key).update(email).digest('hex'))

/** `b`: a letter came back. `u`: a reader wrote to leave. */
export type BounceKind = 'b' | 'u'
const bounceMacBytes = 5
const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** The part before the @, 61 characters: mail servers may change its case, so it has only one. */
export function bounceName(sealer: Sealer, kind: BounceKind, workspaceId: string, bounceId: string): string {
  const named = Buffer.concat([bytesOf(workspaceId), bytesOf(bounceId)])
  const mac = macOf(sealer.deriveKey(bouncePurpose), named).subarray(0, bounceMacBytes)
  return kind + base32(Buffer.concat([named, mac]))
}
export function bounceOf(
  sealer: Sealer,
  name: string,
): { kind: BounceKind; workspaceId: string; bounceId: string } | null {
  const [, kind, coded] = /^([bu])([a-z2-7]{60})$/.exec(name.toLowerCase()) ?? []
  if ((kind !== 'b' && kind !== 'u') || coded === undefined) return null
  const bytes = fromBase32(coded)
  const [named, mac] = [bytes.subarray(0, 2 * idBytes), bytes.subarray(2 * idBytes)]
  if (!isOurs(sealer, bouncePurpose, named, mac)) return null
  return { kind, workspaceId: idOf(named.subarray(0, idBytes)), bounceId: idOf(named.subarray(idBytes)) }
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '').join('')
}
function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
