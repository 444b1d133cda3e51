/** What the server says over the live connection, and which answers it makes stale. */
import type { EventName } from '@floowe/contracts/index'
import type { QueryKey } from '@tanstack/react-query'

export type LiveEvent = { seq: number; name: EventName; at: string; data: Record<string, unknown> }
export type LiveMessage = LiveEvent | { gap: true; seq?: number }

/** Which answers an event touches: operations, or a whole service where one is named alone. The first prefix that fits counts. */
const touched: readonly [prefix: string, operations: string][] = [
  ['content.media-', 'content.listMedia content.getMedia content.getEditionChecklist'],
  ['content.terms-', 'content.listTerms content.listArticles content.getEditionChecklist'],
  ['content.import-', 'content.listImports content.getImport content.listImportItems content.listArticles'],
  ['content.preview-', 'content.listPreviewLinks'],
  ['content.checklist-', 'content.getChecklist content.getEditionChecklist'],
  [
    'content.',
    'content publishing.getCalendar publishing.listBacklog publishing.summariseArticles publishing.listDeliveries publishing.getDelivery',
  ],
  ['publishing.channel-', 'publishing.listChannels'],
  ['publishing.', 'publishing site.getLiveEditions'],
  ['site.settings-', 'site.getSiteSettings'],
  ['site.', 'site publishing.summariseArticles'],
  ['analytics.', 'analytics'],
  ['identity.inbox-', 'identity.listNotifications identity.getNotificationSettings'],
  ['identity.', 'identity'],
]

/** @returns the paths of the operations whose answers `name` makes stale. */
export function touchedBy(name: string): string[][] {
  const rule = touched.find(([prefix]) => name.startsWith(prefix))
  return (rule?.[1].split(' ') ?? []).map((operation) => operation.split('.'))
}

/** Does this question belong to the operation, or to the service when the path names it alone? */
export function isUnder(path: readonly string[], key: QueryKey): boolean {
  const own = key[0]
  return Array.isArray(own) && path.every((part, index) => own[index] === part)
}

/** ms before try number `tries` (from 1): 0.5 s doubling to a minute, spread so that many browsers do not come at once. */
export const reconnectPauseMs = (tries: number, random = Math.random()): number =>
  Math.min(60_000, 500 * 2 ** Math.min(tries - 1, 10)) * (0.5 + random / 2)

/** @returns null for anything that is not one of our messages. */
export function readMessage(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null) return null
    if ('gap' in value && value.gap === true)
      return { gap: true, ...('seq' in value && typeof value.seq === 'number' ? { seq: value.seq } : {}) }
    return 'seq' in value && typeof value.seq === 'number' && 'name' in value && typeof value.name === 'string'
      ? (value as LiveEvent)
      : null // seq and name were checked; data is only read defensively
  } catch {
    return null
  }
}
