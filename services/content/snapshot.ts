/** What a reader gets of an edition: rendered through the allow-list, files at public addresses, names instead of ids. */
import { type Body, plainText } from '@floowe/contracts/body'
import type { Media, SnapshotContent, TermRef } from '@floowe/contracts/content'
import type { EditionId, Language, MediaId, VersionId } from '@floowe/contracts/vocabulary'
import { readingMinutes, typeset } from '@floowe/language'
import { type Host, found, refuse } from '@floowe/platform'
import type { z } from 'zod'
import { type PictureSource, renderBody, sourcesIn, withSources } from './formats/index.ts'
import { createLinkReader } from './article-links.ts'
import { shownUrl, variantOf } from './media-addresses.ts'
import { mediaOf } from './references.ts'
import { variantWidthMax, variantWidths } from './pictures/protocol.ts'
import { manyMedia, type MediaRow, type Variant } from './store/media.ts'
import type { ArticleRecord, ContentStore, EditionText, VersionText } from './store/port.ts'
import type { Names, Terms } from './terms.ts'
import { wordsIn } from './texts.ts'

/** Widest column a picture is shown across, in CSS pixels; on a narrower screen it takes the whole width. */
const pictureSizes = '(min-width: 46rem) 46rem, 100vw'

export type Renderer = ReturnType<typeof createRenderer>

export function createRenderer(host: Host, store: ContentStore, terms: Terms) {
  const { db, clock } = host
  const mediaIn = async (
    workspaceId: string,
    body: Body,
    coverId: MediaId | null,
  ): Promise<ReadonlyMap<string, MediaRow>> => {
    const { src, href } = sourcesIn(body)
    const ids = [...src, ...href].flatMap((address) => mediaOf(address) ?? [])
    const rows = await manyMedia(db, workspaceId, [...new Set([...ids, ...(coverId ? [coverId] : [])])])
    return new Map(rows.map((row) => [row.id, row]))
  }
  const linksIn = createLinkReader(host, store)
  const html = async (
    workspaceId: string,
    body: Body,
    language: Language,
    media: ReadonlyMap<string, MediaRow>,
  ): Promise<string> =>
    renderBody(withPlainLinks(workspaceId, body, media, await linksIn(workspaceId, body, language)), {
      source: 'allow-list',
      profile: 'site',
      language,
      media: (id) => pictureOf(workspaceId, media.get(id)),
      text: (text) => typeset(text, language),
    })

  return {
    /** The latest text for a preview. */
    preview: async (
      workspaceId: string,
      edition: EditionText,
      coverId: MediaId | null,
    ): Promise<{ html: string; cover: z.input<typeof SnapshotContent>['cover'] }> => {
      const media = await mediaIn(workspaceId, edition.body, coverId)
      return {
        html: await html(workspaceId, edition.body, edition.language, media),
        cover: coverOf(workspaceId, coverId === null ? undefined : media.get(coverId)),
      }
    },

    /** @throws Refusal not-found, in-trash, nothing-to-publish (no title or no text) */
    snapshot: async (
      workspaceId: string,
      editionId: EditionId,
      wanted: VersionId | null,
    ): Promise<z.input<typeof SnapshotContent>> => {
      const [edition] = await store.findEditions(workspaceId, { ids: [editionId] })
      const { articleId, language, versionId: newest, permalinks } = found(edition, 'edition')
      const version = found(await store.getVersion(workspaceId, wanted ?? newest, { freeze: true }), 'version')
      if (version.editionId !== editionId) refuse('not-found', { what: 'version' })
      const article = found(
        (await store.listArticles(workspaceId, { ids: [articleId], limit: 1, offset: 0 })).items[0],
        'article',
      )
      if (article.trashedAt !== null) refuse('in-trash')
      if (version.title === '' || isEmpty(version.body)) refuse('nothing-to-publish')
      const [media, known] = await Promise.all([
        mediaIn(workspaceId, version.body, article.coverId),
        terms.describe(workspaceId, [...article.authors, ...article.tags, ...article.categories]),
      ])
      const words = wordsIn(version.lead, version.body)
      return {
        ...headOf(article, version),
        articleId,
        editionId,
        language,
        permalinks,
        firstPublishedAt: firstPublishedAt(article, clock.instant()),
        words,
        readingMinutes: readingMinutes(words, language),
        html: await html(workspaceId, version.body, language, media),
        text: plainText(version.body),
        authors: article.authors
          .flatMap((id) => known.get(id) ?? [])
          .map((term) => ({ ...termIn(language, term), description: term.description })),
        tags: article.tags.flatMap((id) => known.get(id) ?? []).map((term) => termIn(language, term)),
        categories: article.categories.flatMap((id) => known.get(id) ?? []).map((term) => termIn(language, term)),
        cover: coverOf(workspaceId, article.coverId === null ? undefined : media.get(article.coverId)),
      }
    },
  }
}

