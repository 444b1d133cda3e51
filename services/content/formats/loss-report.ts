/**
 * An independent count of what a source's HTML holds against what the imported body holds. It shares no code with the import:
 * it walks the parsed source by itself, and reads kept source pieces as HTML again.
 */
import { type Body, type BodyNode, walkBody } from '@floowe/contracts/body'
import type { DefaultTreeAdapterTypes } from 'parse5'
import { parseBounded } from './bounded-parse.ts'
import type { Note } from './incoming.ts'

export type Counts = { words: string; links: number; images: number; headings: number; tables: number; codes: number }

type Node = DefaultTreeAdapterTypes.Node

const unseen = new Set([
  'script',
  'style',
  'template',
  'title',
  'head',
  'textarea',
  'select',
  'iframe',
  'noembed',
  'noframes',
  'xmp',
])

/** What HTML holds. Words are all its visible text without any blank. */
export function countHtml(html: string): Counts {
  const counts: Counts = { words: '', links: 0, images: 0, headings: 0, tables: 0, codes: 0 }
  const waiting: Node[] = [parseBounded(html)]
  const words: string[] = []
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.nodeName === '#text' && 'value' in node) words.push(node.value)
    const name = node.nodeName
    if (unseen.has(name)) continue
    if ('attrs' in node) countElement(node, counts)
    if ('childNodes' in node)
      for (let index = node.childNodes.length - 1; index >= 0; index--) waiting.push(node.childNodes[index] as Node) // the loop's bound
  }
  counts.words = squeezed(words.join(''))
  return counts
}

function countElement(element: DefaultTreeAdapterTypes.Element, counts: Counts): void {
  const has = (name: string) =>
    element.attrs.some((attribute) => attribute.name === name && attribute.value.trim() !== '')
  if (element.tagName === 'a' && has('href')) counts.links += 1
  else if (element.tagName === 'img') counts.images += 1
  else if (/^h[1-6]$/.test(element.tagName)) counts.headings += 1
  else if (element.tagName === 'table') counts.tables += 1
  else if (element.tagName === 'pre') counts.codes += 1
}

/** Text without blanks and signs that take no room. */
const squeezed = (text: string): string =>
  text
    .replace(/[\s\u0000-\u001F\u007F-\u00AD\u200B-\u200F\u2028-\u202F\u2060-\u206F\uFEFF\uFFFD]+/g, '')
    .normalize('NFC')

/** What a body holds, kept HTML included. */
export function countBody(body: Body): Counts {
  const counts: Counts = { words: '', links: 0, images: 0, headings: 0, tables: 0, codes: 0 }
  const words: string[] = []
  walkBody(body, (node) => {
    if (node.type === 'heading') counts.headings += 1
    else if (node.type === 'table') counts.tables += 1
    else if (node.type === 'codeBlock') counts.codes += 1
    else if (node.type === 'image' || node.type === 'inlineImage') countPicture(node, counts, words)
    else if (node.type === 'source' || node.type === 'sourceInline') countKept(node, counts, words)
    else if (node.type === 'callout') words.push(String(node.attrs?.title ?? ''))
    else if (node.type === 'text') words.push(node.text ?? '')
    if (node.content) counts.links += linkRuns(node.content)
  })
  counts.words = squeezed(words.join(''))
  return counts
}

function countPicture(node: BodyNode, counts: Counts, words: string[]): void {
  counts.images += 1
  words.push(String(node.attrs?.caption ?? ''))
  if (node.attrs?.href) counts.links += 1
}

function countKept(node: BodyNode, counts: Counts, words: string[]): void {
  const value = String(node.attrs?.value ?? '')
  if (node.attrs?.format !== 'html') return void words.push(value)
  const inside = countHtml(value)
  for (const name of ['links', 'images', 'headings', 'tables', 'codes'] as const) counts[name] += inside[name]
  words.push(inside.words)
}

/** Neighbouring nodes with the same link are one link. */
function linkRuns(nodes: readonly BodyNode[]): number {
  let runs = 0
  let last: string | undefined
  for (const node of nodes) {
    const link = node.marks?.find((mark) => mark.type === 'link')
    const href = link?.type === 'link' ? link.attrs.href : undefined
    if (href !== undefined && href !== last) runs += 1
    last = href
  }
  return runs
}

/**
 * Notes on every difference; none when the body holds all that the source holds. @param extra what the source's own tags say
 * beyond its HTML (a shortcode's pictures), already counted as kept.
 */
export function lossReport(html: string, body: Body, extra: Partial<Omit<Counts, 'words'>> = {}): Note[] {
  const [source, taken] = [countHtml(html), countBody(body)]
  const notes: Note[] = []
  for (const what of ['links', 'images', 'headings', 'tables', 'codes'] as const) {
    const wanted = source[what] + (extra[what] ?? 0)
    if (wanted !== taken[what])
      notes.push({
        code: `${what}-differ`,
        text: `The source has ${wanted} ${what}, the imported text ${taken[what]}.`,
        values: { what, source: wanted, taken: taken[what] },
      })
  }
  const words = withoutEmbeds(source.words, body)
  if (words !== taken.words) notes.push(wordsNote(words, taken.words))
  return notes
}

/** An address that stood alone as text and became an embed is not lost. */
function withoutEmbeds(words: string, body: Body): string {
  let left = words
  walkBody(body, (node) => {
    if (node.type === 'embed') left = left.replace(squeezed(String(node.attrs?.src ?? '')), '')
  })
  return left
}

function wordsNote(source: string, taken: string): Note {
  let at = 0
  while (at < source.length && source[at] === taken[at]) at += 1
  const around = (text: string) => text.slice(Math.max(0, at - 15), at + 25)
  return {
    code: 'words-differ',
    text: `The words differ: the source has ${source.length} signs, the imported text ${taken.length}; first at "${around(source)}".`,
    values: { source: source.length, taken: taken.length, around: around(source), instead: around(taken) },
  }
}
