/**
 * Writing together: the working document of an edition, and comments on its text.
 *
 * The document is a Yjs document with `title` and `lead` (Y.Text) and `body` (Y.XmlFragment, as the editor keeps it; see
 * {@link documentNames}). It is the working form of the latest text; the body stays the truth and follows within a second.
 * Updates and states of Yjs are base64 here. Every update has a number per edition, without gaps; one that was acknowledged is
 * on the disk.
 */
import { z } from 'zod'
import { Body } from './body.ts'
import { innerOperation, operation } from './operation.ts'
import { ArticleId, cleanText, EditionId, Instant, Language, pageOf, UserId } from './vocabulary.ts'

/** The shared types of the document. */
export const documentNames = { title: 'title', lead: 'lead', body: 'body' } as const

export const writingLimits = {
  /** Of one update, before base64. */
  updateBytesMax: 1024 * 1024,
  /** Of one presence, as JSON. */
  presenceBytesMax: 4 * 1024,
  /** Open at once over one connection. */
  editionsPerConnectionMax: 20,
  /** More than that within a second from one connection, and it is closed with 1013. */
  updatesPerSecondMax: 200,
  connectionsPerCallerMax: 20,
  /** Of a document with its history. */
  documentBytesMax: 16 * 1024 * 1024,
} as const

