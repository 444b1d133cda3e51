/** What a text has to have before it goes out: what Floowe looks at itself, and what it asks. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { useWords } from '../../words/words.ts'
import { ChecklistForm } from './ChecklistForm.tsx'

export function ChecklistPage() {
  const t = useWords('checklists')
  const { data } = useSuspenseQuery(api.content.getChecklist.queryOptions())
  return (
    <SettingsPage title={t('title')} lead={t('lead')}>
      <ChecklistForm key={data.revision} saved={data} />
    </SettingsPage>
  )
}
