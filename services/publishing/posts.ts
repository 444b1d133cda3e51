/**
 * Posts: what a network of short texts gets of an edition. Everything is inherited from the edition (its title, lead, cover and
 * address) until a person changes it for a channel; what was changed stays as it was written.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { NetworkFacts, Post, PostMedia, PostProblem, VariantFields } from '@floowe/contracts/networks'
import { lengthOf, loadWeights, ruleFor, shortened } from '@floowe/contracts/post-text'
import type { Call, Calls, Database, Sql } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import type { Networks } from './networks/network.ts'
import { asOf } from './news.ts'
import { thaw } from './snapshots.ts'
import { stamped } from './stamps.ts'
import { getChannel } from './store/channels.ts'
import { liveAddress, markOutdatedOn } from './store/deliveries.ts'
import { readSnapshot } from './store/ledger.ts'
import { readVariant, type VariantRow, writeVariant } from './store/variants.ts'

export type PostParts = { db: Database; call: Calls; networks: Networks }

const partsMax = 25
export const noVariant: Pick<VariantRow, 'fields' | 'revision'> = { fields: {}, revision: 0 }

export type Drafted = { post: Post; lengths: { length: number; max: number }[]; problems: PostProblem[] }

/**
 * The post as it would go out now.
 * @throws Refusal not-found, not-a-post, nothing-to-publish
 */
export async function draftPost(
  parts: PostParts,
  call: Call,
  place: { editionId: string; channelId: string; versionId?: string | undefined },
  fields?: VariantFields,
): Promise<Drafted & { content: SnapshotContent; variant: Pick<VariantRow, 'fields' | 'revision'> }> {
  const { db, networks, call: calls } = parts
  const channel = found(await getChannel(db, call.workspaceId, place.channelId), 'channel')
  const { facts } = networks[channel.network]
  if (facts.form !== 'post') refuse('not-a-post')
  if (facts.text?.counting === 'weighted') await loadWeights()
  const as = asOf(call)
  const { editionId, versionId } = place
  const content = await calls.content.renderSnapshot({ editionId, versionId }, as)
  const variant = (await readVariant(db, call.workspaceId, editionId, place.channelId)) ?? noVariant
  const wanted = fields ?? variant.fields
  const media = await picturesOf(calls, as, facts, editionId, wanted.mediaIds ?? null)
  const address = content.meta.canonicalUrl ?? (await liveAddress(db, call.workspaceId, editionId))
  const link = wanted.hasLink === false || address === null ? null : stamped(address, channel.network, content)
  const firstComment = facts.firstComment && commentFor(facts, content, wanted.firstComment ?? '', address)
  return { ...compose(facts, content, wanted, media, { link, firstComment }), content, variant }
}

const links = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?…'’”»)]/g

/** Its links to where the article stands are stamped, as that of the post is; others stay as they were written. */
function commentFor(
  { network }: NetworkFacts,
  content: SnapshotContent,
  words: string,
  address: string | null,
): string | null {
  const host = address === null ? null : URL.parse(address)?.host
  const isOurs = (link: string): boolean => host !== null && URL.parse(link)?.host === host
  return words.trim().replace(links, (link) => (isOurs(link) ? stamped(link, network, content) : link)) || null
}

async function picturesOf(
  calls: Calls,
  as: Parameters<Calls['content']['picturesForPost']>[1],
  { media }: NetworkFacts,
  editionId: string,
  mediaIds: string[] | null,
): Promise<(PostMedia | null)[]> {
  if (!media || mediaIds?.length === 0) return []
  const { types, bytesMax, sideMax, altMax } = media
  const pictures = await calls.content.picturesForPost({ editionId, mediaIds, types, bytesMax, sideMax }, as)
  return pictures.map((picture) => picture && { ...picture, alt: Array.from(picture.alt).slice(0, altMax).join('') })
}

