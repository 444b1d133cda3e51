import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { Page } from '../../ui/Page.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useWords } from '../../words/words.ts'

export function ChannelsPage() {
  const t = useWords('channels')
  const { data } = useSuspenseQuery(api.publishing.listChannels.queryOptions())
  return (
    <Page title={t('title')}>
      {data.length === 0 ? <EmptyState drawing="envelope" title={t('empty')} /> : (
        <ul>
          {data.map((item) => <li key={item.id}>{item.name}</li>)}
        </ul>
      )}
    </Page>
  )
}
