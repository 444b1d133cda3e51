/**
 * Plans and their life, as people change it. What the schedule does with them is in `delivery.ts`; the states are written out
 * there.
 *
 * Of one edition on one channel there is at most one open plan, one open removal, and one live delivery. A new plan takes the
 * place of one that failed or was missed; it never takes the place of one that waits, is on hold, or is under way.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Post } from '@floowe/contracts/networks'
import type { Call, Calls, Clock, Database, Ids, Transaction } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import { approvalStateOf, mayGoOut } from './approvals/gate.ts'
import { payloadHash } from './approvals/payload.ts'
import { voidTouched, withdrawOf } from './approvals/requests.ts'
import { readPolicy, regate } from './approvals/store.ts'
import type { Networks } from './networks/network.ts'
import { causeOf, tell, tellMoved, tellPlanned, tellPublished } from './news.ts'
import { draftPost } from './posts.ts'
import { type Slot, slotFor, type Wanted } from './schedule.ts'
import type { Settings } from './settings.ts'
import { type Frozen, freeze } from './snapshots.ts'
import { stampedPage, stampsPages } from './stamps.ts'
import { getChannel, holdChannel } from './store/channels.ts'
import * as rows from './store/deliveries.ts'
import { supersedeWaiting } from './store/ledger.ts'

export type PlanParts = {
  db: Database
  call: Calls
  clock: Clock
  ids: Ids
  networks: Networks
  settings: Settings
  publicUrl: string
}

/** Waits for a person who has looked. */
const isOpenQuestion = (row: rows.DeliveryRow): boolean => row.state === 'needs-human'

const waits = (row: rows.DeliveryRow): boolean =>
  ['planned', 'sending', 'retrying', 'needs-human', 'on-hold'].includes(row.state)
const isRemoval = (row: rows.DeliveryRow): boolean => row.kind === 'unpublish'
/** States in which a person may move it or send it. */
const rests = (row: rows.DeliveryRow): boolean => ['planned', 'failed', 'missed', 'on-hold'].includes(row.state)
const wrongState = (row: rows.DeliveryRow): never => refuse('wrong-state', { state: row.state })

/**
 * Freezes the edition and plans it under `id`; due at once for `{ now: true }`.
 * @throws Refusal not-found, channel-not-ready, in-trash, nothing-to-publish, post-does-not-fit, checklist-open, too-large, already-planned, already-published, too-many-plans and those of {@link slotFor}
 */
export async function plan(
  parts: PlanParts,
  call: Call,
  id: string,
  input: { editionId: string; channelId: string; when: Wanted; versionId?: string },
): Promise<void> {
  const { db, clock, settings } = parts
  const channel = found(await getChannel(db, call.workspaceId, input.channelId), 'channel')
  if (channel.state !== 'connected') refuse('channel-not-ready', { state: channel.state })
  slotFor(input.when, clock.now())
  const frozen = await frozenFor(parts, call, channel.network, input)
  tooLarge(parts, channel.network, frozen)
  await db.transaction(async (tx) => {
    const held = found(await holdChannel(tx, call.workspaceId, input.channelId), 'channel')
    if (held.state !== 'connected') refuse('channel-not-ready', { state: held.state })
    // Again, because rendering took its time: what was ahead may be past by now.
    const slot = slotFor(input.when, clock.now())
    const { content } = frozen
    const { isLive } = await makeRoom(tx, call, { ...input, hash: frozen.hash, isNow: 'now' in input.when })
    if ((await rows.countPlans(tx, call.workspaceId, settings.plansMax)) >= settings.plansMax)
      refuse('too-many-plans', { max: settings.plansMax })
    const snapshotId = await rows.keepSnapshot(
      tx,
      call.workspaceId,
      parts.ids.next(),
      content.editionId,
      frozen,
      clock.instant(),
    )
    await rows.insertDelivery(tx, call.workspaceId, {
      ...slot,
      id,
      kind: isLive ? 'update' : 'publish',
      articleId: content.articleId,
      editionId: content.editionId,
      versionId: content.versionId,
      snapshot: { id: snapshotId, hash: frozen.hash },
      frozenAt: frozen.frozenAt,
      title: content.title,
      slug: content.slug,
      language: content.language,
      channelId: input.channelId,
      isOutdated: frozen.isOutdated,
      createdAt: clock.instant(),
      createdBy: call.caller.actor,
      payloadHash: frozen.payloadHash,
    })
    await gated(tx, parts, call, { editionId: content.editionId, channelId: input.channelId })
    await tellPlanned(
      tx,
      causeOf(call),
      {
        id,
        articleId: content.articleId,
        editionId: content.editionId,
        channelId: input.channelId,
        network: held.network,
        title: content.title,
        createdBy: call.caller.actor,
      },
      slot.dueAt,
    )
  })
}

