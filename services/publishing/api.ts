/** One short function per operation: call the idea, shape the answer. */
import type { Contracts } from '@floowe/contracts/index'
import type { Api, Cache, Call, Log } from '@floowe/platform'
import { found, once, refuse } from '@floowe/platform'
import {
  approvalOf,
  channelAnswer,
  deliveryAnswer,
  historyAnswer,
  namesFor,
  partsAnswer,
  previewAnswer,
  variantAnswer,
} from './answers.ts'
import { createApprovalOperations } from './approvals/api.ts'
import type { ApprovalParts } from './approvals/requests.ts'
import * as channels from './channels.ts'
import * as connecting from './connecting.ts'
import type { Delivery } from './delivery.ts'
import { createCalendarOperations } from './calendar/api.ts'
import { newsletterApi, type NewsletterApiParts } from './newsletter/api.ts'
import * as posts from './posts.ts'
import { problemText } from './problems.ts'
import * as publications from './publications.ts'
import { readSettings, writeSettings } from './store/channels.ts'
import * as rows from './store/deliveries.ts'
import { holdEverything } from './watch.ts'

export type ApiParts = channels.ChannelParts &
  connecting.ConnectingParts &
  publications.PlanParts &
  ApprovalParts &
  NewsletterApiParts & { cache: Cache; log: Log; delivery: Delivery }

/** A person or a script that publishes now is told the outcome, if it comes so soon. */
const outcomeMsMax = 2_000
const summariesMax = 5_000

type PublishingApi = Api<Contracts['publishing']>

export const createApi = (parts: ApiParts): PublishingApi => ({
  ...channelOperations(parts),
  ...planOperations(parts),
  ...readOperations(parts),
  ...postOperations(parts),
  ...createApprovalOperations({ ...parts, wake: parts.delivery.wake }),
  ...createCalendarOperations({ ...parts, wake: parts.delivery.wake }),
  ...newsletterApi(parts),
})

async function answer(parts: ApiParts, call: Call, id: string) {
  const row = found(await rows.getDelivery(parts.db, call.workspaceId, id), 'delivery')
  return deliveryAnswer(row, await namesFor(parts, call, [row]), call.locale)
}

/** Does what may change what is due. What is due at once is answered after its attempt, if that ends soon. */
async function acted(parts: ApiParts, call: Call, id: string, isNow: boolean, work: () => Promise<string | void>) {
  const attempt = isNow ? parts.delivery.watchAttempt(id, outcomeMsMax) : null
  try {
    const actual = (await work()) ?? id
    parts.delivery.wake()
    const waits = attempt !== null && (await rows.waitsForApproval(parts.db, call.workspaceId, id))
    // Another delivery does it already; that one is not waited for. Nor is a person who has to approve.
    if (actual === id && !waits) await attempt?.ended
    return await answer(parts, call, actual)
  } finally {
    attempt?.forget()
  }
}

type PlanOperations =
  | 'planDelivery'
  | 'rescheduleDelivery'
  | 'cancelDelivery'
  | 'restoreDelivery'
  | 'sendDelivery'
  | 'decideDelivery'
  | 'unpublish'
  | 'holdOpen'

function planOperations(parts: ApiParts): Pick<PublishingApi, PlanOperations> {
  return {
    planDelivery: (input, call) => {
      const id = call.onceId ?? parts.ids.next<string>()
      return once(
        call.onceId,
        async (made) => ((await rows.getDelivery(parts.db, call.workspaceId, made)) ? answer(parts, call, made) : null),
        () => acted(parts, call, id, 'now' in input.when, () => publications.plan(parts, call, id, input)),
      )
    },
    rescheduleDelivery: (input, call) =>
      acted(parts, call, input.id, input.when !== undefined && 'now' in input.when, () =>
        publications.reschedule(parts, call, input),
      ),
    cancelDelivery: ({ id }, call) => acted(parts, call, id, false, () => publications.cancel(parts, call, id)),
    restoreDelivery: ({ id }, call) => acted(parts, call, id, false, () => publications.restore(parts, call, id)),
    sendDelivery: ({ id }, call) => acted(parts, call, id, true, () => publications.send(parts, call, id)),
    decideDelivery: ({ id, decision }, call) =>
      acted(parts, call, id, decision.became === 'not-posted', () => publications.decide(parts, call, id, decision)),
    unpublish: (input, call) => {
      const id = parts.ids.next<string>()
      return acted(parts, call, id, true, () => publications.unpublish(parts, call, id, input))
    },
    holdOpen: async ({ since }, call) => {
      if (call.caller.kind !== 'service' || call.workspaceId !== '') refuse('not-allowed')
      return { held: await holdEverything(parts, since) }
    },
  }
}

type ReadOperations = 'listDeliveries' | 'getDelivery' | 'summariseArticles' | 'publishedChannels'

