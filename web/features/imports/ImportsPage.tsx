import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { usePaths } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useWords } from '../../words/words.ts'

export function ImportsPage() {
  const t = useWords('imports')
  const paths = usePaths()
  const { data } = useSuspenseQuery(api.content.listImports.queryOptions({ input: {} }))
  return (
    <Page title={t('title')}>
      {data.items.length === 0 ? <EmptyState drawing="inbox" title={t('empty')} /> : (
        <ul>
          {data.items.map((item) => <li key={item.id}><a href={paths.import(item.id)}>{item.name}</a></li>)}
        </ul>
      )}
    </Page>
  )
}
