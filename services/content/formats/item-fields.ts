/** What every reader does with an item before it is handed over. */
import { type Body, bodyLimits, bodyProblem } from '@floowe/contracts/body'
import { cleanLine, cleanText } from './clean-text.ts'
import type { IncomingAttachment, IncomingItem, IncomingTerm, Note, SkippedItem } from './incoming.ts'
import { sourcesIn } from './sources.ts'

export const term = (name: unknown, more: Partial<IncomingTerm> = {}): IncomingTerm => ({
  name: cleanLine(name, 80),
  slug: null,
  description: '',
  parentSlug: null,
  ...more,
})

/** A text within its limit; what is too long is cut, and a note says so. */
export function within(what: 'title' | 'lead', text: string, notes: Note[]): string {
  const max = what === 'title' ? 300 : 1000
  const kept = what === 'title' ? cleanLine(text, max) : cleanText(text, max)
  if (kept.length < (what === 'title' ? cleanLine(text, 100_000) : cleanText(text, 100_000)).length)
    notes.push({
      code: 'text-cut',
      text: `The ${what} was longer than ${max} characters and is cut.`,
      values: { what, max },
    })
  return kept
}

/** Terms without empty and double names. */
export function terms(list: readonly IncomingTerm[]): IncomingTerm[] {
  const seen = new Set<string>()
  return list.filter(({ name }) => name !== '' && !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()))
}

export function skipped(
  sourceId: string,
  title: string,
  place: IncomingItem['place'],
  code: string,
  text: string,
  values?: Note['values'],
): SkippedItem {
  return {
    kind: 'skipped',
    sourceId,
    title: cleanLine(title, 300),
    place,
    notes: [{ code, text, ...(values ? { values } : {}) }],
  }
}

/** The item, or the reason why its body cannot be taken. */
export function checked(item: IncomingItem): IncomingItem | SkippedItem {
  const problem = bodyProblem(item.body)
  if (problem)
    return skipped(item.sourceId, item.title, item.place, 'body-not-valid', `The text cannot be kept: ${problem}.`)
  const bytes = Buffer.byteLength(JSON.stringify(item.body))
  if (bytes <= bodyLimits.bytesMax) return item
  return skipped(
    item.sourceId,
    item.title,
    item.place,
    'body-too-large',
    `The text is larger than ${bodyLimits.bytesMax / 1024 / 1024} MiB.`,
    { bytes },
  )
}

/** Pictures of other sites that a body shows, and its cover, as attachments to fetch; what has no such address gets a note. */
export function remoteAttachments(
  body: Body,
  cover: IncomingItem['cover'],
  known: ((address: string) => { alt: string; caption: string; title: string } | null) | null,
  notes: Note[],
): IncomingAttachment[] {
  const made = (ref: string, role: IncomingAttachment['role']): IncomingAttachment[] => {
    const location = ref.startsWith('//') ? `https:${ref}` : ref
    if (!/^https?:\/\//i.test(location) || !URL.canParse(location)) {
      // A place on the site itself is for the reader of that site to find.
      if (/^\/(?!\/)/.test(ref)) return []
      notes.push({
        code: 'bad-address',
        text: `${cleanLine(ref, 100)}: is no address that can be fetched.`,
        values: { file: cleanLine(ref, 100) },
      })
      return []
    }
    const words = known?.(ref)
    return [
      {
        ref,
        role,
        kind: 'remote',
        location,
        alt: words?.alt ?? '',
        title: words?.title ?? '',
        caption: words?.caption ?? '',
      },
    ]
  }
  return [
    ...(cover
      ? made(cover.ref, 'cover').map((attachment) => ({
          ...attachment,
          alt: cover.alt || attachment.alt,
          caption: cover.caption || attachment.caption,
        }))
      : []),
    ...sourcesIn(body).src.flatMap((src) => made(src, 'image')),
  ]
}

/** The path of an address, for a redirect; null for an address that is no place of its own (`/?p=12`, the home page). */
export function permalinkOf(address: string): string | null {
  const url = URL.parse(address, 'https://source.invalid/')
  if (
    !url ||
    (url.search !== '' && /[?&](?:p|page_id|preview)=/.test(url.search)) ||
    url.pathname === '/' ||
    url.pathname.length > 2000
  )
    return null
  return url.pathname
}
