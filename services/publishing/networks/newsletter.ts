/**
 * A newsletter by e-mail: one letter to each person who had confirmed when the issue was first armed.
 *
 * Exactly once: SMTP drops no repetition and cannot be asked. So there is a ledger with one row for each person. A row is armed
 * before its letter leaves, and what the server answered is written down behind it; whoever was armed when the connection or the
 * process went away is `unknown`, and nobody but a person sends to them again. The delivery itself may therefore be repeated.
 *
 * An issue to many takes longer than an attempt should hold its place: after some seconds the rest is left to the next attempt.
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import type { Clock, LineAnswer, LineMessage, LineTrouble, MailLine } from '@floowe/platform'
import type { Outcome } from '../newsletter/outcomes.ts'
import { credentialsOf, type Profile, profileOf } from '../newsletter/profile.ts'
import type { MailingOf, Taken, Tally } from '../store/recipients.ts'
import { verdictOf } from './asking.ts'
import {
  type Account,
  Ended,
  type Failure,
  type Network,
  pageOf,
  type Parcel,
  type RemotePiece,
  type Run,
  type Verdict,
} from './network.ts'

const facts: NetworkFacts = {
  network: 'newsletter',
  form: 'page',
  connection: {
    kind: 'fields',
    fields: [
      { name: 'senderName', isSecret: false, example: 'Studio Wisła' },
      { name: 'sender', isSecret: false, example: 'listy@example.com' },
      { name: 'replyTo', isSecret: false, isOptional: true, example: 'redakcja@example.com' },
      { name: 'language', isSecret: false, example: 'pl', choices: ['pl', 'en'] },
      { name: 'imprint', isSecret: false, example: 'Studio Wisła, ul. Nadrzeczna 7, 00-390 Warszawa' },
      { name: 'server', isSecret: true, isOptional: true, example: 'smtp://user:password@smtp.example.com:587' },
    ],
  },
  text: null,
  media: null,
  threads: false,
  firstComment: null,
  edits: false,
  removes: false,
  repeats: 'taken',
  afterLostAnswer: 'repeat',
}

/** The readers of issues, one by one; see newsletter/mailings.ts. */
export type Mailings = {
  /** Fixes who gets it, the first time. `went-out-before`: another delivery of this edition has reached readers. */
  begin: (of: MailingOf) => Promise<Tally | 'went-out-before' | 'taken-over'>
  /** The next who may be tried; armed on the disk when it resolves. Null: nobody now. */
  take: (of: MailingOf) => Promise<Taken | null>
  settle: (of: MailingOf, taken: Taken, answer: LineAnswer, messageId: string) => Promise<Outcome>
  /** How it stands when nobody of this attempt is on their way any more. */
  end: (of: MailingOf) => Promise<Tally | null>
  /** Resolves when this newsletter may send another letter. */
  pace: (channelId: string, perSecond: number, signal: AbortSignal) => Promise<void>
}
/** What turns an issue into letters; see newsletter/writing.ts. */
export type Writing = (
  issue: { parcel: Pick<Parcel, 'deliveryId' | 'workspaceId' | 'at'>; account: Account; profile: Profile } & {
    content: ReturnType<typeof pageOf>
    viewUrl: string | null
  },
) => (reader: Pick<Taken, 'id' | 'bounceId'> & { email: string }) => LineMessage

export type NewsletterParts = {
  clock: Clock
  mailings: Mailings
  write: Writing
  /** A connection to the newsletter's mail server. */
  open: (profile: Profile) => Promise<MailLine | LineTrouble>
  firstPauseMs: number
  /** Connections at the same time. */
  linesMax: number
}

const contentBytesMax = 1024 * 1024
/** An attempt begins no further letter after that. */
const sliceMs = 10_000
/** Lines that break one after another end the attempt. */
const brokenMax = 3
const piece = 'part-0'

