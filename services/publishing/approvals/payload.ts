/**
 * What an approval is of. Three hashes over canonical JSON: of what people will see, of where it goes, and of both with the span of
 * time in which it may go out. The last one is what a person agrees to, and what is computed anew from the frozen bytes before
 * anything leaves.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { ApprovalWindow } from '@floowe/contracts/approvals'
import type { Sealer } from '@floowe/platform'
import type { Frozen } from '../networks/network.ts'
import { canonicalJson } from '../snapshots.ts'

const sha256 = (value: unknown): string => createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')

/** Everything but the id of the version: a save that changes nothing makes a new version of the same words. */
export function payloadHash(content: Frozen): string {
  const { versionId: _, ...seen } = content
  return sha256(seen)
}

export type Target = {
  channelId: string
  network: string
  url: string | null
  account: Readonly<Record<string, string>>
}
/** What readers of a letter see of whoever sends it. */
const letterhead = ['senderName', 'sender', 'replyTo', 'imprint']
/** The account as the network knows it; where there is none, the address. A new name or token changes nothing. */
export const targetHash = ({ channelId, network, url, account }: Target): string =>
  sha256({
    ...{ channelId, network, account: account['id'] ?? url },
    head: letterhead.map((name) => account[name] ?? null),
  })

export type Signed = { payloadHash: string; targetHash: string; window: ApprovalWindow }
export const approvalHash = ({ payloadHash: payload, targetHash: target, window }: Signed): string =>
  sha256({ payload, target, from: window.from, until: window.until })

/** Who can write to the database but does not have the secret cannot make one. */
export const signatureOf = (sealer: Sealer, workspaceId: string, approvalId: string, hash: string): string =>
  `${sealer.keyId}.${sign(sealer.deriveKey(purpose), workspaceId, approvalId, hash)}`

const purpose = 'approvals'
const sign = (key: Buffer, workspaceId: string, approvalId: string, hash: string): string =>
  createHmac('sha256', key).update(`${workspaceId}\n${approvalId}\n${hash}`).digest('hex')

/** Also one that was made with a secret of before. */
export function isSignature(
  sealer: Sealer,
  signature: string | null,
  of: { workspaceId: string; approvalId: string; hash: string },
): boolean {
  const known = sealer.deriveKeys(purpose).find(({ keyId }) => signature?.startsWith(`${keyId}.`))
  if (!known) return false
  const wanted = Buffer.from(`${known.keyId}.${sign(known.key, of.workspaceId, of.approvalId, of.hash)}`)
  const given = Buffer.from(signature ?? '')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
