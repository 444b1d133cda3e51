/**
 * Plans and their life, as people change it. What the schedule does with them is in `delivery.ts`; the states are written out
 * there.
 *
 * Of one edition on one channel there is at most one open plan, one open removal, and one live delivery. A new plan takes the
 * place of one that failed or was missed; it never takes the place of one that waits, is on hold, or is under way.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Post } from '@floowe/contracts/networks'
import type { Cache, Call, Calls, Clock, Database, Ids, Transaction } from '@floowe/platform'
import { found, isUniqueViolation, refuse } from '@floowe/platform'
import { approvalStateOf, mayGoOut } from './approvals/gate.ts'
import { payloadHash } from './approvals/payload.ts'
import { voidTouched, withdrawOf } from './approvals/requests.ts'
import { readPolicy, regate } from './approvals/store.ts'
import { isAsPlanned } from './calendar/series-plan.ts'
import { isStill } from './calendar/store/series.ts'
import { mayGoOutAt, takeNextSlot } from './calendar/times.ts'
import { workspaceZone } from './calendar/zones.ts'
import type { Networks } from './networks/network.ts'
import { asOf, causeOf, tell, tellMoved, tellPlanned, tellPublished } from './news.ts'
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
  cache: Cache
  call: Calls
  clock: Clock
  ids: Ids
  networks: Networks
  settings: Settings
  publicUrl: string
}

/** Now, at a time, or in the channel's next free slot. */
export type Asked = Wanted | { slot: 'next' }

/** Waits for a person who has looked. */
const isOpenQuestion = (row: rows.DeliveryRow): boolean => row.state === 'needs-human'

const waits = (row: rows.DeliveryRow): boolean =>
  ['planned', 'sending', 'retrying', 'needs-human', 'on-hold'].includes(row.state)
const isRemoval = (row: rows.DeliveryRow): boolean => row.kind === 'unpublish'
/** States in which a person may move it or send it. */
const rests = (row: rows.DeliveryRow): boolean => ['planned', 'failed', 'missed', 'on-hold'].includes(row.state)
const wrongState = (row: rows.DeliveryRow): never => refuse('wrong-state', { state: row.state })

export type PlanInput = {
  editionId: string
  channelId: string
  when: Asked
  versionId?: string
  /** A day of a series: it waits beside the others, and is said again even when it stands there already. */
  series?: { id: string; day: string; revision: number }
  /** In whose name; left out: the caller's. */
  createdBy?: string
}

/**
 * Freezes the edition and plans it under `id`; due at once for `{ now: true }`.
 * @throws Refusal not-found, channel-not-ready, in-trash, nothing-to-publish, post-does-not-fit, checklist-open, too-large, already-planned, already-published, too-many-plans,
 *   embargoed, blackout, no-free-slot and those of {@link slotFor}
 */
export async function plan(parts: PlanParts, call: Call, id: string, input: PlanInput): Promise<void> {
  const { db, clock } = parts
  const channel = found(await getChannel(db, call.workspaceId, input.channelId), 'channel')
  if (channel.state !== 'connected') refuse('channel-not-ready', { state: channel.state })
  const timing = await timingFor(parts, call, input.when)
  const frozen = await frozenFor(parts, call, channel.network, input)
  tooLarge(parts, channel.network, frozen)
  try {
    await db.transaction(async (tx) => {
      const held = found(await holdChannel(tx, call.workspaceId, input.channelId), 'channel')
      if (held.state !== 'connected') refuse('channel-not-ready', { state: held.state })
      // Again, because rendering took its time: what was ahead may be past by now.
      const { articleId } = frozen.content
      const slot = await timing(tx, { articleId, channelId: input.channelId })
      await mayGoOutAt(tx, call.workspaceId, articleId, slot.dueAt)
      await planned(tx, parts, call, { ...input, id, slot, frozen, network: held.network, now: clock.instant() })
    })
  } catch (error) {
    // Another worker has made this day of the series.
    if (input.series && isUniqueViolation(error, 'deliveries_series')) return
    throw error
  }
}

type Planned = PlanInput & { id: string; slot: Slot; frozen: FrozenNow; network: keyof Networks; now: string }

