import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { usePaths } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useWords } from '../../words/words.ts'

export function DeliveriesPage() {
  const t = useWords('deliveries')
  const paths = usePaths()
  const { data } = useSuspenseQuery(api.publishing.listDeliveries.queryOptions({ input: {} }))
  return (
    <Page title={t('title')}>
      {data.items.length === 0 ? <EmptyState drawing="envelope" title={t('empty')} /> : (
        <ul>
          {data.items.map((item) => <li key={item.id}><a href={paths.delivery(item.id)}>{item.title}</a></li>)}
        </ul>
      )}
    </Page>
  )
}
