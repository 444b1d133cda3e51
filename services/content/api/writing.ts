import type { Contracts } from '@floowe/contracts/index'
import type { EditionId } from '@floowe/contracts/vocabulary'
import type { Api } from '@floowe/platform'
import type { Sent } from '../writing/room.ts'
import { by, type Ideas } from './ideas.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  | 'openWriting'
  | 'appendWriting'
  | 'readWriting'
  | 'getMoment'
  | 'describeWriters'
  | 'listComments'
  | 'startThread'
  | 'reply'
  | 'editMessage'
  | 'deleteMessage'
  | 'restoreMessage'
  | 'resolveThread'
  | 'reopenThread'
  | 'setThreadVisibility'
  | 'commentsForClient'
>

export const writingOperations = ({ editions, people, writing, comments }: Ideas): Operations => ({
  openWriting: async ({ editionId, after }, { workspaceId }) =>
    asSent(await writing.open({ workspaceId, editionId }, after)),
  appendWriting: async ({ editionId, updates }, { workspaceId, caller }) => ({
    results: await writing.append(
      { workspaceId, editionId },
      updates.map((update) => Buffer.from(update, 'base64')),
      caller.actor,
    ),
  }),
  readWriting: async ({ editionId, after }, { workspaceId }) =>
    asSent(await writing.read({ workspaceId, editionId }, after)),
  getMoment: async ({ id, seq }, { workspaceId }) => {
    const { text, written } = await writing.moment(await placeOf(editions, workspaceId, id), seq)
    const names = await people.names(workspaceId, written ? [written.by] : [])
    return {
      seq,
      ...text,
      at: written?.at ?? null,
      by: written?.by ?? null,
      byName: written ? (names.get(written.by) ?? null) : null,
    }
  },
  describeWriters: async ({ id }, { workspaceId }) => {
    const writers = await writing.writers(await placeOf(editions, workspaceId, id))
    const names = await people.names(
      workspaceId,
      writers.map((writer) => writer.by),
    )
    return {
      writers: writers.map(({ client, by: actor, at }) => ({
        client,
        by: actor,
        byName: names.get(actor) ?? null,
        since: at,
      })),
    }
  },

  listComments: async ({ id, resolved }, { workspaceId }) =>
    comments.list(await placeOf(editions, workspaceId, id), resolved === undefined ? null : resolved),
  startThread: ({ id, ...given }, call) => comments.start(call.workspaceId, id, given, by(call), call.onceId),
  reply: ({ id, ...given }, call) => comments.reply(call.workspaceId, id, given, by(call), call.onceId),
  editMessage: ({ id, ...given }, call) => comments.edit(call.workspaceId, id, given, by(call)),
  deleteMessage: ({ id }, call) => comments.setDeleted(call.workspaceId, id, true, by(call)),
  restoreMessage: ({ id }, call) => comments.setDeleted(call.workspaceId, id, false, by(call)),
  resolveThread: ({ id }, call) => comments.setResolved(call.workspaceId, id, true, by(call)),
  reopenThread: ({ id }, call) => comments.setResolved(call.workspaceId, id, false, by(call)),
  setThreadVisibility: ({ id, visibility }, call) => comments.setVisibility(call.workspaceId, id, visibility, by(call)),
  commentsForClient: async ({ editionId }, { workspaceId }) =>
    comments.forClient(await placeOf(editions, workspaceId, editionId)),
})

/** @throws Refusal not-found */
const placeOf = async (editions: Ideas['editions'], workspaceId: string, id: EditionId) => ({
  workspaceId,
  editionId: (await editions.find(workspaceId, id)).id,
})

const asSent = ({ seq, state, updates, saved }: Sent) => ({
  seq,
  state: state && Buffer.from(state).toString('base64'),
  updates: updates.map((each) => ({ seq: each.seq, u: Buffer.from(each.update).toString('base64') })),
  saved,
})
