/**
 * What becomes of one recipient after an attempt. Pure.
 *
 * waiting → armed → accepted, or
 *   refused: for good. When it is the mailbox that is wrong, the reader counts as bounced and gets nothing any more.
 *   deferred: not now (4xx, or a full mailbox the first time); tried again with growing pauses, in the end refused.
 *   unknown: the letter went out whole and no answer came. Nobody sends it again but a person.
 */
import type { LineAnswer } from '@floowe/platform'
import { nextAttempt, type RetryRules } from '../retries.ts'
import type { Settled } from '../store/recipients.ts'

/** `hard`: the address does not work. `soft`: it may again. */
export type Bounce = 'hard' | 'soft'
export type Outcome = Settled & {
  bounce: Bounce | null
  /** It is not about this reader: the server takes nothing from this sender, or the line is gone. */
  isTrouble: boolean
}
export type Attempt = { attempts: number; firstArmedAt: Date }

const lostPauseMs = 5_000

export function outcomeOf(
  answer: LineAnswer,
  { attempts, firstArmedAt }: Attempt,
  rules: RetryRules & { pauseMs: number },
  nowMs: number,
  messageId: string,
): Outcome {
  const base = { answer: answer.text, messageId, nextAt: null, bounce: null, isTrouble: false } as const
  if (answer.kind === 'accepted') return { ...base, state: 'accepted', code: null }
  if (answer.kind === 'unknown') return { ...base, state: 'unknown', code: 'outcome-unknown' }
  const next = nextAttempt(rules, { tries: attempts, beganMs: firstArmedAt.getTime() }, rules.pauseMs, nowMs, null)
  const nextAt = next === null ? null : new Date(next).toISOString()
  const givenUp = { ...base, state: 'refused', code: 'gave-up', bounce: 'soft' } as const
  if (!('at' in answer)) {
    const soon = new Date(nowMs + lostPauseMs).toISOString()
    return nextAt === null
      ? { ...givenUp, bounce: null }
      : { ...base, state: 'deferred', code: 'connection-lost', nextAt: soon, isTrouble: true }
  }
  if (answer.at === 'sender') return { ...base, state: 'waiting', code: 'sender-refused', isTrouble: true }
  if (answer.kind === 'deferred')
    return nextAt === null ? givenUp : { ...base, state: 'deferred', code: 'not-now', nextAt }
  if (isFull(answer))
    return attempts === 1 && nextAt !== null
      ? { ...base, state: 'deferred', code: 'mailbox-full', nextAt }
      : { ...base, state: 'refused', code: 'mailbox-full', bounce: 'soft' }
  return isNoMailbox(answer)
    ? { ...base, state: 'refused', code: 'no-mailbox', bounce: 'hard' }
    : { ...base, state: 'refused', code: 'mail-refused' }
}

type Refused = Extract<LineAnswer, { at: string }>
const enhanced = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/

const isFull = ({ status, text }: Refused): boolean => {
  const [, , subject, detail] = enhanced.exec(text) ?? []
  return subject === undefined ? status === 552 : subject === '2' && detail === '2'
}

/** Without a more exact code, 550, 551 and 553 to a recipient speak of the mailbox. Rules and reputation (5.7.x) do not. */
function isNoMailbox({ at, status, text }: Refused): boolean {
  const [, , subject = '', detail = ''] = enhanced.exec(text) ?? []
  if (subject !== '') return isBadAddress(subject, detail)
  return at === 'recipient' && [0, 550, 551, 553].includes(status)
}

/** RFC 3463: addressing (1.x), but not the sender's own address; a mailbox that is off (2.1). */
export const isBadAddress = (subject: string, detail: string): boolean =>
  (subject === '1' && !['7', '8', '9'].includes(detail)) || (subject === '2' && detail === '1')
