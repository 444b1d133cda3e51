/** Links from one text to another: kept by id or slug, shown to readers as addresses of the site. */
import type { Body } from '@floowe/contracts/body'
import type { ArticleId, Language } from '@floowe/contracts/vocabulary'
import type { Host } from '@floowe/platform'
import { sourcesIn } from './formats/index.ts'
import { articleRef, refOfLink, slugRef } from './references.ts'
import type { ContentStore } from './store/port.ts'

/** Links of one text that are looked up. */
const linksMax = 500

type Target = { language: Language; slug: string }

/** Link → address. Of articles by id the edition in the text's own language is meant, else the first; a slug is one of its language. */
export const createLinkReader =
  ({ call, publicUrl }: Host, store: ContentStore) =>
  async (workspaceId: string, body: Body, language: Language): Promise<ReadonlyMap<string, string>> => {
    const wanted = sourcesIn(body)
      .href.flatMap((href) => {
        const ref = refOfLink(href, publicUrl)
        return ref && !ref.startsWith('media:') ? [{ href, ref }] : []
      })
      .slice(0, linksMax)
    if (wanted.length === 0) return new Map()
    const targets = await targetsOf(
      store,
      workspaceId,
      wanted.map(({ ref }) => ref),
      language,
    )
    const found = wanted.flatMap(({ href, ref }) => {
      const target = targets.get(ref)
      return target ? [{ href, target }] : []
    })
    if (found.length === 0) return new Map()
    const addresses = await call.site.editionAddresses({ editions: found.map(({ target }) => target) }, { workspaceId })
    return new Map(
      found.map(({ href }, index) => [href, `${addresses[index] ?? href}${/#.*$/.exec(href)?.[0] ?? ''}`] as const),
    )
  }

async function targetsOf(
  store: ContentStore,
  workspaceId: string,
  refs: readonly string[],
  language: Language,
): Promise<ReadonlyMap<string, Target>> {
  const named = (prefix: string) => [
    ...new Set(refs.filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length))),
  ]
  const ids = named('article:') as ArticleId[] // only ids are kept behind this prefix
  const slugs = named('slug:')
  const [articles, editions] = await Promise.all([
    ids.length === 0
      ? []
      : store.listArticles(workspaceId, { ids, limit: linksMax, offset: 0 }).then(({ items }) => items),
    slugs.length === 0 ? [] : store.findEditions(workspaceId, { language, slugs }),
  ])
  const targets = new Map<string, Target>()
  for (const { id, editions: own, trashedAt } of articles) {
    const target = own.find((edition) => edition.language === language) ?? own[0]
    if (target && trashedAt === null) targets.set(articleRef(id), { language: target.language, slug: target.slug })
  }
  for (const { slug, article } of editions)
    if (article.trashedAt === null) targets.set(slugRef(slug), { language, slug })
  return targets
}
