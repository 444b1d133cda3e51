/** The ground that all pieces stand on: theme, person's zone and language, notices. */
import { MantineProvider, type MantineColorSchemeManager, useMantineColorScheme } from '@mantine/core'
import { type ReactNode, useCallback } from 'react'
import { choiceKeys, recall, rememberChoice, type Theme } from './looks.ts'
import { type Surroundings, SurroundingsProvider } from './surroundings.tsx'
import { theme, variables } from './theme.ts'
import { Toasts } from './toasts.tsx'

/** Keeps the choice under the key that `first-look.js` reads. */
const schemes: MantineColorSchemeManager = {
  get: (fallback) => {
    const stored = recall(choiceKeys.theme)
    return stored === 'light' || stored === 'dark' ? stored : stored === 'system' ? 'auto' : fallback
  },
  set: (scheme) => rememberChoice(choiceKeys.theme, scheme === 'auto' ? 'system' : scheme),
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => rememberChoice(choiceKeys.theme, 'system'),
}

export function UiProvider({ surroundings, children }: { surroundings: Surroundings; children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} colorSchemeManager={schemes} defaultColorScheme="auto">
      <SurroundingsProvider value={surroundings}>
        {children}
        <Toasts />
      </SurroundingsProvider>
    </MantineProvider>
  )
}

/** Sets light, dark or the system's choice. */
export function useThemeChoice(): (theme: Theme) => void {
  const { setColorScheme } = useMantineColorScheme()
  return useCallback((next: Theme) => setColorScheme(next === 'system' ? 'auto' : next), [setColorScheme])
}