/** `payloadHash`: what an approval would be of. */
type FrozenNow = Frozen & { frozenAt: string; isOutdated: boolean; payloadHash: string }

/** What lacks an approval is woken by nobody; what has one, or needs none, when it is due. */
async function gated(tx: Transaction, { clock }: PlanParts, call: Call, place: Place): Promise<void> {
  const { mode } = await readPolicy(tx, call.workspaceId)
  if (mode !== 'none') await regate(tx, call.workspaceId, mode, clock.instant(), place)
}
type Place = { editionId: string; channelId: string }

/**
 * In the caller's name: who may not read an edition cannot publish it. The checklist is asked about the very version that was rendered.
 * @throws Refusal checklist-open, and those of rendering
 */
async function frozenFor(
  parts: PlanParts,
  call: Call,
  network: keyof Networks,
  place: { editionId: string; channelId: string; versionId?: string },
): Promise<FrozenNow> {
  const { call: calls, clock, networks } = parts
  const { editionId, versionId } = place
  const as = { caller: call.caller, requestId: call.requestId }
  // Noted before the rendering: a save that comes in between counts as newer.
  const frozenAt = clock.instant()
  const content =
    networks[network].facts.form === 'post'
      ? await postFor(parts, call, place)
      : await pageFor(parts, call, network, place)
  const open = await calls.content.openChecklist({ editionId: content.editionId, versionId: content.versionId }, as)
  if (open.length > 0) refuse('checklist-open', { items: open })
  const latest = versionId === undefined ? null : (await calls.content.describeEditions({ ids: [editionId] }, as))[0]
  return {
    ...freeze(content),
    frozenAt,
    isOutdated: latest ? latest.versionId !== content.versionId : false,
    payloadHash: payloadHash(content),
  }
}

/** A whole text, its links to our own pages stamped with where it goes. */
async function pageFor(
  { call: calls, publicUrl }: PlanParts,
  call: Call,
  network: keyof Networks,
  { editionId, versionId }: { editionId: string; versionId?: string },
): Promise<SnapshotContent> {
  const as = { caller: call.caller, requestId: call.requestId }
  const content = await calls.content.renderSnapshot({ editionId, versionId }, as)
  if (!stampsPages(network)) return content
  const { url } = await calls.site.getSiteSettings(undefined, { workspaceId: call.workspaceId })
  return stampedPage(
    content,
    network,
    [publicUrl, url].map((address) => new URL(address).origin),
  )
}

/** @throws Refusal post-does-not-fit */
async function postFor(
  parts: PlanParts,
  call: Call,
  place: { editionId: string; channelId: string; versionId?: string },
): Promise<Post> {
  const { post, problems } = await draftPost(parts, call, place)
  if (problems.length > 0) refuse('post-does-not-fit', { problems })
  return post
}

function tooLarge({ networks }: PlanParts, network: keyof Networks, { text }: Frozen): void {
  const limitBytes = networks[network].limits.contentBytesMax
  if (Buffer.byteLength(text) > limitBytes) refuse('too-large', { limitBytes })
}