export function newsletter(parts: NewsletterParts): Network {
  const check = async (profile: Profile): Promise<void> => {
    const line = await parts.open(profile)
    if ('code' in line) throw new Ended(troubleOf(line))
    line.close()
  }
  return {
    facts,
    limits: { contentBytesMax },
    firstPauseMs: parts.firstPauseMs,
    send: (parcel, account, run) => verdictOf(() => sendIssue(parts, parcel, account, run)),
    test: ({ credentials }) =>
      verdictOf(async () => {
        await check(profileOf(credentials))
        return { kind: 'accepted' as const, url: null }
      }),
    connect: (fields) =>
      verdictOf(async () => {
        const profile = profileOf(fields)
        await check(profile)
        return { accountId: null, accountName: profile.sender, url: null, credentials: credentialsOf(profile) }
      }),
  }
}

async function sendIssue(parts: NewsletterParts, parcel: Parcel, account: Account, run: Run): Promise<Verdict> {
  if (parcel.kind === 'unpublish') return { kind: 'permanent', code: 'cannot-remove' }
  if (parcel.kind === 'update') return { kind: 'permanent', code: 'cannot-change' }
  if (!parcel.snapshot) return { kind: 'permanent', code: 'snapshot-damaged' }
  const content = pageOf(parcel.snapshot.content)
  const profile = profileOf(account.credentials)
  const { workspaceId, deliveryId, editionId } = parcel
  const of: MailingOf = { workspaceId, channelId: account.channelId, deliveryId, editionId, fence: run.fence ?? 0 }
  const begun = await parts.mailings.begin(of)
  if (begun === 'taken-over') return { kind: 'ambiguous', code: 'interrupted' }
  if (begun === 'went-out-before') return { kind: 'permanent', code: 'cannot-change' }
  const total = Object.values(begun.counts).reduce((sum, count) => sum + count, 0)
  if (total === 0) return { kind: 'permanent', code: 'no-subscribers' }
  const write = parts.write({ parcel, account, profile, content, viewUrl: begun.viewUrl })
  const endMs = parts.clock.now() + sliceMs
  const isKept = run.remote[piece]?.id !== undefined
  const slice: Slice = { parts, of, profile, run, write, endMs, trouble: null, broken: 0, isKept }
  await keepOut(slice, begun)
  if (isOpen(begun) && (begun.nextAt?.getTime() ?? 0) <= parts.clock.now()) await sendSlice(slice)
  return concluded(slice, await parts.mailings.end(of))
}

const isOpen = ({ counts }: Tally): boolean => counts.waiting + counts.deferred + counts.armed > 0

type Slice = {
  parts: NewsletterParts
  of: MailingOf
  profile: Profile
  run: Run
  write: ReturnType<Writing>
  endMs: number
  /** Why no more letters may leave for now. */
  trouble: Failure | null
  /** Lines that broke since a letter was taken. */
  broken: number
  /** It is written down that the issue is out. */
  isKept: boolean
}

/** Several letters at a time, each line as long as it holds. */
async function sendSlice(slice: Slice): Promise<void> {
  const { parts, profile } = slice
  const first = await parts.open(profile)
  if ('code' in first) {
    slice.trouble = troubleOf(first)
    return
  }
  const lanes = Math.min(parts.linesMax, Math.max(1, Math.ceil(profile.perSecond / 2)))
  // One line failing in a way of our own must not leave the others running behind its back.
  const ended = await Promise.allSettled(
    Array.from({ length: lanes }, (_, lane) => sendAlong(slice, lane === 0 ? first : null)),
  )
  const failed = ended.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}

