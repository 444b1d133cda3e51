/**
 * Whether a delivery may go out as far as approvals are concerned. Twice: when it is planned, moved, frozen anew or decided upon, so
 * that what lacks an approval is woken by nobody; and once more from the frozen bytes when it is about to leave, so that nothing
 * that was changed by any other way leaves either.
 */
import type { ApprovalMode, ApprovalState, DeliveryApproval } from '@floowe/contracts/approvals'
import type { Sealer } from '@floowe/platform'
import type { Failure, Frozen } from '../networks/network.ts'
import { approvalHash, isSignature, payloadHash, targetHash, type Target } from './payload.ts'

/** The approval that counts for a place: an edition on a channel. */
export type Standing = {
  id: string
  state: ApprovalState
  deliveryId: string
  payloadHash: string
  targetHash: string
  hash: string
  windowFrom: Date | string
  windowUntil: Date | string
  signature: string | null
}

export type Asked = { id: string; kind: string; payloadHash: string | null; dueMs: number }
const iso = (instant: Date | string): string => new Date(instant).toISOString()
const ms = (instant: Date | string): number => new Date(instant).getTime()

/** Pure. An approval of other words, or for another time, asked for another delivery, says nothing of this one. */
export function approvalStateOf(
  mode: ApprovalMode,
  { id, kind, payloadHash: payload, dueMs }: Asked,
  standing: Pick<Standing, 'state' | 'payloadHash' | 'deliveryId' | 'windowFrom' | 'windowUntil'> | null,
): DeliveryApproval['state'] {
  if (mode === 'none' || kind === 'unpublish') return 'not-needed'
  const unasked = mode === 'optional' ? 'not-needed' : 'needed'
  if (standing === null || standing.state === 'withdrawn') return unasked
  if (standing.state !== 'approved') return standing.state
  const isOfThis =
    standing.payloadHash === payload && ms(standing.windowFrom) <= dueMs && dueMs <= ms(standing.windowUntil)
  if (isOfThis) return 'approved'
  return standing.deliveryId === id ? 'void' : unasked
}

export const mayGoOut = (state: DeliveryApproval['state']): boolean => state === 'not-needed' || state === 'approved'

export type Departure = Target & {
  workspaceId: string
  id: string
  kind: string
  /** When this round of attempts began; the plan's own time may be long past. */
  dueMs: number
  mode: ApprovalMode
  approval: Standing | null
}

/**
 * The last look, at what really leaves. Pure.
 * @returns null: it may leave
 */
export function refusedWithout(sealer: Sealer, departure: Departure, content: Frozen | null): Failure | null {
  const { mode, kind, approval, dueMs, workspaceId } = departure
  if (mode === 'none' || kind === 'unpublish' || content === null) return null
  const payload = payloadHash(content)
  const state = approvalStateOf(mode, { ...departure, payloadHash: payload }, approval)
  if (state === 'not-needed') return null
  if (approval?.state !== 'approved' || state === 'needed') return { kind: 'permanent', code: 'not-approved' }
  const window = { from: iso(approval.windowFrom), until: iso(approval.windowUntil) }
  const hash = approvalHash({ payloadHash: payload, targetHash: targetHash(departure), window })
  const isSigned = isSignature(sealer, approval.signature, { workspaceId, approvalId: approval.id, hash })
  if (hash !== approval.hash || !isSigned) return { kind: 'permanent', code: 'approval-mismatch' }
  const isInTime = ms(window.from) <= dueMs && dueMs <= ms(window.until)
  return isInTime ? null : { kind: 'permanent', code: 'approval-window' }
}
