/** How a network lays several pictures out. */
import type { PostMedia } from '@floowe/contracts/networks'
import { type PostNetwork, traits } from './traits.ts'

/** `rows`: so many beside one another, row by row. `beside`: one over the whole height, the others right of it. */
export type Grid = { shape: 'rows' | 'beside'; rows: readonly number[]; hidden: number }
type Size = Pick<PostMedia, 'width' | 'height'>

/** Of a picture whose size nobody knows. */
const usualRatio = 16 / 9

export const ratioOf = ({ width, height }: Size): number => (width && height ? width / height : usualRatio)

/** The shape of a picture that stands alone. */
export function ratioAlone(picture: Size, network: PostNetwork): number {
  const [least, most] = traits[network].ratios
  return Math.min(most, Math.max(least, ratioOf(picture)))
}

export function gridOf(pictures: readonly Size[], network: PostNetwork): Grid {
  const { seenMax, form } = traits[network]
  const seen = Math.min(pictures.length, seenMax)
  const hidden = pictures.length - seen
  const isWide = pictures[0] !== undefined && ratioOf(pictures[0]) > 1
  if (form === 'thread') return { ...(seen === 3 ? beside(3) : inRows(squares[seen])), hidden }
  if (network === 'discord') return { ...(seen === 3 ? beside(3) : inRows(mosaics[seen])), hidden }
  if (network === 'facebook' || network === 'telegram') {
    if (seen === 2) return { ...inRows(isWide ? [1, 1] : [2]), hidden }
    if (seen === 3 || seen === 4) return { ...(isWide ? inRows([1, seen - 1]) : beside(seen)), hidden }
  }
  if (network === 'linkedin' && (seen === 3 || seen === 4)) return { ...beside(seen), hidden }
  return { ...inRows(albums[seen]), hidden }
}

const inRows = (rows: readonly number[] = []): Omit<Grid, 'hidden'> => ({ shape: 'rows', rows })
const beside = (count: number): Omit<Grid, 'hidden'> => ({ shape: 'beside', rows: [1, count - 1] })

// By the number of pictures.
const squares: readonly (readonly number[])[] = [[], [1], [2], [1, 2], [2, 2]]
const mosaics: readonly (readonly number[])[] = [
  ...squares,
  [2, 3],
  [3, 3],
  [1, 3, 3],
  [2, 3, 3],
  [3, 3, 3],
  [1, 3, 3, 3],
]
const albums: readonly (readonly number[])[] = [
  ...squares,
  [2, 3],
  [3, 3],
  [2, 2, 3],
  [2, 3, 3],
  [3, 3, 3],
  [2, 2, 3, 3],
]
