/** Operations on newsletters: call the idea, shape the answer. */
import type { Contracts } from '@floowe/contracts/index'
import { RecipientState, SubscriberState } from '@floowe/contracts/newsletters'
import type { Api, Call, Mail } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import { apart, contextOf, openAccount } from '../accounts.ts'
import type { ChannelParts } from '../channels.ts'
import { verdictOf } from '../networks/asking.ts'
import { causeOf, tellChannel } from '../news.ts'
import { connectProblemOf, problemText } from '../problems.ts'
import { type ChannelRow, getChannel, reconnectChannel } from '../store/channels.ts'
import * as recipients from '../store/recipients.ts'
import * as subscribers from '../store/subscribers.ts'
import { csvLine, readCsv } from './csv.ts'
import * as issues from './issues.ts'
import { newsletterKey } from './links.ts'
import { formToCopy } from './pages.ts'
import { credentialsOf, type Profile, profileOf } from './profile.ts'
import * as readers from './readers.ts'
import { newsletterPrefix, senderLine } from './writing.ts'

export type NewsletterApiParts = ChannelParts & issues.IssueParts & { mail: Pick<Mail, 'isOn'> }

type NewsletterApi = Api<Contracts['publishing']>
type Settings = 'getNewsletter' | 'updateNewsletter'
type Readers = 'listSubscribers' | 'addSubscriber' | 'importSubscribers' | 'removeSubscriber' | 'exportSubscribers'
type Issues =
  | 'getMailing'
  | 'listRecipients'
  | 'decideRecipient'
  | 'stopMailing'
  | 'previewNewsletter'
  | 'sendTestLetter'

const exportMax = 10_000

export const newsletterApi = (parts: NewsletterApiParts): Pick<NewsletterApi, Settings | Readers | Issues> => ({
  ...settingsOperations(parts),
  ...readerOperations(parts),
  ...issueOperations(parts),
})

function settingsOperations(parts: NewsletterApiParts): Pick<NewsletterApi, Settings> {
  const { db } = parts
  const answer = async (call: Call, channel: ChannelRow) => {
    const account = openAccount(parts, { ...channel, workspaceId: call.workspaceId })
    const { server, ...profile } = profileOf(account?.credentials ?? channel.account)
    const formUrl = `${parts.publicUrl}${newsletterPrefix}/subscribe/${newsletterKey(call.workspaceId, channel.id)}`
    const counts = await subscribers.countByState(db, call.workspaceId, channel.id)
    return {
      channelId: channel.id,
      ...profile,
      hasOwnServer: server !== null,
      isMailReady: server !== null || parts.mail.isOn,
      hearsBounces: parts.settings.bounces !== null,
      subscribers: everyOf(SubscriberState.options, counts),
      formUrl,
      formHtml: formToCopy(profile.language, formUrl),
    }
  }
  return {
    getNewsletter: async ({ channelId }, call) => answer(call, await issues.newsletterChannel(parts, call, channelId)),
    updateNewsletter: async ({ channelId, ...change }, call) => {
      const channel = await issues.newsletterChannel(parts, call, channelId)
      await changeProfile(parts, call, channel, change)
      return answer(call, await issues.newsletterChannel(parts, call, channelId))
    },
  }
}

