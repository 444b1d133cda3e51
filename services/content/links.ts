/** Which articles a text leads to, and which lead to it. */
import type { ArticleId } from '@floowe/contracts/vocabulary'
import { articleRef, slugRef } from './references.ts'
import type { ArticleRecord, ContentStore, FoundEdition } from './store/port.ts'

type Linked = { articleId: ArticleId; title: string }
/** Shown at most, each way. */
const linkedMax = 200

export async function linksOf(
  store: ContentStore,
  workspaceId: string,
  article: ArticleRecord,
): Promise<{ to: Linked[]; from: Linked[] }> {
  const to = new Map<ArticleId, string>()
  const from = new Map<ArticleId, string>()
  const note = (list: Map<ArticleId, string>, edition: FoundEdition): void => {
    if (edition.articleId !== article.id && edition.article.trashedAt === null && !list.has(edition.articleId))
      list.set(edition.articleId, edition.title)
  }
  const ids = article.editions.flatMap((edition) => named(edition.refs, 'article:')) as ArticleId[] // only ids are kept behind this prefix
  const { items } = await store.listArticles(workspaceId, {
    ids: [...new Set(ids)].slice(0, linkedMax),
    limit: linkedMax,
    offset: 0,
  })
  for (const target of items)
    if (target.id !== article.id && target.trashedAt === null) to.set(target.id, target.editions[0]?.title ?? '')
  for (const found of await store.findEditions(workspaceId, { pointingTo: articleRef(article.id) })) note(from, found)
  for (const edition of article.editions) {
    const slugs = named(edition.refs, 'slug:')
    if (slugs.length > 0)
      for (const found of await store.findEditions(workspaceId, { language: edition.language, slugs })) note(to, found)
    // A slug means this edition only to texts of its own language.
    const pointing = await store.findEditions(workspaceId, { pointingTo: slugRef(edition.slug) })
    for (const found of pointing) if (found.language === edition.language) note(from, found)
  }
  const listed = (list: Map<ArticleId, string>): Linked[] =>
    [...list].slice(0, linkedMax).map(([articleId, title]) => ({ articleId, title }))
  return { to: listed(to), from: listed(from) }
}

const named = (refs: readonly string[], prefix: string): string[] =>
  refs.filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length))
