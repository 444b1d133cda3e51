/** Zones to choose from, the near ones first. */
const near = ['Europe/Warsaw', 'Europe/London', 'Europe/Berlin', 'Europe/Kyiv', 'UTC', 'America/New_York']

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Every IANA zone the browser knows, with `first` at the top. */
export function zoneChoices(first: string): { value: string; label: string }[] {
  const all = Intl.supportedValuesOf('timeZone')
  return [...new Set([first, ...near, ...all])].map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))
}
