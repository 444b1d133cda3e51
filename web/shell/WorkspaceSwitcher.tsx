/** Which workspace one is in, and the way to the others. */
import { Menu } from '@mantine/core'
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react'
import { useMe } from '../api/me.ts'
import { entryPaths, pathsOf } from '../paths.ts'
import { useFormats } from '../ui/formats.ts'
import { useWords } from '../words/words.ts'
import looks from './WorkspaceSwitcher.module.css'

export function WorkspaceSwitcher() {
  const t = useWords('shell')
  const me = useMe()
  const { compare } = useFormats()
  const others = [...me.workspaces].sort((a, b) => compare(a.name, b.name))
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button type="button" className={looks.switcher} aria-label={t('workspace.switch', { name: me.workspace.name })} title={me.workspace.name}>
          <span className={looks.mark} data-mark={me.workspace.name.slice(0, 1)} />
          <span className={looks.name}>{me.workspace.name}</span>
          <IconSelector size={16} className={looks.arrow} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('workspace.yours')}</Menu.Label>
        {others.map((workspace) => (
          <Menu.Item
            key={workspace.id}
            component="a"
            href={pathsOf(workspace.slug).home()}
            rightSection={workspace.id === me.workspace.id ? <IconCheck size={16} /> : workspace.isDemo ? <span className={looks.demo}>{t('workspace.demo')}</span> : undefined}
          >
            {workspace.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href={entryPaths.newWorkspace()} leftSection={<IconPlus size={16} />}>{t('workspace.new')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
