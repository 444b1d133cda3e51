/**
 * The life of an approval: asked for, decided upon step by step, and over when what it is of changes.
 *
 * open: the step `step` is asked. When it agrees the next one is; when the last has agreed it is signed: approved. Anyone asked may
 * wish for changes instead, with a word about which: changes-requested. Whoever plans may ask no longer: withdrawn. Frozen words that
 * change, a time outside of the span, another target: void, and only then. A later request for the same edition and channel takes its
 * place.
 */
import type { ApprovalStep, ApprovalWindow, NotBecause } from '@floowe/contracts/approvals'
import { permissionsOf, Role } from '@floowe/contracts/identity'
import type { Call, Calls, Clock, Database, Ids, Log, Mail, Sealer, Transaction } from '@floowe/platform'
import { found, Refusal, refuse } from '@floowe/platform'
import { type Cause, causeOf } from '../news.ts'
import { rangeOfDays } from '../schedule.ts'
import { thaw } from '../snapshots.ts'
import { getChannel } from '../store/channels.ts'
import { type DeliveryRow, getDelivery, lockDelivery, lockPlace, notePayload } from '../store/deliveries.ts'
import { readSnapshot } from '../store/ledger.ts'
import { type Mailing, mailingFor, sendLinks } from './links.ts'
import { tellDecided, tellRequested, tellVoided, tellWithdrawn } from './news.ts'
import { approvalHash, payloadHash, signatureOf, targetHash } from './payload.ts'
import {
  type ApprovalRow,
  decisionsOf,
  getApproval,
  insertApproval,
  insertDecision,
  listApprovers,
  lockApproval,
  lockCurrent,
  moveApproval,
  readPolicy,
  regate,
  stepAside,
} from './store.ts'

export type ApprovalParts = {
  db: Database
  call: Calls
  clock: Clock
  ids: Ids
  sealer: Sealer
  mail: Mail
  log: Log
  publicUrl: string
}

const everyoneWhoMay = Role.options.filter((role) => permissionsOf[role].includes('publishing:approve'))
const windowMsMax = 366 * 86_400_000
/** For what goes out as soon as it is approved. */
const soonMs = 7 * 86_400_000
const askable = ['planned', 'failed', 'missed', 'on-hold']

type Request = { deliveryId: string; message: string; approverIds: string[]; window?: ApprovalWindow | undefined }

/** @throws Refusal not-found, approval-off, wrong-state, unknown-approver, mail-not-set-up, wrong-window, already-asked */
export async function request(parts: ApprovalParts, call: Call, input: Request): Promise<string> {
  const { db, clock, ids, mail } = parts
  const { workspaceId } = call
  const seen = found(await getDelivery(db, workspaceId, input.deliveryId), 'delivery')
  const policy = await readPolicy(db, workspaceId)
  if (policy.mode === 'none') refuse('approval-off')
  mustBeAskable(seen)
  const steps = stepsFor(policy.mode === 'steps' ? policy.steps : [], input.approverIds)
  const known = new Set((await listApprovers(db, workspaceId)).map(({ id }) => id))
  const named = steps.flatMap(({ approverIds }) => approverIds)
  if (named.some((id) => !known.has(id))) refuse('unknown-approver')
  if (named.length > 0 && !mail.isOn) refuse('mail-not-set-up')
  const window = windowFor(seen, input.window, clock.now())
  const author = await authorOf(parts, call, seen.versionId)
  const mailing = await mailingFor(parts, workspaceId, call.caller.actor)
  const id = ids.next<string>()
  await db.transaction(async (tx) => {
    await lockPlace(tx, workspaceId, seen.editionId, seen.channelId)
    const row = found(await lockDelivery(tx, workspaceId, seen.id), 'delivery')
    mustBeAskable(row)
    const { payload, target } = await hashesOf(tx, workspaceId, row)
    const [current] = await lockCurrent(tx, workspaceId, row)
    // What is late goes out now at the earliest: an approval for the time it was planned for helps it no more.
    const soonest = new Date(Math.max(row.dueAt.getTime(), clock.now()))
    const isSame = current?.payloadHash === payload && current.targetHash === target && isWithin(current, soonest)
    if (current && (current.state === 'open' || (current.state === 'approved' && isSame)))
      refuse('already-asked', { approvalId: current.id })
    await stepAside(tx, workspaceId, row.editionId, row.channelId)
    await notePayload(tx, workspaceId, row.id, payload)
    const { articleId, editionId, channelId, language, title } = row
    await insertApproval(tx, workspaceId, {
      ...{ id, articleId, editionId, channelId, language, title, steps },
      deliveryId: row.id,
      snapshotId: row.snapshotId ?? '',
      payloadHash: payload,
      targetHash: target,
      hash: approvalHash({ payloadHash: payload, targetHash: target, window }),
      windowFrom: window.from,
      windowUntil: window.until,
      dueAt: row.dueAt.toISOString(),
      message: input.message,
      excepted: [...new Set([call.caller.actor, row.createdBy, ...author])],
      requestedAt: clock.instant(),
      requestedBy: call.caller.actor,
    })
    await ask(mailing, tx, causeOf(call), found(await lockApproval(tx, workspaceId, id), 'approval'))
    await regate(tx, workspaceId, policy.mode, clock.instant(), row)
  })
  return id
}

