/**
 * From page views to rows of counts. Views wait in memory for at most {@link flushAfterMs}, then a batch is written in one
 * transaction: which readers are new that day, and how much each row grows. A batch that cannot be written stays and is tried
 * again; when more than {@link waitingMax} wait, new ones are not taken and their reader's browser is told so.
 *
 * A person is told apart for one day only: a hash of address and browser with the day's salt. Neither is kept, the hash and
 * the salt go when the day is over.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Host } from '@floowe/platform'
import type { Days } from './days.ts'
import {
  addCounts,
  type CountRow,
  type Dimensions,
  firstSeen,
  forgetReadersBefore,
  noArticle,
  saltOf,
  saltedDays,
  type Visitor,
  visitorName,
} from './store.ts'
import type { Places } from './places.ts'
import { createVariety } from './variety.ts'
import type { View } from './views.ts'

const flushAfterMs = 500
const retryAfterMs = 2_000
const batchMax = 5_000
const waitingMax = 20_000
/** At most one event per article and this long. */
const tellEveryMs = 2_000
const tellAtOnceMax = 50
const owedMax = 5_000
const sweepEveryMs = 10 * 60_000

type Hit = { visitor: Visitor; dimensions: Dimensions }
export type Reader = { address: string; agent: string }

export function createCollection(host: Host, places: Places, days: Days) {
  const { db, clock, log } = host
  const variety = createVariety(db)
  const salts = new Map<string, { day: string; salt: Buffer }>()
  const told = new Map<string, number>()
  const owed = new Map<string, { workspaceId: string; articleId: string }>()
  let waiting: Hit[] = []
  let running: Promise<void> | null = null
  let armed: { atMs: number; cancel: () => void } | null = null
  let cancelSweep = (): void => undefined
  let isStopped = false
  let hasFailed = false

  const saltFor = async (workspaceId: string, day: string): Promise<Buffer> => {
    const known = salts.get(workspaceId)
    if (known?.day === day) return known.salt
    if (known && known.day < day) await forgetReadersBefore(db, workspaceId, day)
    const salt = await saltOf(db, workspaceId, day, randomBytes(32))
    if (salts.size > 5_000) salts.clear()
    salts.set(workspaceId, { day, salt })
    return salt
  }
  const arm = (afterMs: number): void => {
    const atMs = clock.now() + afterMs
    if (isStopped || (armed && armed.atMs <= atMs)) return
    armed?.cancel()
    const cancel = clock.at(atMs, () => {
      armed = null
      void flush().catch(() => undefined)
    })
    armed = { atMs, cancel }
  }

  /** One batch; throws when it could not be written, and keeps it. */
  const writeBatch = async (): Promise<void> => {
    const batch = waiting.slice(0, batchMax)
    const rows = new Map<string, CountRow>()
    await db.transaction(async (tx) => {
      const visitors = new Map(batch.map((hit) => [visitorName(hit.visitor), hit.visitor]))
      const fresh = await firstSeen(tx, [...visitors.values()])
      for (const { visitor, dimensions } of batch) {
        const key = rowKey(dimensions)
        const name = `${visitor.workspaceId} ${visitor.day} ${key}`
        const row = rows.get(name) ?? {
          workspaceId: visitor.workspaceId,
          day: visitor.day,
          key,
          ...dimensions,
          views: 0,
          visits: 0,
        }
        row.views += 1
        // The first page of the day, and only it.
        if (fresh.delete(visitorName(visitor))) row.visits += 1
        rows.set(name, row)
      }
      await addCounts(tx, [...rows.values()])
      for (const { workspaceId, articleId } of nextTold(rows.values()))
        await tx.emit({
          name: 'analytics.article-visited',
          workspaceId,
          key: articleId,
          actor: 'service:analytics',
          data: { articleId: articleId as never },
        }) // ids were checked when the view was read
    })
    waiting = waiting.slice(batch.length)
  }
  /** Articles whose turn it is to be told of; the others are owed and come later. */
  const nextTold = (rows: Iterable<CountRow>): { workspaceId: string; articleId: string }[] => {
    for (const { workspaceId, articleId } of rows)
      if (articleId !== noArticle && owed.size < owedMax)
        owed.set(`${workspaceId} ${articleId}`, { workspaceId, articleId })
    const now = clock.now()
    for (const [name, atMs] of told) if (now - atMs >= tellEveryMs) told.delete(name)
    const due = [...owed].filter(([name]) => !told.has(name)).slice(0, tellAtOnceMax)
    for (const [name] of due) {
      owed.delete(name)
      told.set(name, now)
    }
    if (owed.size > 0) arm(tellEveryMs)
    return due.map(([, article]) => article)
  }
  const work = async (): Promise<void> => {
    try {
      // Twice the bound: views may come while a batch is written.
      for (
        let turn = 0;
        turn < (2 * waitingMax) / batchMax && (waiting.length > 0 || (turn === 0 && owed.size > 0));
        turn++
      )
        await writeBatch()
      hasFailed = false
    } catch (error) {
      if (!hasFailed)
        log.warn('views could not be written; they wait and are tried again', { error, waiting: waiting.length })
      hasFailed = true
      arm(retryAfterMs)
      throw error
    }
  }
  /** Writes what waits. Called twice at once, the second waits for a run of its own. */
  const flush = async (): Promise<void> => {
    if (running) await running.catch(() => undefined)
    if (waiting.length === 0 && owed.size === 0) return
    running ??= work().finally(() => {
      running = null
    })
    await running
  }
  const sweep = async (): Promise<void> => {
    for (const { workspace_id: workspaceId, day } of await saltedDays(db)) {
      const zone = await places.zoneOf(workspaceId)
      const today = days.dayOf(clock.now(), zone ?? 'UTC')
      if (day < today) await forgetReadersBefore(db, workspaceId, today)
    }
  }
  const armSweep = (afterMs: number): void => {
    cancelSweep = clock.at(clock.now() + afterMs, () => {
      armSweep(sweepEveryMs)
      void sweep().catch((error) => log.warn('readers of past days were not forgotten yet', { error }))
    })
  }
  armSweep(sweepEveryMs)

  return {
    /** Takes a view that was checked. False when too many wait. */
    add: async (
      workspaceId: string,
      zone: string,
      view: View & { editionLanguage: string },
      reader: Reader,
    ): Promise<boolean> => {
      if (waiting.length >= waitingMax) return false
      const day = days.dayOf(clock.now(), zone)
      const salt = await saltFor(workspaceId, day)
      const hash = createHmac('sha256', salt)
        .update(`${workspaceId}\n${reader.address}\n${reader.agent}`)
        .digest()
        .subarray(0, 9)
      const dimensions = await variety.bounded(workspaceId, day, {
        articleId: view.articleId ?? noArticle,
        editionId: view.editionId ?? '',
        path: view.path,
        language: view.editionLanguage || view.language,
        referrer: view.referrer,
        source: view.source,
        medium: view.medium,
        campaign: view.campaign,
      })
      waiting.push({ visitor: { workspaceId, day, hash }, dimensions })
      if (waiting.length >= batchMax) void flush().catch(() => undefined)
      else arm(flushAfterMs)
      return true
    },
    flush,
    sweep,
    forgetWorkspace: (workspaceId: string): void => {
      salts.delete(workspaceId)
      waiting = waiting.filter((hit) => hit.visitor.workspaceId !== workspaceId)
    },
    /** Writes what waits, then nothing more. */
    stop: async (): Promise<void> => {
      isStopped = true
      armed?.cancel()
      cancelSweep()
      await flush().catch((error) => log.error('views were lost at the end', { error, waiting: waiting.length }))
    },
  }
}
export type Collection = ReturnType<typeof createCollection>

/** The same combination has the same key, whoever counts it. */
export function rowKey(dimensions: Dimensions): string {
  const { articleId, editionId, path, language, referrer, source, medium, campaign } = dimensions
  const hex = createHash('sha256')
    .update(JSON.stringify([articleId, editionId, path, language, referrer, source, medium, campaign]))
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
