import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useRouteParam } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function EditorPage() {
  const t = useWords('editor')
  const id = useRouteParam('articleId')
  const language = useRouteParam('language')
  const { data } = useSuspenseQuery(api.content.getArticle.queryOptions({ input: { id } }))
  const edition = data.editions.find((one) => one.language === language)
  return <Page title={edition?.title ?? t('title')} width="full">{edition?.lead}</Page>
}