async function planned(tx: Transaction, parts: PlanParts, call: Call, wish: Planned): Promise<void> {
  const { id, slot, frozen, network, now, channelId, series } = wish
  const { plansMax } = parts.settings
  const { articleId, editionId, versionId, title, slug, language } = frozen.content
  if (series) {
    await rows.lockPlace(tx, call.workspaceId, editionId, channelId)
    // Changed or ended meanwhile: whoever did that makes what is to be made.
    if (!(await isStill(tx, call.workspaceId, series))) return
  }
  const { isLive } = series
    ? { isLive: false }
    : await makeRoom(tx, call, { ...wish, hash: frozen.hash, isNow: 'now' in wish.when })
  if ((await rows.countPlans(tx, call.workspaceId, plansMax)) >= plansMax) refuse('too-many-plans', { max: plansMax })
  const snapshotId = await rows.keepSnapshot(tx, call.workspaceId, parts.ids.next(), editionId, frozen, now)
  const createdBy = wish.createdBy ?? call.caller.actor
  await rows.insertDelivery(tx, call.workspaceId, {
    ...slot,
    id,
    kind: isLive ? 'update' : 'publish',
    ...{ articleId, editionId, versionId, title, slug, language, channelId, createdBy },
    snapshot: { id: snapshotId, hash: frozen.hash },
    frozenAt: frozen.frozenAt,
    isOutdated: frozen.isOutdated,
    createdAt: now,
    payloadHash: frozen.payloadHash,
    series: series ? { id: series.id, day: series.day } : null,
  })
  await gated(tx, parts, call, { editionId, channelId })
  const subject = { id, articleId, editionId, channelId, network, title, createdBy }
  await tellPlanned(tx, causeOf(call), subject, slot.dueAt)
}

type Timing = (tx: Transaction, place: { articleId: string; channelId: string; exceptId?: string }) => Promise<Slot>

/** Refuses at once what can be refused at once; asked again inside of the transaction. */
async function timingFor(parts: PlanParts, call: Call, when: Asked): Promise<Timing> {
  const { clock } = parts
  if (!('slot' in when)) {
    slotFor(when, clock.now())
    return async () => slotFor(when, clock.now())
  }
  const zone = await workspaceZone(parts, call.workspaceId)
  return (tx, place) => takeNextSlot(tx, { ...place, workspaceId: call.workspaceId, zone, after: clock.instant() })
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
  const as = asOf(call)
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
  const as = asOf(call)
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
  const known = (await rows.lockOpen(tx, call.workspaceId, editionId, channelId)).filter(
    // The days of a series are no plans of a person; what is live of them is live.
    (row) => row.id !== exceptId && (row.seriesId === null || row.state === 'published'),
  )
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

type Move = { id: string; when?: Asked; refreeze?: boolean; basedOn?: number }

/**
 * Moves a plan, or freezes the newest text into it, or both. Only a delivery that was never sent may change its text: a
 * receiver may hold the first one, and would drop a second under the same id.
 * @throws Refusal not-found, wrong-state, stale-revision, in-trash, nothing-to-publish, checklist-open, too-large, embargoed, blackout, no-free-slot and those of {@link slotFor}
 */
export async function reschedule(parts: PlanParts, call: Call, { id, when, refreeze, basedOn }: Move): Promise<void> {
  const { db } = parts
  const seen = found(await rows.getDelivery(db, call.workspaceId, id), 'delivery')
  const check = (row: rows.DeliveryRow): void => {
    if (!rests(row) || (refreeze && (row.attempts > 0 || isRemoval(row)))) wrongState(row)
    if (basedOn !== undefined && basedOn !== row.revision) refuse('stale-revision', { current: row.revision })
  }
  check(seen)
  const timing = when ? await timingFor(parts, call, when) : null
  const { editionId, channelId, articleId } = seen
  const frozen = refreeze ? await frozenFor(parts, call, seen.network, { editionId, channelId }) : null
  if (frozen) tooLarge(parts, seen.network, frozen)
  await db.transaction(async (tx) => {
    const slot = timing && (await timing(tx, { articleId, channelId, exceptId: id }))
    if (slot && !isRemoval(seen)) await mayGoOutAt(tx, call.workspaceId, articleId, slot.dueAt)
    const row = await locked(tx, call, id)
    check(row)
    if (frozen) await refrozen(tx, parts, call, row, frozen)
    if (slot) {
      await rows.replan(tx, call.workspaceId, id, slot)
      await rows.detach(tx, call.workspaceId, id, !(await isAsPlanned(tx, call.workspaceId, row, slot)))
      await tellMoved(tx, causeOf(call), row, slot.dueAt)
    }
    await voidTouched(tx, causeOf(call), row, {
      payloadHash: frozen ? frozen.payloadHash : row.payloadHash,
      dueAt: slot ? new Date(slot.dueAt) : row.dueAt,
    })
    await gated(tx, parts, call, row)
  })
}

/** A day of a series goes where its series says now; nobody has moved it by hand. */
export async function followSeries(
  tx: Transaction,
  parts: PlanParts,
  call: Call,
  row: rows.DeliveryRow,
  slot: Slot,
): Promise<void> {
  if (slot.dueAt === row.dueAt.toISOString() && slot.wallTime === row.wallTime && slot.zone === row.zone) return
  await rows.replan(tx, call.workspaceId, row.id, slot)
  await tellMoved(tx, causeOf(call), row, slot.dueAt)
  await voidTouched(tx, causeOf(call), row, { payloadHash: row.payloadHash, dueAt: new Date(slot.dueAt) })
  await gated(tx, parts, call, row)
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
    await rows.detach(tx, call.workspaceId, id, true)
    await withdrawOf(tx, causeOf(call), row)
    await tell(tx, 'publishing.delivery-cancelled', causeOf(call), row, 'cancelled')
  })
}