type Wish = { editionId: string; channelId: string; hash: string | null; isNow: boolean; exceptId?: string }

/** Looks at what is open and live in the place a plan wants, and clears away what it replaces. */
async function makeRoom(
  tx: Transaction,
  call: Call,
  { editionId, channelId, hash, isNow, exceptId }: Wish,
): Promise<{ isLive: boolean }> {
  await rows.lockPlace(tx, call.workspaceId, editionId, channelId)
  const known = (await rows.lockOpen(tx, call.workspaceId, editionId, channelId)).filter((row) => row.id !== exceptId)
  const live = known.find((row) => row.state === 'published')
  const removal = known.find((row) => isRemoval(row))
  const standing = known.find((row) => !isRemoval(row) && row !== live)
  if (standing && waits(standing)) refuse('already-planned', { deliveryId: standing.id })
  // While a removal is open nobody knows whether the text still stands, so publishing it again is no repetition.
  if (live && !removal && hash !== null && live.snapshotHash === hash)
    refuse('already-published', { deliveryId: live.id, url: live.url })
  if (standing) await giveUp(tx, call, standing)
  if (removal && isNow && removal.state !== 'sending') await giveUp(tx, call, removal)
  return { isLive: live !== undefined }
}

async function giveUp(tx: Transaction, call: Call, row: rows.DeliveryRow): Promise<void> {
  await rows.cancel(tx, call.workspaceId, row.id, 'newer', 'superseded')
  await tell(tx, 'publishing.delivery-cancelled', causeOf(call), row, 'cancelled')
}

/** The delivery as nobody else can change it until the end of the transaction, after all that concerns its place. */
async function locked(tx: Transaction, call: Call, id: string): Promise<rows.DeliveryRow> {
  const seen = found(await rows.getDelivery(tx, call.workspaceId, id), 'delivery')
  await rows.lockPlace(tx, call.workspaceId, seen.editionId, seen.channelId)
  return found(await rows.lockDelivery(tx, call.workspaceId, id), 'delivery')
}

type Move = { id: string; when?: Wanted; refreeze?: boolean; basedOn?: number }

/**
 * Moves a plan, or freezes the newest text into it, or both. Only a delivery that was never sent may change its text: a
 * receiver may hold the first one, and would drop a second under the same id.
 * @throws Refusal not-found, wrong-state, stale-revision, in-trash, nothing-to-publish, checklist-open, too-large and those of {@link slotFor}
 */
export async function reschedule(parts: PlanParts, call: Call, { id, when, refreeze, basedOn }: Move): Promise<void> {
  const { db, clock } = parts
  const seen = found(await rows.getDelivery(db, call.workspaceId, id), 'delivery')
  const check = (row: rows.DeliveryRow): void => {
    if (!rests(row) || (refreeze && (row.attempts > 0 || isRemoval(row)))) wrongState(row)
    if (basedOn !== undefined && basedOn !== row.revision) refuse('stale-revision', { current: row.revision })
  }
  check(seen)
  if (when) slotFor(when, clock.now())
  const { editionId, channelId } = seen
  const frozen = refreeze ? await frozenFor(parts, call, seen.network, { editionId, channelId }) : null
  if (frozen) tooLarge(parts, seen.network, frozen)
  await db.transaction(async (tx) => {
    const row = await locked(tx, call, id)
    check(row)
    if (frozen) await refrozen(tx, parts, call, row, frozen)
    const slot = when ? slotFor(when, clock.now()) : null
    if (slot) {
      await rows.replan(tx, call.workspaceId, id, slot)
      await tellMoved(tx, causeOf(call), row, slot.dueAt)
    }
    await voidTouched(tx, causeOf(call), row, {
      payloadHash: frozen ? frozen.payloadHash : row.payloadHash,
      dueAt: slot ? new Date(slot.dueAt) : row.dueAt,
    })
    await gated(tx, parts, call, row)
  })
}

