/** Light or dark, comfortable or compact: applied to the page and remembered here, before anyone signed in too. */
export type Theme = 'light' | 'dark' | 'system'
export type Density = 'comfortable' | 'compact'

const remember = (key: string, value: string) => {
  try {
    localStorage.setItem(key, value)
  } catch {
    // storage is closed to us: the choice lives as long as the page
  }
}
export const recall = (key: string): string | null => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
export const rememberChoice = remember

/** `public/first-look.js` reads the same keys before the first paint. */
export const choiceKeys = { theme: 'floowe-theme', density: 'floowe-density', locale: 'floowe-locale' } as const

export function applyDensity(density: Density): void {
  document.documentElement.dataset.density = density
  remember(choiceKeys.density, density)
}

export const themeNow = (): Theme => {
  const stored = recall(choiceKeys.theme)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
