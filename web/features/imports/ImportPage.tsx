import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useRouteParam } from '../../location.ts'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function ImportPage() {
  const t = useWords('imports')
  const id = useRouteParam('id')
  const { data } = useSuspenseQuery(api.content.getImport.queryOptions({ input: { id } }))
  return <Page title={data.name} trail={t('title')}>{data.state}</Page>
}