const mustBeAskable = (row: DeliveryRow): void => {
  if (!askable.includes(row.state) || row.kind === 'unpublish' || row.snapshotId === null)
    refuse('wrong-state', { state: row.state })
}

/** Whom the request names is asked in the first step. */
function stepsFor(steps: readonly ApprovalStep[], approverIds: readonly string[]): ApprovalStep[] {
  const single: ApprovalStep = { name: '', roles: everyoneWhoMay, userIds: [], approverIds: [] }
  const [first = single, ...others] = steps
  return [{ ...first, approverIds: [...new Set([...first.approverIds, ...approverIds])] }, ...others]
}

/** @throws Refusal wrong-window */
function windowFor(row: DeliveryRow, wanted: ApprovalWindow | undefined, nowMs: number): ApprovalWindow {
  const dueMs = Math.max(row.dueAt.getTime(), nowMs)
  const window = wanted ?? standardWindow(row, nowMs)
  const [fromMs, untilMs] = [Date.parse(window.from), Date.parse(window.until)]
  const isInOrder = fromMs < untilMs && untilMs - fromMs <= windowMsMax && untilMs > nowMs
  const holdsPlan = row.state !== 'planned' || (fromMs <= dueMs && dueMs <= untilMs)
  return isInOrder && holdsPlan ? window : refuse('wrong-window')
}

/** The day it is planned for, where it is planned; what goes out at once, or late, has a week. */
function standardWindow(row: DeliveryRow, nowMs: number): ApprovalWindow {
  if (row.wallTime === null || row.zone === null || row.dueAt.getTime() <= nowMs)
    return {
      from: new Date(Math.min(row.dueAt.getTime(), nowMs)).toISOString(),
      until: new Date(nowMs + soonMs).toISOString(),
    }
  const day = row.wallTime.slice(0, 10)
  const { fromInstant, beforeInstant } = rangeOfDays(day, day, row.zone)
  return { from: fromInstant, until: new Date(Date.parse(beforeInstant) - 1).toISOString() }
}

const isWithin = ({ windowFrom, windowUntil }: Pick<ApprovalRow, 'windowFrom' | 'windowUntil'>, at: Date): boolean =>
  windowFrom <= at && at <= windowUntil

/** Who wrote the frozen version; nobody when it is not kept any more. */
async function authorOf({ call: calls }: ApprovalParts, call: Call, versionId: string): Promise<string[]> {
  try {
    const version = await calls.content.getVersion(
      { id: versionId },
      { caller: call.caller, requestId: call.requestId },
    )
    return [version.createdBy]
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return []
    throw error
  }
}

