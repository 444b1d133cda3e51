/** RSS 2.0, Atom and JSON Feed 1.1 of a site in one language: the newest articles in full. Ids never change, whatever the address does. */
import type { FeedFile } from './addresses.ts'
import { shownBody } from './body.ts'
import type { ContentAnswer } from './content-forms.ts'
import { type Frame, fileAddress } from './pages/frame.ts'
import { html, html as xml, raw } from './pages/html.ts'
import { articleAddress, socialPictureOf } from './pages/pieces.ts'
import type { Answer } from './serving.ts'

export const feedItemsMax = 30

type Item = { content: ContentAnswer; url: string; id: string; html: string }

export function feedOf(frame: Frame, file: FeedFile, contents: readonly ContentAnswer[]): Answer {
  const items = contents.map((content) => ({
    content,
    url: articleAddress(frame, content),
    id: `urn:uuid:${content.editionId}`,
    html: bodyOf(frame, content),
  }))
  const make = { 'feed.xml': rss, 'atom.xml': atom, 'feed.json': jsonFeed }[file]
  const type = {
    'feed.xml': 'application/rss+xml',
    'atom.xml': 'application/atom+xml',
    'feed.json': 'application/feed+json',
  }[file]
  return {
    status: 200,
    type: `${type}; charset=utf-8`,
    body: make(frame, items),
    headers: { 'access-control-allow-origin': '*' },
  }
}

/** The cover leads, as on the page; type is left as written. */
function bodyOf(frame: Frame, content: ContentAnswer): string {
  const { cover } = content
  const picture = cover
    ? html`<figure><img src="${fileAddress(frame, cover.url)}" alt="${cover.alt}"${cover.width && cover.height ? html` width="${cover.width}" height="${cover.height}"` : null}>${cover.caption || cover.credit ? html`<figcaption>${[cover.caption, cover.credit].filter(Boolean).join(' ')}</figcaption>` : null}</figure>
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
      publicUrl: frame.publicUrl,
      origin: frame.origin,
      for: 'feed',
      tableLabel: '',
    })
  )
}

const updatedAt = (items: readonly Item[]): string =>
  items
    .map((item) => item.content.updatedAt)
    .sort()
    .at(-1) ?? '1970-01-01T00:00:00.000Z'
const description = (frame: Frame): string => frame.site.tagline || frame.site.name

function rss(frame: Frame, items: readonly Item[]): string {
  const { site, addresses, language } = frame
  return xml`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${site.name}</title>
<link>${addresses.full(addresses.home(language))}</link>
<description>${description(frame)}</description>
<language>${language}</language>
<lastBuildDate>${new Date(updatedAt(items)).toUTCString()}</lastBuildDate>
<generator>Floowe</generator>
<atom:link href="${addresses.full(addresses.feed('feed.xml', language))}" rel="self" type="application/rss+xml"/>
${items.map(
  ({ content, url, id, html: body }) => xml`<item>
<title>${content.title}</title>
<link>${url}</link>
<guid isPermaLink="false">${id}</guid>
<pubDate>${new Date(content.publishedAt).toUTCString()}</pubDate>
${
  content.lead === ''
    ? null
    : xml`<description>${content.lead}</description>
`
}${content.authors.map(
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

function atom(frame: Frame, items: readonly Item[]): string {
  const { site, addresses, language } = frame
  return xml`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">
<id>urn:uuid:${site.workspaceId}${language === site.language ? null : raw(`:${language}`)}</id>
<title>${site.name}</title>
<subtitle>${description(frame)}</subtitle>
<updated>${updatedAt(items)}</updated>
<generator>Floowe</generator>
<author><name>${site.name}</name><uri>${addresses.base}/</uri></author>
<link rel="alternate" type="text/html" href="${addresses.full(addresses.home(language))}"/>
<link rel="self" type="application/atom+xml" href="${addresses.full(addresses.feed('atom.xml', language))}"/>
${items.map(
  ({ content, url, id, html: body }) => xml`<entry>
<id>${id}</id>
<title>${content.title}</title>
<link rel="alternate" type="text/html" href="${url}"/>
<published>${content.publishedAt}</published>
<updated>${content.updatedAt}</updated>
${content.authors.map(
  (
    author,
  ) => xml`<author><name>${author.name}</name><uri>${addresses.full(addresses.term('author', content.language, author.slug))}</uri></author>
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

function jsonFeed(frame: Frame, items: readonly Item[]): string {
  const { site, addresses, language } = frame
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: site.name,
    home_page_url: addresses.full(addresses.home(language)),
    feed_url: addresses.full(addresses.feed('feed.json', language)),
    description: description(frame),
    language,
    items: items.map(({ content, url, id, html: body }) => ({
      id,
      url,
      title: content.title,
      content_html: body,
      summary: content.lead || undefined,
      image: content.cover ? fileAddress(frame, socialPictureOf(content.cover)?.url ?? content.cover.url) : undefined,
      date_published: content.publishedAt,
      date_modified: content.updatedAt,
      authors: content.authors.map((author) => ({
        name: author.name,
        url: addresses.full(addresses.term('author', content.language, author.slug)),
      })),
      tags: [...content.categories, ...content.tags].map((term) => term.name),
      language: content.language,
    })),
  })
}
