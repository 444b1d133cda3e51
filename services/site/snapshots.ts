/**
 * What is shown. A delivery puts a frozen snapshot on the site, or takes an edition down.
 *
 * Of each edition the site remembers the `sequence` of the newest delivery it applied. A delivery with a smaller or equal
 * one changes nothing: repeats are harmless, and an older one that arrives late never replaces a newer one, shown or removed.
 *
 *   nothing → live (put) → live (put: an update; a new slug leaves a redirect) → gone (remove: 410) → live (put again)
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import { type Host, refuse, type Transaction } from '@floowe/platform'
import { createAddresses, isReservedSlug, oldPathOf } from './addresses.ts'
import { answerOf, cardOf } from './content-forms.ts'
import type { Indexed, Search } from './search.ts'
import type { Sites } from './sites.ts'
import * as editions from './store/editions.ts'
import * as redirects from './store/redirects.ts'
import * as searchStore from './store/search.ts'
import { lockSite, type Site, updateSite } from './store/sites.ts'

export type Put = {
  deliveryId: string
  sequence: number
  snapshotId: string
  hash: string
  content: SnapshotContent
  publishedAt: string
}
export type Removal = { deliveryId: string; sequence: number; editionId: string }
export type By = { actor: string; requestId: string }

const permalinksMax = 100

export function createSnapshots(host: Host, sites: Sites, search: Search) {
  const { db, clock } = host
  const { freshness } = sites

  /** Refuses `slug-taken`; `not-found` when identity does not know the workspace. Answers where the edition stands now. */
  const put = async (workspaceId: string, input: Put, by: By): Promise<{ url: string }> => {
    await sites.ensured(workspaceId)
    const words = await search.indexed(input.content)
    const shown = await db.transaction(async (tx) => {
      const site = (await lockSite(tx, workspaceId)) ?? refuse('not-found', { what: 'workspace' })
      const addresses = sites.addressesOf(site)
      const { content } = input
      const current = await editions.editionState(tx, workspaceId, content.editionId)
      if (current && current.sequence >= input.sequence) {
        const place = current.state === 'live' ? current : content
        return addresses.full(addresses.article(place.language, place.slug))
      }
      await mustBeFree(tx, workspaceId, content)
      await show(tx, site, input, current, words)
      const url = addresses.full(addresses.article(content.language, content.slug))
      await sites.noteChange(tx, workspaceId)
      await tx.emit({
        name: 'site.snapshot-shown',
        workspaceId,
        key: content.editionId,
        ...by,
        data: { articleId: content.articleId, editionId: content.editionId, url },
      })
      return url
    })
    await freshness.settled(workspaceId)
    return { url: shown }
  }

  const remove = async (workspaceId: string, input: Removal, by: By): Promise<{ removed: boolean }> => {
    await sites.ensured(workspaceId)
    const at = clock.instant()
    const removed = await db.transaction(async (tx) => {
      await lockSite(tx, workspaceId)
      const current = await editions.editionState(tx, workspaceId, input.editionId)
      if (!current) {
        await editions.writeNeverShown(tx, workspaceId, input.editionId, { ...input, at })
        return false
      }
      // The same delivery again is answered as the first time.
      if (current.sequence >= input.sequence)
        return current.state === 'gone' && current.delivery_id === input.deliveryId && current.language !== ''
      await editions.writeGone(tx, workspaceId, input.editionId, { ...input, at })
      if (current.state !== 'live') return false
      await editions.replaceTerms(tx, workspaceId, input.editionId, [])
      await searchStore.deleteSearchText(tx, workspaceId, input.editionId)
      await editions.addToTotal(tx, workspaceId, current.type, current.language, -1)
      await sites.noteChange(tx, workspaceId)
      await tx.emit({
        name: 'site.snapshot-removed',
        workspaceId,
        key: input.editionId,
        ...by,
        data: {
          articleId: current.article_id as SnapshotContent['articleId'],
          editionId: current.edition_id as SnapshotContent['editionId'],
        },
      }) // written from those types
      return true
    })
    await freshness.settled(workspaceId)
    return { removed }
  }

  const show = async (
    tx: Transaction,
    site: Site,
    input: Put,
    current: editions.EditionState | null,
    words: Indexed,
  ): Promise<void> => {
    const { content } = input
    const { workspaceId } = site
    const wasShown = current !== null && current.language !== ''
    const publishedAt = wasShown ? current.published_at.toISOString() : (content.firstPublishedAt ?? input.publishedAt)
    // Coming here from elsewhere changed nothing in it.
    const updatedAt = wasShown ? input.publishedAt : publishedAt
    const stamps = { publishedAt, updatedAt }
    if (current?.state === 'live') await editions.addToTotal(tx, workspaceId, current.type, current.language, -1)
    await editions.writeLive(tx, workspaceId, {
      edition_id: content.editionId,
      article_id: content.articleId,
      language: content.language,
      type: content.type,
      slug: content.slug,
      sequence: input.sequence,
      delivery_id: input.deliveryId,
      snapshot_id: input.snapshotId,
      snapshot_hash: input.hash,
      version_id: content.versionId,
      title: content.title,
      is_hidden: content.meta.isHidden,
      published_at: publishedAt,
      updated_at: updatedAt,
      card: JSON.stringify(cardOf(content, stamps)),
      answer: answerOf(content, stamps, input.hash),
    })
    await editions.addToTotal(tx, workspaceId, content.type, content.language, 1)
    await editions.replaceTerms(tx, workspaceId, content.editionId, [
      ...content.tags.map((term) => ({ ...term, kind: 'tag' as const, description: '' })),
      ...content.categories.map((term) => ({ ...term, kind: 'category' as const, description: '' })),
      ...content.authors.map((term) => ({ ...term, kind: 'author' as const })),
    ])
    await searchStore.writeSearchText(tx, workspaceId, {
      editionId: content.editionId,
      language: content.language,
      ...words,
    })
    await leadHere(tx, site, content, wasShown ? current : null)
    if (!site.languages.includes(content.language))
      await updateSite(tx, workspaceId, { languages: [...site.languages, content.language].slice(0, 20) })
  }

  /** Its old address and those it had elsewhere lead to it; a redirect from where it stands now would be a loop. */
  const leadHere = async (
    tx: Transaction,
    site: Site,
    content: SnapshotContent,
    before: editions.EditionState | null,
  ): Promise<void> => {
    const addresses = createAddresses('', site.language)
    const here = addresses.article(content.language, content.slug)
    const was = before && addresses.article(before.language, before.slug)
    const old = content.permalinks
      .slice(0, permalinksMax)
      .map(oldPathOf)
      .filter((path) => path !== null && path !== here)
    await redirects.forgetUnlessByPerson(tx, site.workspaceId, here)
    await redirects.leadToEdition(
      tx,
      site.workspaceId,
      [
        ...[...new Set(old)].map((from) => ({ from: from ?? '', origin: 'import' as const })),
        ...(was && was !== here ? [{ from: was, origin: 'slug' as const }] : []),
      ],
      content.editionId,
      clock.instant(),
    )
  }
  return { put, remove }
}
export type Snapshots = ReturnType<typeof createSnapshots>

async function mustBeFree(tx: Transaction, workspaceId: string, content: SnapshotContent): Promise<void> {
  if (isReservedSlug(content.slug)) refuse('slug-taken')
  const there = await editions.editionAt(tx, workspaceId, content.language, content.slug)
  if (there?.state === 'live' && there.edition_id !== content.editionId) refuse('slug-taken')
}
