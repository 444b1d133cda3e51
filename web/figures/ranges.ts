/** Spans of days that figures are shown for. */
import { addDays, wallIn } from '../planning/wall-time.ts'

export const spans = ['7', '30', '90', '365'] as const
export type Span = (typeof spans)[number]

/** The last so many days up to today in a zone, inclusive. */
export function rangeOf(span: Span, zone: string, nowMs: number = Date.now()): { from: string; to: string } {
  const to = wallIn(zone, nowMs).date
  return { from: addDays(to, 1 - Number(span)), to }
}

export const spanOf = (text: string | undefined): Span => spans.find((span) => span === text) ?? '30'
