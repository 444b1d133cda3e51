/** The forms a snapshot takes in the store: the card that lists show, and the content API's own answer. */
import type { SnapshotContent } from '@floowe/contracts/content'

type Stamps = { publishedAt: string; updatedAt: string }
export type Cover = NonNullable<SnapshotContent['cover']>
export type CardTerm = { name: string; slug: string }
export type Card = {
  articleId: string
  editionId: string
  language: string
  slug: string
  title: string
  lead: string
  readingMinutes: number
  publishedAt: string
  updatedAt: string
  authors: CardTerm[]
  categories: CardTerm[]
  cover: Cover | null
}

/** What the content API says of an edition; the address is added when it is sent, since it follows the site's settings. */
export type ContentAnswer = Omit<SnapshotContent, 'text' | 'permalinks'> & Stamps & { hash: string }

const termOf = ({ name, slug }: CardTerm): CardTerm => ({ name, slug })

export const cardOf = (content: SnapshotContent, stamps: Stamps): Card => ({
  articleId: content.articleId,
  editionId: content.editionId,
  language: content.language,
  slug: content.slug,
  title: content.title,
  lead: content.lead,
  readingMinutes: content.readingMinutes,
  ...stamps,
  authors: content.authors.map(termOf),
  categories: content.categories.map(termOf),
  cover: content.cover,
})

export const cardFrom = (json: string): Card => JSON.parse(json) as Card // written by cardOf

/** JSON without its last brace. */
export function answerOf(content: SnapshotContent, stamps: Stamps, hash: string): string {
  const { text: _text, permalinks: _permalinks, ...shown } = content
  const answer: ContentAnswer = { ...shown, ...stamps, hash }
  return JSON.stringify(answer).slice(0, -1)
}

export const answerFrom = (json: string): ContentAnswer => JSON.parse(`${json}}`) as ContentAnswer // written by answerOf

/** The whole object with its address. */
export const withAddress = (json: string, url: string): string => `${json},"url":${JSON.stringify(url)}}`
