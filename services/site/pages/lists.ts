/** Lists of stories: the front page, a section, a tag, an author; and what a search found. */
import type { TermKind } from '../addresses.ts'
import type { Card } from '../content-forms.ts'
import type { Marked, SearchHit } from '../search.ts'
import { described, type Frame, setType } from './frame.ts'
import { type Html, html } from './html.ts'
import type { Alternate, Page } from './layout.ts'
import {
  articleAddress,
  byline,
  cardGrid,
  pager,
  searchForm,
  socialPictureOf,
  storyCard,
  suggestions,
} from './pieces.ts'
import { listBreadcrumbs, siteData } from './structured-data.ts'

export type ListParts = { cards: readonly Card[]; total: number; page: number; pages: number }

const around = (page: number, pages: number, pathOf: (page: number) => string): Page['pager'] => ({
  newer: page > 1 ? pathOf(page - 1) : null,
  older: page < pages ? pathOf(page + 1) : null,
})

export function frontPage(frame: Frame, { cards, page, pages }: ListParts, alternates: readonly Alternate[]): Page {
  const { addresses, words, site, language } = frame
  const pathOf = (number: number): string => addresses.home(language, number)
  const [first, ...others] = page === 1 ? cards : [undefined, ...cards]
  return {
    title: page > 1 ? words.pageOf(page, pages) : '',
    description: described(site.tagline || cards[0]?.lead || site.name),
    path: pathOf(page),
    alternates: page === 1 ? alternates : [],
    kind: 'website',
    picture: socialPictureOf(cards.find((card) => card.cover)?.cover ?? null),
    jsonLd: page === 1 ? [siteData(frame)] : [],
    pager: around(page, pages, pathOf),
    tracked: {},
    look: 'front',
    main: html`${
      page === 1
        ? html`<h1 class="unseen">${site.name}</h1>`
        : html`<header class="list-head">
<p class="kicker">${words.pageOf(page, pages)}</p>
<h1>${words.olderArticles}</h1>
</header>`
    }
${cards.length === 0 ? html`<div class="message"><p class="large">${words.nothingYet.title}</p><p>${words.nothingYet.text}</p></div>` : null}
${first ? storyCard(frame, first, { level: 2, look: 'lead', isFirst: true, sizes: '(min-width: 68rem) 34rem, (min-width: 50rem) 50vw, calc(100vw - 2.5rem)' }) : null}
${
  others.length > 0
    ? cardGrid(
        frame,
        others.filter((card) => card !== undefined),
        2,
      )
    : null
}
${pager(frame, page, pages, pathOf)}`,
  }
}

export function termPage(
  frame: Frame,
  term: { kind: TermKind; slug: string; name: string; description: string },
  parts: ListParts,
  alternates: readonly Alternate[],
): Page {
  const { addresses, words, language } = frame
  const { cards, total, page, pages } = parts
  const pathOf = (number: number): string => addresses.term(term.kind, language, term.slug, number)
  const title = page > 1 ? `${term.name} – ${words.pageOf(page, pages)}` : term.name
  return {
    title,
    description: described(term.description || `${words.kinds[term.kind]}: ${term.name}. ${words.articles(total)}.`),
    path: pathOf(page),
    alternates: page === 1 ? alternates : [],
    kind: term.kind === 'author' ? 'profile' : 'website',
    picture: socialPictureOf(cards.find((card) => card.cover)?.cover ?? null),
    jsonLd: [listBreadcrumbs(frame, term.name, pathOf(1))],
    pager: around(page, pages, pathOf),
    tracked: {},
    look: 'list',
    main: html`<header class="list-head">
<p class="kicker">${words.kinds[term.kind]}</p>
<h1>${setType(frame, term.name)}</h1>
${term.description === '' ? null : html`<p class="lead">${setType(frame, term.description)}</p>`}
<p class="count">${words.articles(total)}</p>
</header>
${cardGrid(frame, cards, 2)}
${pager(frame, page, pages, pathOf)}`,
  }
}

const pieces = (frame: Frame, marked: Marked): Html[] =>
  marked.map(({ text, isMatch }) => (isMatch ? html`<mark>${text}</mark>` : html`${setType(frame, text)}`))

export function searchPage(
  frame: Frame,
  query: string,
  found: { hits: readonly SearchHit[]; total: number; page: number; pages: number } | null,
  /** For who has not found anything. */
  latest: readonly Card[],
): Page {
  const { addresses, words, language } = frame
  const heading =
    found === null ? words.search : found.total === 0 ? words.nothingFound(query) : words.found(found.total, query)
  return {
    title: heading,
    description: words.search,
    path: null,
    isHidden: true,
    kind: 'website',
    tracked: {},
    look: 'search',
    main: html`<div class="narrow">
<h1>${found === null ? words.search : heading}</h1>
${searchForm(frame, query, 'query')}
${found && found.total === 0 ? html`<p class="hint">${words.searchHint}</p>` : null}
${
  found && found.hits.length > 0
    ? html`<ol class="hits" start="${(found.page - 1) * 10 + 1}">${found.hits.map(
        (hit) => html`<li>
<h2><a href="${articleAddress(frame, hit.card)}">${pieces(frame, hit.title)}</a></h2>
<p class="snippet">${pieces(frame, hit.snippet)}</p>
${byline(frame, hit.card)}
</li>`,
      )}</ol>`
    : null
}
${found ? pager(frame, found.page, found.pages, (page) => addresses.search(language, query, page)) : null}
</div>
${suggestions(frame, latest)}`,
  }
}