/** Undoes a person's cancelling while the time has not passed. @throws Refusal not-found, wrong-state, time-in-past, already-planned, too-many-plans, embargoed, blackout */
export async function restore(parts: PlanParts, call: Call, id: string): Promise<void> {
  const { db, clock, settings } = parts
  const seen = found(await rows.getDelivery(db, call.workspaceId, id), 'delivery')
  await db.transaction(async (tx) => {
    if (!isRemoval(seen)) await mayGoOutAt(tx, call.workspaceId, seen.articleId, seen.dueAt.toISOString())
    const row = await locked(tx, call, id)
    // What was cancelled because its channel, its article or its place went away cannot simply go on.
    if (row.state !== 'cancelled' || row.cancelledBy !== 'person' || row.channelIsRemoved || row.snapshotId === null)
      wrongState(row)
    if (row.dueAt.getTime() <= clock.now()) refuse('time-in-past', { dueAt: row.dueAt.toISOString() })
    const { editionId, channelId } = row
    if (row.seriesId === null)
      await makeRoom(tx, call, { editionId, channelId, hash: null, isNow: false, exceptId: id })
    if ((await rows.countPlans(tx, call.workspaceId, settings.plansMax)) >= settings.plansMax)
      refuse('too-many-plans', { max: settings.plansMax })
    const { wallTime, zone, pick } = row
    const slot: Slot = { dueAt: row.dueAt.toISOString(), wallTime, zone, pick }
    await rows.replan(tx, call.workspaceId, id, slot)
    await rows.detach(tx, call.workspaceId, id, !(await isAsPlanned(tx, call.workspaceId, row, slot)))
    await gated(tx, parts, call, row)
    await tellPlanned(tx, causeOf(call), row, slot.dueAt)
  })
}

/**
 * Sends now what waits for its time or for a person: the frozen snapshot, under the id it always had.
 * @throws Refusal not-found, wrong-state, channel-not-ready, needs-approval, embargoed, blackout
 */
export async function send({ db, clock }: PlanParts, call: Call, id: string): Promise<void> {
  const seen = found(await rows.getDelivery(db, call.workspaceId, id), 'delivery')
  await db.transaction(async (tx) => {
    if (!isRemoval(seen) && rests(seen)) await mayGoOutAt(tx, call.workspaceId, seen.articleId, clock.instant())
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
 * @throws Refusal not-found, wrong-state, channel-not-ready, embargoed, blackout
 */
export async function decide(
  { db, clock }: PlanParts,
  call: Call,
  id: string,
  decision: { became: 'posted'; url: string | null } | { became: 'not-posted' },
): Promise<void> {
  const seen = found(await rows.getDelivery(db, call.workspaceId, id), 'delivery')
  await db.transaction(async (tx) => {
    if (decision.became === 'not-posted' && !isRemoval(seen) && isOpenQuestion(seen))
      await mayGoOutAt(tx, call.workspaceId, seen.articleId, clock.instant())
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
      series: null,
    })
    const subject = { id: newId, articleId, editionId, channelId, network, title, createdBy: call.caller.actor }
    await tellPlanned(tx, causeOf(call), subject, slot.dueAt)
    return newId
  })
}
