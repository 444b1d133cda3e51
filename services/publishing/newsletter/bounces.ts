/**
 * What came back: reports of mail servers that a letter was not delivered (RFC 3464), and of readers who called it unwanted (RFC 5965).
 * Whom it is about is told by the address that the report came to, never by what stands in it.
 */
import PostalMime from 'postal-mime'
import { type Bounce, isBadAddress } from './outcomes.ts'

export type Report =
  | { kind: 'bounce'; bounce: Bounce; answer: string }
  | { kind: 'complaint'; answer: string }
  /** A letter on its way for longer, an answer of a robot, something else. */
  | { kind: 'nothing' }

const partsMax = 20
const fieldsMax = 200
const answerMax = 500

export async function reportIn(bytes: Uint8Array): Promise<Report> {
  const mail = await PostalMime.parse(bytes, { maxNestingDepth: 10, maxHeadersSize: 64 * 1024 })
  for (const { mimeType, content } of mail.attachments.slice(0, partsMax)) {
    if (mimeType === 'message/feedback-report') return complaintIn(fieldsOf(textOf(content)))
    if (mimeType === 'message/delivery-status') return bounceIn(textOf(content), mail.text ?? '')
  }
  return { kind: 'nothing' }
}

const textOf = (content: string | ArrayBuffer | Uint8Array): string =>
  typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('utf8') // either is bytes

/** `Name: value`, lines that begin with a blank belong to the one before. */
function fieldsOf(text: string): Map<string, string> {
  const lines = text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/, fieldsMax)
  const pairs = lines.map((line) => /^([\w-]{1,60}):\s*(.*)$/.exec(line)).filter((found) => found !== null)
  return new Map(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]))
}

function complaintIn(fields: Map<string, string>): Report {
  const type = (fields.get('feedback-type') ?? '').toLowerCase()
  // Also reports of somebody who is not a reader: fraud, viruses.
  return ['abuse', 'opt-out', 'opt-out-list'].includes(type) ? { kind: 'complaint', answer: type } : { kind: 'nothing' }
}

/** Fields of the report, then a block for each recipient; a letter of ours has one. @param words what it says to people */
function bounceIn(text: string, words: string): Report {
  const blocks = text.split(/(?:\r?\n){2,}/, partsMax).map(fieldsOf)
  const fields = blocks.find((block) => block.has('action'))
  if (fields?.get('action')?.toLowerCase() !== 'failed') return { kind: 'nothing' }
  const status = fields.get('status') ?? ''
  const diagnosis = fields.get('diagnostic-code')?.replace(/^\S+;\s*/, '') || diagnosisIn(words)
  const [, kind = '', subject = '', detail = ''] = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(status) ?? []
  // Generic 5.0.0: the diagnosis says more.
  const [, diagnosed = '', diagnosedDetail = ''] = /\b5\.(\d{1,3})\.(\d{1,3})\b/.exec(diagnosis) ?? []
  const isGeneric = subject === '0' || subject === ''
  const isHard = !isGeneric
    ? kind === '5' && isBadAddress(subject, detail)
    : diagnosed !== ''
      ? isBadAddress(diagnosed, diagnosedDetail)
      : /^55[013]\b/.test(diagnosis)
  return { kind: 'bounce', bounce: isHard ? 'hard' : 'soft', answer: (diagnosis || status).slice(0, answerMax) }
}

/** Where a server found the reason itself, it may write it for people only. */
const diagnosisIn = (words: string): string => /\b5\d\d[ -]5\.\d{1,3}\.\d{1,3}\b[^\r\n]*/.exec(words)?.[0] ?? ''
