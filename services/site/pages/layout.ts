/** The page around everything: head, masthead, footer. No script but the tracker. */
import { type Html, html, jsonScript } from './html.ts'
import { type Frame, fileAddress, setType } from './frame.ts'
import { ownName } from './words.ts'

export type Alternate = { language: string; path: string }
export type SocialPicture = { url: string; width: number | null; height: number | null; alt: string }
export type Page = {
  /** Without the site's name. Empty on the front page. */
  title: string
  description: string
  /** Path of the site; null: no canonical address (errors, searches). */
  path: string | null
  /** Another site's address that is the original. */
  canonical?: string | null
  /** This page in all its languages, its own too; empty when it has one only. */
  alternates?: readonly Alternate[]
  isHidden?: boolean
  kind: 'website' | 'article' | 'profile'
  picture?: SocialPicture | null
  /** More `<meta property>` of Open Graph. */
  properties?: readonly (readonly [string, string])[]
  jsonLd?: readonly unknown[]
  pager?: { newer: string | null; older: string | null }
  /** What the tracker says of the page; null: it is not counted. */
  tracked: { articleId?: string; editionId?: string } | null
  /** The mark on the body that the style sheet looks at. */
  look: 'front' | 'list' | 'article' | 'page' | 'search' | 'message'
  main: Html
}

const ogLocales: Readonly<Record<string, string>> = { pl: 'pl_PL', en: 'en_GB' }

export function layout(frame: Frame, page: Page, options: { isCounted: boolean }): string {
  const { site, addresses, language } = frame
  return html`<!doctype html>
<html lang="${language}" data-accent="${site.accent}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${titleOf(frame, page)}</title>
${head(frame, page)}
${frame.theme.preloads.map(
  (font) => html`<link rel="preload" href="${frame.origin}${font}" as="font" type="font/woff2" crossorigin>
`,
)}<link rel="stylesheet" href="${frame.origin}${frame.theme.css}">
<link rel="icon" href="${icon(site.name)}">
<link rel="alternate" type="application/rss+xml" title="${site.name}" href="${addresses.full(addresses.feed('feed.xml', language))}">
<link rel="alternate" type="application/atom+xml" title="${site.name} (Atom)" href="${addresses.full(addresses.feed('atom.xml', language))}">
<link rel="alternate" type="application/feed+json" title="${site.name} (JSON)" href="${addresses.full(addresses.feed('feed.json', language))}">
${(page.jsonLd ?? []).map(
  (data) => html`<script type="application/ld+json">${jsonScript(data)}</script>
`,
)}${options.isCounted && page.tracked ? tracker(frame, page.tracked) : null}</head>
<body class="look-${page.look}">
<a class="skip" href="#main">${frame.words.skip}</a>
${masthead(frame, page)}
<main id="main">
${page.main}
</main>
${footer(frame)}
</body>
</html>
`.html
}

const titleOf = (frame: Frame, page: Page): string => {
  const { site } = frame
  if (page.title === '') return site.tagline === '' ? site.name : `${site.name} – ${setType(frame, site.tagline)}`
  return page.title === site.name ? page.title : `${page.title} – ${site.name}`
}

function head(frame: Frame, page: Page): Html {
  const { site, addresses, language } = frame
  const isHidden = !site.isListed || page.isHidden === true
  const url = page.canonical ?? (page.path === null ? null : addresses.full(page.path))
  // Search engines take the set only from the original.
  const alternates = page.canonical ? [] : (page.alternates ?? [])
  const first = alternates.find((alternate) => alternate.language === site.language) ?? alternates[0]
  return html`${
    page.description === ''
      ? null
      : html`<meta name="description" content="${page.description}">
`
  }${
    isHidden
      ? html`<meta name="robots" content="noindex">
`
      : html`<meta name="robots" content="max-image-preview:large">
`
  }<meta name="theme-color" content="#FBFAF7" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#151618" media="(prefers-color-scheme: dark)">
${
  url === null
    ? null
    : html`<link rel="canonical" href="${url}">
`
}${
  alternates.length < 2
    ? null
    : alternates.map(
        (
          alternate,
        ) => html`<link rel="alternate" hreflang="${alternate.language}" href="${addresses.full(alternate.path)}">
`,
      )
}${
  alternates.length < 2 || !first
    ? null
    : html`<link rel="alternate" hreflang="x-default" href="${addresses.full(first.path)}">
`
}${
  page.pager?.newer
    ? html`<link rel="prev" href="${addresses.full(page.pager.newer)}">
`
    : null
}${
  page.pager?.older
    ? html`<link rel="next" href="${addresses.full(page.pager.older)}">
`
    : null
}<meta property="og:site_name" content="${site.name}">
<meta property="og:type" content="${page.kind}">
<meta property="og:title" content="${page.title || site.name}">
<meta property="og:locale" content="${ogLocales[language] ?? language.replace('-', '_')}">
${
  page.description === ''
    ? null
    : html`<meta property="og:description" content="${page.description}">
`
}${
  url === null
    ? null
    : html`<meta property="og:url" content="${url}">
`
}${(page.properties ?? []).map(
  ([name, value]) => html`<meta property="${name}" content="${value}">
`,
)}${socialPicture(frame, page.picture ?? null)}`
}

