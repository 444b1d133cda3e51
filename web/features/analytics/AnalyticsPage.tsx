import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useState } from 'react'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function AnalyticsPage() {
  const t = useWords('analytics')
  const [range] = useState(() => ({ from: new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10), to: new Date().toISOString().slice(0, 10) }))
  const { data } = useSuspenseQuery(api.analytics.getOverview.queryOptions({ input: range }))
  return <Page title={t('title')}>{data.total.views}</Page>
}