async function refrozen(
  tx: Transaction,
  { ids, clock }: PlanParts,
  call: Call,
  row: rows.DeliveryRow,
  frozen: FrozenNow,
): Promise<void> {
  const { content, hash, frozenAt } = frozen
  const snapshotId = await rows.keepSnapshot(
    tx,
    call.workspaceId,
    ids.next(),
    content.editionId,
    frozen,
    clock.instant(),
  )
  await rows.refreeze(tx, call.workspaceId, row.id, {
    versionId: content.versionId,
    frozenAt,
    title: content.title,
    slug: content.slug,
    language: content.language,
    snapshot: { id: snapshotId, hash },
    payloadHash: frozen.payloadHash,
  })
  if (row.snapshotId && row.snapshotId !== snapshotId) await rows.dropSnapshot(tx, call.workspaceId, row.snapshotId)
}

/** Repeating it changes nothing. What is being sent cannot be called back. @throws Refusal not-found, wrong-state */
export async function cancel({ db }: PlanParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await locked(tx, call, id)
    if (row.state === 'cancelled') return
    if (!rests(row) && row.state !== 'retrying' && !isOpenQuestion(row)) wrongState(row)
    await rows.cancel(tx, call.workspaceId, id, 'person', null)
    await withdrawOf(tx, causeOf(call), row)
    await tell(tx, 'publishing.delivery-cancelled', causeOf(call), row, 'cancelled')
  })
}

/** Undoes a person's cancelling while the time has not passed. @throws Refusal not-found, wrong-state, time-in-past, already-planned, too-many-plans */
export async function restore(parts: PlanParts, call: Call, id: string): Promise<void> {
  const { db, clock, settings } = parts
  await db.transaction(async (tx) => {
    const row = await locked(tx, call, id)
    // What was cancelled because its channel, its article or its place went away cannot simply go on.
    if (row.state !== 'cancelled' || row.cancelledBy !== 'person' || row.channelIsRemoved || row.snapshotId === null)
      wrongState(row)
    if (row.dueAt.getTime() <= clock.now()) refuse('time-in-past', { dueAt: row.dueAt.toISOString() })
    await makeRoom(tx, call, {
      editionId: row.editionId,
      channelId: row.channelId,
      hash: null,
      isNow: false,
      exceptId: id,
    })
    if ((await rows.countPlans(tx, call.workspaceId, settings.plansMax)) >= settings.plansMax)
      refuse('too-many-plans', { max: settings.plansMax })
    const { wallTime, zone, pick } = row
    const slot: Slot = { dueAt: row.dueAt.toISOString(), wallTime, zone, pick }
    await rows.replan(tx, call.workspaceId, id, slot)
    await gated(tx, parts, call, row)
    await tellPlanned(tx, causeOf(call), row, slot.dueAt)
  })
}

/**
 * Sends now what waits for its time or for a person: the frozen snapshot, under the id it always had.
 * @throws Refusal not-found, wrong-state, channel-not-ready, needs-approval
 */
export async function send({ db, clock }: PlanParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await locked(tx, call, id)
    if (!rests(row)) wrongState(row)
    const approval = approvalStateOf(row.approvalMode, { ...row, dueMs: clock.now() }, row.approval)
    if (!mayGoOut(approval)) refuse('needs-approval', { state: approval })
    const channel = await holdChannel(tx, call.workspaceId, row.channelId)
    if (channel?.state !== 'connected') refuse('channel-not-ready', { state: channel?.state ?? 'removed' })
    if (row.state === 'planned') {
      const slot = slotFor({ now: true }, clock.now())
      await rows.replan(tx, call.workspaceId, id, slot)
      await tellMoved(tx, causeOf(call), row, slot.dueAt)
      return
    }
    for (const other of await supersedeWaiting(tx, { ...row, workspaceId: call.workspaceId }))
      await tell(tx, 'publishing.delivery-cancelled', causeOf(call), { ...row, id: other.id }, 'cancelled')
    await rows.release(tx, call.workspaceId, id, clock.instant())
    await tell(tx, 'publishing.delivery-released', causeOf(call), row, row.attempts > 0 ? 'retrying' : 'planned')
  })
}

