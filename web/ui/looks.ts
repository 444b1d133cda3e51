/** Light or dark, comfortable or compact: applied to the page and remembered here, before anyone signed in too. */
import { useSyncExternalStore } from 'react'

export type Theme = 'light' | 'dark' | 'system'
export type Density = 'comfortable' | 'compact'

/** `public/first-look.js` reads the same keys before the first paint. */
export const choiceKeys = { theme: 'floowe-theme', density: 'floowe-density', locale: 'floowe-locale' } as const

export function rememberChoice(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // storage is closed to us: the choice lives as long as the page
  }
}
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function applyDensity(density: Density): void {
  document.documentElement.dataset.density = density
  rememberChoice(choiceKeys.density, density)
}

const watchers = new Set<() => void>()
const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)')

const chosenTheme = (): Theme => {
  const stored = recall(choiceKeys.theme)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function show(theme: Theme): void {
  const isDark = theme === 'dark' || (theme === 'system' && systemIsDark().matches)
  document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light'
  for (const watcher of watchers) watcher()
}

export function applyTheme(theme: Theme): void {
  rememberChoice(choiceKeys.theme, theme)
  show(theme)
}

/** Follows the system while that is the choice. @returns a function that stops it. */
export function followSystemTheme(): () => void {
  const onChange = () => show(chosenTheme())
  const query = systemIsDark()
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

/** What is shown now. */
export const useScheme = (): 'light' | 'dark' =>
  useSyncExternalStore(
    (watcher) => (watchers.add(watcher), () => watchers.delete(watcher)),
    () => (document.documentElement.dataset.mantineColorScheme === 'dark' ? 'dark' : 'light'),
  )