function readOperations(parts: ApiParts): Pick<PublishingApi, ReadOperations> {
  const { db } = parts
  const answers = async (call: Call, found: readonly rows.DeliveryRow[]) => {
    const names = await namesFor(parts, call, found)
    return found.map((row) => deliveryAnswer(row, names, call.locale))
  }
  return {
    listDeliveries: async ({ limit, offset, ...filter }, call) => {
      const { items, total } = await rows.listDeliveries(db, call.workspaceId, filter, limit, offset)
      return { items: await answers(call, items), total }
    },
    getDelivery: async ({ id }, call) => {
      const row = found(await rows.getDelivery(db, call.workspaceId, id), 'delivery')
      const ended = await rows.attemptsOf(db, call.workspaceId, id)
      const [delivery] = await answers(call, [row])
      const post = await posts.frozenPost(db, call.workspaceId, row)
      return {
        ...found(delivery, 'delivery'),
        history: historyAnswer(row, ended, call.locale),
        post,
        parts: partsAnswer(post, row.remote),
      }
    },
    summariseArticles: async ({ articleIds }, call) =>
      (await rows.summarise(db, call.workspaceId, articleIds, summariesMax)).map(
        ({ articleId, editionId, channelId, channelName, id, state, dueAt, publishedAt, url, isOutdated, ...row }) => ({
          ...{ articleId, editionId, channelId, channelName, deliveryId: id, state, url, isOutdated },
          dueAt: dueAt.toISOString(),
          publishedAt: publishedAt?.toISOString() ?? null,
          approval: approvalOf({ ...row, id, state, dueAt }),
        }),
      ),
    publishedChannels: ({ articleId }, call) => rows.publishedChannels(db, call.workspaceId, articleId),
  }
}

type ChannelOperations =
  | 'listNetworks'
  | 'reconnectChannel'
  | 'beginConnection'
  | 'finishConnection'
  | 'chooseAccount'
  | 'listChannels'
  | 'createChannel'
  | 'updateChannel'
  | 'rotateChannelSecret'
  | 'testChannel'
  | 'removeChannel'
  | 'getPublishingSettings'
  | 'updatePublishingSettings'

function channelOperations(parts: ApiParts): Pick<PublishingApi, ChannelOperations> {
  const { db, delivery } = parts
  return {
    listChannels: async (_, call) =>
      (await channels.listChannels(parts, call.workspaceId)).map((row) => channelAnswer(row, call.locale)),
    listNetworks: async () =>
      Object.values(parts.networks).map(({ facts, oauth }) => ({ ...facts, isReady: oauth?.isReady ?? true })),
    beginConnection: (input, call) => connecting.begin(parts, call, input),
    finishConnection: (input, call) => connecting.finish(parts, call, input),
    chooseAccount: async (input, call) => {
      const channel = await connecting.choose(parts, call, input)
      delivery.wake()
      return channelAnswer(channel, call.locale)
    },
    createChannel: async (input, call) => {
      const { channel, secret } = await channels.createChannel(parts, call, input)
      return { ...channelAnswer(channel, call.locale), secret }
    },
    reconnectChannel: async (input, call) => {
      const channel = await channels.reconnect(parts, call, input)
      delivery.wake()
      return channelAnswer(channel, call.locale)
    },
    updateChannel: async (input, call) => {
      const channel = await channels.updateChannel(parts, call, input)
      delivery.wake()
      return channelAnswer(channel, call.locale)
    },
    rotateChannelSecret: async ({ id }, call) => ({ secret: await channels.rotateSecret(parts, call, id) }),
    testChannel: async ({ id }, call) => {
      const verdict = await channels.testChannel(parts, call, id)
      const code = verdict.kind === 'accepted' ? null : verdict.code
      return {
        ok: verdict.kind === 'accepted',
        status: verdict.status ?? null,
        code,
        text: code === null ? null : problemText(code, verdict.detail ?? null, call.locale),
      }
    },
    removeChannel: async ({ id }, call) => {
      await channels.removeChannel(parts, call, id)
      return {}
    },
    getPublishingSettings: (_, call) => readSettings(db, call.workspaceId),
    updatePublishingSettings: (input, call) =>
      db.transaction(async (tx) => {
        const known = await readSettings(tx, call.workspaceId)
        const changed = {
          missed: input.missed ?? known.missed,
          lateMinutesMax: input.lateMinutesMax ?? known.lateMinutesMax,
        }
        await writeSettings(tx, call.workspaceId, changed)
        return changed
      }),
  }
}

type PostOperations = 'getVariant' | 'saveVariant' | 'previewPost'

function postOperations(parts: ApiParts): Pick<PublishingApi, PostOperations> {
  return {
    getVariant: async (place, call) => variantAnswer(await posts.draftPost(parts, call, place)),
    saveVariant: async (input, call) =>
      variantAnswer(await posts.saveVariant(parts, call, { ...input, at: parts.clock.instant() })),
    previewPost: async ({ fields, ...place }, call) => previewAnswer(await posts.draftPost(parts, call, place, fields)),
  }
}
