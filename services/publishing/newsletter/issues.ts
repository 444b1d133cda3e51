/** What a person does with an issue: looks at it before, sends it to themselves, decides about readers of whom nobody knows. */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Call, Calls, Clock, Database, LineAnswer, LineTrouble, Sealer } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import { randomUUID } from 'node:crypto'
import { openAccount } from '../accounts.ts'
import { type Account, pageOf } from '../networks/network.ts'
import { problemText } from '../problems.ts'
import { thaw } from '../snapshots.ts'
import { type ChannelRow, getChannel } from '../store/channels.ts'
import { type DeliveryRow, getDelivery, liveAddress } from '../store/deliveries.ts'
import { readSnapshot } from '../store/ledger.ts'
import * as rows from '../store/recipients.ts'
import { copyFor, type Letter, letterOf } from './letter.ts'
import type { Newsletters } from './newsletters.ts'
import { type Profile, profileOf } from './profile.ts'
import { sampleUrlOf } from './writing.ts'

export type IssueParts = {
  db: Database
  clock: Clock
  sealer: Sealer
  call: Calls
  publicUrl: string
  newsletters: Newsletters
}

/** @throws Refusal not-found, not-a-newsletter */
export async function newsletterChannel({ db }: Pick<IssueParts, 'db'>, call: Call, id: string): Promise<ChannelRow> {
  const channel = found(await getChannel(db, call.workspaceId, id), 'channel')
  return channel.network === 'newsletter' ? channel : refuse('not-a-newsletter')
}

/** @throws Refusal not-found, not-a-newsletter */
export async function issueOf({ db }: Pick<IssueParts, 'db'>, call: Call, id: string): Promise<DeliveryRow> {
  const delivery = found(await getDelivery(db, call.workspaceId, id), 'delivery')
  return delivery.network === 'newsletter' ? delivery : refuse('not-a-newsletter')
}

type Drafted = { letter: Letter; profile: Profile; account: Account; content: SnapshotContent }

/**
 * The edition as the letter it would be now, with a link to leave that leads nowhere.
 * @throws Refusal not-found, not-a-newsletter, nothing-to-publish
 */
export async function draftIssue(
  parts: IssueParts,
  call: Call,
  { editionId, channelId }: { editionId: string; channelId: string },
): Promise<Drafted> {
  const channel = await newsletterChannel(parts, call, channelId)
  const as = { caller: call.caller, requestId: call.requestId }
  const content = await parts.call.content.renderSnapshot({ editionId }, as)
  return { ...(await sampleOf(parts, call.workspaceId, channel, content)), content }
}

export type SampleParts = Pick<IssueParts, 'db' | 'clock' | 'sealer' | 'publicUrl'>

/** A text as a letter to nobody: its link to leave leads nowhere. */
export async function sampleOf(
  parts: SampleParts,
  workspaceId: string,
  channel: ChannelRow,
  content: SnapshotContent,
): Promise<Omit<Drafted, 'content'>> {
  const account = accountOf(parts, workspaceId, channel)
  const profile = profileOf(account.credentials)
  const { publicUrl } = parts
  const viewUrl = await liveAddress(parts.db, workspaceId, content.editionId)
  const letter = letterOf({ content, profile, newsletterName: channel.name, viewUrl, publicUrl })
  return { letter: copyFor(letter, sampleUrlOf(publicUrl)), profile, account }
}

/** With its secrets open; where they cannot be opened, what is readable is enough to show a letter. */
function accountOf(parts: SampleParts, workspaceId: string, channel: ChannelRow): Account {
  const { id: channelId, name, url, account: credentials } = channel
  return (
    openAccount(parts, { ...channel, workspaceId }) ?? { channelId, workspaceId, name, url, secrets: [], credentials }
  )
}

const testMark = { pl: '[Próba]', en: '[Test]' } as const

/** To the person who asks, and to nobody else. @throws Refusal also mail-refused */
export async function sendTest(
  parts: IssueParts,
  call: Call,
  place: { editionId: string; channelId: string },
): Promise<{ to: string }> {
  const { letter, profile } = await draftIssue(parts, call, place)
  const me = await parts.call.identity.me(undefined, { caller: call.caller, requestId: call.requestId })
  const { email: to } = me.person
  const answer = await overLine(parts, profile, {
    ...letter,
    subject: `${testMark[profile.language]} ${letter.subject}`,
    returnTo: profile.sender,
    from: { name: profile.senderName, address: profile.sender },
    to,
    replyTo: profile.replyTo,
    headers: { 'Auto-Submitted': 'auto-generated' },
    messageId: `${randomUUID()}@${profile.sender.split('@').at(-1) ?? 'localhost'}`,
    at: new Date(parts.clock.now()),
  })
  if ('code' in answer || answer.kind !== 'accepted') refuse('mail-refused', { text: answer.text })
  return { to }
}

