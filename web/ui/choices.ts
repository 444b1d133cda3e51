/** Long lists to choose from, the likely ones first. */
import type { Choice } from './Field.tsx'

const nearZones = ['Europe/Warsaw', 'Europe/London', 'Europe/Berlin', 'Europe/Kyiv', 'UTC', 'America/New_York']

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Every IANA zone the browser knows, with `first` at the top. */
export function zoneChoices(first: string): Choice[] {
  return [...new Set([first, ...nearZones, ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({
    value: zone,
    label: zone.replaceAll('_', ' '),
  }))
}

const contentLanguages = [
  'pl',
  'en',
  'de',
  'uk',
  'cs',
  'sk',
  'lt',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'sv',
  'da',
  'nb',
  'fi',
  'hu',
  'ro',
  'bg',
  'hr',
  'sl',
  'et',
  'lv',
  'el',
  'tr',
  'ja',
  'ko',
  'zh',
  'ar',
  'he',
  'hi',
  'pt-BR',
] as const

/** Languages in which people write here, named in the person's language; `also` are added when they are not in the list. */
export function languageChoices(nameOf: (code: string) => string, also: readonly string[] = []): Choice[] {
  return [...new Set([...contentLanguages, ...also])].map((code) => ({ value: code, label: nameOf(code) }))
}