async function hashesOf(
  tx: Transaction,
  workspaceId: string,
  row: DeliveryRow,
): Promise<{ payload: string; target: string }> {
  const kept = await readSnapshot(tx, workspaceId, row.snapshotId ?? '')
  const content = kept && thaw(kept.content, kept.hash)
  const channel = await getChannel(tx, workspaceId, row.channelId)
  if (!content || !channel) return refuse('wrong-state', { state: row.state })
  return { payload: payloadHash(content), target: targetHash({ ...channel, channelId: channel.id }) }
}

/** The step that begins is told: members in the app and by what they chose, approvers by a link in their mail. */
async function ask(mailing: Mailing, tx: Transaction, cause: Cause, row: ApprovalRow): Promise<void> {
  const step = row.steps[row.step]
  if (!step) return
  await tellRequested(tx, cause, row, step)
  await sendLinks(mailing, tx, cause.workspaceId, row, step)
}

/** Repeating it changes nothing. @throws Refusal not-found, approval-closed */
export async function withdraw({ db, clock }: ApprovalParts, call: Call, id: string): Promise<void> {
  const { workspaceId } = call
  const seen = found(await getApproval(db, workspaceId, id), 'approval')
  await db.transaction(async (tx) => {
    await lockPlace(tx, workspaceId, seen.editionId, seen.channelId)
    const row = found(await lockApproval(tx, workspaceId, id), 'approval')
    if (row.state === 'withdrawn') return
    if (row.state === 'approved') refuse('approval-closed', { state: row.state })
    await moveApproval(tx, workspaceId, id, { ...row, state: 'withdrawn', decidedAt: null })
    await tellWithdrawn(tx, causeOf(call), row)
    const { mode } = await readPolicy(tx, workspaceId)
    await regate(tx, workspaceId, mode, clock.instant(), row)
  })
}

export type Decider = { actor: string; name: string | null; role: Role | null; isPerson: boolean }

/** Pure. */
export function notBecause(
  row: ApprovalRow,
  { actor, role, isPerson }: Decider,
  decided: readonly { by: string }[],
): NotBecause | null {
  if (row.state !== 'open') return 'closed'
  if (!isPerson) return 'no-person'
  if (row.excepted.includes(actor)) return 'own'
  if (decided.some(({ by }) => by === actor)) return 'decided-already'
  const step = row.steps[row.step]
  const isOpenToAll = step && step.roles.length + step.userIds.length + step.approverIds.length === 0
  const roles = isOpenToAll ? everyoneWhoMay : (step?.roles ?? [])
  const isAsked = (role !== null && roles.includes(role)) || step?.userIds.some((id) => id === actor)
  return isAsked ? null : 'not-asked'
}

export type Verdict = { decision: 'approved' | 'changes-requested'; comment: string; hash: string }

/** @throws Refusal not-found, may-not-decide, approval-closed, approval-changed, comment-missing */
export async function decide(
  parts: ApprovalParts,
  call: Call,
  id: string,
  decider: Decider,
  verdict: Verdict,
): Promise<void> {
  const seen = found(await getApproval(parts.db, call.workspaceId, id), 'approval')
  const mailing = await mailingFor(parts, call.workspaceId, seen.requestedBy)
  await parts.db.transaction(async (tx) => {
    await lockPlace(tx, call.workspaceId, seen.editionId, seen.channelId)
    const row = found(await lockApproval(tx, call.workspaceId, id), 'approval')
    if (row.state !== 'open') refuse('approval-closed', { state: row.state })
    const because = notBecause(row, decider, await decisionsOf(tx, call.workspaceId, [id]))
    if (because !== null) refuse('may-not-decide', { because })
    await decided({ ...parts, mailing }, tx, causeOf(call), row, { by: decider.actor, byName: decider.name }, verdict)
  })
}

/**
 * A step's word, from a member or through a link; the row and its place are locked.
 * @throws Refusal approval-closed, approval-changed, comment-missing
 */
