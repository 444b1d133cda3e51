/**
 * An edition as a Markdown file with front matter. The file names its edition and the revision it was made of, so that
 * importing it here again finds the same edition, and knows whether either side changed since. Elsewhere it is a new article.
 */
import type { EditionId, MediaId } from '@floowe/contracts/vocabulary'
import { slugOf } from '@floowe/language'
import { found, type Host } from '@floowe/platform'
import {
  bodyToMarkdown,
  type FrontMatterFields,
  fileInMemory,
  openContainer,
  type SourceFile,
  sourcesIn,
  withSources,
  writeFrontMatter,
} from './formats/index.ts'
import { hashOf, revisionKeys } from './imports/identity.ts'
import { originalUrl } from './media-addresses.ts'
import { endingOf } from './media-types.ts'
import { mediaOf } from './references.ts'
import { manyMedia, type MediaRow } from './store/media.ts'
import type { ArticleRecord, ContentStore, EditionText } from './store/port.ts'
import type { Terms } from './terms.ts'

export type Exported = {
  path: string
  markdown: string
  media: { id: MediaId; path: string; url: string; sha256: string }[]
}
export type Exports = ReturnType<typeof createExports>

export function createExports({ db, clock, ids }: Host, store: ContentStore, terms: Terms) {
  const markdown = async (workspaceId: string, id: EditionId): Promise<Exported> => {
    const edition = found(await store.getEdition(workspaceId, id), 'edition')
    const article = found(
      (await store.listArticles(workspaceId, { ids: [edition.articleId], limit: 1, offset: 0 })).items[0],
      'article',
    )
    const { src, href } = sourcesIn(edition.body)
    const wanted = [...src, ...href].flatMap((address) => mediaOf(address) ?? [])
    const rows = await manyMedia(db, workspaceId, [
      ...new Set([...wanted, ...(article.coverId ? [article.coverId] : [])]),
    ])
    const media = new Map(rows.map((row) => [row.id, row]))
    const refOf = (mediaId: MediaId | null): string | null => {
      const row = mediaId ? media.get(mediaId) : undefined
      if (!row) return null
      return row.sha256 === null ? row.source_url : `../${pathOf(row)}`
    }
    const body = withSources(edition.body, {
      src: (address) => refOf(mediaOf(address)),
      href: (address) => refOf(mediaOf(address)),
    })
    const known = await terms.describe(workspaceId, [...article.authors, ...article.tags, ...article.categories])
    const names = (wantedIds: ArticleRecord['tags']): string[] =>
      wantedIds.flatMap((term) => known.get(term)?.name ?? [])
    const cover = article.coverId ? media.get(article.coverId) : undefined
    const coverRef = refOf(article.coverId)
    const fields: FrontMatterFields = {
      ...fieldsOf(article, edition),
      authors: names(article.authors),
      tags: names(article.tags),
      categories: names(article.categories),
      cover: cover && coverRef ? { ref: coverRef, alt: cover.alt, caption: cover.caption } : null,
    }
    return {
      path: `${edition.language}/${edition.slug}.md`,
      markdown: writeFrontMatter(fields) + bodyToMarkdown(body),
      media: rows.flatMap((row) =>
        row.sha256 === null
          ? []
          : [{ id: row.id, path: pathOf(row), url: originalUrl(workspaceId, row), sha256: row.sha256 }],
      ),
    }
  }
  return {
    markdown,
    /** The hash that its export has now, once it is read again. */
    hash: async (workspaceId: string, id: EditionId): Promise<string> => {
      const exported = await markdown(workspaceId, id)
      const files: SourceFile[] = exported.media.map(({ path }) => fileInMemory(path, new Uint8Array()))
      const container = await openContainer([fileInMemory(exported.path, Buffer.from(exported.markdown)), ...files], {
        ids: () => ids.next<string>(),
        now: clock.now(),
      })
      try {
        for await (const entry of container.entries()) if (entry.kind === 'item') return hashOf(entry, () => 0)
        return ''
      } finally {
        await container.close()
      }
    },
  }
}

/** Its id is in the name: a file that is missing, or was not sent along, is still known to be this one. */
const pathOf = (row: MediaRow): string =>
  `media/${row.id}-${slugOf(row.name.replace(/\.[a-z0-9]{1,5}$/i, ''), 'und', 'file')}.${endingOf(row.type)}`

function fieldsOf(
  article: ArticleRecord,
  edition: EditionText,
): Omit<FrontMatterFields, 'authors' | 'tags' | 'categories' | 'cover'> {
  const { meta } = edition
  return {
    id: `floowe:${edition.id}`,
    translationKey: `floowe:${article.id}`,
    title: edition.title || null,
    slug: edition.slug,
    language: edition.language,
    type: article.type,
    date: article.source?.date ?? null,
    updated: edition.updatedAt,
    draft: null,
    status: edition.status,
    lead: edition.lead || null,
    permalinks: edition.permalinks,
    meta: {
      title: meta.title || null,
      description: meta.description || null,
      canonicalUrl: meta.canonicalUrl,
      isHidden: meta.isHidden || null,
    },
    extra: {
      ...article.extra,
      ...(meta.keyphrase ? { keyphrase: meta.keyphrase } : {}),
      [revisionKeys.edition]: edition.revision,
      [revisionKeys.article]: article.revision,
    },
  }
}
