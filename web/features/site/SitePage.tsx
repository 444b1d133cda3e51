import { useSuspenseQuery } from '@tanstack/react-query'
import { IconExternalLink } from '@tabler/icons-react'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { LinkButton } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { Logo } from './Logo.tsx'
import { Redirects } from './Redirects.tsx'
import { SiteForm } from './SiteForm.tsx'

export function SitePage() {
  const t = useWords('site')
  const mayChange = useMay('site:settings')
  const { data } = useSuspenseQuery(api.site.getSiteSettings.queryOptions())
  return (
    <SettingsPage
      title={t('title')}
      lead={t('lead')}
      actions={
        <LinkButton href={data.url} target="_blank" rel="noreferrer" icon={<IconExternalLink />}>
          {t('open')}
        </LinkButton>
      }
    >
      <Section title={t('logo')} lead={t('logo.lead')}>
        <Logo settings={data} mayChange={mayChange} />
      </Section>
      <SiteForm key={data.languages.join()} settings={data} mayChange={mayChange} />
      <Section title={t('redirects')} lead={t('redirects.lead')}>
        <Redirects mayChange={mayChange} />
      </Section>
    </SettingsPage>
  )
}
