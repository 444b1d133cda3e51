/** What an approval is of, as people look at it. */
import type { ApprovalPayload, DecidedBefore } from '@floowe/contracts/approvals'
import type { Post } from '@floowe/contracts/networks'
import type { Calls, Sql } from '@floowe/platform'
import { thaw } from '../snapshots.ts'
import { readSnapshot } from '../store/ledger.ts'
import { type ApprovalRow, approvedBefore, decidedBefore } from './store.ts'

type Parts = { db: Sql; call: Calls }
type Seen = { payload: ApprovalPayload; approvedBefore: ApprovalPayload | null; decidedBefore: DecidedBefore | null }
type Pictures = (post: Post) => Promise<ApprovalPayload['pictures']>

const nothing: ApprovalPayload = { post: null, pictures: [], page: null }
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
  const pictures = picturesIn(parts, workspaceId)
  const shown = async (snapshotId: string): Promise<ApprovalPayload> =>
    (await payloadOf(db, workspaceId, snapshotId, pictures)) ?? nothing
  const [approved, decided] = await Promise.all([
    approvedBefore(db, workspaceId, row),
    decidedBefore(db, workspaceId, row, by),
  ])
  return {
    payload: await shown(row.snapshotId),
    approvedBefore: approved && (await payloadOf(db, workspaceId, approved.snapshotId, pictures)),
    decidedBefore: decided && {
      decision: decided.decision,
      byName: decided.byName,
      comment: decided.comment,
      at: decided.at.toISOString(),
      payload: await shown(decided.snapshotId),
    },
  }
}

async function payloadOf(
  sql: Sql,
  workspaceId: string,
  snapshotId: string,
  pictures: Pictures,
): Promise<ApprovalPayload | null> {
  const kept = await readSnapshot(sql, workspaceId, snapshotId)
  const content = kept && thaw(kept.content, kept.hash)
  if (!content) return null
  if ('form' in content) return { ...nothing, post: content, pictures: await pictures(content) }
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
  }
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
