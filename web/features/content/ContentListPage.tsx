import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { usePaths } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useWords } from '../../words/words.ts'

export function ContentListPage() {
  const t = useWords('content')
  const paths = usePaths()
  const { data } = useSuspenseQuery(api.content.listArticles.queryOptions({ input: {} }))
  return (
    <Page title={t('title')}>
      {data.items.length === 0 ? <EmptyState drawing="desk" title={t('empty')} /> : (
        <ul>
          {data.items.map((item) => <li key={item.id}><a href={paths.article(item.id)}>{item.editions[0]?.title}</a></li>)}
        </ul>
      )}
    </Page>
  )
}