export async function decided(
  parts: Pick<ApprovalParts, 'clock' | 'ids' | 'sealer'> & { mailing: Mailing },
  tx: Transaction,
  cause: Cause,
  row: ApprovalRow,
  who: { by: string; byName: string | null },
  { decision, comment, hash }: Verdict,
): Promise<void> {
  const { clock, ids, sealer } = parts
  const { workspaceId } = cause
  if (row.state !== 'open') refuse('approval-closed', { state: row.state })
  if (hash !== row.hash) refuse('approval-changed', { hash: row.hash })
  if (decision === 'changes-requested' && comment === '') refuse('comment-missing')
  const at = clock.instant()
  await insertDecision(tx, workspaceId, ids.next(), {
    approvalId: row.id,
    step: row.step,
    decision,
    comment,
    hash,
    at,
    ...who,
  })
  const isFinal = decision === 'changes-requested' || row.step + 1 >= row.steps.length
  const step = decision === 'approved' ? row.step + 1 : row.step
  const signature = isFinal && decision === 'approved' ? signatureOf(sealer, workspaceId, row.id, row.hash) : null
  const state = isFinal ? decision : 'open'
  await moveApproval(tx, workspaceId, row.id, {
    state,
    step,
    signature,
    voidReason: null,
    decidedAt: isFinal ? at : null,
  })
  await tellDecided(tx, cause, row, { decision, isFinal, comment, hash, ...who })
  if (!isFinal) return ask(parts.mailing, tx, cause, { ...row, step })
  const { mode } = await readPolicy(tx, workspaceId)
  await regate(tx, workspaceId, mode, at, row)
}

type Changed = Pick<DeliveryRow, 'id' | 'editionId' | 'channelId' | 'payloadHash' | 'seriesId'>

/**
 * What an approval was of has changed, or its time has; the place is locked. An approval of other words is not touched.
 * @param before the delivery as it was; `now`: as it is
 */
export async function voidTouched(
  tx: Transaction,
  cause: Cause,
  before: Changed,
  now: { payloadHash: string | null; dueAt: Date },
): Promise<void> {
  const [current] = await lockCurrent(tx, cause.workspaceId, before)
  if (!current || (current.state !== 'open' && current.state !== 'approved')) return
  // What was asked for another day of a series is not over because this one moves or changes.
  if (current.deliveryId !== before.id && (before.seriesId !== null || current.payloadHash !== before.payloadHash))
    return
  if (current.payloadHash !== now.payloadHash) return voidNow(tx, cause, current, 'content-changed')
  if (!isWithin(current, now.dueAt)) return voidNow(tx, cause, current, 'time-changed')
}

async function voidNow(tx: Transaction, cause: Cause, row: ApprovalRow, voidReason: string): Promise<void> {
  await moveApproval(tx, cause.workspaceId, row.id, {
    ...row,
    state: 'void',
    signature: null,
    voidReason,
    decidedAt: null,
  })
  await tellVoided(tx, cause, row, voidReason)
}

/** It leads elsewhere now than where it was to go. */
export async function voidOfChannel(tx: Transaction, cause: Cause, channelId: string, target: string): Promise<void> {
  for (const row of await lockCurrent(tx, cause.workspaceId, { channelId }))
    if ((row.state === 'open' || row.state === 'approved') && row.targetHash !== target)
      await voidNow(tx, cause, row, 'target-changed')
}

/** There is nothing to ask about any more: the plan was cancelled. */
export async function withdrawOf(tx: Transaction, cause: Cause, delivery: Changed): Promise<void> {
  const [current] = await lockCurrent(tx, cause.workspaceId, delivery)
  if (current?.state !== 'open' || current.deliveryId !== delivery.id) return
  await moveApproval(tx, cause.workspaceId, current.id, { ...current, state: 'withdrawn', decidedAt: null })
  await tellWithdrawn(tx, cause, current)
}
