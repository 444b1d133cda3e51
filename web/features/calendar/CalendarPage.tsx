import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useState } from 'react'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function CalendarPage() {
  const t = useWords('calendar')
  const { zone } = useSurroundings()
  const [range] = useState(() => ({ from: new Date(Date.now() - 14 * 86_400_000).toISOString().slice(0, 10), to: new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10) }))
  const { data } = useSuspenseQuery(api.publishing.getCalendar.queryOptions({ input: { ...range, zone } }))
  return <Page title={t('title')} width="full">{data.items.length}</Page>
}
