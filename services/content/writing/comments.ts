/**
 * Comments on the words of a text. A thread lies beside the text and is tied to places of its document, so that it stays with its
 * words whatever is written around them. Whoever may read a text may comment on it; a message belongs to its author.
 */
import type { CommentThread, CommentVisibility, MessageId, ThreadId } from '@floowe/contracts/writing'
import { commentLimits } from '@floowe/contracts/writing'
import type { EditionId, UserId } from '@floowe/contracts/vocabulary'
import { found, type Host, isUniqueViolation, type NewEvent, refuse } from '@floowe/platform'
import type { z } from 'zod'
import type { People } from '../people.ts'
import type { ContentStore } from '../store/port.ts'
import type { By } from '../terms.ts'
import { createCommentRows, type MessageRow, type ThreadRow } from './comment-rows.ts'
import type { Anchor } from './anchors.ts'
import type { Place } from './log.ts'
import type { Writing } from './writing.ts'

export type Words = { text: string; mentions: readonly UserId[] }
export type NewThread = Words & {
  anchor?: { from: string; to: string }
  blockId?: string
  quote: string
  visibility: CommentVisibility
}
type Shown = z.input<typeof CommentThread>
export type Comments = ReturnType<typeof createComments>

/** Of a message, in a notification. */
const excerptMax = 300

type Parts = { store: ContentStore; writing: Writing; people: People }

