/** A page among the settings: the same title bar, and the way to its neighbours. */
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useMe } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { Page } from '../ui/Page.tsx'
import { useWords } from '../words/words.ts'
import { settingsPlaces } from './places.ts'
import looks from './SettingsPage.module.css'

export function SettingsPage({
  title,
  lead,
  actions,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const t = useWords('shell')
  const me = useMe()
  const paths = usePaths()
  const pathname = useLocation({ select: (location) => location.pathname })
  const tabs = useRef<HTMLElement>(null)
  // on a narrow screen the row of tabs scrolls; the current one must be in sight
  // in braces: newer browsers answer a promise here, which React would take for a clean-up
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [pathname])
  return (
    <Page title={title} actions={actions} width="full">
      <nav ref={tabs} aria-label={t('settings.label')} className={looks.tabs}>
        {settingsPlaces
          .filter((place) => !place.needs || me.permissions.includes(place.needs))
          .map((place) => (
            <a
              key={place.word}
              href={place.path(paths)}
              aria-current={pathname === place.path(paths) ? 'page' : undefined}
            >
              {t(place.word)}
            </a>
          ))}
      </nav>
      <div className={looks.body}>
        {lead && <p className={looks.lead}>{lead}</p>}
        <div>{children}</div>
      </div>
    </Page>
  )
}