const everyOf = <Name extends string>(names: readonly Name[], counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(names.map((name) => [name, counts[name] ?? 0])) as Record<Name, number> // each of the names

type Change = { [Key in keyof Profile]?: Profile[Key] | undefined }

/** A server that was named, or no longer is, must take us before it is kept. */
async function changeProfile(parts: NewsletterApiParts, call: Call, channel: ChannelRow, change: Change) {
  const account = openAccount(parts, { ...channel, workspaceId: call.workspaceId })
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const before = await verdictOf(async () => profileOf(account?.credentials ?? channel.account))
  const profile = { ...('kind' in before ? {} : before), ...given } as Profile // checked below as a whole
  const asked = await verdictOf(async () => profileOf(credentialsOf(profile)))
  const isNewServer = change.server !== undefined
  const refused =
    'kind' in asked ? asked : isNewServer ? await parts.networks.newsletter.connect?.(credentialsOf(asked)) : null
  if (refused && 'kind' in refused) {
    const code = connectProblemOf(refused.code)
    refuse('connection-refused', { code, text: problemText(code, refused.detail ?? null, call.locale) })
  }
  const { readable, secret } = apart(parts, 'newsletter', credentialsOf(profile))
  const kept = { ...readable, id: channel.account['id'] ?? channel.id, name: profile.sender }
  await parts.db.transaction(async (tx) => {
    await reconnectChannel(tx, call.workspaceId, channel.id, {
      url: channel.url,
      account: kept,
      secretSealed: parts.sealer.seal(secret, contextOf(channel.id)),
    })
    const now = found(await getChannel(tx, call.workspaceId, channel.id), 'channel')
    await tellChannel(tx, causeOf(call), now, now.state)
  })
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
const subscriberAnswer = (row: subscribers.SubscriberRow) => ({
  id: row.id,
  email: row.email ?? '',
  state: row.state === 'removed' ? ('unsubscribed' as const) : row.state,
  locale: row.locale,
  source: row.source,
  askedAt: row.askedAt.toISOString(),
  askedBy: row.askedBy,
  declaration: row.declaration,
  confirmedAt: iso(row.confirmedAt),
  endedAt: iso(row.endedAt),
})

function readerOperations(parts: NewsletterApiParts): Pick<NewsletterApi, Readers> {
  const { db } = parts
  const localeOf = (channel: ChannelRow) => (channel.account['language'] === 'pl' ? ('pl' as const) : ('en' as const))
  const entering = (call: Call, channelId: string, source: 'person' | 'import', declaration: string | undefined) => ({
    workspaceId: call.workspaceId,
    channelId,
    source,
    askedBy: call.caller.actor,
    declaration: declaration ?? null,
  })
  return {
    listSubscribers: async ({ channelId, limit, offset, ...filter }, call) => {
      await issues.newsletterChannel(parts, call, channelId)
      const page = { limit, offset }
      const { items, total } = await subscribers.listSubscribers(db, call.workspaceId, channelId, filter, page)
      return { items: items.map(subscriberAnswer), total }
    },
    addSubscriber: async ({ channelId, email, locale, declaration }, call) => {
      const channel = await issues.newsletterChannel(parts, call, channelId)
      const entry = { email, locale: locale ?? localeOf(channel) }
      const of = entering(call, channelId, 'person', declaration)
      const { known, skipped, ids } = await readers.enter(parts, of, [entry])
      if (known > 0) refuse('already-subscribed')
      if (skipped > 0) refuse('has-left')
      const row = await subscribers.getSubscriber(db, call.workspaceId, ids[0] ?? '')
      return subscriberAnswer(found(row, 'subscriber'))
    },
    importSubscribers: async ({ channelId, csv, locale, declaration }, call) => {
      const channel = await issues.newsletterChannel(parts, call, channelId)
      const read = readCsv(csv, locale ?? localeOf(channel))
      if (read === null) return refuse('invalid-input', { issues: [{ path: 'csv', problem: 'too many lines' }] })
      const { entries, ...invalid } = read
      const { ids: _, ...entered } = await readers.enter(
        parts,
        entering(call, channelId, 'import', declaration),
        entries,
      )
      return { ...entered, ...invalid }
    },
    removeSubscriber: async ({ channelId, subscriberId }, call) => {
      await issues.newsletterChannel(parts, call, channelId)
      await readers.erase(parts, call.workspaceId, channelId, subscriberId)
      return {}
    },
    exportSubscribers: async ({ channelId, after }, call) => {
      await issues.newsletterChannel(parts, call, channelId)
      const rows = await subscribers.subscribersAfter(db, call.workspaceId, channelId, after ?? null, exportMax)
      const head =
        after === undefined
          ? csvLine(['email', 'state', 'language', 'source', 'asked', 'confirmed', 'ended', 'declaration'])
          : ''
      const lines = rows.map(({ email, state, locale, source, declaration, ...row }) =>
        csvLine([
          email ?? '',
          state,
          locale,
          source,
          row.askedAt.toISOString(),
          iso(row.confirmedAt) ?? '',
          iso(row.endedAt) ?? '',
          declaration ?? '',
        ]),
      )
      return { csv: head + lines.join(''), next: rows.length < exportMax ? null : (rows.at(-1)?.id ?? null) }
    },
  }
}

const recipientAnswer = (row: recipients.RecipientRow, locale: 'pl' | 'en') => ({
  subscriberId: row.subscriberId,
  email: row.email,
  state: row.state,
  attempts: row.attempts,
  armedAt: iso(row.armedAt),
  nextAttemptAt: row.state === 'deferred' || row.state === 'waiting' ? iso(row.nextAt) : null,
  messageId: row.messageId,
  code: row.code,
  text: row.code === null ? null : problemText(row.code, null, locale),
  answer: row.answer,
})

function issueOperations(parts: NewsletterApiParts): Pick<NewsletterApi, Issues> {
  const { db } = parts
  const mailing = async (call: Call, id: string) => {
    const tally = await recipients.tallyOf(db, call.workspaceId, id)
    return (
      tally && {
        begunAt: tally.begunAt.toISOString(),
        recipients: everyOf(RecipientState.options, tally.counts),
        undecided: tally.undecided,
        nextAttemptAt: iso(tally.nextAt),
      }
    )
  }
  return {
    getMailing: async ({ id }, call) => mailing(call, (await issues.issueOf(parts, call, id)).id),
    listRecipients: async ({ id, state, limit, offset }, call) => {
      await issues.issueOf(parts, call, id)
      const page = { limit, offset }
      const { items, total } = await recipients.listRecipients(db, call.workspaceId, id, state ?? null, page)
      return { items: items.map((row) => recipientAnswer(row, call.locale)), total }
    },
    decideRecipient: async (input, call) =>
      recipientAnswer(await issues.decideRecipient(parts, call, input), call.locale),
    stopMailing: async ({ id }, call) => {
      await issues.issueOf(parts, call, id)
      await recipients.dropWaiting(db, call.workspaceId, id)
      return mailing(call, id)
    },
    previewNewsletter: async (place, call) => {
      const { letter, profile } = await issues.draftIssue(parts, call, place)
      return { from: senderLine(profile), ...letter }
    },
    sendTestLetter: (place, call) => issues.sendTest(parts, call, place),
  }
}
