/** Stands around every page, signed in or not: theme, words for the pieces, the zone in which times are read. */
import { useQuery } from '@tanstack/react-query'
import { type ErrorComponentProps, Outlet } from '@tanstack/react-router'
import { type ReactNode, Suspense, useEffect, useMemo } from 'react'
import { meOptions } from '../api/me.ts'
import { applyDensity, applyTheme, followSystemTheme } from '../ui/looks.ts'
import { SurroundingsProvider } from '../ui/surroundings.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { useLanguage, useWords } from '../words/words.ts'
import { PageErrorAlone } from './PageStates.tsx'

export function AppFrame() {
  return (
    <AppGround>
      <Outlet />
    </AppGround>
  )
}

/** The last resort, when what stands around the pages failed itself. */
export function AppError(props: ErrorComponentProps) {
  return (
    <AppGround>
      <PageErrorAlone {...props} />
    </AppGround>
  )
}

function AppGround({ children }: { children: ReactNode }) {
  const t = useWords('common')
  const locale = useLanguage()
  const { data: me } = useQuery({ ...meOptions(), enabled: false })
  const zone = me?.person.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const surroundings = useMemo(
    () => ({
      locale,
      zone,
      words: {
        undo: t('undo'),
        close: t('close'),
        retry: t('retry'),
        copy: t('copy'),
        copied: t('copied'),
        show: t('show'),
        hide: t('hide'),
        loading: t('loading'),
        requestId: t('requestId'),
        notices: t('notices'),
        optional: t('optional'),
      },
    }),
    [locale, zone, t],
  )
  useEffect(followSystemTheme, [])
  return (
    <SurroundingsProvider value={surroundings}>
      {me && <PersonsLook theme={me.person.theme} density={me.person.density} />}
      <Suspense fallback={null}>{children}</Suspense>
      <Toasts />
    </SurroundingsProvider>
  )
}

/** The account's choice follows the person to every browser. */
function PersonsLook({ theme, density }: { theme: 'light' | 'dark' | 'system'; density: 'comfortable' | 'compact' }) {
  useEffect(() => applyTheme(theme), [theme])
  useEffect(() => applyDensity(density), [density])
  return null
}