/** Pure. A cover that cannot be shown is left out; a picture that a person chose is a problem then. */
export function compose(
  facts: NetworkFacts,
  content: SnapshotContent,
  fields: VariantFields,
  media: readonly (PostMedia | null)[],
  { link, firstComment }: { link: string | null; firstComment: string | null },
): Drafted {
  const problems: PostProblem[] = []
  const pictures = media.filter((picture) => picture !== null)
  if (fields.mediaIds && pictures.length < media.length)
    problems.push({ code: 'picture-not-taken', part: 0, max: null })
  const countMax = facts.media?.countMax ?? 0
  if (pictures.length > countMax) problems.push({ code: 'too-many-pictures', part: 0, max: countMax })
  const texts = fields.texts?.map((text) => text.trim()) ?? [inherited(facts, content, link, pictures.length > 0)]
  const partsAllowed = facts.threads ? partsMax : 1
  if (texts.length > partsAllowed) problems.push({ code: 'too-many-parts', part: partsAllowed, max: partsAllowed })
  const parts = texts.slice(0, partsMax).map((text, index) => ({
    text: index === 0 && link !== null ? withLink(text, link) : text,
    media: index === 0 ? pictures.slice(0, countMax) : [],
  }))
  const lengths = parts.map(({ text, media }) => {
    const rule = facts.text && ruleFor(facts.text, media.length > 0)
    return rule
      ? { length: lengthOf(text, rule), max: rule.max }
      : { length: text.length, max: Number.MAX_SAFE_INTEGER }
  })
  if (firstComment !== null && facts.text && facts.firstComment) {
    const { max } = facts.firstComment
    lengths.push({ length: lengthOf(firstComment, { ...facts.text, max }), max })
  }
  for (const [part, { length, max }] of lengths.entries())
    if (length > max) problems.push({ code: 'text-too-long', part, max })
  for (const [part, { text, media }] of parts.entries())
    if (text === '' && media.length === 0) problems.push({ code: 'text-empty', part, max: null })
  const { articleId, editionId, versionId, language, slug, title, meta, lead } = content
  const card = link === null ? null : { url: link, title: meta.title || title, description: meta.description || lead }
  return {
    post: { form: 'post', articleId, editionId, versionId, language, slug, title, parts, link: card, firstComment },
    lengths,
    problems,
  }
}

const withLink = (text: string, link: string): string => (text === '' ? link : `${text}\n\n${link}`)

/** Title and lead; of a long lead as much as fits, to a whole word. */
function inherited(
  { text }: NetworkFacts,
  { title, lead }: SnapshotContent,
  link: string | null,
  hasMedia: boolean,
): string {
  const whole = lead === '' ? title : `${title}\n\n${lead}`
  if (!text) return whole
  const rule = ruleFor(text, hasMedia)
  return shortened(whole, rule, link === null ? 0 : lengthOf(withLink('x', link), rule) - lengthOf('x', rule))
}

/** @throws Refusal not-found, not-a-post, nothing-to-publish, stale-revision */
export async function saveVariant(
  parts: PostParts,
  call: Call,
  {
    editionId,
    channelId,
    fields,
    basedOn,
    at,
  }: {
    editionId: string
    channelId: string
    fields: VariantFields
    basedOn: number
    at: string
  },
): Promise<Drafted & { variant: Pick<VariantRow, 'fields' | 'revision'> }> {
  const drafted = await draftPost(parts, call, { editionId, channelId }, fields)
  const saved = await writeVariant(parts.db, call.workspaceId, {
    editionId,
    channelId,
    fields,
    basedOn,
    at,
    by: call.caller.actor,
  })
  if ('current' in saved) refuse('stale-revision', { current: saved.current })
  await markOutdatedOn(parts.db, call.workspaceId, editionId, channelId)
  return { ...drafted, variant: saved }
}

/** The post that a delivery carries; null for whole texts, removals, and what no longer matches its hash. */
export async function frozenPost(
  sql: Sql,
  workspaceId: string,
  { snapshotId }: { snapshotId: string | null },
): Promise<Post | null> {
  const kept = snapshotId === null ? null : await readSnapshot(sql, workspaceId, snapshotId)
  const content = kept && thaw(kept.content, kept.hash)
  return content && 'form' in content ? content : null
}
