import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useRouteParam } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function DeliveryPage() {
  const t = useWords('deliveries')
  const id = useRouteParam('id')
  const { data } = useSuspenseQuery(api.publishing.getDelivery.queryOptions({ input: { id } }))
  return <Page title={data.title} trail={t('title')}>{data.channelName}</Page>
}
