import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { LookForm } from './LookForm.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { ProfileForm } from './ProfileForm.tsx'
import { Sessions } from './Sessions.tsx'

export function AccountPage() {
  const t = useWords('account')
  return (
    <SettingsPage title={t('title')}>
      <Section title={t('profile')}>
        <ProfileForm />
      </Section>
      <Section title={t('look')} lead={t('look.lead')}>
        <LookForm />
      </Section>
      <Section title={t('password')} lead={t('password.lead')}>
        <PasswordForm />
      </Section>
      <Section title={t('sessions')} lead={t('sessions.lead')}>
        <Sessions />
      </Section>
    </SettingsPage>
  )
}
