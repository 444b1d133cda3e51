/** A network alone, driven as the sending job would: attempt after attempt, what it keeps kept, the clock moved on between them. */
import { createHash, randomUUID } from 'node:crypto'
import type { Post, PostMedia } from '@floowe/contracts/networks'
import type { SnapshotContent } from '@floowe/contracts/content'
import { createLog, createOutbound, type fakeClock } from '@floowe/platform/testing'
import { createAsk } from '../networks/asking.ts'
import type {
  Account,
  Connected,
  Failure,
  Frozen,
  Granted,
  Network,
  NetworkParts,
  Parcel,
  Remote,
  Verdict,
} from '../networks/network.ts'

export const timeoutMs = 400
/** Longer than any list may be behind. */
const pauseMs = 60_000
const attemptsMax = 12

/** What the emulators of OAuth networks know as theirs. */
export const client = { id: 'floowe-client', secret: 'floowe-secret-1234567890' }

export type Pictures = Map<string, Uint8Array<ArrayBuffer>>

/** What a network is made of, with a way out to this machine only. */
export function partsFor(
  clock: ReturnType<typeof fakeClock>,
  addresses: Partial<NetworkParts['addresses']> = {},
  pictures: Pictures = new Map(),
) {
  const outbound = createOutbound({
    allow: ['127.0.0.1/32'],
    userAgent: 'Floowe test',
    log: createLog({ service: 'test', level: 'error' }),
  })
  const parts: NetworkParts = {
    ask: createAsk({ outbound, clock, timeoutMs }),
    clock,
    addresses: {
      ...{ telegram: '', discord: '', slack: '', devto: '' },
      ...{ x: '', xSignIn: '', linkedin: '', linkedinSignIn: '', facebook: '', facebookSignIn: '' },
      ...addresses,
    },
    clients: { x: client, linkedin: client, facebook: client },
    versions: { linkedin: '202609', facebook: 'v26.0' },
    linkedinPages: true,
    firstPauseMs: 5_000,
    publicUrl: 'https://floowe.example',
    read: async ({ sha256 }) => {
      const bytes = pictures.get(sha256)
      if (!bytes) throw new Error('no such picture')
      return bytes
    },
  }
  return { parts, close: () => outbound.close() }
}

/** A picture of one pixel, and its entry in a post. */
export function picture(pictures: Pictures, alt = 'Kamienica o świcie'): PostMedia {
  const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  pictures.set(sha256, bytes)
  return {
    mediaId: randomUUID(),
    name: 'kamienica.png',
    type: 'image/png',
    bytes: bytes.length,
    sha256,
    width: 1,
    height: 1,
    alt,
  }
}

export const postOf = (
  texts: readonly string[],
  media: readonly PostMedia[] = [],
  link: Post['link'] = null,
): Post => ({
  form: 'post',
  articleId: randomUUID(),
  editionId: randomUUID(),
  versionId: randomUUID(),
  language: 'pl',
  slug: 'kamienica',
  title: 'Kamienica',
  parts: texts.map((text, index) => ({ text, media: index === 0 ? [...media] : [] })),
  link,
  firstComment: null,
})

export const pageFor = (fields: Partial<SnapshotContent> = {}): SnapshotContent => ({
  articleId: randomUUID(),
  editionId: randomUUID(),
  versionId: randomUUID(),
  type: 'article',
  language: 'pl',
  slug: 'kamienica',
  title: 'Kamienica',
  lead: 'O cegle.',
  html: '<p>Zażółć gęślą jaźń.</p>',
  text: 'Zażółć gęślą jaźń.',
  words: 3,
  readingMinutes: 1,
  meta: { title: '', description: '', canonicalUrl: null, keyphrase: '', isHidden: false },
  authors: [],
  tags: [],
  categories: [],
  cover: null,
  firstPublishedAt: null,
  permalinks: [],
  ...fields,
})

export function parcelOf(content: Frozen | null, more: Partial<Parcel> = {}): Parcel {
  const { articleId, editionId, language, title, slug } = content ?? postOf([''])
  return {
    deliveryId: randomUUID(),
    workspaceId: randomUUID(),
    kind: content ? 'publish' : 'unpublish',
    sequence: 1,
    articleId,
    editionId,
    language,
    title,
    slug,
    at: '2026-11-22T10:00:00.000Z',
    snapshot: content && { id: randomUUID(), hash: 'h', content },
    standing: null,
    ...more,
  }
}

export const accountOf = ({ accountName, url, credentials }: Connected): Account => ({
  channelId: randomUUID(),
  workspaceId: randomUUID(),
  name: accountName,
  url,
  secrets: [],
  credentials,
})

export type Driven = { end: 'accepted' | 'failed' | 'needs-human' | 'reconnect'; remote: Remote; verdicts: Verdict[] }

/**
 * Attempts until one ends the delivery. `dies`: at the n-th thing that is kept (from 1), the process is gone after it was written;
 * the next attempt is another process's.
 */
export async function drive(
  network: Network,
  parcel: Parcel,
  account: Account,
  clock: ReturnType<typeof fakeClock>,
  { remote: begun = {}, dies }: { remote?: Remote; dies?: number } = {},
): Promise<Driven> {
  let remote = begun
  let keeps = 0
  let holder = account
  const verdicts: Verdict[] = []
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    let isDead = false
    const keep = async (next: Remote): Promise<void> => {
      if (isDead) throw new Error('a dead process writes nothing')
      remote = next
      keeps += 1
      if (keeps !== dies) return
      isDead = true
      throw new Died()
    }
    try {
      const verdict = await network.send(parcel, holder, { signal: new AbortController().signal, remote, keep })
      verdicts.push(verdict)
      if (verdict.kind === 'transient' && verdict.code === 'token-expired' && network.refresh) {
        const credentials = await network.refresh(holder.credentials)
        if ('kind' in credentials && 'code' in credentials) return { end: 'reconnect', remote, verdicts }
        holder = { ...holder, credentials }
      }
      if (verdict.kind === 'accepted') return { end: 'accepted', remote, verdicts }
      if (verdict.kind === 'permanent') return { end: 'failed', remote, verdicts }
      if (verdict.kind === 'reconnect') return { end: 'reconnect', remote, verdicts }
      const isAsked = network.facts.afterLostAnswer === 'ask' || verdict.code === 'outcome-unknown'
      if (verdict.kind === 'ambiguous' && isAsked) return { end: 'needs-human', remote, verdicts }
    } catch (error) {
      if (!(error instanceof Died)) throw error
    }
    clock.advance(pauseMs)
  }
  return { end: 'failed', remote, verdicts }
}

class Died extends Error {}

const verifier = 'v'.repeat(43)
/** What a network sends a person back with who agreed on its page. */
export async function agreed({ oauth }: Network): Promise<{ code: string; error: string | null }> {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const address = oauth?.authorize({ state: 's', challenge, redirect: 'https://floowe.example/connect' }) ?? ''
  const { headers } = await fetch(address, { redirect: 'manual' })
  const { searchParams } = new URL(headers.get('location') ?? 'about:blank')
  return { code: searchParams.get('code') ?? '', error: searchParams.get('error') }
}
export const exchanged = ({ oauth }: Network, code: string): Promise<readonly Granted[] | Failure> | undefined =>
  oauth?.exchange({ code, verifier, redirect: 'https://floowe.example/connect' })
