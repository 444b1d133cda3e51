/** Who read it: four weeks of counted visits, the same for the same day of telling. Most come soon after publication. */
import type { Calls } from '@floowe/platform'
import { plusDays, wallClock } from './days.ts'
import { moment, published, type Stage } from './plot.ts'

type Row = Parameters<Calls['analytics']['addHistory']>[0]['rows'][number]
type Way = {
  referrer: string
  source: string
  medium: string
  campaign: string
  share: (age: number, language: string) => number
}

const none = { referrer: '', source: '', medium: '', campaign: '' }
/** Search grows with time, letters and networks fade. */
const ways: readonly Way[] = [
  { ...none, share: () => 0.3 },
  { ...none, referrer: 'google.com', share: (age) => 0.12 + Math.min(0.28, age * 0.018) },
  { ...none, referrer: 'facebook.com', share: (age, language) => (language === 'pl' ? 0.3 : 0.16) * 0.72 ** age },
  { ...none, referrer: 'linkedin.com', share: (age, language) => (language === 'pl' ? 0.1 : 0.2) * 0.8 ** age },
  {
    ...none,
    source: 'newsletter',
    medium: 'email',
    campaign: 'wtorek',
    share: (age, language) => (language === 'pl' && age < 6 ? 0.45 * 0.5 ** age : 0),
  },
  {
    ...none,
    source: 'newsletter',
    medium: 'email',
    campaign: 'tuesday',
    share: (age, language) => (language === 'en' && age < 6 ? 0.3 * 0.5 ** age : 0),
  },
  { ...none, referrer: 'duckduckgo.com', share: (age) => Math.min(0.05, age * 0.004) },
]
/** Sunday first: people read on Sunday evenings and on weekdays, least on Saturdays. */
const weekdays = [0.92, 1.12, 1.24, 1.1, 1.05, 0.86, 0.62] as const
const pull: Readonly<Record<string, number>> = {
  'atlas-ktorego-nikt-nie-zamawial': 1.7,
  'kiedy-czytamy-dlugie-teksty': 1.35,
  'counting-readers-without-following-them': 1.5,
  'ogonek-nie-jest-ozdoba': 1.45,
  'the-shop-that-mends-maps': 1.2,
  'o-nas': 0.22,
  about: 0.18,
  kontakt: 0.1,
  contact: 0.08,
}

/** A share between 0 and 1 that a text always gives. */
function luck(words: string): number {
  let mixed = 2166136261
  for (const sign of words) mixed = Math.imul(mixed ^ (sign.codePointAt(0) ?? 0), 16777619)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4294967296
}

function readersOf(day: string, age: number, slug: string, language: string, growth: number): number {
  const weekday = weekdays[new Date(`${day}T12:00:00Z`).getUTCDay()] ?? 1
  const fresh = 150 * 0.62 ** age + 26 * 0.97 ** age
  return (
    fresh * weekday * growth * (pull[slug] ?? 1) * (language === 'pl' ? 1 : 0.62) * (0.8 + luck(`${day}${slug}`) * 0.4)
  )
}

export async function countReaders(cast: Stage): Promise<void> {
  const { calls, workspaceId, shelf, today } = cast
  const hour = Number(wallClock(Date.now()).slice(11, 13))
  const first = wallClock(Date.parse(moment(today, published[0]?.[0] ?? [-20, '10:00']))).slice(0, 10)
  const rows: Row[] = []
  for (const [when, ...slugs] of published) {
    const start = wallClock(Date.parse(moment(today, when))).slice(0, 10)
    for (const slug of slugs) {
      const { id, articleId, language, title } = shelf.edition(slug)
      for (let day = start, age = 0; day <= today && age < 60; day = plusDays(day, 1), age++) {
        const growth = 1 + 0.02 * ((Date.parse(day) - Date.parse(first)) / 86_400_000)
        // Today is not over, and the night is quiet.
        const people = readersOf(day, age, slug, language, growth) * (day === today ? Math.max(0, (hour - 6) / 18) : 1)
        const path = `${language === 'pl' ? '' : '/en'}/${slug}`
        for (const { share, ...way } of ways) {
          const visits = Math.round(
            people * share(age, language) * (0.75 + luck(`${day}${slug}${way.referrer}${way.campaign}`) * 0.5),
          )
          if (visits > 0)
            rows.push({
              day,
              path,
              articleId,
              editionId: id,
              language,
              title: age === 0 && way.referrer === '' ? title : '',
              ...way,
              visits,
              views: visits + Math.round(visits * (0.12 + luck(`${slug}${day}`) * 0.2)),
            })
        }
      }
    }
  }
  for (let from = 0; from < rows.length; from += 2_000)
    await calls.analytics.addHistory({ rows: rows.slice(from, from + 2_000) }, { workspaceId })
}
