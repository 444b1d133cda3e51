/** Stands around every page, signed in or not: theme, words for the pieces, the zone in which times are read. */
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Suspense, useEffect, useMemo } from 'react'
import { meOptions } from '../api/me.ts'
import { applyDensity } from '../ui/looks.ts'
import { UiProvider, useThemeChoice } from '../ui/UiProvider.tsx'
import { useLanguage, useWords } from '../words/words.ts'

export function AppFrame() {
  const t = useWords('common')
  const locale = useLanguage()
  const { data: me } = useQuery({ ...meOptions(), enabled: false })
  const zone = me?.person.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const surroundings = useMemo(
    () => ({
      locale,
      zone,
      words: {
        undo: t('undo'), close: t('close'), retry: t('retry'), copy: t('copy'), copied: t('copied'), show: t('show'), hide: t('hide'),
        loading: t('loading'), requestId: t('requestId'), notices: t('notices'), optional: t('optional'),
      },
    }),
    [locale, zone, t],
  )
  return (
    <UiProvider surroundings={surroundings}>
      {me && <PersonsLook theme={me.person.theme} density={me.person.density} />}
      <Suspense fallback={null}>
        <Outlet />
      </Suspense>
    </UiProvider>
  )
}

/** The account's choice follows the person to every browser. */
function PersonsLook({ theme, density }: { theme: 'light' | 'dark' | 'system'; density: 'comfortable' | 'compact' }) {
  const setTheme = useThemeChoice()
  useEffect(() => setTheme(theme), [setTheme, theme])
  useEffect(() => applyDensity(density), [density])
  return null
}
