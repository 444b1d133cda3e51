// Runs before the first paint: colours, density and language as last chosen here, so that nothing flashes.
// A file of its own, because the content security policy allows no script inside the page.
;(() => {
  const root = document.documentElement
  let stored = {}
  try {
    stored = {
      theme: localStorage.getItem('floowe-theme'),
      density: localStorage.getItem('floowe-density'),
      locale: localStorage.getItem('floowe-locale'),
    }
  } catch {
    // storage is closed to us: the system's choices stand
  }
  const isDark =
    stored.theme === 'dark' || (stored.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
  root.setAttribute('data-density', stored.density === 'compact' ? 'compact' : 'comfortable')
  root.lang =
    stored.locale === 'en' || stored.locale === 'pl' ? stored.locale : navigator.language.startsWith('pl') ? 'pl' : 'en'
})()
