/** The left column: workspace, places, channels with their state, settings and the person at the bottom. */
import { useLocation } from '@tanstack/react-router'
import {
  IconAlertTriangle,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconPlayerPause,
  IconSearch,
  IconSettings,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Channel } from '@floowe/contracts/channels'
import { api } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { marks } from '../networks/networks.tsx'
import { IconButton } from '../ui/Button.tsx'
import { Waves } from '../ui/Waves.tsx'
import { KeyHint } from '../ui/KeyHint.tsx'
import { useWords } from '../words/words.ts'
import { Bell } from './Bell.tsx'
import { PersonMenu } from './PersonMenu.tsx'
import { isHere, settingsPlaces } from './places.ts'
import { usePlaces } from './use-places.ts'
import { WorkspaceSwitcher } from './WorkspaceSwitcher.tsx'
import looks from './Navigation.module.css'

export function Navigation({
  isFolded,
  onFold,
  onSearch,
  onKeys,
}: {
  isFolded: boolean
  onFold: () => void
  onSearch: () => void
  onKeys: () => void
}) {
  const t = useWords('shell')
  const me = useMe()
  const paths = usePaths()
  const pathname = useLocation({ select: (location) => location.pathname })
  const isInSettings = settingsPlaces.some(
    (place) => place.word !== 'nav.channels' && isHere(pathname, place.path(paths), ''),
  )
  return (
    <nav aria-label={t('nav.label')} className={looks.nav} data-folded={isFolded || undefined}>
      <div className={looks.top}>
        <a href={paths.home()} className={looks.brand} aria-label="Floowe">
          <Waves />
          <span className={looks.name}>Floowe</span>
        </a>
        <IconButton
          size="small"
          className={looks.fold}
          label={t(isFolded ? 'nav.unfold' : 'nav.fold')}
          onClick={onFold}
        >
          {isFolded ? <IconLayoutSidebarLeftExpand /> : <IconLayoutSidebarLeftCollapse />}
        </IconButton>
        <Bell />
      </div>
      <WorkspaceSwitcher />
      <button type="button" className={`${looks.item} ${looks.search}`} onClick={onSearch} title={t('palette.open')}>
        <IconSearch />
        <span className={looks.word}>{t('palette.open')}</span>
        <span className={looks.word}>
          <KeyHint keys="mod+k" />
        </span>
      </button>
      <ul className={looks.list}>
        {usePlaces().map((place) => (
          <li key={place.word}>
            <Item
              href={place.path(paths)}
              icon={place.icon}
              isCurrent={isHere(pathname, place.path(paths), paths.content())}
              waiting={place.waiting}
              title={place.waiting > 0 ? t('nav.approvals.count', { count: place.waiting }) : undefined}
            >
              {t(place.word)}
            </Item>
          </li>
        ))}
      </ul>
      {me.permissions.includes('publishing:read') && <Channels pathname={pathname} />}
      <div className={looks.bottom}>
        <Item href={paths.settings()} icon={IconSettings} isCurrent={isInSettings}>
          {t('nav.settings')}
        </Item>
        <PersonMenu onKeys={onKeys} />
      </div>
    </nav>
  )
}

function Item({
  href,
  icon: Icon,
  isCurrent,
  tone,
  waiting = 0,
  children,
  title,
}: {
  href: string
  icon: Icon
  isCurrent?: boolean
  tone?: 'attention'
  /** How much there waits for this person; said in full by the title. */
  waiting?: number
  children: ReactNode
  title?: string
}) {
  return (
    <a
      href={href}
      className={looks.item}
      aria-current={isCurrent ? 'page' : undefined}
      data-tone={tone}
      title={title ?? (typeof children === 'string' ? children : undefined)}
      aria-label={waiting > 0 ? title : undefined}
    >
      <Icon />
      <span className={looks.word}>{children}</span>
      {waiting > 0 && <span className={looks.waiting}>{waiting > 99 ? '99+' : waiting}</span>}
    </a>
  )
}

const channelsShownMax = 8

/** Connected channels; one that needs a person says so in words and colour. */
function Channels({ pathname }: { pathname: string }) {
  const t = useWords('shell')
  const paths = usePaths()
  const { data } = useQuery(api.publishing.listChannels.queryOptions())
  const icon = (channel: Channel): Icon =>
    channel.state === 'attention'
      ? IconAlertTriangle
      : channel.state === 'paused'
        ? IconPlayerPause
        : marks[channel.network]
  return (
    <>
      <a
        href={paths.channels()}
        className={looks.heading}
        aria-current={pathname === paths.channels() ? 'page' : undefined}
      >
        {t('nav.channels')}
      </a>
      <ul className={`${looks.list} ${looks.channels}`}>
        {(data ?? []).slice(0, channelsShownMax).map((channel) => (
          <li key={channel.id}>
            <Item
              href={`${paths.channels()}#${channel.id}`}
              icon={icon(channel)}
              tone={channel.state === 'attention' ? 'attention' : undefined}
              title={
                channel.state === 'connected' ? channel.name : t(`channel.${channel.state}`, { name: channel.name })
              }
            >
              {channel.state === 'connected' ? channel.name : t(`channel.${channel.state}`, { name: channel.name })}
            </Item>
          </li>
        ))}
      </ul>
    </>
  )
}
