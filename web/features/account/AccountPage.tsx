import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useMe } from '../../api/me.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { LookForm } from './LookForm.tsx'
import { NotificationSettings } from './NotificationSettings.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { ProfileForm } from './ProfileForm.tsx'
import { Sessions } from './Sessions.tsx'

export function AccountPage() {
  const t = useWords('account')
  const notifications = useWords('notifications')
  const { workspace } = useMe()
  useHashInSight()
  return (
    <SettingsPage title={t('title')}>
      <Section title={t('profile')}>
        <ProfileForm />
      </Section>
      <Section title={t('look')} lead={t('look.lead')}>
        <LookForm />
      </Section>
      <Section title={notifications('settings')} lead={notifications('settings.lead', { workspace: workspace.name })}>
        <NotificationSettings />
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

/** The part that the address names; it is not there yet when the router looks for it. */
function useHashInSight(): void {
  const hash = useLocation({ select: (location) => location.hash })
  useEffect(() => {
    if (hash === 'notifications') document.getElementById(hash)?.scrollIntoView()
  }, [hash])
}
