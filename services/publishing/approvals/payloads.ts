/** What an approval is of, as people look at it. */
import type { ApprovalPayload, DecidedBefore } from '@floowe/contracts/approvals'
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Post } from '@floowe/contracts/networks'
import type { Calls } from '@floowe/platform'
import { type SampleParts, sampleOf } from '../newsletter/issues.ts'
import { senderLine } from '../newsletter/writing.ts'
import { thaw } from '../snapshots.ts'
import { type ChannelRow, getChannel } from '../store/channels.ts'
import { readSnapshot } from '../store/ledger.ts'
import { type ApprovalRow, approvedBefore, decidedBefore } from './store.ts'

type Parts = SampleParts & { call: Calls }
type Seen = { payload: ApprovalPayload; approvedBefore: ApprovalPayload | null; decidedBefore: DecidedBefore | null }
type Pictures = (post: Post) => Promise<ApprovalPayload['pictures']>

/** Where it goes, and what is looked up once for all that is shown of it. */
type Place = { workspaceId: string; channel: ChannelRow | null; pictures: Pictures }

const nothing: ApprovalPayload = { post: null, pictures: [], page: null, letter: null }
/** Of the sizes there are, the smallest that is sharp in a column of text. */
const pictureWidth = 900

/**
 * Nothing is shown of what no longer matches its hash.
 * @param by whose own earlier word comes before that of others
 */
export async function payloadsOf(
  parts: Parts,
  workspaceId: string,
  row: Pick<ApprovalRow, 'id' | 'snapshotId' | 'editionId' | 'channelId'>,
  by: string | null = null,
): Promise<Seen> {
  const { db } = parts
  const [channel, approved, decided] = await Promise.all([
    getChannel(db, workspaceId, row.channelId),
    approvedBefore(db, workspaceId, row),
    decidedBefore(db, workspaceId, row, by),
  ])
  const place = { workspaceId, channel, pictures: picturesIn(parts, workspaceId) }
  const shown = async (snapshotId: string): Promise<ApprovalPayload> =>
    (await payloadOf(parts, place, snapshotId)) ?? nothing
  return {
    payload: await shown(row.snapshotId),
    approvedBefore: approved && (await payloadOf(parts, place, approved.snapshotId)),
    decidedBefore: decided && {
      decision: decided.decision,
      byName: decided.byName,
      comment: decided.comment,
      at: decided.at.toISOString(),
      payload: await shown(decided.snapshotId),
    },
  }
}

async function payloadOf(parts: Parts, place: Place, snapshotId: string): Promise<ApprovalPayload | null> {
  const kept = await readSnapshot(parts.db, place.workspaceId, snapshotId)
  const content = kept && thaw(kept.content, kept.hash)
  if (!content) return null
  if ('form' in content) return { ...nothing, post: content, pictures: await place.pictures(content) }
  const { title, lead, html, slug, meta, cover, authors, categories, tags } = content
  return {
    ...nothing,
    page: {
      ...{ title, lead, html, slug, metaTitle: meta.title, metaDescription: meta.description },
      cover: cover && { url: cover.url, alt: cover.alt, caption: cover.caption, credit: cover.credit },
      authors: authors.map(({ name }) => name),
      categories: categories.map(({ name }) => name),
      tags: tags.map(({ name }) => name),
    },
    letter: await letterFor(parts, place, content),
  }
}

/** Under the head that the newsletter has now: with another one the approval would not hold. */
async function letterFor(
  parts: Parts,
  { workspaceId, channel }: Place,
  content: SnapshotContent,
): Promise<ApprovalPayload['letter']> {
  if (channel?.network !== 'newsletter') return null
  const { letter, profile } = await sampleOf(parts, workspaceId, channel, content)
  const { subject, preheader, html } = letter
  return { from: senderLine(profile), subject, preheader, html }
}

/** Addresses in the library, each asked for once. With content away the words stand alone. */
function picturesIn({ call }: Parts, workspaceId: string): Pictures {
  const asked = new Map<string, Promise<string | null>>()
  const addressOf = async (id: string): Promise<string | null> => {
    const media = await call.content.getMedia({ id }, { workspaceId }).catch(() => null)
    return media && (media.variants.find(({ width }) => width >= pictureWidth)?.url ?? media.url)
  }
  return async (post) => {
    const ids = [...new Set(post.parts.flatMap(({ media }) => media.map(({ mediaId }) => mediaId)))]
    for (const id of ids) if (!asked.has(id)) asked.set(id, addressOf(id))
    const found = await Promise.all(ids.map(async (mediaId) => ({ mediaId, url: await asked.get(mediaId) })))
    return found.flatMap(({ mediaId, url }) => (url ? [{ mediaId, url }] : []))
  }
}
