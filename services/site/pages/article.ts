/** An article or a fixed page, as a magazine would set it. */
import type { Card, ContentAnswer } from '../content-forms.ts'
import { breadcrumbs, articleData } from './structured-data.ts'
import { described, type Frame, longDate, setType } from './frame.ts'
import { type Html, html, raw } from './html.ts'
import type { Alternate, Page } from './layout.ts'
import { articleAddress, cardGrid, kicker, picture, socialPictureOf } from './pieces.ts'

export type ArticleParts = {
  content: ContentAnswer
  /** Sanitised, with type set. */
  body: string
  /** All live editions of the article, this one too. */
  alternates: readonly Alternate[]
  related: readonly Card[]
  newer: Card | null
  older: Card | null
}

export function articlePage(frame: Frame, parts: ArticleParts): Page {
  const { content } = parts
  const { addresses } = frame
  const isPage = content.type === 'page'
  const path = addresses.article(content.language, content.slug)
  const description = described(content.meta.description || content.lead)
  return {
    title: content.meta.title || content.title,
    description,
    path,
    canonical: content.meta.canonicalUrl,
    alternates: parts.alternates,
    isHidden: content.meta.isHidden,
    kind: isPage ? 'website' : 'article',
    picture: socialPictureOf(content.cover),
    properties: isPage
      ? []
      : [
          ['article:published_time', content.publishedAt],
          ['article:modified_time', content.updatedAt],
          ...content.authors.map(
            (author) =>
              ['article:author', addresses.full(addresses.term('author', content.language, author.slug))] as const,
          ),
          ...content.categories.slice(0, 1).map((category) => ['article:section', category.name] as const),
          ...content.tags.map((tag) => ['article:tag', tag.name] as const),
        ],
    jsonLd: [articleData(frame, content, addresses.full(path)), ...(isPage ? [] : [breadcrumbs(frame, content)])],
    tracked: { articleId: content.articleId, editionId: content.editionId },
    look: isPage ? 'page' : 'article',
    main: isPage ? fixedPage(frame, parts) : article(frame, parts),
  }
}

function article(frame: Frame, { content, body, alternates, related, newer, older }: ArticleParts): Html {
  const { words } = frame
  return html`<article class="article${content.cover ? ' has-cover' : ''}">
<header class="opening-words">
<div class="titles">
${kicker(frame, content.categories)}
<h1>${setType(frame, content.title)}</h1>
${content.lead === '' ? null : html`<p class="lead">${setType(frame, content.lead)}</p>`}
</div>
${cover(frame, content)}
</header>
<div class="columns">
<div class="facts">
${authors(frame, content)}
<p><time datetime="${content.publishedAt}">${longDate(frame, content.publishedAt)}</time></p>
${content.readingMinutes > 0 ? html`<p>${words.minutes(content.readingMinutes)}</p>` : null}
${longDate(frame, content.updatedAt) === longDate(frame, content.publishedAt) ? null : html`<p class="updated">${words.updated(longDate(frame, content.updatedAt))}</p>`}
${languages(frame, alternates)}
</div>
<div class="body">
${raw(body)}
</div>
</div>
<footer class="closing">
${tags(frame, content)}
${aboutAuthors(frame, content)}
<p class="source">${words.print} ${articleAddress(frame, content)}</p>
</footer>
</article>
${beside(frame, newer, older)}
${related.length === 0 ? null : html`<section class="more"><h2>${words.related}</h2>${cardGrid(frame, related, 3)}</section>`}`
}

function fixedPage(frame: Frame, { content, body, alternates }: ArticleParts): Html {
  return html`<article class="article fixed${content.cover ? ' has-cover' : ''}">
<header class="opening-words">
<div class="titles">
<h1>${setType(frame, content.title)}</h1>
${content.lead === '' ? null : html`<p class="lead">${setType(frame, content.lead)}</p>`}
</div>
${cover(frame, content)}
</header>
<div class="columns">
<div class="facts">${languages(frame, alternates)}</div>
<div class="body">
${raw(body)}
</div>
</div>
</article>`
}

function cover(frame: Frame, content: ContentAnswer): Html | null {
  if (!content.cover) return null
  const { caption, credit } = content.cover
  const words = [caption === '' ? '' : setType(frame, caption), credit === '' ? '' : `${frame.words.photo} ${credit}`]
    .filter(Boolean)
    .join(' ')
  return html`<figure class="cover">${picture(frame, content.cover, { sizes: '(min-width: 68rem) 31rem, (min-width: 50rem) 46vw, calc(100vw - 2.5rem)', isFirst: true })}${words === '' ? null : html`<figcaption>${words}</figcaption>`}</figure>`
}

const authors = (frame: Frame, content: ContentAnswer): Html | null =>
  content.authors.length === 0
    ? null
    : html`<p class="who">${content.authors.map((author, index) => html`${index > 0 ? ', ' : null}<a rel="author" href="${frame.addresses.full(frame.addresses.term('author', content.language, author.slug))}">${author.name}</a>`)}</p>`

function languages(frame: Frame, alternates: readonly Alternate[]): Html | null {
  const others = alternates.filter((alternate) => alternate.language !== frame.language)
  if (others.length === 0) return null
  return html`<div class="languages">${others.map((alternate) => {
    const { before, link } = frame.words.inLanguage(alternate.language)
    return html`<p>${before} <a href="${frame.addresses.full(alternate.path)}" hreflang="${alternate.language}">${link}</a></p>`
  })}</div>`
}

const tags = (frame: Frame, content: ContentAnswer): Html | null =>
  content.tags.length === 0
    ? null
    : html`<ul class="tags" aria-label="${frame.words.tags}">${content.tags.map((tag) => html`<li><a rel="tag" href="${frame.addresses.full(frame.addresses.term('tag', content.language, tag.slug))}">${tag.name}</a></li>`)}</ul>`

const aboutAuthors = (frame: Frame, content: ContentAnswer): Html[] =>
  content.authors
    .filter((author) => author.description !== '')
    .map(
      (author) =>
        html`<p class="about-author"><a href="${frame.addresses.full(frame.addresses.term('author', content.language, author.slug))}">${author.name}</a> ${setType(frame, author.description)}</p>`,
    )

/** The next and the previous article in time. */
function beside(frame: Frame, newer: Card | null, older: Card | null): Html | null {
  if (!newer && !older) return null
  const one = (card: Card | null, words: string, rel: string): Html | null =>
    card &&
    html`<a class="${rel}" rel="${rel}" href="${articleAddress(frame, card)}"><span>${words}</span> ${setType(frame, card.title)}</a>`
  return html`<nav class="beside" aria-label="${frame.words.pages}">${one(older, frame.words.olderArticle, 'prev')}${one(newer, frame.words.newerArticle, 'next')}</nav>`
}
