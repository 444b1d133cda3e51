/**
 * What has to be tidied now and then, over all workspaces: the trash after 30 days, old autosaves, expired links, the history of documents; and, every few
 * seconds, what killed processes left half done.
 */
import type { Host } from '@floowe/platform'
import { expiredKeptMs } from './preview-links.ts'
import type { Search } from './search.ts'
import type { Store } from './store/port.ts'
import type { Comments } from './writing/comments.ts'
import type { Writing } from './writing/writing.ts'

const dayMs = 86_400_000
export const trashKeptMs = 30 * dayMs
const autosavesKeptMs = 30 * dayMs
const everyMs = 6 * 60 * 60 * 1000
/** What is younger is being done by the process that began it. */
const finishEveryMs = 5_000
/** Texts that a killed process took and did not save; and those that the search index waits with. */
const saveEveryMs = 3_000
/** Pieces of one round; what is left waits for the next. */
const piecesMax = 100

type Parts = {
  store: Store
  search: Pick<Search, 'follow'>
  writing: Pick<Writing, 'sweep' | 'thin' | 'unindexed'>
  comments: Pick<Comments, 'thin'>
}

export function createUpkeep({ db, clock, log }: Host, { store, search, writing, comments }: Parts) {
  const before = (ms: number): string => new Date(clock.now() - ms).toISOString()
  let isStopped = false

  const emptyTrash = async (): Promise<boolean> => {
    const articles = await store.upkeep.trashedBefore(before(trashKeptMs))
    for (const { workspaceId, articleId } of articles) {
      await store.content.deleteArticle(workspaceId, articleId, [
        { name: 'content.article-deleted', workspaceId, key: articleId, actor: 'service:content', data: { articleId } },
      ])
    }
    return articles.length > 0
  }
  const dropLinks = async (): Promise<boolean> => {
    const rows = await db.query(
      `delete from preview_links where (workspace_id, id) in (select workspace_id, id from preview_links where expires_at < $1 limit 1000) returning id`,
      [before(expiredKeptMs)],
    )
    return rows.length > 0
  }
  const round = async (): Promise<void> => {
    for (const piece of [
      emptyTrash,
      async () => (await store.upkeep.thinVersions(before(autosavesKeptMs))) > 0,
      dropLinks,
      writing.thin,
      () => comments.thin(before(trashKeptMs)),
    ]) {
      for (let count = 0; count < piecesMax && !isStopped; count++) if (!(await piece())) break
    }
  }
  const finish = async (): Promise<void> => {
    for (let count = 0; count < piecesMax && !isStopped; count++)
      if (!(await store.upkeep.finish?.(finishEveryMs))) break
  }
  const save = async (): Promise<void> => {
    await writing.sweep()
    for (const { workspaceId, editionId, revision } of await writing.unindexed())
      if (!isStopped) await db.transaction((tx) => search.follow(tx, workspaceId, new Map([[editionId, revision]])))
  }
  const rounds = [
    repeat(round, everyMs, everyMs),
    repeat(save, saveEveryMs, 0),
    ...(store.upkeep.finish ? [repeat(finish, finishEveryMs, 0)] : []),
  ]

  /** Does it again and again, never twice at once. */
  function repeat(work: () => Promise<void>, pauseMs: number, firstMs: number) {
    let cancel = (): void => undefined
    let running: Promise<void> | null = null
    const arm = (inMs: number): void => {
      cancel = clock.at(clock.now() + inMs, () => {
        running = work()
          .catch((error) => log.warn('tidying up failed, the next round tries again', { error }))
          .finally(() => {
            running = null
            if (!isStopped) arm(pauseMs)
          })
      })
    }
    return {
      begin: () => arm(firstMs),
      cancel: () => cancel(),
      idle: () => running,
    }
  }
  const abandon = (): void => {
    isStopped = true
    for (const one of rounds) one.cancel()
  }
  return {
    begin: (): void => {
      for (const one of rounds) one.begin()
    },
    abandon,
    stop: async (): Promise<void> => {
      abandon()
      await Promise.all(rounds.map((one) => one.idle()))
    },
  }
}
