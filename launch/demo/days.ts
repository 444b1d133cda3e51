/** Days and hours of the story, all in Polish time: the demo always ends today, whenever today is. */

export const zone = 'Europe/Warsaw'
const dayMs = 24 * 60 * 60 * 1000

/** `2027-03-28` plus days. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

const polish = new Intl.DateTimeFormat('sv-SE', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

/** The day and the hour a Polish wall clock shows: `2027-03-28T09:00`. */
export const wallClock = (atMs: number): string => polish.format(atMs).replace(' ', 'T')

/** What a Polish wall clock means. The story keeps away from the two nights in which it is not sure. */
export function instantAt(day: string, time: string): string {
  const wished = Date.parse(`${day}T${time}:00Z`)
  let found = wished
  for (let turn = 0; turn < 3; turn++) found += wished - Date.parse(`${wallClock(found)}:00Z`)
  return new Date(found).toISOString()
}

const fixedHolidays = new Set([
  '01-01',
  '01-06',
  '05-01',
  '05-03',
  '08-15',
  '11-01',
  '11-11',
  '12-24',
  '12-25',
  '12-26',
])

/** Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher). */
function easter(year: number): string {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100]
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const [month, day] = [Math.floor((h + l - 7 * m + 114) / 31), ((h + l - 7 * m + 114) % 31) + 1]
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

export function isWorkingDay(day: string): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  if (weekday === 0 || weekday === 6 || fixedHolidays.has(day.slice(5))) return false
  const sunday = easter(Number(day.slice(0, 4)))
  return day !== plusDays(sunday, 1) && day !== plusDays(sunday, 60)
}

/** The working day so many working days after (or, below zero, before) a day. The day itself is never counted. */
export function workingDay(from: string, count: number): string {
  const step = count < 0 ? -1 : 1
  let day = from
  for (let left = Math.abs(count), turn = 0; left > 0 && turn < 200; turn++) {
    day = plusDays(day, step)
    if (isWorkingDay(day)) left -= 1
  }
  return day
}
