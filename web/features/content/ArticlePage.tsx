import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useRouteParam } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function ArticlePage() {
  const t = useWords('article')
  const id = useRouteParam('articleId')
  const { data } = useSuspenseQuery(api.content.getArticle.queryOptions({ input: { id } }))
  return <Page title={data.editions[0]?.title ?? t('title')}>{data.editions.length}</Page>
}
