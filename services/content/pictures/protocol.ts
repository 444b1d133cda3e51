/** What the service asks of the picture process, and what it answers. */

/** At most this many pixels are decoded; a file that claims more is a decompression bomb or of no use on a page. */
export const pixelsMax = 100_000_000
export const variantWidths = [480, 960, 1600, 2400] as const
export const variantWidthMax = 2400

export type PictureTask =
  /** Reads the header: what it is and how large. */
  | { kind: 'inspect'; file: string }
  /** Writes the variants into `folder`, and the picture for readers without srcset unless the original is that. */
  | { kind: 'shrink'; file: string; folder: string; isVector: boolean; shown: 'image/png' | 'image/jpeg' | null }
export type ShrinkTask = Extract<PictureTask, { kind: 'shrink' }>
export type PictureFile = { file: string; width: number; height: number; bytes: number; type: string }
export type Inspected = { width: number; height: number; format: string; hasAlpha: boolean }
export type Shrunk = { variants: PictureFile[]; shown: PictureFile | null }
export type PictureAnswer =
  | { ok: true; inspected?: Inspected; shrunk?: Shrunk }
  | { ok: false; code: 'too-many-pixels' | 'unreadable'; text: string }

export type ToProcess = { id: number; task: PictureTask }
export type FromProcess = { id: number; answer: PictureAnswer }
