/**
 * Letters that ask an address whether it wants the newsletter. They leave from jobs, so that nobody can tell by the time whether an
 * address was known. What a job carries is sealed: the links in it are nowhere readable at rest.
 */
import type { Locale } from '@floowe/contracts/vocabulary'
import type {
  Clock,
  Database,
  JobKind,
  JobRun,
  LineMessage,
  LineTrouble,
  Log,
  MailLine,
  Sealer,
  Transaction,
} from '@floowe/platform'
import { createHash } from 'node:crypto'
import { hashToken } from '@floowe/platform'
import { openAccount } from '../accounts.ts'
import { escapeHtml } from '../networks/page-html.ts'
import { getChannel } from '../store/channels.ts'
import { endSubscription, getSubscriber, markLetterSent, subscriberOfLetter } from '../store/subscribers.ts'
import { colours, fonts } from './letter-html.ts'
import { type Profile, profileOf } from './profile.ts'
import { newsletterPrefix } from './writing.ts'

export const confirmationKind = 'publishing.newsletter-confirmation'
/** Of one job, over one connection. */
const lettersMax = 50

export type PendingLetter = { id: string; token: string }
type Work = { channelId: string; letters: PendingLetter[] }
export type ConfirmationParts = {
  db: Database
  clock: Clock
  sealer: Sealer
  log: Log
  publicUrl: string
  open: (profile: Profile) => Promise<MailLine | LineTrouble>
}

export async function enqueueConfirmations(
  { sealer }: { sealer: Sealer },
  tx: Transaction,
  { workspaceId, channelId }: { workspaceId: string; channelId: string },
  letters: readonly PendingLetter[],
): Promise<void> {
  for (let from = 0; from < letters.length; from += lettersMax) {
    const work: Work = { channelId, letters: letters.slice(from, from + lettersMax) }
    const sealed = sealer.seal(JSON.stringify(work), confirmationKind)
    await tx.enqueue({ kind: confirmationKind, workspaceId, input: { sealed } })
  }
}

export const confirmationJob = (parts: ConfirmationParts): JobKind => ({
  run: (job) => sendConfirmations(parts, job),
  attemptsMax: 6,
  pauseMs: 10_000,
  timeoutMs: 5 * 60_000,
})

/** Throws to be tried again for those that were not taken yet. */
async function sendConfirmations(parts: ConfirmationParts, job: JobRun): Promise<void> {
  const { db, sealer, clock } = parts
  const work = JSON.parse(sealer.open(String(job.input['sealed']), job.kind)) as Work // written by `enqueueConfirmations`
  const channel = await getChannel(db, job.workspaceId, work.channelId)
  const account = channel && openAccount({ sealer, clock }, { ...channel, workspaceId: job.workspaceId })
  // The newsletter is gone, or its secret cannot be opened here.
  if (!channel || !account) return
  const profile = profileOf(account.credentials)
  const line = await parts.open(profile)
  if ('code' in line) throw new Error(`mail: ${line.code}`)
  const cut = (): void => line.close()
  job.signal.addEventListener('abort', cut, { once: true })
  let left = 0
  try {
    for (const letter of work.letters)
      if (!(await sendOne(parts, job.workspaceId, { letter, line, profile, name: channel.name }))) left += 1
  } finally {
    job.signal.removeEventListener('abort', cut)
    line.close()
  }
  if (left > 0) throw new Error(`mail: ${left} letters were not taken yet`)
}

type Sending = { letter: PendingLetter; line: MailLine; profile: Profile; name: string }

/** @returns whether nothing is left to do for it */
async function sendOne(
  { db, clock, publicUrl }: ConfirmationParts,
  workspaceId: string,
  { letter: { id, token }, line, profile, name }: Sending,
): Promise<boolean> {
  const reader = await getSubscriber(db, workspaceId, id)
  const isWanted = reader?.state === 'pending' && !reader.letterSent && reader.email !== null
  // Somebody asked again meanwhile: that letter has another link.
  if (!isWanted || (await subscriberOfLetter(db, workspaceId, hashToken(token)))?.id !== id) return true
  const url = `${publicUrl}${newsletterPrefix}/confirm/${token}`
  const message = confirmationLetter(reader.locale, { name, profile, url, to: reader.email ?? '', at: reader.askedAt })
  const answer = await line.send(message)
  // An open end counts as sent: who asked can ask again.
  if (answer.kind === 'accepted' || answer.kind === 'unknown') await markLetterSent(db, workspaceId, id)
  else if (answer.kind === 'refused' && answer.at === 'recipient')
    await endSubscription(db, workspaceId, id, 'bounced', clock.instant())
  else return false
  return true
}

const words: Readonly<Record<Locale, Record<'subject' | 'body' | 'button' | 'until' | 'ignore', string>>> = {
  pl: {
    subject: 'Potwierdź zapis: {name}',
    body: 'Ktoś, zapewne Ty, wpisał ten adres, aby otrzymywać newsletter „{name}”. Jeszcze tylko jedno kliknięcie:',
    button: 'Potwierdzam zapis',
    until: 'Link działa przez 7 dni.',
    ignore: 'Jeśli to nie Ty, nic nie rób: bez potwierdzenia nic więcej nie przyjdzie.',
  },
  en: {
    subject: 'Confirm your subscription: {name}',
    body: 'Someone, probably you, entered this address to get the newsletter “{name}”. One more click:',
    button: 'Confirm my subscription',
    until: 'The link works for 7 days.',
    ignore: 'If this was not you, do nothing: without a confirmation nothing more will come.',
  },
}

export function confirmationLetter(
  locale: Locale,
  { name, profile, url, to, at }: { name: string; profile: Profile; url: string; to: string; at: Date },
): LineMessage {
  const say = (key: keyof (typeof words)['pl']): string => words[locale][key].replace('{name}', () => name)
  const paragraph = (html: string): string => `<p style="margin:0 0 16px">${html}</p>`
  const button = `<a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;background:${colours.river};color:#FFFFFF;text-decoration:none;border-radius:8px">${escapeHtml(say('button'))}</a>`
  const foot = `${profile.senderName}\n${profile.imprint}`
  const html = [
    paragraph(escapeHtml(say('body'))),
    paragraph(button),
    `<p style="margin:0 0 16px;word-break:break-all">${escapeHtml(url)}</p>`,
    paragraph(escapeHtml(say('until'))),
    paragraph(escapeHtml(say('ignore'))),
    `<p style="margin:32px 0 0;font-size:13px;color:${colours.ink2}">${escapeHtml(foot).replaceAll('\n', '<br>')}</p>`,
  ].join('')
  const { sender, senderName, replyTo } = profile
  return {
    returnTo: sender,
    from: { name: senderName, address: sender },
    to,
    replyTo,
    subject: say('subject'),
    text: [say('body'), url, say('until'), say('ignore'), `-- \n${foot}`].join('\n\n'),
    html: `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(say('subject'))}</title></head><body style="margin:0;padding:24px;background:${colours.paper};color:${colours.ink};font:16px/1.5 ${fonts.sans}"><div style="max-width:560px">${html}</div></body></html>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    messageId: `${createHash('sha256').update(url).digest('hex').slice(0, 40)}@${sender.split('@').at(-1) ?? 'localhost'}`,
    at,
  }
}