const base64Of = (bytesMax: number) =>
  z
    .string()
    .max(Math.ceil(bytesMax / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/)
const Update = base64Of(writingLimits.updateBytesMax).min(1)
const Seq = z.number().int().min(0)
/** Of one connection; another one of the same person has another. */
const ConnectionId = z.string().min(1).max(60)

/** What a browser sends over `/api/v1/writing?workspace=…`, one JSON text a message. `e` is the edition. */
export const WritingRequest = z.discriminatedUnion('t', [
  /** `after`: the number up to which the browser has it; null: it has nothing. May be sent again for what is open. */
  z.object({ t: z.literal('open'), e: EditionId, after: Seq.nullable() }),
  z.object({ t: z.literal('close'), e: EditionId }),
  /** `n` is the browser's own count, answered by `ack` or `refused`. An update may be sent again. */
  z.object({ t: z.literal('update'), e: EditionId, n: z.number().int().min(0), u: Update }),
  /** Where the person is and what is selected; null: gone. Whoever opens later is told the last one. */
  z.object({ t: z.literal('presence'), e: EditionId, state: z.record(z.string(), z.unknown()).nullable() }),
  z.object({ t: z.literal('ping') }),
])
export type WritingRequest = z.infer<typeof WritingRequest>

export const NumberedUpdate = z.object({ seq: Seq, u: z.string() })
export type NumberedUpdate = z.infer<typeof NumberedUpdate>

/** What the server sends. */
export const WritingMessage = z.discriminatedUnion('t', [
  /** `state` is whole when `after` was null or too old, and `updates` then empty; else `updates` are all since. `seq` is the newest. */
  z.object({
    t: z.literal('opened'),
    e: EditionId,
    seq: Seq,
    state: z.string().nullable(),
    updates: z.array(NumberedUpdate),
    may: z.enum(['write', 'read']),
    /** The connection's own id: the `from` that others see. */
    connection: ConnectionId,
    saved: z.object({ seq: Seq, revision: z.number().int() }),
  }),
  z.object({ t: z.literal('ack'), e: EditionId, n: z.number().int(), seq: Seq }),
  /** In order, without gaps; the sender gets its own too. */
  z.object({ t: z.literal('update'), e: EditionId, seq: Seq, u: z.string() }),
  /** The edition has the text up to `seq`, as its revision `revision`. */
  z.object({ t: z.literal('saved'), e: EditionId, seq: Seq, revision: z.number().int() }),
  z.object({
    t: z.literal('presence'),
    e: EditionId,
    from: ConnectionId,
    person: z.object({ id: z.string(), name: z.string() }),
    state: z.record(z.string(), z.unknown()).nullable(),
  }),
  /** `n` null: what was refused is not an update. The codes are those of all refusals. */
  z.object({ t: z.literal('refused'), e: EditionId.nullable(), n: z.number().int().nullable(), code: z.string() }),
  z.object({ t: z.literal('pong') }),
])
export type WritingMessage = z.infer<typeof WritingMessage>

/** Of hints between processes (topic `content.writing`). `updates` null: too large for a hint, read them. */
export const writingTopic = 'content.writing'
export type WritingHint = {
  workspaceId: string
  editionId: string
  updates?: NumberedUpdate[] | null
  /** Of the last update, where there are any. */
  seq?: number
  saved?: { seq: number; revision: number }
}

export const ThreadId = z.uuid().brand<'ThreadId'>().describe('ThreadId (UUID)')
export type ThreadId = z.infer<typeof ThreadId>
export const MessageId = z.uuid().brand<'MessageId'>().describe('MessageId (UUID)')
export type MessageId = z.infer<typeof MessageId>

/** `client`: those who approve the text without an account read it too. */
export const CommentVisibility = z.enum(['internal', 'client'])
export type CommentVisibility = z.infer<typeof CommentVisibility>

/** Relative positions of Yjs (`encodeRelativePosition`), base64: they move with the text. */
export const CommentAnchor = z.object({ from: base64Of(300).min(1), to: base64Of(300).min(1) })
export type CommentAnchor = z.infer<typeof CommentAnchor>

export const CommentMessage = z.object({
  id: MessageId,
  text: z.string(),
  by: z.string(),
  byName: z.string().nullable(),
  mentions: z.array(UserId),
  createdAt: Instant,
  editedAt: Instant.nullable(),
  /** It was deleted, and its text is empty; its author may bring it back for 30 days. */
  deletedAt: Instant.nullable(),
})
export type CommentMessage = z.infer<typeof CommentMessage>
export const CommentThread = z.object({
  id: ThreadId,
  editionId: EditionId,
  anchor: CommentAnchor.nullable(),
  /** The words it was written about. */
  quote: z.string(),
  visibility: CommentVisibility,
  resolvedAt: Instant.nullable(),
  resolvedBy: z.string().nullable(),
  resolvedByName: z.string().nullable(),
  createdAt: Instant,
  /** Oldest first, at most 200. */
  messages: z.array(CommentMessage),
})
export type CommentThread = z.infer<typeof CommentThread>

/** As those who approve without an account read it. */
export const ClientThread = z.object({
  id: ThreadId,
  quote: z.string(),
  messages: z.array(z.object({ text: z.string(), byName: z.string().nullable(), createdAt: Instant })),
})
export type ClientThread = z.infer<typeof ClientThread>

export const commentLimits = {
  textMax: 4_000,
  quoteMax: 500,
  threadsMax: 500,
  /** Resolved ones too. */
  allThreadsMax: 2_000,
  messagesMax: 200,
  mentionsMax: 20,
} as const

const tag = 'Content'
const edition = z.object({ id: EditionId })
const thread = z.object({ id: ThreadId })
const message = z.object({ id: MessageId })
const text = cleanText(commentLimits.textMax, 1)
const mentions = z.array(UserId).max(commentLimits.mentionsMax).default([]).describe('who is told, if they are members')
const tooMany = { 'too-many-comments': { status: 409, data: z.object({ max: z.number().int() }) } } as const

export const writingOperations = {
  /** The document, for whoever opens it; it is made when it is not there yet. `after`: see {@link WritingRequest}. */
  openWriting: innerOperation({ needs: 'content:read', repeatable: true })
    .input(z.object({ editionId: EditionId, after: Seq.nullable() }))
    .output(
      z.object({
        seq: Seq,
        state: z.string().nullable(),
        updates: z.array(NumberedUpdate),
        saved: z.object({ seq: Seq, revision: z.number().int() }),
      }),
    ),
  /**
   * Adds updates of one person, in their order, and answers when they are on the disk: for each its number, or why not. The same
   * update may come again.
   */
  appendWriting: innerOperation({ needs: 'content:write', repeatable: true, bodyBytesMax: 3 * 1024 * 1024 })
    .input(z.object({ editionId: EditionId, updates: z.array(Update).min(1).max(200) }))
    .output(
      z.object({
        results: z.array(z.object({ seq: Seq }).or(z.object({ code: z.string() }))),
      }),
    ),
  /** What lies after a number: for the front door, when a hint did not come. `state` as in `openWriting`. */
  readWriting: innerOperation({ repeatable: true })
    .input(z.object({ editionId: EditionId, after: Seq }))
    .output(
      z.object({
        seq: Seq,
        state: z.string().nullable(),
        updates: z.array(NumberedUpdate),
        saved: z.object({ seq: Seq, revision: z.number().int() }),
      }),
    ),
  /** The text as it was at one number of its history: each keystroke for 30 days, and now. */
  getMoment: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/moments/{seq}',
    summary: 'The text as it was at one moment of its writing (kept 30 days)',
  })
    .input(edition.extend({ seq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }))
    .output(
      z.object({
        seq: Seq,
        title: z.string(),
        lead: z.string(),
        body: Body,
        /** Of that very update; null at the beginning. */
        at: Instant.nullable(),
        by: z.string().nullable(),
        byName: z.string().nullable(),
      }),
    ),
  describeWriters: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/writers',
    summary: 'Who wrote what: the person behind each Yjs client of the document',
  })
    .input(edition)
    .output(
      z.object({
        writers: z.array(
          z.object({ client: z.number().int(), by: z.string(), byName: z.string().nullable(), since: Instant }),
        ),
      }),
    ),

  listComments: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/comments',
    summary: 'Threads of comments on a text, oldest first',
  })
    .input(edition.extend({ resolved: z.stringbool().or(z.boolean()).optional() }))
    .output(pageOf(CommentThread)),
  startThread: operation(
    tag,
    'content:read',
    { method: 'POST', path: '/editions/{id}/comments', summary: 'Comment on some words of a text', successStatus: 201 },
    { once: true },
  )
    .errors({ ...tooMany, 'quote-not-found': { status: 422 } })
    .input(
      edition.extend({
        anchor: CommentAnchor.optional().describe('from an editor'),
        blockId: z.string().max(100).optional().describe('without an anchor: the block that holds the words'),
        quote: cleanText(commentLimits.quoteMax).default(''),
        visibility: CommentVisibility.default('internal'),
        text,
        mentions,
      }),
    )
    .output(CommentThread),
  reply: operation(
    tag,
    'content:read',
    { method: 'POST', path: '/comments/{id}/replies', summary: 'Answer in a thread', successStatus: 201 },
    { once: true },
  )
    .errors(tooMany)
    .input(thread.extend({ text, mentions }))
    .output(CommentThread),
  editMessage: operation(
    tag,
    'content:read',
    { method: 'PATCH', path: '/comment-messages/{id}', summary: 'Change a comment of one’s own' },
    { repeatable: true },
  )
    .input(message.extend({ text, mentions }))
    .output(CommentThread),
  deleteMessage: operation(
    tag,
    'content:read',
    {
      method: 'DELETE',
      path: '/comment-messages/{id}',
      summary: 'Delete a comment of one’s own; it may be brought back for 30 days',
    },
    { repeatable: true },
  )
    .input(message)
    .output(CommentThread),
  restoreMessage: operation(
    tag,
    'content:read',
    { method: 'POST', path: '/comment-messages/{id}/restore', summary: 'Bring back a comment that was deleted' },
    { repeatable: true },
  )
    .input(message)
    .output(CommentThread),
  resolveThread: operation(
    tag,
    'content:read',
    { method: 'POST', path: '/comments/{id}/resolve', summary: 'Mark a thread as done' },
    { repeatable: true },
  )
    .input(thread)
    .output(CommentThread),
  reopenThread: operation(
    tag,
    'content:read',
    { method: 'POST', path: '/comments/{id}/reopen', summary: 'Take a thread up again' },
    { repeatable: true },
  )
    .input(thread)
    .output(CommentThread),
  setThreadVisibility: operation(
    tag,
    'content:write',
    { method: 'POST', path: '/comments/{id}/visibility', summary: 'Show a thread to clients, or no longer' },
    { repeatable: true },
  )
    .input(thread.extend({ visibility: CommentVisibility }))
    .output(CommentThread),
  /** Open threads that clients may read, for the page of an approval: no ids of people, deleted messages left out. */
  commentsForClient: innerOperation({ repeatable: true })
    .input(z.object({ editionId: EditionId }))
    .output(z.array(ClientThread)),
}

const commented = z.object({ editionId: EditionId, threadId: ThreadId })
export const writingEvents = {
  /** A thread is new, was answered, changed, resolved, opened again. */
  'content.comments-changed': commented,
  'content.person-mentioned': commented.extend({
    messageId: MessageId,
    userIds: z.array(UserId),
    articleId: ArticleId,
    language: Language,
    title: z.string(),
    text: z.string().describe('the beginning of the message'),
  }),
}
