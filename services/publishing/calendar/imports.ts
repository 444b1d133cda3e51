/**
 * A file becomes ideas and plans, row by row. The ids of what a row makes are chosen and kept before anything is made under them, so a
 * row that is begun again, by another file or after a crash, finds what stands there and makes nothing twice.
 */
import type { ImportMapping, ImportRow } from '@floowe/contracts/calendar'
import type { ArticleId, Language } from '@floowe/contracts/vocabulary'
import { type Call, found, isLostDatabase, type JobKind, Refusal, refuse } from '@floowe/platform'
import { causeOf, ownCall, ownCause, tellCalendar } from '../news.ts'
import { plan, type PlanParts } from '../publications.ts'
import { slotFor } from '../schedule.ts'
import { listChannels } from '../store/channels.ts'
import { getDelivery } from '../store/deliveries.ts'
import { campaignsMax } from './campaigns.ts'
import { guessMapping, type ReadRow, readRows, readSheet, rowsMax, type Sheet } from './import-file.ts'
import { campaignsOf, knownCampaigns, listCampaigns, writeArticleCampaigns } from './store/campaigns.ts'
import * as rows from './store/imports.ts'

export type ImportParts = PlanParts & { wake: () => void }
export type File = { csv: string; mapping?: ImportMapping | undefined; zone: string; language: string }

/** As many are done while the person waits. */
export const atOnceMax = 200
const batch = 25
const runningMax = 3
const articleCampaignsMax = 20
const againAfterMs = 60_000
export const calendarImportKind = 'publishing.calendar-import'

type Read = { sheet: Sheet; mapping: ImportMapping; rows: ReadRow[] }
/** @throws Refusal file-unreadable, too-many-rows, column-missing */
export async function readFile({ db }: Pick<ImportParts, 'db'>, call: Call, file: File): Promise<Read> {
  const sheet = readSheet(file.csv)
  if ('tooMany' in sheet) return refuse('too-many-rows', { max: rowsMax })
  if ('brokenAt' in sheet) return refuse('file-unreadable', { line: sheet.brokenAt })
  const mapping = file.mapping ?? guessMapping(sheet.columns)
  if (mapping.title === undefined) refuse('column-missing', { field: 'title' })
  const channels = (await listChannels(db, call.workspaceId)).map(({ id, name }) => ({ id, name }))
  const campaigns = (await listCampaigns(db, call.workspaceId, {}, campaignsMax)).map(({ id, name }) => ({ id, name }))
  const { zone, language } = file
  return { sheet, mapping, rows: readRows(sheet, mapping, { zone, language, channels, campaigns }) }
}

export type RowVerdict = Pick<rows.ImportedRow, 'line' | 'wish' | 'outcome' | 'code' | 'articleId' | 'deliveryId'>

