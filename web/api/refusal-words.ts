/** Refusals in words: what happened and what to do, by code. The texts are `words/<language>/refusals.json`. */
import { unreadableReason } from '@floowe/contracts/unreadable-words'
import { currentLanguage, isKnownWord, loadWords, say, useHasWords, useLanguage } from '../words/words.ts'
import { formatsFor, type Formats } from '../ui/formats.ts'
import { useSurroundings } from '../ui/surroundings.tsx'
import { showToast } from '../ui/toasts.tsx'
import { type Refusal, refusalOf } from './refusals.ts'

export type RefusalWords = { title: string; advice: string; requestId: string | null; code: string }

type Value = string | number
/** What a text's `select` takes when the server said nothing. */
const none = 'none'
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : none)
/** How the details of a code are written; a text may use these names and no others. */
const details: Record<string, (data: Record<string, unknown>, formats: Formats) => Record<string, Value>> = {
  'too-large': (data, formats) => ({
    limit: typeof data.limitBytes === 'number' ? formats.bytes(data.limitBytes) : none,
  }),
  'too-many-requests': (data) => ({ seconds: Math.ceil(Number(data.retryAfterSeconds ?? 60)) }),
  locked: (data) => ({ minutes: Math.max(1, Math.ceil(Number(data.retryAfterSeconds ?? 60) / 60)) }),
  'stale-revision': (data) => ({ who: text(data.updatedByName) }),
  'slug-taken': (data) => ({ suggestion: text(data.suggestion) }),
  'still-published': (data, formats) => ({
    channels: formats.list(Array.isArray(data.channels) ? data.channels.map(String) : []),
  }),
  'time-in-past': (data, formats) => ({ at: typeof data.dueAt === 'string' ? formats.dateTime(data.dueAt) : none }),
  embargoed: (data, formats) => ({
    at:
      typeof data.until === 'string'
        ? formats.dateTime(data.until, typeof data.zone === 'string' ? data.zone : undefined)
        : none,
  }),
  'too-many-comments': (data, formats) => ({
    max: typeof data.max === 'number' ? formats.number(data.max) : none,
  }),
  blackout: (data) => ({ name: text(data.name) }),
  'unreadable-file': (data) => ({
    file: String(data.file ?? ''),
    line: Number(data.line ?? 0),
    reason: unreadableReason(data.problem, data.reason, currentLanguage()),
  }),
  'connection-refused': (data) => ({ text: text(data.text) }),
  'mail-refused': (data) => ({ text: text(data.text) }),
  'other-account': (data) => ({ account: text(data.account) }),
  'unsupported-type': (data) => ({ found: String(data.found ?? '') }),
}

/** The values that the texts of a code may use, whatever the server said. */
export const valuesOf = (refusal: Refusal, formats: Formats): Record<string, Value> =>
  details[refusal.code]?.(refusal.data, formats) ?? {}

export function refusalInWords(refusal: Refusal, formats: Formats): RefusalWords {
  const hasNone = !isKnownWord('refusals', refusal.code)
  // the words themselves may be on their way, or nobody has asked for them yet
  if (!isKnownWord('refusals', 'internal')) void loadWords('refusals')
  if (hasNone && (refusal.message || !isKnownWord('refusals', 'internal')))
    return {
      title: refusal.message || say('common', 'error.title'),
      advice: '',
      requestId: refusal.requestId,
      code: refusal.code,
    }
  const code = hasNone ? 'internal' : refusal.code
  const values = valuesOf(refusal, formats)
  return {
    title: say('refusals', code, values),
    advice: say('refusals', `${code}.advice`, values),
    requestId: refusal.requestId,
    code: refusal.code,
  }
}

/** `const inWords = useRefusalWords(); const { title, advice } = inWords(error)` */
export function useRefusalWords(): (error: unknown) => RefusalWords {
  const language = useLanguage()
  useHasWords('refusals')
  const { zone } = useSurroundings()
  return (error) => refusalInWords(refusalOf(error), formatsFor(language, zone))
}

/** Shows a refusal as a notice: for acts whose page has no place for it. */
export function useRefusalToast(): (error: unknown) => void {
  const inWords = useRefusalWords()
  return (error) => {
    const { title, advice } = inWords(error)
    showToast({ tone: 'bad', text: `${title} ${advice}` })
  }
}
