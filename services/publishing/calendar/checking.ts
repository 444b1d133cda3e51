/** What stands against a time for a plan: what the pure rules say, and what only the server knows. Nothing is planned. */
import type { Conflict } from '@floowe/contracts/calendar'
import { conflictsOf, type Known } from '@floowe/contracts/conflicts'
import type { DeliveryId } from '@floowe/contracts/vocabulary'
import { type Call, found, Refusal, refuse } from '@floowe/platform'
import { approvalOf } from '../answers.ts'
import { readPolicy } from '../approvals/store.ts'
import { asOf } from '../news.ts'
import { draftPost } from '../posts.ts'
import type { PlanParts } from '../publications.ts'
import { type Reading, readingOf } from '../schedule.ts'
import { getChannel } from '../store/channels.ts'
import * as deliveries from '../store/deliveries.ts'
import { neighboursOf, readCalendarSettings, readEmbargo, spacingStandard } from './store/settings.ts'
import { spansOf } from './times.ts'

export type Target = {
  deliveryId?: string | undefined
  editionId?: string | undefined
  channelId?: string | undefined
  when: { wallTime: string; zone: string; pick?: 'earlier' | 'later' | undefined }
}
type Subject = {
  articleId: string
  channelId: string
  deliveryId: string | null
  approval: Known['approval']
  own: Conflict[]
}

const bare = { deliveryId: null, minutes: null, at: null, later: null, name: null, problems: [] }
const refused = (code: Conflict['code'], more: Partial<Conflict> = {}): Conflict => ({
  ...bare,
  code,
  weight: 'refused',
  ...more,
})

/** @throws Refusal not-found, invalid-input */
export async function check(parts: PlanParts, call: Call, { when, ...of }: Target) {
  const { db, clock } = parts
  const subject =
    of.deliveryId === undefined ? await newPlan(parts, call, of) : await ofPlan(parts, call, of.deliveryId)
  const read = readingOf(when.wallTime, when.zone)
  const dueAt = read.exists === 'once' ? read.instant : when.pick === undefined ? null : read[when.pick]
  if (dueAt === null) return { dueAt, conflicts: [unclear(read), ...subject.own] }
  const channel = await getChannel(db, call.workspaceId, subject.channelId)
  const settings = await readCalendarSettings(db, call.workspaceId)
  const spacingMinutes = settings?.spacingMinutes ?? spacingStandard
  const around = (minutes: number): string => new Date(Date.parse(dueAt) + minutes * 60_000).toISOString()
  const range = { from: around(-spacingMinutes), to: around(spacingMinutes) }
  const near = await neighboursOf(db, call.workspaceId, subject.channelId, range)
  const embargo = await readEmbargo(db, call.workspaceId, subject.articleId)
  const target = {
    deliveryId: subject.deliveryId,
    channelId: subject.channelId,
    day: when.wallTime.slice(0, 10),
    dueAt,
  }
  const conflicts = conflictsOf(target, {
    now: clock.instant(),
    spacingMinutes,
    neighbours: near.map((one) => ({ ...one, dueAt: one.dueAt.toISOString() })),
    embargoUntil: embargo?.until.toISOString() ?? null,
    blackouts: spansOf(settings),
    approval: subject.approval,
    channelState: channel?.state ?? 'removed',
  })
  return { dueAt, conflicts: [...subject.own, ...conflicts].sort((one, other) => order(one) - order(other)) }
}
const weights = ['refused', 'warning', 'note']
const order = ({ weight }: Conflict): number => weights.indexOf(weight)

function unclear(read: Reading): Conflict {
  if (read.exists === 'once') throw new Error('a reading that comes once is clear')
  const { earlier: at, later } = read
  return refused(read.exists === 'never' ? 'time-does-not-exist' : 'time-exists-twice', { at, later })
}

async function ofPlan({ db }: PlanParts, call: Call, id: string): Promise<Subject> {
  const row = found(await deliveries.getDelivery(db, call.workspaceId, id), 'delivery')
  const { articleId, channelId } = row
  return { articleId, channelId, deliveryId: id, approval: approvalOf(row), own: [] }
}

async function newPlan(
  parts: PlanParts,
  call: Call,
  { editionId, channelId }: Pick<Target, 'editionId' | 'channelId'>,
): Promise<Subject> {
  const { db, call: calls } = parts
  if (editionId === undefined || channelId === undefined)
    return refuse('invalid-input', { issues: [{ path: 'deliveryId', problem: 'a plan, or an edition and a channel' }] })
  const channel = found(await getChannel(db, call.workspaceId, channelId), 'channel')
  const [edition] = await calls.content.describeEditions({ ids: [editionId] }, asOf(call))
  const { articleId } = found(edition ?? null, 'edition')
  const { mode } = await readPolicy(db, call.workspaceId)
  const asks = mode === 'required' || mode === 'steps'
  const standing = await deliveries.openPlan(db, call.workspaceId, editionId, channelId)
  const own = await textConflicts(parts, call, { editionId, channelId }, parts.networks[channel.network].facts.form)
  if (standing) own.push(refused('already-planned', { deliveryId: standing.id as DeliveryId })) // an id of a row
  return { articleId, channelId, deliveryId: null, approval: asks ? { state: 'needed', window: null } : null, own }
}

async function textConflicts(
  parts: PlanParts,
  call: Call,
  place: { editionId: string; channelId: string },
  form: 'page' | 'post',
): Promise<Conflict[]> {
  try {
    if (form === 'page') {
      await parts.call.content.renderSnapshot({ editionId: place.editionId }, asOf(call))
      return []
    }
    const { problems } = await draftPost(parts, call, place)
    return problems.length === 0 ? [] : [refused('post-does-not-fit', { problems })]
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'nothing-to-publish' || error.code === 'in-trash'))
      return [refused(error.code)]
    throw error
  }
}
