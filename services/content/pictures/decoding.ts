/** How the picture process opens a file. */
import { pixelsMax } from './protocol.ts'

export const readOptions = { limitInputPixels: pixelsMax, failOn: 'error' } as const

/** A drawing has no pixels of its own: a small one is drawn large enough to be shown across a column. */
export const vectorSideMin = 960

/** Dots per inch at which a drawing of `own` pixels is drawn `wanted` pixels long. */
export const densityFor = (wanted: number, own: number): number =>
  Math.min(2400, Math.max(72, Math.ceil((72 * wanted) / Math.max(1, own))))
