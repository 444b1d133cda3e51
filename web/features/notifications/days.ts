/** Notifications under the days on which they came, as the person's own calendar has them. */
import { addDays, wallIn } from '../../planning/wall-time.ts'

export type Day<Item> = { day: string; items: Item[] }

/** Keeps the order: neighbours of one day stand together. */
export function byDay<Item extends { at: string }>(items: readonly Item[], zone: string): Day<Item>[] {
  const days: Day<Item>[] = []
  for (const item of items) {
    const day = wallIn(zone, item.at).date
    const last = days.at(-1)
    if (last?.day === day) last.items.push(item)
    else days.push({ day, items: [item] })
  }
  return days
}

/** Null: neither; then the day is written out. */
export function nearDay(day: string, zone: string, nowMs: number): 'today' | 'yesterday' | null {
  const today = wallIn(zone, nowMs).date
  if (day === today) return 'today'
  return day === addDays(today, -1) ? 'yesterday' : null
}
