/** Pieces that several pages are made of: pictures, cards, paging. */
import type { Card, CardTerm, Cover } from '../content-forms.ts'
import { type Html, html } from './html.ts'
import { type Frame, fileAddress, longDate, setType } from './frame.ts'
import type { SocialPicture } from './layout.ts'

const formatsFirst = ['image/avif', 'image/webp']

/** Where in the picture the eye should rest when it is cut: classes of the theme, since the policy allows no style attribute. */
const focus = (cover: Cover): Html | null =>
  cover.focalPoint
    ? html` class="fx-${Math.round(cover.focalPoint.x * 10)} fy-${Math.round(cover.focalPoint.y * 10)}"`
    : null

/**
 * A picture in the size the screen needs, in the best format the browser knows. Width and height keep its place free.
 * @param sizes how wide it is shown, as in CSS `sizes`. `isFirst`: it is at the top of the page, so it is asked for at once.
 */
export function picture(frame: Frame, cover: Cover, options: { sizes: string; isFirst: boolean; alt?: string }): Html {
  const source = (type: string): string =>
    cover.variants
      .filter((variant) => variant.type === type)
      .sort((a, b) => a.width - b.width)
      .map((variant) => `${fileAddress(frame, variant.url)} ${variant.width}w`)
      .join(', ')
  const types = [...new Set(cover.variants.map((variant) => variant.type))]
  const modern = formatsFirst.filter((type) => types.includes(type))
  const plain = types.find((type) => !modern.includes(type)) ?? (types.length === 1 ? modern.pop() : undefined)
  const size = cover.width && cover.height ? html` width="${cover.width}" height="${cover.height}"` : null
  const loading = options.isFirst ? html` fetchpriority="high"` : html` loading="lazy"`
  const image = html`<img src="${fileAddress(frame, cover.url)}"${plain ? html` srcset="${source(plain)}" sizes="${options.sizes}"` : null}${size}${loading} decoding="async" alt="${options.alt ?? cover.alt}"${focus(cover)}>`
  return modern.length === 0
    ? image
    : html`<picture>${modern.map((type) => html`<source type="${type}" srcset="${source(type)}" sizes="${options.sizes}">`)}${image}</picture>`
}

export function socialPictureOf(cover: Cover | null): SocialPicture | null {
  if (!cover) return null
  // Networks want about 1,200 px, and not all of them read the newest formats.
  const fit = cover.variants
    .filter((variant) => !formatsFirst.includes(variant.type) && variant.width >= 1000)
    .sort((a, b) => a.width - b.width)[0]
  return {
    url: fit?.url ?? cover.url,
    width: fit?.width ?? cover.width,
    height: fit?.height ?? cover.height,
    alt: cover.alt,
  }
}

export const articleAddress = (frame: Frame, card: { language: string; slug: string }): string =>
  frame.addresses.full(frame.addresses.article(card.language, card.slug))

export const kicker = (frame: Frame, categories: readonly CardTerm[]): Html | null => {
  const [first] = categories
  return first
    ? html`<p class="kicker"><a href="${frame.addresses.full(frame.addresses.term('category', frame.language, first.slug))}">${setType(frame, first.name)}</a></p>`
    : null
}

export const byline = (frame: Frame, card: Pick<Card, 'authors' | 'publishedAt' | 'readingMinutes'>): Html =>
  html`<p class="byline">${card.authors.length === 0 ? null : html`<span class="who">${card.authors.map((author) => author.name).join(', ')}</span> `}<time datetime="${card.publishedAt}">${longDate(frame, card.publishedAt)}</time>${card.readingMinutes > 0 ? html` <span>${frame.words.minutesInShort(card.readingMinutes)}</span>` : null}</p>`

/** A story in a list. `level` of its heading; the picture is a repetition of the link for the eye, so it is hidden from others. */
export function storyCard(
  frame: Frame,
  card: Card,
  options: { level: 2 | 3; sizes: string; isFirst?: boolean; look?: 'lead' | 'row' },
): Html {
  const href = articleAddress(frame, card)
  const title = html`<a href="${href}">${setType(frame, card.title)}</a>`
  return html`<article class="story${options.look ? ` story-${options.look}` : ''}${card.cover ? ' has-cover' : ''}">
${card.cover ? html`<a class="cover" href="${href}" tabindex="-1" aria-hidden="true">${picture(frame, card.cover, { sizes: options.sizes, isFirst: options.isFirst === true, alt: '' })}</a>` : null}
<div class="words">
${kicker(frame, card.categories)}
${options.level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`}
${card.lead === '' ? null : html`<p class="lead">${setType(frame, card.lead)}</p>`}
${byline(frame, card)}
</div>
</article>`
}

export const cardGrid = (frame: Frame, cards: readonly Card[], level: 2 | 3): Html =>
  html`<div class="grid">${cards.map((card) => storyCard(frame, card, { level, sizes: '(min-width: 64rem) 20rem, (min-width: 40rem) 45vw, calc(100vw - 2.5rem)' }))}</div>`

/** The newest, for who has not found what they came for. */
export const suggestions = (frame: Frame, cards: readonly Card[]): Html | null =>
  cards.length === 0
    ? null
    : html`<section class="more"><h2>${frame.words.mayHelp}</h2>${cardGrid(frame, cards, 3)}</section>`

/** @param pathOf the path of a page of the list. */
export function pager(frame: Frame, page: number, pages: number, pathOf: (page: number) => string): Html | null {
  if (pages < 2) return null
  const { words, addresses } = frame
  return html`<nav class="pager" aria-label="${words.pages}">
${page > 1 ? html`<a rel="prev" href="${addresses.full(pathOf(page - 1))}">← ${words.newer}</a>` : html`<span></span>`}
<span class="where">${words.pageOf(page, pages)}</span>
${page < pages ? html`<a rel="next" href="${addresses.full(pathOf(page + 1))}">${words.older} →</a>` : html`<span></span>`}
</nav>`
}

export const searchForm = (frame: Frame, query: string, id: string): Html => {
  const { addresses, words, language } = frame
  return html`<form class="search" role="search" action="${addresses.full(addresses.search(language))}" method="get">
<label for="${id}">${words.searchFor}</label>
<span class="field"><input id="${id}" name="q" type="search" value="${query}" maxlength="200" autocomplete="off" enterkeyhint="search"><button type="submit">${words.search}</button></span>
</form>`
}
