/** Which workspace one is in, and the way to the others. */
import { IconPlus, IconSelector } from '@tabler/icons-react'
import { useMe } from '../api/me.ts'
import { entryPaths, pathsOf } from '../paths.ts'
import { useFormats } from '../ui/formats.ts'
import { Menu, MenuHeading, MenuLine, MenuLink } from '../ui/Menu.tsx'
import { useWords } from '../words/words.ts'
import looks from './WorkspaceSwitcher.module.css'

export function WorkspaceSwitcher() {
  const t = useWords('shell')
  const me = useMe()
  const { compare } = useFormats()
  const all = [...me.workspaces].sort((a, b) => compare(a.name, b.name))
  return (
    <Menu
      label={t('workspace.yours')}
      width={240}
      trigger={(props) => (
        <button
          {...props}
          className={looks.switcher}
          aria-label={t('workspace.switch', { name: me.workspace.name })}
          title={me.workspace.name}
        >
          <span className={looks.mark} data-mark={me.workspace.name.slice(0, 1)} />
          <span className={looks.name}>{me.workspace.name}</span>
          <IconSelector size={16} className={looks.arrow} />
        </button>
      )}
    >
      <MenuHeading>{t('workspace.yours')}</MenuHeading>
      {all.map((workspace) => (
        <MenuLink
          key={workspace.id}
          href={pathsOf(workspace.slug).home()}
          aria-current={workspace.id === me.workspace.id || undefined}
          after={workspace.isDemo ? <span className={looks.demo}>{t('workspace.demo')}</span> : undefined}
        >
          {workspace.name}
        </MenuLink>
      ))}
      <MenuLine />
      <MenuLink href={entryPaths.newWorkspace()} icon={<IconPlus />}>
        {t('workspace.new')}
      </MenuLink>
    </Menu>
  )
}