/** What each row would become, as far as it can be known without making anything. */
export async function foretell(
  { db, clock }: ImportParts,
  call: Call,
  read: readonly ReadRow[],
): Promise<RowVerdict[]> {
  const keys = await rows.knownKeys(
    db,
    call.workspaceId,
    read.map(({ key }) => key),
  )
  const known = new Map(keys.map((key) => [key.key, key]))
  const states = new Map((await listChannels(db, call.workspaceId)).map(({ id, state }) => [id, state]))
  const seen = new Set<string>()
  return read.map(({ line, key, wish, refusal }) => {
    const before = known.get(key)
    const isRepeated = seen.has(key)
    seen.add(key)
    const verdict = (outcome: ImportRow['outcome'], code: string | null = null): RowVerdict => ({
      ...{ line, wish, outcome, code },
      articleId: before?.articleId ?? null,
      deliveryId: before?.isDone && wish.when ? before.deliveryId : null,
    })
    if (refusal !== null) return verdict('refused', refusal)
    if (before?.isDone || isRepeated) return verdict('unchanged')
    const isReady = wish.channel === null || states.get(wish.channel.id) === 'connected'
    return verdict('made', wish.when && refusedPlan(wish, wish.when, isReady, clock.now()))
  })
}
function refusedPlan(
  { text, lead }: ReadRow['wish'],
  when: { wallTime: string; zone: string },
  isReady: boolean,
  nowMs: number,
): string | null {
  const time = refusedTime(when, nowMs)
  if (time !== null) return time
  if (!isReady) return 'channel-not-ready'
  return text === '' && lead === '' ? 'nothing-to-publish' : null
}
function refusedTime(when: { wallTime: string; zone: string }, nowMs: number): string | null {
  try {
    slotFor(when, nowMs)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

/** @throws Refusal not-allowed, file-unreadable, too-many-rows, column-missing, too-many-imports */
export async function begin(parts: ImportParts, call: Call, id: string, file: File & { name: string }): Promise<void> {
  const { db, clock } = parts
  if (!call.caller.permissions.has('content:write')) refuse('not-allowed', { needs: 'content:write' })
  const read = await readFile(parts, call, file)
  const isShort = read.rows.length <= atOnceMax
  await db.transaction(async (tx) => {
    if ((await rows.countRunning(tx, call.workspaceId)) >= runningMax) refuse('too-many-imports', { max: runningMax })
    const row = { id, name: file.name, at: clock.instant(), by: call.caller.actor }
    await rows.insertImport(tx, call.workspaceId, row, read.rows)
    // A short one is done here; whatever is left of it when this process dies is done behind.
    const runAt = new Date(clock.now() + (isShort ? againAfterMs : 0)).toISOString()
    await tx.enqueue({ kind: calendarImportKind, workspaceId: call.workspaceId, input: { importId: id }, runAt })
    await tellCalendar(tx, causeOf(call), { what: 'import', id, change: 'made' })
  })
  if (isShort) await work(parts, call.workspaceId, id, call.signal)
}

/** Goes on where another run stopped. */
export const importJob = (parts: ImportParts): JobKind => ({
  attemptsMax: 20,
  pauseMs: 5_000,
  timeoutMs: 10 * 60_000,
  run: async ({ workspaceId, input, signal, isLastAttempt }) => {
    const { importId } = input
    if (typeof importId !== 'string') return
    try {
      await work(parts, workspaceId, importId, signal)
    } catch (error) {
      if (isLastAttempt)
        await rows.moveImport(parts.db, workspaceId, importId, ['running'], 'failed', parts.clock.instant())
      throw error
    }
  },
})

async function work(parts: ImportParts, workspaceId: string, id: string, signal: AbortSignal): Promise<void> {
  const { db, clock } = parts
  const importing = await rows.getImport(db, workspaceId, id)
  if (!importing || !(await rows.moveImport(db, workspaceId, id, ['waiting', 'running'], 'running', null))) return
  for (let turn = 0; turn <= rowsMax / batch; turn++) {
    const waiting = await rows.waitingRows(db, workspaceId, id, batch)
    for (const row of waiting) {
      signal.throwIfAborted()
      await rows.noteRow(db, workspaceId, id, { ...row, ...(await take(parts, workspaceId, importing.createdBy, row)) })
    }
    parts.wake()
    const isOver = waiting.length < batch
    const isOurs = await db.transaction(async (tx) => {
      const to = isOver ? 'done' : 'running'
      const moved = await rows.moveImport(tx, workspaceId, id, ['running'], to, isOver ? clock.instant() : null)
      if (moved) await tellCalendar(tx, ownCause(workspaceId), { what: 'import', id, change: 'changed' })
      return moved
    })
    // Somebody has cancelled it.
    if (isOver || !isOurs) return
  }
}

type Taken = Pick<rows.ImportedRow, 'outcome' | 'code' | 'articleId' | 'deliveryId'>

async function take(
  parts: ImportParts,
  workspaceId: string,
  by: string,
  { key, wish }: rows.ImportedRow,
): Promise<Taken> {
  const { db, ids, clock, call: calls } = parts
  const wanted = { articleId: ids.next<string>(), deliveryId: ids.next<string>(), at: clock.instant() }
  const held = await rows.holdKey(db, workspaceId, key, wanted)
  const { articleId } = held
  if (held.isDone) return { outcome: 'unchanged', code: null, articleId, deliveryId: wish.when && held.deliveryId }
  try {
    const { title, lead, status, tags, categories } = wish
    // What goes out has something to read; where there is no text, the lead is it.
    const text = wish.text === '' && wish.when ? lead : wish.text
    const idea = { title, lead, text, status, tags, categories, language: wish.language as Language, by } // checked as the file was read
    const { editionId } = await calls.content.makeIdea({ articleId: articleId as ArticleId, ...idea }, { workspaceId })
    await rows.noteKey(db, workspaceId, key, { editionId, isDone: false })
    await joinCampaign(parts, workspaceId, articleId, wish.campaignId)
    const planned = await planRow(parts, workspaceId, by, key, { ...held, editionId }, wish)
    await rows.noteKey(db, workspaceId, key, { editionId, isDone: planned.code === null })
    // An idea that an earlier file made, and whose plan is refused again, is as it was.
    const outcome = held.editionId === null || (wish.when && planned.code === null) ? 'made' : 'unchanged'
    return { outcome, code: planned.code, articleId, deliveryId: planned.deliveryId }
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'unavailable' && !isLostDatabase(error))
      return { outcome: 'refused', code: error.code, articleId: null, deliveryId: null }
    throw error
  }
}

async function joinCampaign(
  { db }: ImportParts,
  workspaceId: string,
  articleId: string,
  campaignId: string | null,
): Promise<void> {
  if (campaignId === null) return
  await db.transaction(async (tx) => {
    if ((await knownCampaigns(tx, workspaceId, [campaignId])).length === 0) return
    const known = (await campaignsOf(tx, workspaceId, [articleId])).get(articleId) ?? []
    if (known.includes(campaignId) || known.length >= articleCampaignsMax) return
    await writeArticleCampaigns(tx, workspaceId, articleId, [...known, campaignId])
  })
}

async function planRow(
  parts: ImportParts,
  workspaceId: string,
  by: string,
  key: string,
  held: rows.KeyRow & { editionId: string },
  { when, channel }: rows.ImportedRow['wish'],
): Promise<{ code: string | null; deliveryId: string | null }> {
  if (!when || !channel) return { code: null, deliveryId: null }
  const { db, ids } = parts
  const deliveryId = held.deliveryId
  if (await getDelivery(db, workspaceId, deliveryId)) return { code: null, deliveryId }
  try {
    const wish = { editionId: held.editionId, channelId: channel.id, when, createdBy: by }
    await plan(parts, ownCall(workspaceId, ids.next()), deliveryId, wish)
    return { code: null, deliveryId }
  } catch (error) {
    // Another run of the same row was quicker.
    if (await getDelivery(db, workspaceId, deliveryId)) return { code: null, deliveryId }
    if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
    return { code: error.code, deliveryId: null }
  }
}

/** What was made stays. Repeating it changes nothing. @throws Refusal not-found */
export async function cancelImport({ db, clock }: ImportParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    found(await rows.getImport(tx, call.workspaceId, id), 'import')
    if (await rows.moveImport(tx, call.workspaceId, id, ['waiting', 'running'], 'cancelled', clock.instant()))
      await tellCalendar(tx, causeOf(call), { what: 'import', id, change: 'changed' })
  })
}
