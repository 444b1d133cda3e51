/** How long a text is for a network, and how it is cut. Pure; the same for the sender and for the counter beside the field. */
import type { Counting } from './networks.ts'

export type TextRule = { max: number; counting: Counting; linkLength: number | null }
type TextFacts = TextRule & { maxWithMedia: number | null }

/** The rule for a part with or without pictures. */
export const ruleFor = (facts: TextFacts, hasMedia: boolean): TextRule =>
  hasMedia && facts.maxWithMedia !== null ? { ...facts, max: facts.maxWithMedia } : facts

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })
const link = /https?:\/\/[^\s<>"]+/g

/** X's own library. Only who weighs texts loads it: it is larger than the rest of most pages, and of most processes. */
const weighing: { weightOf: ((text: string) => number) | null } = { weightOf: null }

/** To be awaited before a text is counted as `weighted`. May be repeated. */
export async function loadWeights(): Promise<void> {
  if (weighing.weightOf) return
  const { default: library } = await import('twitter-text')
  weighing.weightOf = (text) => library.parseTweet(text).weightedLength
}

const counted = (text: string, counting: Counting): number => {
  switch (counting) {
    case 'graphemes':
      return [...segmenter.segment(text)].length
    case 'utf16':
      return text.length
    case 'characters':
      return Array.from(text).length
    case 'weighted':
      if (!weighing.weightOf) throw new Error('texts are weighed only after `loadWeights`')
      return weighing.weightOf(text)
  }
}

/** The length that the network sees. */
export function lengthOf(text: string, { counting, linkLength }: TextRule): number {
  if (linkLength === null) return counted(text, counting)
  const links = text.match(link)?.length ?? 0
  return counted(text.replace(link, ''), counting) + links * linkLength
}

const tries = 40

/** The longest beginning that fits before `ending`, to a whole word where there is one. */
function beginning(text: string, rule: TextRule, room: number, ending: string): string {
  const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment)
  let [fits, over] = [0, graphemes.length + 1]
  for (let turn = 0; turn < tries && over - fits > 1; turn++) {
    const middle = Math.floor((fits + over) / 2)
    if (lengthOf(`${graphemes.slice(0, middle).join('')}${ending}`, rule) <= room) fits = middle
    else over = middle
  }
  const cut = graphemes.slice(0, fits).join('')
  const isAtSeam = fits >= graphemes.length || graphemes[fits]?.trim() === ''
  return (isAtSeam ? cut : (/^[\s\S]*\S(?=\s)/u.exec(cut)?.[0] ?? cut)).trimEnd()
}

/**
 * As much of the text as fits, to a whole word, with an ellipsis where something is missing.
 * @param reserved room that something else needs
 */
export function shortened(text: string, rule: TextRule, reserved = 0): string {
  const room = rule.max - reserved
  if (lengthOf(text, rule) <= room) return text
  return room <= 0 ? '' : `${beginning(text, rule, room, '…').replace(/[\s,;:–—-]+$/u, '')}…`
}

/** A text as parts that fit, cut between paragraphs where it can be, else between sentences or words. */
export function split(text: string, rule: TextRule, partsMax = 25): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (rest !== '' && parts.length < partsMax - 1 && lengthOf(rest, rule) > rule.max) {
    const head = beginning(rest, rule, rule.max, '')
    const at = [/\n\s*\n/g, /[.!?…]["”»)]?\s/gu]
      .map((seam) => [...head.matchAll(seam)].at(-1))
      .find((seam) => seam !== undefined && seam.index > head.length / 3)
    const end = at ? at.index + at[0].trimEnd().length : head.length
    if (end === 0) break
    parts.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  return rest === '' ? parts : [...parts, rest]
}