/**
 * What a person has seen of a delivery whose end nobody knows. `posted`: it is there. `not-posted`: it is not, and goes out again,
 * behind whatever parts are known to be there.
 * @throws Refusal not-found, wrong-state, channel-not-ready
 */
export async function decide(
  { db, clock }: PlanParts,
  call: Call,
  id: string,
  decision: { became: 'posted'; url: string | null } | { became: 'not-posted' },
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await locked(tx, call, id)
    if (!isOpenQuestion(row)) wrongState(row)
    if (decision.became === 'posted') {
      await rows.declarePublished(tx, call.workspaceId, row, decision.url, clock.instant())
      if (isRemoval(row)) await tell(tx, 'publishing.edition-unpublished', causeOf(call), row, 'unpublished')
      else await tellPublished(tx, causeOf(call), row, decision.url)
      return
    }
    const channel = await holdChannel(tx, call.workspaceId, row.channelId)
    if (channel?.state !== 'connected') refuse('channel-not-ready', { state: channel?.state ?? 'removed' })
    await rows.forgetArmed(tx, call.workspaceId, id)
    await rows.release(tx, call.workspaceId, id, clock.instant())
    await tell(tx, 'publishing.delivery-released', causeOf(call), row, 'retrying')
  })
}

/**
 * Takes an edition down from a channel, also when nobody knows whether it ever arrived. What was tried before and did not
 * end well is given up; plans that were never tried stay, they are a person's wish.
 * @returns the id of the removal: the new one, or the one that is under way already
 * @throws Refusal not-found, cannot-take-down, channel-not-ready, not-published
 */
export async function unpublish(
  { db, clock, networks }: PlanParts,
  call: Call,
  newId: string,
  { editionId, channelId }: { editionId: string; channelId: string },
): Promise<string> {
  return db.transaction(async (tx) => {
    const channel = found(await holdChannel(tx, call.workspaceId, channelId), 'channel')
    if (!networks[channel.network].facts.removes) refuse('cannot-take-down', { network: channel.network })
    if (channel.state !== 'connected') refuse('channel-not-ready', { state: channel.state })
    await rows.lockPlace(tx, call.workspaceId, editionId, channelId)
    const known = await rows.lockOpen(tx, call.workspaceId, editionId, channelId)
    const removal = known.find(isRemoval)
    if (removal && ['planned', 'sending', 'retrying'].includes(removal.state)) return removal.id
    const sending = known.find((row) => row.state === 'sending')
    const stands =
      known.find((row) => row.state === 'published') ??
      sending ??
      (await rows.lastMaybeOut(tx, call.workspaceId, editionId, channelId))
    if (!stands) refuse('not-published')
    if (removal) await giveUp(tx, call, removal)
    for (const row of known)
      if (!isRemoval(row) && row.attempts > 0 && row.state !== 'published' && row.state !== 'sending')
        await giveUp(tx, call, row)
    const slot = slotFor({ now: true }, clock.now())
    const { articleId, versionId, title, slug, language, network } = stands
    await rows.insertDelivery(tx, call.workspaceId, {
      ...slot,
      id: newId,
      kind: 'unpublish',
      articleId,
      editionId,
      versionId,
      snapshot: null,
      frozenAt: slot.dueAt,
      title,
      slug,
      language,
      channelId,
      isOutdated: false,
      createdAt: slot.dueAt,
      createdBy: call.caller.actor,
      payloadHash: null,
    })
    const subject = { id: newId, articleId, editionId, channelId, network, title, createdBy: call.caller.actor }
    await tellPlanned(tx, causeOf(call), subject, slot.dueAt)
    return newId
  })
}