async function overLine(
  { newsletters }: IssueParts,
  profile: Profile,
  message: Parameters<Exclude<Awaited<ReturnType<Newsletters['open']>>, LineTrouble>['send']>[0],
): Promise<LineAnswer | LineTrouble> {
  const line = await newsletters.open(profile)
  if ('code' in line) return line
  try {
    return await line.send(message)
  } finally {
    line.close()
  }
}

/**
 * What a person says of a reader of whom nobody knows whether they have the issue. Sent again, they stay unknown until the server
 * has answered: a second click, or a process that dies, sends nothing more.
 * @throws Refusal not-found, not-a-newsletter, recipient-settled, channel-not-ready, mail-refused
 */
export async function decideRecipient(
  parts: IssueParts,
  call: Call,
  { id, subscriberId, decision }: { id: string; subscriberId: string; decision: 'send-again' | 'leave' },
): Promise<rows.RecipientRow> {
  const { db, clock } = parts
  const delivery = await issueOf(parts, call, id)
  const recipient = found(await rows.getRecipient(db, call.workspaceId, id, subscriberId), 'recipient')
  const settled = (state: string): never => refuse('recipient-settled', { state })
  if (recipient.state !== 'unknown') settled(recipient.state)
  const decided = async (code: 'left' | 'sent-again'): Promise<void> => {
    const at = clock.instant()
    if (!(await rows.decideUnknown(db, call.workspaceId, id, recipient, { code, at }))) settled(recipient.state)
  }
  if (decision === 'leave') await decided('left')
  else {
    // Whoever has left meanwhile gets nothing more.
    if (recipient.email === null || recipient.subscriberState !== 'confirmed') settled('dropped')
    const message = await writtenFor(parts, call, delivery, { ...recipient, email: recipient.email ?? '' })
    await decided('sent-again')
    const again = { id: subscriberId, attempts: recipient.attempts + 1 }
    const answer = await overLine(parts, message.profile, message.letter)
    if ('code' in answer) refuse('mail-refused', { text: answer.text })
    await settleAgain(parts, { workspaceId: call.workspaceId, deliveryId: id }, again, answer, message.letter.messageId)
    if (answer.kind !== 'accepted') refuse('mail-refused', { text: answer.text })
  }
  return found(await rows.getRecipient(db, call.workspaceId, id, subscriberId), 'recipient')
}

/** Accepted or refused is the end of it; anything else leaves it where it was. */
async function settleAgain(
  { db }: IssueParts,
  of: { workspaceId: string; deliveryId: string },
  again: { id: string; attempts: number },
  answer: LineAnswer,
  messageId: string,
): Promise<void> {
  const state = answer.kind === 'accepted' ? 'accepted' : answer.kind === 'refused' ? 'refused' : 'unknown'
  const code = { accepted: null, refused: 'mail-refused', unknown: 'sent-again' }[state]
  await rows.settleRecipient(db, of, again, { state, code, answer: answer.text, messageId, nextAt: null })
}

async function writtenFor(
  parts: IssueParts,
  call: Call,
  delivery: DeliveryRow,
  recipient: rows.RecipientRow & { email: string },
) {
  const channel = await newsletterChannel(parts, call, delivery.channelId)
  const account = openAccount(parts, { ...channel, workspaceId: call.workspaceId })
  if (!account || channel.state === 'attention') refuse('channel-not-ready', { state: channel.state })
  const kept = delivery.snapshotId === null ? null : await readSnapshot(parts.db, call.workspaceId, delivery.snapshotId)
  const content = kept && thaw(kept.content, kept.hash)
  if (!content) return refuse('mail-refused', { text: problemText('snapshot-damaged', null, call.locale) })
  const profile = profileOf(account.credentials)
  const mailing = await rows.tallyOf(parts.db, call.workspaceId, delivery.id)
  // The very letter that went out: its date is that of the issue, not of this reader's turn.
  const at = (mailing?.datedAt ?? delivery.dueAt).toISOString()
  const write = parts.newsletters.write({
    parcel: { deliveryId: delivery.id, workspaceId: call.workspaceId, at },
    account,
    profile,
    content: pageOf(content),
    viewUrl: mailing?.viewUrl ?? null,
  })
  const { subscriberId: id, email, bounceId } = recipient
  return { profile, letter: write({ id, email, bounceId }) }
}
