/** What a benchmark is, and what it answers. */
import { type Spread, spreadOf } from './measure.ts'

export type Figure = {
  name: string
  unit: string
  value: number
  min?: number
  max?: number
  target?: { text: string; met: boolean }
}
export type Suite = {
  about: string
  /** `operations`: of suites that run for so many, and not in rounds. */
  run: (options: { rounds: number; operations: number; tell: (line: string) => void }) => Promise<Figure[]>
}

export function figure(
  name: string,
  unit: string,
  values: number | readonly number[],
  target?: { atMost: number } | { atLeast: number },
): Figure {
  const spread: Spread | null = typeof values === 'number' ? null : spreadOf(values)
  const value = spread ? spread.median : typeof values === 'number' ? Math.round(values * 1000) / 1000 : Number.NaN
  const goal =
    target && 'atMost' in target
      ? { text: `≤ ${target.atMost} ${unit}`, met: value <= target.atMost }
      : target
        ? { text: `≥ ${target.atLeast} ${unit}`, met: value >= target.atLeast }
        : undefined
  return {
    name,
    unit,
    value,
    ...(spread ? { min: spread.min, max: spread.max } : {}),
    ...(goal ? { target: goal } : {}),
  }
}
