/**
 * What follows a change of an article. The change itself is one write of one document, and that document also says what is still
 * to be done: events to be taken by the outbox, a version to be settled. This does it and takes it off the list.
 *
 * Every step may be done twice, by two processes at once, or by another process after the first was killed:
 * - A version is settled once its article is seen to point to it. The version it folds is deleted first, unless it was frozen
 *   meanwhile; then it stays, and the new one gets the next number. There is at most one unsettled version of an edition, since a save
 *   settles what it finds before it moves the edition on.
 * - Events are taken from the first to the last of the list in one transaction of the outbox, and only then taken off it. Whoever
 *   takes them, an event is never taken before all earlier ones of its article have been: the order holds, and repeats are
 *   dropped by who hears them.
 * - A deleted article loses its versions, then itself once its events were taken.
 */
import { type Clock, type Database, type FormedEvent, type Log, refuse } from '@floowe/platform'
import type { Collections } from './mongodb-collections.ts'
import { type ArticleDoc, keyOf, type Pending } from './mongodb-documents.ts'

type Todo = Pick<ArticleDoc, 'workspaceId' | 'id' | 'isDeleted' | 'pending' | 'editions'>
const todo = { workspaceId: 1, id: 1, isDeleted: 1, pending: 1, editions: 1 }
/** A change that holds is answered, however long the outbox takes. */
const followMs = 2_000
const isEvent = (one: Pending): one is Pending & { event: string } => one.event !== undefined

export type Aftermath = {
  /** Settles the versions of an article (by its key) and nothing else: for who needs one now, whatever the outbox does. */
  settle: (key: string) => Promise<void>
  /** Does all that is pending for the article. Throws what it met, with what was done until then off the list. */
  finish: (key: string) => Promise<void>
  /** For a change that holds already: what goes wrong is said and left to the sweeper, and nobody waits longer than 2 s. `known`: as the change left the article. */
  follow: (key: string, known?: Todo) => Promise<void>
}

export function createAftermath(
  { db, clock, log }: { db: Database; clock: Clock; log: Log },
  { articles, versions }: Collections,
): Aftermath {
  // One at a time for each article; whoever comes meanwhile shares the next turn, which sees all that is pending by then.
  const turns = new Map<string, { current: Promise<void>; next: Promise<void> | null }>()

  const settleOne = async (article: Todo, version: NonNullable<Pending['version']>): Promise<void> => {
    const at = article.editions.findIndex(({ id }) => id === version.editionId)
    const edition = article.editions[at]
    if (edition?.versionId !== version.id) return
    let { number, versionAt } = edition
    if (version.folds !== null) {
      const folded = { _id: keyOf(article.workspaceId, version.folds) }
      const { deletedCount } = await versions.deleteOne({ ...folded, isFrozen: { $ne: true } })
      const frozen = deletedCount > 0 ? null : await versions.findOne(folded, { projection: { number: 1 } })
      if (frozen) {
        number = frozen.number + 1
        versionAt = version.at
        await articles.updateOne(
          { _id: keyOf(article.workspaceId, article.id), [`editions.${at}.versionId`]: version.id },
          { $set: { [`editions.${at}.number`]: number, [`editions.${at}.versionAt`]: versionAt } },
        )
      }
    }
    await versions.updateOne(
      { _id: keyOf(article.workspaceId, version.id) },
      { $set: { number, createdAt: versionAt }, $unset: { unsettledSince: '' } },
    )
  }

  const settleAll = async ({ workspaceId, id: articleId, ...article }: Todo): Promise<void> => {
    if (article.isDeleted) await versions.deleteMany({ workspaceId, articleId })
    else
      for (const { version } of article.pending)
        if (version) await settleOne({ workspaceId, id: articleId, ...article }, version)
  }

  const work = async (key: string, known: Todo | null): Promise<void> => {
    const article = known ?? (await articles.findOne<Todo>({ _id: key }, { projection: todo }))
    if (!article || article.pending.length === 0) return
    const { isDeleted, pending } = article
    const [events, others] = [pending.filter(isEvent), pending.filter((one) => !isEvent(one))]
    const [settled, taken] = await Promise.allSettled([
      settleAll(article),
      db.takeEvents(events.map(({ event }) => JSON.parse(event) as FormedEvent)), // written from one
    ])
    const done = [
      ...(settled.status === 'fulfilled' ? others : []),
      ...(taken.status === 'fulfilled' ? events : []),
    ].map(({ id }) => id)
    if (done.length === pending.length && isDeleted) await articles.deleteOne({ _id: key, isDeleted: true })
    else if (done.length > 0 && !isDeleted)
      await articles.updateOne({ _id: key }, { $pull: { pending: { id: { $in: done } } } })
    for (const outcome of [settled, taken]) if (outcome.status === 'rejected') throw outcome.reason
  }

  const begin = (key: string, known: Todo | null): Promise<void> => {
    const current = work(key, known).finally(() => {
      if (turns.get(key)?.next === null) turns.delete(key)
    })
    turns.set(key, { current, next: null })
    return current
  }
  const finish = (key: string, known: Todo | null = null): Promise<void> => {
    const turn = turns.get(key)
    if (!turn) return begin(key, known)
    return (turn.next ??= turn.current.catch(() => undefined).then(() => begin(key, null)))
  }
  return {
    settle: async (key) => {
      const article = await articles.findOne<Todo>({ _id: key }, { projection: todo })
      if (article) await settleAll(article)
    },
    finish,
    follow: async (key, known) => {
      const done = finish(key, known).catch((error) =>
        log.warn('what follows a change waits for the next sweep', { error, article: key }),
      )
      let cancel = (): void => undefined
      const late = new Promise<void>((resolve) => {
        cancel = clock.at(clock.now() + followMs, resolve)
      })
      await Promise.race([done, late])
      cancel()
    },
  }
}

/** Things that may wait in one article, while the outbox cannot take events. */
const pendingMax = 1_000
/** Before a change that would make the list longer. */
export function refuseFull({ pending }: Pick<ArticleDoc, 'pending'>): void {
  if (pending.length >= pendingMax) refuse('unavailable')
}

/** The list's entries for events, their ids and instants final. */
export const pendingEvents = (events: readonly FormedEvent[], since: Date): Pending[] =>
  events.map((event) => ({ id: event.id, since, event: JSON.stringify(event) }))

export const pendingVersion = (version: NonNullable<Pending['version']>, since: Date): Pending => ({
  id: version.id,
  since,
  version,
})
