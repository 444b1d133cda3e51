/** What the palette can do besides finding articles. */
import {
  IconBell,
  IconKeyboard,
  IconLanguage,
  IconMoon,
  IconPlus,
  IconSettings,
  IconSun,
  type Icon,
} from '@tabler/icons-react'
import { useMe } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { withSearch } from '../paths.ts'
import { useScheme } from '../ui/looks.ts'
import { useLanguage, useWords } from '../words/words.ts'
import { useChangeLook } from './person-acts.ts'
import { settingsPlaces } from './places.ts'
import { usePlaces } from './use-places.ts'

export type Command = {
  id: string
  group: 'articles' | 'pages' | 'actions'
  icon: Icon
  name: string
  /** Matches stand between U+E000 and U+E001. */
  snippet?: string
  aside?: string
  href?: string
  run?: () => void
}

export function useCommands(onKeys: () => void): Command[] {
  const t = useWords('shell')
  const me = useMe()
  const paths = usePaths()
  const language = useLanguage()
  const change = useChangeLook()
  const may = (needs: string | null) => needs === null || (me.permissions as string[]).includes(needs)
  const places = usePlaces()
  const other = language === 'pl' ? 'en' : 'pl'
  const isDark = useScheme() === 'dark'
  return [
    ...places.map(
      (place): Command => ({
        id: place.word,
        group: 'pages',
        icon: place.icon,
        name: t(place.word),
        href: place.path(paths),
      }),
    ),
    { id: 'bell', group: 'pages', icon: IconBell, name: t('bell'), href: paths.notifications() },
    ...settingsPlaces
      .filter((place) => may(place.needs))
      .map(
        (place): Command => ({
          id: place.word,
          group: 'pages',
          icon: IconSettings,
          name: t(place.word),
          aside: t('nav.settings'),
          href: place.path(paths),
        }),
      ),
    ...(may('content:write')
      ? [
          {
            id: 'new',
            group: 'actions',
            icon: IconPlus,
            name: t('action.newArticle'),
            href: withSearch(paths.content(), { new: 1 }),
          } as const,
        ]
      : []),
    {
      id: 'theme',
      group: 'actions',
      icon: isDark ? IconSun : IconMoon,
      name: t(isDark ? 'action.theme.light' : 'action.theme.dark'),
      run: () => change({ theme: isDark ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      group: 'actions',
      icon: IconLanguage,
      name: t(`action.language.${other}`),
      run: () => change({ locale: other }),
    },
    { id: 'keys', group: 'actions', icon: IconKeyboard, name: t('action.keys'), run: onKeys },
  ]
}

/** Lower case without accents, ł as l: "wysyl" finds "Wysyłki". */
export const foldText = (text: string): string =>
  text.toLocaleLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l').trim()

/** Commands whose name has every word of the query at the start of one of its own; all of them when nothing is asked. */
export function matching(commands: readonly Command[], query: string): Command[] {
  const asked = foldText(query).split(/\s+/).filter(Boolean)
  return commands.filter((command) => {
    const own = foldText(`${command.name} ${command.aside ?? ''}`).split(/\s+/)
    return asked.every((word) => own.some((part) => part.startsWith(word)))
  })
}

/** Splits a snippet at its marks. */
export function snippetParts(snippet: string): { text: string; isMatch: boolean }[] {
  return snippet
    .split(/(\uE000[^\uE001]*\uE001)/)
    .filter(Boolean)
    .map((text) => ({ text: text.replace(/[\uE000\uE001]/g, ''), isMatch: text.startsWith('\uE000') }))
}
