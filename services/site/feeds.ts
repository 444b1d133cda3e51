/** RSS 2.0, Atom and JSON Feed 1.1: the newest articles in full. Ids never change, whatever the address does. */
import type { FeedFile, OwnFeedFile } from './addresses.ts'
import { absolute, shownBody } from './body.ts'
import type { ContentAnswer } from './content-forms.ts'
import type { Frame } from './pages/frame.ts'
import { html, html as xml } from './pages/html.ts'
import { articleAddress, socialPictureOf } from './pages/pieces.ts'
import type { Answer } from './serving.ts'

export const feedItemsMax = 30

type Form = 'rss' | 'atom' | 'json'
/** Where files and relative addresses lead. */
type Files = { publicUrl: string; origin: string }
type Author = ContentAnswer['authors'][number]
type Item = {
  content: ContentAnswer
  /** Null: it has no page. */
  url: string | null
  id: string
  html: string
  authors: { name: string; url: string | null }[]
}
export type Feed = {
  id: string
  title: string
  description: string
  language: string
  home: string
  author: { name: string; url: string }
  self: (form: Form) => string
  /** When it was changed last while it has no items. */
  bornAt: string
  items: readonly Item[]
  files: Files
}

export const itemOf = (
  content: ContentAnswer,
  { url, files, authorUrl }: { url: string | null; files: Files; authorUrl: (author: Author) => string | null },
): Item => ({
  content,
  url,
  id: `urn:uuid:${content.editionId}`,
  html: bodyOf(files, content),
  authors: content.authors.map((author) => ({ name: author.name, url: authorUrl(author) })),
})

/** The site's own in one language. */
export function siteFeed(frame: Frame, contents: readonly ContentAnswer[]): Feed {
  const { site, addresses, language, publicUrl, origin } = frame
  const files = { publicUrl, origin }
  const siteFile = { rss: 'feed.xml', atom: 'atom.xml', json: 'feed.json' } as const
  return {
    id: `urn:uuid:${site.workspaceId}${language === site.language ? '' : `:${language}`}`,
    title: site.name,
    description: site.tagline || site.name,
    language,
    home: addresses.full(addresses.home(language)),
    author: { name: site.name, url: `${addresses.base}/` },
    self: (form) => addresses.full(addresses.feed(siteFile[form], language)),
    bornAt: '1970-01-01T00:00:00.000Z',
    items: contents.map((content) =>
      itemOf(content, {
        url: articleAddress(frame, content),
        files,
        authorUrl: ({ slug }) => addresses.full(addresses.term('author', content.language, slug)),
      }),
    ),
    files,
  }
}

export function feedOf(feed: Feed, file: FeedFile | OwnFeedFile): Answer {
  const form: Form = file === 'atom.xml' ? 'atom' : file === 'feed.json' ? 'json' : 'rss'
  const { make, type } = {
    rss: { make: rss, type: 'application/rss+xml' },
    atom: { make: atom, type: 'application/atom+xml' },
    json: { make: jsonFeed, type: 'application/feed+json' },
  }[form]
  return {
    status: 200,
    type: `${type}; charset=utf-8`,
    body: make(feed),
    headers: { 'access-control-allow-origin': '*' },
  }
}

/** The cover leads, as on the page; type is left as written. */
function bodyOf(files: Files, content: ContentAnswer): string {
  const { cover } = content
  const picture = cover
    ? html`<figure><img src="${absolute(cover.url, files)}" alt="${cover.alt}"${cover.width && cover.height ? html` width="${cover.width}" height="${cover.height}"` : null}>${cover.caption || cover.credit ? html`<figcaption>${[cover.caption, cover.credit].filter(Boolean).join(' ')}</figcaption>` : null}</figure>
`.html
    : ''
  const lead =
    content.lead === ''
      ? ''
      : html`<p><em>${content.lead}</em></p>
`.html
  return (
    picture +
    lead +
    shownBody(content.html, {
      language: content.language,
      ...files,
      for: 'feed',
      tableLabel: '',
    })
  )
}

const updatedAt = ({ items, bornAt }: Feed): string =>
  items
    .map((item) => item.content.updatedAt)
    .sort()
    .at(-1) ?? bornAt

function rss(feed: Feed): string {
  return xml`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${feed.title}</title>
<link>${feed.home}</link>
<description>${feed.description}</description>
<language>${feed.language}</language>
<lastBuildDate>${new Date(updatedAt(feed)).toUTCString()}</lastBuildDate>
<generator>Floowe</generator>
<atom:link href="${feed.self('rss')}" rel="self" type="application/rss+xml"/>
${feed.items.map(
  ({ content, url, id, html: body, authors }) => xml`<item>
<title>${content.title}</title>
${
  url === null
    ? null
    : xml`<link>${url}</link>
`
}<guid isPermaLink="false">${id}</guid>
<pubDate>${new Date(content.publishedAt).toUTCString()}</pubDate>
${
  content.lead === ''
    ? null
    : xml`<description>${content.lead}</description>
`
}${authors.map(
  (author) => xml`<dc:creator>${author.name}</dc:creator>
`,
)}${[...content.categories, ...content.tags].map(
  (term) => xml`<category>${term.name}</category>
`,
)}<content:encoded>${body}</content:encoded>
</item>
`,
)}</channel>
</rss>
`.html
}

function atom(feed: Feed): string {
  return xml`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${feed.language}">
<id>${feed.id}</id>
<title>${feed.title}</title>
<subtitle>${feed.description}</subtitle>
<updated>${updatedAt(feed)}</updated>
<generator>Floowe</generator>
<author><name>${feed.author.name}</name><uri>${feed.author.url}</uri></author>
<link rel="alternate" type="text/html" href="${feed.home}"/>
<link rel="self" type="application/atom+xml" href="${feed.self('atom')}"/>
${feed.items.map(
  ({
    content,
    url,
    id,
    html: body,
    authors,
  }) => xml`<entry${content.language === feed.language ? null : xml` xml:lang="${content.language}"`}>
<id>${id}</id>
<title>${content.title}</title>
${
  url === null
    ? null
    : xml`<link rel="alternate" type="text/html" href="${url}"/>
`
}<published>${content.publishedAt}</published>
<updated>${content.updatedAt}</updated>
${authors.map(
  (
    author,
  ) => xml`<author><name>${author.name}</name>${author.url === null ? null : xml`<uri>${author.url}</uri>`}</author>
`,
)}${[...content.categories, ...content.tags].map(
  (term) => xml`<category term="${term.slug}" label="${term.name}"/>
`,
)}${
  content.lead === ''
    ? null
    : xml`<summary>${content.lead}</summary>
`
}<content type="html">${body}</content>
</entry>
`,
)}</feed>
`.html
}

function jsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.home,
    feed_url: feed.self('json'),
    description: feed.description,
    language: feed.language,
    items: feed.items.map(({ content, url, id, html: body, authors }) => ({
      id,
      url: url ?? undefined,
      title: content.title,
      content_html: body,
      summary: content.lead || undefined,
      image: content.cover ? absolute(socialPictureOf(content.cover)?.url ?? content.cover.url, feed.files) : undefined,
      date_published: content.publishedAt,
      date_modified: content.updatedAt,
      authors: authors.map(({ name, url: authorUrl }) => ({ name, url: authorUrl ?? undefined })),
      tags: [...content.categories, ...content.tags].map((term) => term.name),
      language: content.language,
    })),
  })
}