async function sendAlong(slice: Slice, opened: MailLine | null): Promise<void> {
  const { parts, of, run, profile } = slice
  const { mailings, clock } = parts
  let line = opened
  const cut = (): void => line?.close()
  run.signal.addEventListener('abort', cut)
  const mayGoOn = (): boolean => !run.signal.aborted && slice.trouble === null && clock.now() < slice.endMs
  try {
    while (mayGoOn()) {
      await mailings.pace(of.channelId, profile.perSecond, run.signal)
      if (!mayGoOn()) return
      line = line?.isOpen() ? line : await reopened(slice)
      if (line === null) return
      const taken = await mailings.take(of)
      if (taken === null) return
      if (taken.state === 'armed') await sendTo(slice, line, taken)
    }
  } finally {
    run.signal.removeEventListener('abort', cut)
    line?.close()
  }
}

async function reopened(slice: Slice): Promise<MailLine | null> {
  const line = await slice.parts.open(slice.profile)
  if (!('code' in line)) return line
  slice.trouble ??= troubleOf(line)
  return null
}

async function sendTo(slice: Slice, line: MailLine, taken: Taken): Promise<void> {
  const { of, parts } = slice
  const message = slice.write({ ...taken, email: taken.email ?? '' })
  const answer = await line.send(message)
  const outcome = await parts.mailings.settle(of, taken, answer, message.messageId)
  if (outcome.state === 'accepted' || outcome.state === 'unknown') await keepOut(slice, null)
  if (outcome.state === 'accepted') slice.broken = 0
  if (answer.kind === 'lost') slice.broken += 1
  if (slice.broken >= brokenMax) slice.trouble ??= { kind: 'transient', code: 'mail-line-lost', detail: answer.text }
  if (outcome.isTrouble && answer.kind !== 'lost')
    slice.trouble ??= { kind: 'reconnect', code: 'sender-refused', answer: answer.text, detail: answer.text }
}

/** From the first letter on the issue is out: a later delivery of the same edition would be a change, and mail cannot be changed. */
async function keepOut(slice: Slice, tally: Tally | null): Promise<void> {
  if (slice.isKept) return
  if (tally !== null && tally.counts.accepted + tally.counts.unknown + tally.counts.armed === 0) return
  slice.isKept = true
  const { run, of, parts } = slice
  const out: RemotePiece = { key: of.deliveryId, armedMs: parts.clock.now(), id: 'sent' }
  await run.keep({ ...run.remote, [piece]: out })
}

function concluded({ parts, trouble, run }: Slice, tally: Tally | null): Verdict {
  if (tally === null) return { kind: 'ambiguous', code: 'interrupted' }
  const { counts } = tally
  if (isOpen(tally)) {
    if (trouble) return trouble
    if (run.signal.aborted) return { kind: 'transient', code: 'interrupted' }
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
    const nextAtMs = Math.max(tally.nextAt?.getTime() ?? 0, parts.clock.now())
    return { kind: 'unfinished', code: 'sending-on', detail: `${counts.accepted}/${total}`, nextAtMs }
  }
  if (counts.accepted + counts.unknown > 0) return { kind: 'accepted', url: tally.viewUrl }
  return { kind: 'permanent', code: counts.refused > 0 ? 'nobody-took-it' : 'no-subscribers' }
}

/** What it means that no connection to the mail server came about. */
function troubleOf({ code, text }: LineTrouble): Failure {
  const evidence = { answer: text, detail: text.slice(0, 300) }
  if (code === 'not-configured') return { kind: 'permanent', code: 'mail-not-set-up' }
  if (code === 'sign-in-failed') return { kind: 'reconnect', code: 'token-refused', ...evidence }
  if (code === 'bad-server') return { kind: 'permanent', code: 'bad-mail-server' }
  if (code === 'blocked-address') return { kind: 'permanent', code }
  if (code === 'refused') return { kind: 'reconnect', code: 'mail-server-refuses', ...evidence }
  if (code === 'try-later') return { kind: 'transient', code: 'receiver-busy', ...evidence }
  if (code === 'not-found') return { kind: 'transient', code: 'address-not-found', ...evidence }
  return { kind: 'transient', code, ...evidence }
}