export function createComments(host: Host, { store, writing, people }: Parts) {
  const { db, clock, ids } = host
  const rows = createCommentRows(db)

  const shown = async (workspaceId: string, threads: readonly ThreadRow[]): Promise<Shown[]> => {
    const messages = await rows.messages(
      workspaceId,
      threads.map(({ id }) => id),
    )
    const names = await people.names(workspaceId, [
      ...messages.map(({ by }) => by),
      ...threads.flatMap(({ resolved_by: by }) => by ?? []),
    ])
    const ofThread = Map.groupBy(messages, (message) => message.thread_id)
    return threads.map((thread) => shapeOf(thread, ofThread.get(thread.id) ?? [], names))
  }
  const one = async (workspaceId: string, id: string): Promise<Shown> =>
    found((await shown(workspaceId, [found(await rows.thread(workspaceId, id), 'comment')]))[0], 'comment')
  const changed = (
    workspaceId: string,
    thread: Pick<ThreadRow, 'id' | 'edition_id' | 'article_id'>,
    by: By,
  ): NewEvent => ({
    name: 'content.comments-changed',
    workspaceId,
    key: thread.article_id,
    ...by,
    data: { editionId: thread.edition_id, threadId: thread.id },
  })
  const mentioned = async (
    workspaceId: string,
    thread: Pick<ThreadRow, 'id' | 'edition_id' | 'article_id'>,
    messageId: MessageId,
    { text, mentions }: Words,
    by: By,
  ): Promise<NewEvent[]> => {
    if (mentions.length === 0) return []
    const edition = found((await store.findEditions(workspaceId, { ids: [thread.edition_id] }))[0], 'edition')
    return [
      {
        name: 'content.person-mentioned',
        workspaceId,
        key: thread.article_id,
        ...by,
        data: {
          editionId: thread.edition_id,
          articleId: thread.article_id,
          threadId: thread.id,
          messageId,
          userIds: [...mentions],
          language: edition.language,
          title: edition.title,
          text: excerptOf(text),
        },
      },
    ]
  }
  /** @throws Refusal quote-not-found, invalid-input */
  const anchorFor = async (place: Place, given: NewThread): Promise<Anchor | null> => {
    const { anchorOf, isPosition } = await import('./anchors.ts')
    if (given.anchor) {
      const anchor = { from: Buffer.from(given.anchor.from, 'base64'), to: Buffer.from(given.anchor.to, 'base64') }
      if (!isPosition(anchor.from) || !isPosition(anchor.to))
        refuse('invalid-input', { issues: [{ path: 'anchor', problem: 'not a place of a document' }] })
      return anchor
    }
    if (given.blockId === undefined && given.quote === '') return null
    await writing.open(place, null)
    const room = await writing.room()
    const { blockId, quote } = given
    const anchor = await room.use(place, async (opened) => opened && anchorOf(opened.doc, { blockId, quote }))
    return anchor ?? refuse('quote-not-found')
  }
  const unlessMade = async (
    work: () => Promise<unknown>,
    onceId: string | null,
    constraint: string,
  ): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      // The same request came before, or at the same moment.
      if (onceId !== null && isUniqueViolation(error, constraint)) return false
      throw error
    }
  }
  const own = async (
    workspaceId: string,
    id: MessageId,
    by: By,
  ): Promise<{ message: MessageRow; thread: ThreadRow }> => {
    const message = found(await rows.message(workspaceId, id), 'comment')
    if (message.by !== by.actor) refuse('not-allowed')
    return { message, thread: found(await rows.thread(workspaceId, message.thread_id), 'comment') }
  }

  return {
    list: async (place: Place, isResolved: boolean | null): Promise<{ items: Shown[]; total: number }> => {
      const threads = await rows.threads(place, isResolved)
      const items = await shown(place.workspaceId, threads)
      return { items, total: items.length }
    },

    start: async (
      workspaceId: string,
      editionId: EditionId,
      given: NewThread,
      by: By,
      onceId: string | null,
    ): Promise<Shown> => {
      const [edition] = await store.findEditions(workspaceId, { ids: [editionId] })
      const { articleId } = found(edition, 'edition')
      const place = { workspaceId, editionId }
      const id = (onceId ?? ids.next<ThreadId>()) as ThreadId // the id of its first try
      if (onceId !== null && (await rows.thread(workspaceId, id))) return one(workspaceId, id)
      const { open, all } = await rows.count(place)
      if (open >= commentLimits.threadsMax || all >= commentLimits.allThreadsMax)
        refuse('too-many-comments', { max: commentLimits.threadsMax })
      const anchor = await anchorFor(place, given)
      const thread = { id, edition_id: editionId, article_id: articleId }
      const messageId = ids.next<MessageId>()
      const events = [changed(workspaceId, thread, by), ...(await mentioned(workspaceId, thread, messageId, given, by))]
      const at = clock.instant()
      await unlessMade(
        () =>
          db.transaction(async (tx) => {
            await rows.addThread(tx, workspaceId, {
              ...thread,
              anchor,
              quote: given.quote,
              visibility: given.visibility,
              at,
            })
            await rows.addMessage(tx, workspaceId, { id: messageId, threadId: id, ...given, by: by.actor, at })
            await tx.emit(...events)
          }),
        onceId,
        'comment_threads_pkey',
      )
      return one(workspaceId, id)
    },

    reply: async (
      workspaceId: string,
      threadId: ThreadId,
      words: Words,
      by: By,
      onceId: string | null,
    ): Promise<Shown> => {
      const thread = found(await rows.thread(workspaceId, threadId), 'comment')
      const id = (onceId ?? ids.next<MessageId>()) as MessageId // the id of its first try
      if (onceId !== null && (await rows.message(workspaceId, id))) return one(workspaceId, threadId)
      const messages = await rows.messages(workspaceId, [threadId])
      if (messages.length >= commentLimits.messagesMax) refuse('too-many-comments', { max: commentLimits.messagesMax })
      const events = [changed(workspaceId, thread, by), ...(await mentioned(workspaceId, thread, id, words, by))]
      await unlessMade(
        () =>
          db.transaction(async (tx) => {
            await rows.addMessage(tx, workspaceId, { id, threadId, ...words, by: by.actor, at: clock.instant() })
            await tx.emit(...events)
          }),
        onceId,
        'comment_messages_pkey',
      )
      return one(workspaceId, threadId)
    },

    edit: async (workspaceId: string, id: MessageId, words: Words, by: By): Promise<Shown> => {
      const { message, thread } = await own(workspaceId, id, by)
      if (message.deleted_at !== null) refuse('not-found', { what: 'comment' })
      const known = new Set(message.mentions)
      const fresh = { ...words, mentions: words.mentions.filter((userId) => !known.has(userId)) }
      const events = [changed(workspaceId, thread, by), ...(await mentioned(workspaceId, thread, id, fresh, by))]
      await db.transaction(async (tx) => {
        await rows.setText(tx, workspaceId, id, words, clock.instant())
        await tx.emit(...events)
      })
      return one(workspaceId, thread.id)
    },

    setDeleted: async (workspaceId: string, id: MessageId, isDeleted: boolean, by: By): Promise<Shown> => {
      const { thread } = await own(workspaceId, id, by)
      await db.transaction(async (tx) => {
        await rows.setDeleted(tx, workspaceId, id, isDeleted ? clock.instant() : null)
        await tx.emit(changed(workspaceId, thread, by))
      })
      return one(workspaceId, thread.id)
    },

    setResolved: async (workspaceId: string, id: ThreadId, isResolved: boolean, by: By): Promise<Shown> => {
      const thread = found(await rows.thread(workspaceId, id), 'comment')
      if ((thread.resolved_at !== null) !== isResolved)
        await db.transaction(async (tx) => {
          await rows.setResolved(tx, workspaceId, id, isResolved ? { at: clock.instant(), by: by.actor } : null)
          await tx.emit(changed(workspaceId, thread, by))
        })
      return one(workspaceId, id)
    },

    setVisibility: async (workspaceId: string, id: ThreadId, visibility: CommentVisibility, by: By): Promise<Shown> => {
      const thread = found(await rows.thread(workspaceId, id), 'comment')
      if (thread.visibility !== visibility)
        await db.transaction(async (tx) => {
          await rows.setVisibility(tx, workspaceId, id, visibility)
          await tx.emit(changed(workspaceId, thread, by))
        })
      return one(workspaceId, id)
    },

    /** Open threads that clients may read. */
    forClient: async (place: Place) => {
      const threads = (await rows.threads(place, false)).filter(({ visibility }) => visibility === 'client')
      return (await shown(place.workspaceId, threads)).map(({ id, quote, messages }) => ({
        id,
        quote,
        messages: messages
          .filter(({ deletedAt }) => deletedAt === null)
          .map(({ text, byName, createdAt }) => ({ text, byName, createdAt })),
      }))
    },

    /** Takes away for good what was deleted before the instant, and threads of which nothing is left. */
    thin: (instant: string): Promise<boolean> => rows.thin(instant),
  }
}

function shapeOf(thread: ThreadRow, messages: readonly MessageRow[], names: ReadonlyMap<string, string>): Shown {
  const { anchor_from: from, anchor_to: to, resolved_at: resolvedAt, resolved_by: resolvedBy } = thread
  return {
    id: thread.id,
    editionId: thread.edition_id,
    anchor: from && to ? { from: from.toString('base64'), to: to.toString('base64') } : null,
    quote: thread.quote,
    visibility: thread.visibility,
    resolvedAt: resolvedAt?.toISOString() ?? null,
    resolvedBy,
    resolvedByName: resolvedBy === null ? null : (names.get(resolvedBy) ?? null),
    createdAt: thread.created_at.toISOString(),
    messages: messages.map((message) => ({
      id: message.id,
      text: message.deleted_at ? '' : message.text,
      by: message.by,
      byName: names.get(message.by) ?? null,
      mentions: message.deleted_at ? [] : message.mentions,
      createdAt: message.created_at.toISOString(),
      editedAt: message.edited_at?.toISOString() ?? null,
      deletedAt: message.deleted_at?.toISOString() ?? null,
    })),
  }
}

const excerptOf = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length <= excerptMax ? line : `${line.slice(0, excerptMax - 1).toWellFormed()}…`
}
