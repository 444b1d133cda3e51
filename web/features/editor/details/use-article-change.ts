/** Changes of the article around its editions: shown at once, taken back when refused. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Article, Media, TermRef } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { isRefusal } from '../../../api/refusals.ts'

export type ArticleChange = {
  tags?: string[]
  categories?: string[]
  authors?: string[]
  cover?: Media | null
  type?: Article['type']
}

export function useArticleChange(article: Article): { change: (change: ArticleChange) => void; isPending: boolean } {
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { queryKey } = api.content.getArticle.queryOptions({ input: { id: article.id } })
  const send = async ({ cover, ...rest }: ArticleChange): Promise<Article> => {
    const input = { id: article.id, ...rest, ...(cover === undefined ? {} : { coverId: cover?.id ?? null }) }
    const basedOn = queries.getQueryData(queryKey)?.revision ?? article.revision
    try {
      return await client.content.updateArticle({ ...input, basedOn })
    } catch (error) {
      if (!isRefusal(error, 'stale-revision')) throw error
      // someone changed another detail meanwhile; this one still goes where the person put it
      const fresh = await client.content.getArticle({ id: article.id })
      return client.content.updateArticle({ ...input, basedOn: fresh.revision })
    }
  }
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    // one after the other: each names the revision that the last one made
    scope: { id: `article ${article.id}` },
    onMutate: (change) => {
      const before = queries.getQueryData(queryKey)
      queries.setQueryData(queryKey, (now) => now && applied(now, change))
      return { before }
    },
    onSuccess: (changed) => queries.setQueryData(queryKey, changed),
    onError: (error, _change, context) => {
      queries.setQueryData(queryKey, context?.before)
      tell(error)
      void queries.invalidateQueries({ queryKey })
    },
  })
  return { change: mutate, isPending }
}

function applied(article: Article, { tags, categories, authors, cover, type }: ArticleChange): Article {
  const refs = (names: string[] | undefined, known: TermRef[]): TermRef[] =>
    // a new term has no id until the server answers
    names?.map(
      (name) =>
        known.find((term) => term.name === name) ?? ({ id: `new ${name}`, name, slug: '' } as unknown as TermRef),
    ) ?? known
  return {
    ...article,
    tags: refs(tags, article.tags),
    categories: refs(categories, article.categories),
    authors: refs(authors, article.authors),
    cover: cover === undefined ? article.cover : cover,
    type: type ?? article.type,
  }
}
