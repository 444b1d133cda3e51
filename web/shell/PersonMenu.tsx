/** The person at the bottom of the navigation: account, look, language, leaving. */
import {
  IconDeviceDesktop,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPalette,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import { useMe } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { KeyHint } from '../ui/KeyHint.tsx'
import { Menu, MenuHeading, MenuItem, MenuLine, MenuLink } from '../ui/Menu.tsx'
import { useLanguage, useWords } from '../words/words.ts'
import { useChangeLook, useSignOut } from './person-acts.ts'
import looks from './PersonMenu.module.css'

const themes = [
  ['light', IconSun],
  ['dark', IconMoon],
  ['system', IconDeviceDesktop],
] as const

/** Two letters that stand for a name. */
const initials = (name: string): string => {
  const words = name.trim().split(/\s+/)
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toLocaleUpperCase()
}

export function PersonMenu({ onKeys }: { onKeys: () => void }) {
  const t = useWords('shell')
  const { person } = useMe()
  const paths = usePaths()
  const other = useLanguage() === 'pl' ? 'en' : 'pl'
  const change = useChangeLook()
  const signOut = useSignOut()
  return (
    <Menu
      label={t('person.menu', { name: person.name })}
      width={232}
      trigger={(props) => (
        <button
          {...props}
          className={looks.person}
          aria-label={t('person.menu', { name: person.name })}
          title={person.name}
        >
          <span className={looks.initials} data-initials={initials(person.name)} />
          <span className={looks.name}>{person.name}</span>
        </button>
      )}
    >
      <MenuLink href={paths.account()} icon={<IconUser />}>
        {t('person.account')}
      </MenuLink>
      <MenuItem icon={<IconKeyboard />} after={<KeyHint keys="?" />} onChoose={onKeys}>
        {t('keys.title')}
      </MenuItem>
      <MenuLink href={paths.design()} icon={<IconPalette />}>
        {t('person.design')}
      </MenuLink>
      <MenuLine />
      <MenuHeading>{t('theme.label')}</MenuHeading>
      {themes.map(([theme, Icon]) => (
        <MenuItem key={theme} icon={<Icon />} isChosen={person.theme === theme} onChoose={() => change({ theme })}>
          {t(`theme.${theme}`)}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={<IconLanguage />} lang={other} onChoose={() => change({ locale: other })}>
        {other === 'en' ? 'English' : 'Polski'}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<IconLogout />} onChoose={signOut}>
        {t('person.signOut')}
      </MenuItem>
    </Menu>
  )
}
