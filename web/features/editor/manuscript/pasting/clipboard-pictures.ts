/**
 * Pictures of pasted text whose bytes lie on the clipboard: as data in the HTML, or, from Word, in the RTF beside it, in the order in
 * which the HTML names files of that computer.
 */
import { isBox } from './lists.ts'
import { attribute, type Element, elementsIn, type Piece, rewritten } from './tree.ts'

const picturesMax = 20
const rtfMax = 60_000_000
const types: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg' }

/** Addresses of pictures whose bytes were found: which of the files it is. */
const known = /^clipboard:(\d+)$/
export const fileIn = (image: Element): number | null => {
  const [, index] = known.exec(attribute(image, 'src')) ?? []
  return index === undefined ? null : Number(index)
}

/** @returns the same text, in which pictures whose bytes there are name their file by its number */
export function withClipboardPictures(pieces: readonly Piece[], rtf: string): { pieces: Piece[]; files: File[] } {
  const images = [...elementsIn(pieces)].filter(isPicture)
  const ofThatComputer = images.filter((image) => isOfThatComputer(attribute(image, 'src')))
  const inRtf = rtf.length <= rtfMax && ofThatComputer.length > 0 ? rtfPictures(rtf) : []
  // of other counts nobody can tell which is which
  const paired = inRtf.length === ofThatComputer.length ? [...inRtf] : []
  const files: File[] = []
  const placed = rewritten(pieces, (image) => {
    if (!isPicture(image) || files.length >= picturesMax) return [image]
    const src = attribute(image, 'src')
    const file = isOfThatComputer(src) ? paired.shift() : dataPicture(src, files.length + 1)
    if (!file) return [image]
    files.push(file)
    return [{ ...image, attributes: { ...image.attributes, src: `clipboard:${files.length - 1}` } }]
  })
  return { pieces: placed, files }
}

/** Not the boxes that Google draws beside what is to do. */
const isPicture = (one: Element): boolean => one.tag === 'img' && !isBox(one)
const isOfThatComputer = (src: string): boolean => /^file:/i.test(src)

function dataPicture(src: string, number: number): File | null {
  const [, type = '', data = ''] = /^data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)$/i.exec(src) ?? []
  if (type === '') return null
  try {
    const bytes = Uint8Array.from(atob(data.replace(/\s+/g, '')), (character) => character.charCodeAt(0))
    return new File([bytes], `picture-${number}.${type.toLowerCase()}`, { type: `image/${type.toLowerCase()}` })
  } catch {
    return null
  }
}

/** What is kept for older readers stands there a second time, and the bullets of lists are no pictures of the text. */
const isAside = (before: string): boolean => /\\(nonshppict|listpicture)\s*\{?$/.test(before)

/** One entry per picture; null where it is neither PNG nor JPEG. */
export function rtfPictures(rtf: string): (File | null)[] {
  const found: (File | null)[] = []
  for (let at = rtf.indexOf('{\\pict'); at >= 0 && found.length < picturesMax; at = rtf.indexOf('{\\pict', at + 6)) {
    if (isAside(rtf.slice(Math.max(0, at - 20), at))) continue
    const own = ownWords(rtf, at)
    const type = /\\(png|jpeg)blip/.exec(own)?.[1]
    const hex = own.replace(/\\[a-z]+-?\d* ?/gi, '').replace(/[^0-9a-f]/gi, '')
    found.push(type && hex.length > 16 ? fileOf(hex, type, found.length + 1) : null)
  }
  return found
}

/** The words of a group, without those of groups within it. */
function ownWords(rtf: string, start: number): string {
  let depth = 0
  let own = ''
  let from = start + 1
  for (let at = start; at < rtf.length; at++) {
    const sign = rtf[at]
    if (sign === '\\') at += 1
    else if (sign === '{') {
      if (depth === 1) own += rtf.slice(from, at)
      depth += 1
      if (depth === 1) from = at + 1
    } else if (sign === '}') {
      depth -= 1
      if (depth === 0) return own + rtf.slice(from, at)
      if (depth === 1) from = at + 1
    }
  }
  return ''
}

function fileOf(hex: string, type: string, number: number): File {
  const bytes = new Uint8Array(Math.floor(hex.length / 2))
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  return new File([bytes], `picture-${number}.${type === 'jpeg' ? 'jpg' : type}`, { type: types[type] ?? '' })
}

/** What a picture that cannot come along was called: its description, else the name of its file. */
export function nameOf(image: Element): string {
  const described = attribute(image, 'alt').replace(/\s+/g, ' ').trim()
  if (described !== '') return described.slice(0, 200)
  const src = attribute(image, 'src')
  if (!isOfThatComputer(src)) return ''
  const file = src.split(/[/\\]/).at(-1) ?? ''
  try {
    return decodeURIComponent(file).slice(0, 200)
  } catch {
    return file.slice(0, 200)
  }
}