function socialPicture(frame: Frame, picture: SocialPicture | null): Html {
  if (!picture) return html`<meta name="twitter:card" content="summary">`
  return html`<meta property="og:image" content="${fileAddress(frame, picture.url)}">
${
  picture.width && picture.height
    ? html`<meta property="og:image:width" content="${picture.width}">
<meta property="og:image:height" content="${picture.height}">
`
    : null
}${
  picture.alt === ''
    ? null
    : html`<meta property="og:image:alt" content="${picture.alt}">
`
}<meta name="twitter:card" content="summary_large_image">`
}

const tracker = (
  { site, origin, language }: Frame,
  { articleId, editionId }: { articleId?: string; editionId?: string },
): Html =>
  html`<script defer src="${origin}/t/tracker.js" data-w="${site.workspaceId}"${articleId ? html` data-a="${articleId}"` : null}${editionId ? html` data-e="${editionId}"` : null} data-l="${language}"></script>
`

/** The first letter of the name, so that no browser asks for an icon that is not there. */
function icon(name: string): string {
  const letter = html`${[...name][0]?.toLocaleUpperCase() ?? ''}`.html
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1D1B18"/><text x="16" y="23" font-family="Georgia,serif" font-size="21" text-anchor="middle" fill="#FBFAF7">${letter}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`
}

function masthead(frame: Frame, page: Page): Html {
  const { site, addresses, words, language, menu } = frame
  const home = addresses.full(addresses.home(language))
  const here = page.path === null ? null : addresses.full(page.path)
  const current = (href: string): Html | null => (href === here ? html` aria-current="page"` : null)
  const { logo } = site
  const name = logo
    ? html`<img src="${fileAddress(frame, logo.url)}" alt="${site.name}"${logo.width && logo.height ? html` width="${Math.round((logo.width * 40) / logo.height)}" height="40"` : html` height="40"`}>`
    : site.name
  return html`<header class="masthead">
<div class="bar">
<a class="name" href="${home}"${current(home)}>${name}</a>
${menu.length === 0 ? null : html`<nav class="menu" aria-label="${words.menu}"><ul>${menu.map(({ label, href }) => html`<li><a href="${href}"${current(href)}>${setType(frame, label)}</a></li>`)}</ul></nav>`}
<ul class="ways">
<li><a href="${addresses.full(addresses.search(language))}"${page.look === 'search' ? html` aria-current="page"` : null}>${words.search}</a></li>
${otherLanguages(frame, page).map(
  ({
    language: other,
    href,
    name: label,
  }) => html`<li><a href="${href}" hreflang="${other}" lang="${other}">${label}</a></li>
`,
)}<li><a href="${addresses.full(addresses.feed('feed.xml', language))}">${words.feed}</a></li>
</ul>
</div>
</header>`
}

/** The same page in the other languages where it exists, else their front pages. */
function otherLanguages(frame: Frame, page: Page): { language: string; href: string; name: string }[] {
  const found = new Map(frame.otherHomes.map((home) => [home.language, home]))
  for (const alternate of page.alternates ?? []) {
    if (alternate.language !== frame.language)
      found.set(alternate.language, {
        language: alternate.language,
        href: frame.addresses.full(alternate.path),
        name: ownName(alternate.language),
      })
  }
  return [...found.values()].slice(0, 6)
}

function footer(frame: Frame): Html {
  const { site, addresses, words, language, pages } = frame
  const text = site.footers[language] ?? ''
  const home = addresses.full(addresses.home(language))
  return html`<footer class="footer" aria-label="${words.footer}">
<div class="bar">
<div class="about"><a class="name" href="${home}">${site.name}</a>
${text === '' ? (site.tagline === '' ? null : html`<p>${setType(frame, site.tagline)}</p>`) : text.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph.split('\n').map((line, index) => html`${index > 0 ? html`<br>` : null}${setType(frame, line)}`)}</p>`)}</div>
<ul class="ways">
${pages.map(
  ({ label, href }) => html`<li><a href="${href}">${setType(frame, label)}</a></li>
`,
)}<li><a href="${addresses.full(addresses.feed('feed.xml', language))}">RSS</a></li>
<li><a href="${addresses.full(addresses.feed('atom.xml', language))}">Atom</a></li>
<li><a href="${addresses.full(addresses.feed('feed.json', language))}">JSON Feed</a></li>
</ul>
</div>
</footer>`
}
