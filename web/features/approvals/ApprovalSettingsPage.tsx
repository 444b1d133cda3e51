/** Who has to agree before something goes out, in which order, and who decides by a link. */
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { Note } from '../../ui/ErrorPanel.tsx'
import { Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { Approvers } from './Approvers.tsx'
import { PolicyForm } from './PolicyForm.tsx'

export function ApprovalSettingsPage() {
  const t = useWords('approvals')
  const common = useWords('approving')
  const mayRegister = useMay('workspace:manage')
  const { data: policy } = useSuspenseQuery(api.publishing.getApprovalPolicy.queryOptions())
  const { data: setup } = useQuery(api.identity.getSetup.queryOptions())
  return (
    <SettingsPage title={t('settings')} lead={t('settings.lead')}>
      <Section title={t('policy')}>
        <PolicyForm key={JSON.stringify(policy)} saved={policy} />
      </Section>
      <Section title={t('approvers')} lead={t(mayRegister ? 'approvers.lead' : 'approvers.lead.owner')}>
        {setup?.mail === false && <Note tone="amber">{common('no-mail')}</Note>}
        <Approvers mayRegister={mayRegister} />
      </Section>
    </SettingsPage>
  )
}
