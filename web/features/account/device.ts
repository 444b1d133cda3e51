/** What a browser says of itself, in two words. Only to tell sessions apart: never trusted. */
const browsers = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
] as const
const systems = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
] as const

export function deviceOf(userAgent: string | null): {
  browser: string | null
  system: string | null
  isMobile: boolean
} {
  const said = userAgent ?? ''
  const first = (list: readonly (readonly [RegExp, string])[]) =>
    list.find(([pattern]) => pattern.test(said))?.[1] ?? null
  return { browser: first(browsers), system: first(systems), isMobile: /Mobile|iPhone|Android/.test(said) }
}
