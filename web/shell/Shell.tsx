/** The frame of a workspace: navigation, what is wrong with the connection, the page, search and keys over it. */
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { startLive } from '../api/live.ts'
import { useMe } from '../api/me.ts'
import { useWorkspaceSlug } from '../location.ts'
import { recall, rememberChoice } from '../ui/looks.ts'
import { matches, useKeys } from '../ui/keys.tsx'
import { MantineGround } from '../ui/MantineGround.tsx'
import { loadWords, useWords } from '../words/words.ts'
import { DemoBanner, OfflineBanner } from './Banners.tsx'
import { BottomBar } from './BottomBar.tsx'
import { Navigation } from './Navigation.tsx'
import { PagePending } from './PageStates.tsx'
import looks from './Shell.module.css'
import { TypeAhead } from './TypeAhead.tsx'

const Palette = lazy(() => import('./Palette.tsx').then((module) => ({ default: module.Palette })))
const KeysHelp = lazy(() => import('./KeysHelp.tsx').then((module) => ({ default: module.KeysHelp })))

const foldedKey = 'floowe-nav-folded'

/** Ctrl/Cmd-S is a habit of those who write; here it must not offer to save the page as a file. */
function keepPageInBrowser(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (matches('mod+s', event)) event.preventDefault()
  }
  addEventListener('keydown', onKeyDown)
  return () => removeEventListener('keydown', onKeyDown)
}

export function Shell() {
  const t = useWords('shell')
  const slug = useWorkspaceSlug()
  const me = useMe()
  const queries = useQueryClient()
  const [isFolded, setFolded] = useState(() => recall(foldedKey) === 'yes')
  const [overlay, setOverlay] = useState<'palette' | 'keys' | null>(null)
  const typedAhead = useRef('')

  useEffect(() => startLive(slug, queries), [slug, queries])
  useEffect(keepPageInBrowser, [])
  // most pages are never refused anything: what is said then comes behind them, while the server can be reached
  useEffect(() => void loadWords('refusals'), [])

  // a new page is read from its beginning, unless it put the focus somewhere itself
  const page = useRef<HTMLElement>(null)
  const pathname = useLocation({ select: (location) => location.pathname })
  const shownPath = useRef(pathname)
  useEffect(() => {
    if (shownPath.current === pathname) return
    shownPath.current = pathname
    if (!page.current?.contains(document.activeElement)) page.current?.focus({ preventScroll: true })
  }, [pathname])

  const fold = () => {
    setFolded(!isFolded)
    rememberChoice(foldedKey, isFolded ? 'no' : 'yes')
  }
  useKeys([
    { keys: 'mod+k', label: t('keys.palette'), group: t('keys.everywhere'), run: () => setOverlay('palette') },
    { keys: '?', label: t('keys.help'), group: t('keys.everywhere'), run: () => setOverlay('keys') },
    { keys: '[', label: t('keys.fold'), group: t('keys.everywhere'), run: fold },
  ])

  return (
    <MantineGround>
      <div className={looks.shell} data-folded={isFolded || undefined}>
        <a href="#page" className={looks.skip}>
          {t('nav.skip')}
        </a>
        <Navigation
          isFolded={isFolded}
          onFold={fold}
          onSearch={() => setOverlay('palette')}
          onKeys={() => setOverlay('keys')}
        />
        <div className={looks.main}>
          <OfflineBanner />
          {me.workspace.isDemo && <DemoBanner />}
          <main ref={page} id="page" tabIndex={-1} className={looks.page}>
            <Suspense fallback={<PagePending />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
        <BottomBar onSearch={() => setOverlay('palette')} />
        <Suspense fallback={overlay === 'palette' ? <TypeAhead heard={typedAhead} /> : null}>
          {overlay === 'palette' && (
            <Palette typedAhead={typedAhead} onClose={() => setOverlay(null)} onKeys={() => setOverlay('keys')} />
          )}
          {overlay === 'keys' && <KeysHelp onClose={() => setOverlay(null)} />}
        </Suspense>
      </div>
    </MantineGround>
  )
}
