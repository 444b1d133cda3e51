/** The person at the bottom of the navigation: account, look, language, leaving. */
import { Menu } from '@mantine/core'
import { IconDeviceDesktop, IconKeyboard, IconLanguage, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { useMe } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { KeyHint } from '../ui/KeyHint.tsx'
import { useLanguage, useWords } from '../words/words.ts'
import { useChangeLook, useSignOut } from './person-acts.ts'
import looks from './PersonMenu.module.css'

const themes = [['light', IconSun], ['dark', IconMoon], ['system', IconDeviceDesktop]] as const

/** Two letters that stand for a name. */
export const initials = (name: string): string => {
  const words = name.trim().split(/\s+/)
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toLocaleUpperCase()
}

export function PersonMenu({ onKeys }: { onKeys: () => void }) {
  const t = useWords('shell')
  const { person } = useMe()
  const paths = usePaths()
  const language = useLanguage()
  const change = useChangeLook()
  const signOut = useSignOut()
  return (
    <Menu position="top-start" width={232}>
      <Menu.Target>
        <button type="button" className={looks.person} aria-label={t('person.menu', { name: person.name })} title={person.name}>
          <span className={looks.initials} data-initials={initials(person.name)} />
          <span className={looks.name}>{person.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={paths.account()} leftSection={<IconUser size={16} />}>{t('person.account')}</Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} rightSection={<KeyHint keys="?" />} onClick={onKeys}>{t('keys.title')}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('theme.label')}</Menu.Label>
        {themes.map(([theme, Icon]) => (
          <Menu.Item key={theme} leftSection={<Icon size={16} />} data-combobox-active={person.theme === theme || undefined} aria-current={person.theme === theme || undefined} onClick={() => change({ theme })}>
            {t(`theme.${theme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLanguage size={16} />} lang={language === 'pl' ? 'en' : 'pl'} onClick={() => change({ locale: language === 'pl' ? 'en' : 'pl' })}>
          {language === 'pl' ? 'English' : 'Polski'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>{t('person.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