/** A term as readers of this language know it. */
const termIn = (language: string, { id, name, slug, names }: TermRef & { names: Names }): TermRef => ({
  id,
  slug,
  name: names[language] ?? names[language.slice(0, 2)] ?? name,
})

const headOf = (article: ArticleRecord, { id, slug, title, lead, meta }: VersionText) => ({
  versionId: id,
  type: article.type,
  slug,
  title,
  lead,
  meta,
})

/** An article that readers knew elsewhere keeps its date; one that was planned there for a day to come does not. */
const firstPublishedAt = ({ source }: ArticleRecord, now: string): string | null =>
  source?.status === 'published' && source.date !== null && source.date < now ? source.date : null

/** Nothing a reader would see: no word, no picture, no embed, no source. */
function isEmpty(body: Body): boolean {
  if (plainText(body).trim() !== '') return false
  return !body.content.some((node) => ['image', 'embed', 'source', 'table'].includes(node.type))
}

function pictureOf(workspaceId: string, row: MediaRow | undefined): PictureSource | null {
  if (!row?.sha256 || row.width === null) return null
  const variants = variantsOf(row).map((variant) => variantOf(workspaceId, row, variant))
  const srcset =
    row.type === 'image/gif' ? null : variants.map((variant) => `${variant.url} ${variant.width}w`).join(', ') || null
  return {
    src: shownUrl(workspaceId, row),
    srcset,
    sizes: srcset === null ? null : pictureSizes,
    width: row.width,
    height: row.height,
    alt: row.alt || null,
  }
}

/**
 * A picture may be published while its sizes are still being made. They are known before they are there, all but their
 * bytes; whoever asks for one too early is kept waiting by the media route.
 */
function variantsOf(row: MediaRow): readonly Variant[] {
  const { width, height, state, type } = row
  if (state !== 'processing' || width === null || height === null || type === 'image/svg+xml') return row.variants
  const largest = Math.min(width, variantWidthMax)
  return [...variantWidths.filter((each) => each < largest), largest].map((each) => ({
    width: each,
    height: Math.max(1, Math.round((height * each) / width)),
    bytes: 0,
    type: 'image/webp',
  }))
}

/** Links to articles and files of ours get their addresses; a picture that never came stands there as what it was, a stranger's. */
const withPlainLinks = (
  workspaceId: string,
  body: Body,
  media: ReadonlyMap<string, MediaRow>,
  links: ReadonlyMap<string, string>,
): Body =>
  withSources(body, {
    src: (address) => {
      const row = media.get(mediaOf(address) ?? '')
      return row && row.sha256 === null ? row.source_url : null
    },
    href: (address) => {
      const row = media.get(mediaOf(address) ?? '')
      return row ? shownUrl(workspaceId, row) : (links.get(address) ?? null)
    },
  })

function coverOf(workspaceId: string, row: MediaRow | undefined): z.input<typeof SnapshotContent>['cover'] {
  if (!row?.sha256 || row.width === null) return null
  return {
    url: shownUrl(workspaceId, row),
    alt: row.alt,
    caption: row.caption,
    credit: row.credit,
    width: row.width,
    height: row.height,
    variants: variantsOf(row).map(
      (variant) => variantOf(workspaceId, row, variant) satisfies Media['variants'][number],
    ),
    focalPoint: row.focal_x === null || row.focal_y === null ? null : { x: row.focal_x, y: row.focal_y },
  }
}
