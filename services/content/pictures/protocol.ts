/** What the service asks of the picture process, and what it answers. */

/** At most this many pixels are decoded; a file that claims more is a decompression bomb or of no use on a page. */
export const pixelsMax = 100_000_000
export const variantWidths = [480, 960, 1600, 2400] as const
export const variantWidthMax = 2400

/** What a channel takes: types of files, and how large. `sideMax` is of the longer side. */
export type FitRules = { types: readonly string[]; bytesMax: number; sideMax: number | null }

export type PictureTask =
  /** Reads the header: what it is and how large. */
  | { kind: 'inspect'; file: string }
  /** Writes the variants into `folder`, and the picture for readers without srcset unless the original is that. */
  | { kind: 'shrink'; file: string; folder: string; isVector: boolean; shown: 'image/png' | 'image/jpeg' | null }
  /** Writes the picture into `folder` as it fits the rules, if it can be made to. */
  | ({ kind: 'fit'; file: string; folder: string; isVector: boolean } & FitRules)
export type FitTask = Extract<PictureTask, { kind: 'fit' }>
export type ShrinkTask = Extract<PictureTask, { kind: 'shrink' }>
export type PictureFile = { file: string; width: number; height: number; bytes: number; type: string }
export type Inspected = { width: number; height: number; format: string; hasAlpha: boolean }
export type Shrunk = { variants: PictureFile[]; shown: PictureFile | null }
export type PictureAnswer =
  | { ok: true; inspected?: Inspected; shrunk?: Shrunk; fitted?: PictureFile | null }
  | { ok: false; code: 'too-many-pixels' | 'unreadable'; text: string }

export type ToProcess = { id: number; task: PictureTask }
export type FromProcess = { id: number; answer: PictureAnswer }
