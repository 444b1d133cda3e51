/** Under 640 px the places are at the thumb; the rest opens as a sheet. */
import { useLocation } from '@tanstack/react-router'
import { IconDots } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useMe } from '../api/me.ts'
import { entryPaths, pathsOf } from '../paths.ts'
import { usePaths } from '../location.ts'
import { SidePanel } from '../ui/Dialog.tsx'
import { useWords } from '../words/words.ts'
import looks from './BottomBar.module.css'
import { BellLink } from './Bell.tsx'
import { useSignOut } from './person-acts.ts'
import { isHere, settingsPlaces } from './places.ts'
import { type PlaceHere, usePlaces } from './use-places.ts'

export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const t = useWords('shell')
  const me = useMe()
  const paths = usePaths()
  const pathname = useLocation({ select: (location) => location.pathname })
  const [isMoreOpen, setMoreOpen] = useState(false)
  // arriving anywhere closes the sheet
  useEffect(() => setMoreOpen(false), [pathname])
  const allowed = usePlaces()
  return (
    <nav aria-label={t('nav.label')} className={looks.bar}>
      {allowed
        .filter((place) => place.isInBottomBar)
        .map((place) => (
          <a
            key={place.word}
            href={place.path(paths)}
            className={looks.item}
            aria-current={isHere(pathname, place.path(paths), paths.content()) ? 'page' : undefined}
          >
            <place.icon size={20} />
            <span>{t(place.word)}</span>
          </a>
        ))}
      <BellLink
        className={`${looks.item} ${looks.bell}`}
        isCurrent={isHere(pathname, paths.notifications(), paths.content())}
      />
      <button type="button" className={looks.item} aria-expanded={isMoreOpen} onClick={() => setMoreOpen(true)}>
        <IconDots size={20} />
        <span>{t('nav.more')}</span>
      </button>
      <SidePanel isOpen={isMoreOpen} onClose={() => setMoreOpen(false)} title={me.workspace.name} size={300}>
        <More
          onSearch={() => {
            setMoreOpen(false)
            onSearch()
          }}
          rest={allowed.filter((place) => !place.isInBottomBar)}
        />
      </SidePanel>
    </nav>
  )
}

function More({ rest, onSearch }: { rest: readonly PlaceHere[]; onSearch: () => void }) {
  const t = useWords('shell')
  const me = useMe()
  const paths = usePaths()
  const signOut = useSignOut()
  const others = me.workspaces.filter((workspace) => workspace.id !== me.workspace.id)
  return (
    <ul className={looks.more}>
      <li>
        <button type="button" onClick={onSearch}>
          {t('palette.open')}
        </button>
      </li>
      {rest.map((place) => (
        <li key={place.word}>
          <a href={place.path(paths)}>
            {place.waiting > 0 ? t('nav.approvals.count', { count: place.waiting }) : t(place.word)}
          </a>
        </li>
      ))}
      <li className={looks.moreHeading}>{t('nav.settings')}</li>
      {settingsPlaces
        .filter((place) => !place.needs || me.permissions.includes(place.needs))
        .map((place) => (
          <li key={place.word}>
            <a href={place.path(paths)}>{t(place.word)}</a>
          </li>
        ))}
      <li className={looks.moreHeading}>{t('workspace.yours')}</li>
      {others.map((workspace) => (
        <li key={workspace.id}>
          <a href={pathsOf(workspace.slug).home()}>{workspace.name}</a>
        </li>
      ))}
      <li>
        <a href={entryPaths.newWorkspace()}>{t('workspace.new')}</a>
      </li>
      <li className={looks.moreHeading}>{me.person.name}</li>
      <li>
        <button type="button" onClick={signOut}>
          {t('person.signOut')}
        </button>
      </li>
    </ul>
  )
}
