import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { Page } from '../../ui/Page.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useWords } from '../../words/words.ts'

export function MediaPage() {
  const t = useWords('media')
  const { data } = useSuspenseQuery(api.content.listMedia.queryOptions({ input: {} }))
  return (
    <Page title={t('title')}>
      {data.items.length === 0 ? <EmptyState drawing="camera" title={t('empty')} /> : (
        <ul>
          {data.items.map((item) => <li key={item.id}>{item.name}</li>)}
        </ul>
      )}
    </Page>
  )
}
