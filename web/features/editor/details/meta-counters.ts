/** What search engines and social networks will show of a text, and how much of it fits. */
import { fold, slugOf } from '@floowe/language'
import type { Meta } from '@floowe/contracts/content'

/** Characters that fit on a results page. Wider letters take more room, so these are the usual, cautious numbers. */
export const limits = { title: { min: 30, max: 60 }, description: { min: 70, max: 155 } } as const

export type Fit = 'empty' | 'short' | 'good' | 'long'

export function fitOf(text: string, { min, max }: { min: number; max: number }): { length: number; fit: Fit } {
  const length = [...text.trim()].length
  return { length, fit: length === 0 ? 'empty' : length < min ? 'short' : length > max ? 'long' : 'good' }
}

/** Cut as a results page cuts: between words, with an ellipsis. */
export function cutToFit(text: string, max: number): string {
  const plain = text.trim().replace(/\s+/g, ' ')
  const signs = [...plain]
  if (signs.length <= max) return plain
  const cut = signs.slice(0, max - 1).join('')
  const end = cut.lastIndexOf(' ')
  return `${(end > max / 2 ? cut.slice(0, end) : cut).replace(/[\s,;:–—-]+$/, '')}…`
}

/** Its own words where it has them, else those of the text: title, lead, first sentences. */
export function shownMeta(
  meta: Pick<Meta, 'title' | 'description'>,
  text: { title: string; lead: string; words: string },
): ShownMeta {
  const [title, lead, words] = [text.title.trim(), text.lead.trim(), cutToFit(text.words, 300)]
  return {
    title: meta.title.trim() === '' ? { text: title, from: 'title' } : { text: meta.title.trim(), from: 'own' },
    description:
      meta.description.trim() !== ''
        ? { text: meta.description.trim(), from: 'own' }
        : lead !== ''
          ? { text: lead, from: 'lead' }
          : { text: words, from: words === '' ? 'none' : 'words' },
  }
}

/** Each with where it was taken from; `words`: the text itself, of which a search engine chooses what it likes. */
export type ShownMeta = {
  title: { text: string; from: 'own' | 'title' }
  description: { text: string; from: 'own' | 'lead' | 'words' | 'none' }
}

/** Does the title or description say the keyphrase, as it stands? */
export const says = (text: string, phrase: string): boolean => {
  const plain = (value: string) =>
    fold(value)
      .replace(/[^a-z0-9]+/g, ' ')
      .trim()
  return phrase.trim() !== '' && ` ${plain(text)} `.includes(` ${plain(phrase)} `)
}

/** What is typed into the field of an address, made a slug letter by letter: a hyphen at the end may still be going on. */
export function slugTyped(text: string, language: string): string {
  const isGoingOn = /[\s_-]$/.test(text)
  const words = text.trim() === '' ? '' : slugOf(text.replace(/_/g, ' '), language, '-')
  const slug = words === 'untitled' && !/untitled/i.test(text) ? '' : words
  return slug !== '' && isGoingOn ? `${slug}-` : slug
}

/** An address of another site, or null; empty is no address at all. */
export function webAddress(text: string): string | null {
  const trimmed = text.trim()
  if (!/^https?:\/\//i.test(trimmed) || trimmed.length > 2048 || !URL.canParse(trimmed)) return null
  return new URL(trimmed).hostname === '' ? null : trimmed
}
