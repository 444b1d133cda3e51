/**
 * The page behind a preview link: the latest text, typeset to be read, with nothing else of Floowe around it. One file, no
 * script, not kept by anyone on the way.
 */
import { WorkspaceId } from '@floowe/contracts/vocabulary'
import { typeset } from '@floowe/language'
import type { Host } from '@floowe/platform'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PreviewLinks } from './preview-links.ts'
import type { Renderer } from './snapshot.ts'
import type { ContentStore } from './store/port.ts'
import type { Writing } from './writing/writing.ts'

type Locale = 'pl' | 'en'
const words = {
  pl: {
    banner: 'Podgląd. Tekst może się jeszcze zmienić i nie jest opublikowany pod tym adresem.',
    updated: 'Ostatnia zmiana',
    untitled: 'Bez tytułu',
    gone: 'Ten link do podglądu już nie działa',
    goneText: 'Wygasł albo ktoś go zamknął. Poproś osobę, od której go masz, o nowy.',
    missing: 'Nie ma takiej strony',
    missingText: 'Sprawdź, czy adres został skopiowany w całości.',
    empty: 'Tu pojawi się tekst.',
  },
  en: {
    banner: 'Preview. The text may still change, and it is not published at this address.',
    updated: 'Last change',
    untitled: 'Untitled',
    gone: 'This preview link no longer works',
    goneText: 'It has expired or was closed. Ask the person who gave it to you for a new one.',
    missing: 'There is no such page',
    missingText: 'Check that the whole address was copied.',
    empty: 'The text will appear here.',
  },
} as const

type Parts = { links: PreviewLinks; store: ContentStore; renderer: Renderer; writing: Writing }

export const servePreviews =
  (host: Host, { links, store, renderer, writing }: Parts) =>
  async (http: FastifyInstance): Promise<void> => {
    http.get<{ Params: { token: string } }>('/preview/:token', async (request, reply) => {
      const opened = await links.opened(request.params.token)
      if (!opened) return send(reply, host, 404, 'en', sorry(localeOf(request, 'en'), 'missing'))
      if (opened.editionId) await writing.settle({ workspaceId: opened.workspaceId, editionId: opened.editionId })
      const edition = opened.editionId && (await store.getEdition(opened.workspaceId, opened.editionId))
      if (!edition || edition.article.trashedAt !== null)
        return send(reply, host, 410, 'en', sorry(localeOf(request, 'en'), 'gone'))
      const workspaceId = WorkspaceId.parse(opened.workspaceId)
      const [article] = (await store.listArticles(workspaceId, { ids: [edition.articleId], limit: 1, offset: 0 })).items
      const { html, cover } = await renderer.preview(workspaceId, edition, article?.coverId ?? null)
      const locale = localeOf(request, edition.language.startsWith('pl') ? 'pl' : 'en')
      const { title, lead, language, updatedAt } = edition
      return send(
        reply,
        host,
        200,
        language,
        page(
          locale,
          language,
          title || words[locale].untitled,
          `
      <p class="banner" role="note" lang="${locale}">${escape(words[locale].banner)}</p>
      <article>
        <h1>${escape(typeset(title || words[locale].untitled, language))}</h1>
        ${lead ? `<p class="lead">${escape(typeset(lead, language))}</p>` : ''}
        ${cover ? `<figure class="cover"><img src="${escape(cover.url)}" alt="${escape(cover.alt)}"${cover.width && cover.height ? ` width="${cover.width}" height="${cover.height}"` : ''}></figure>` : ''}
        ${html || `<p class="empty" lang="${locale}">${escape(words[locale].empty)}</p>`}
      </article>
      <footer lang="${locale}">${escape(words[locale].updated)}: <time datetime="${updatedAt}">${new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(updatedAt))} UTC</time></footer>`,
        ),
      )
    })
  }

const sorry = (locale: Locale, what: 'gone' | 'missing'): string =>
  page(
    locale,
    locale,
    words[locale][what],
    `<article class="sorry"><h1>${escape(words[locale][what])}</h1><p>${escape(what === 'gone' ? words[locale].goneText : words[locale].missingText)}</p></article>`,
  )

function send(reply: FastifyReply, { publicUrl }: Host, status: number, language: string, html: string) {
  return reply
    .code(status)
    .headers({
      // Links may open, nothing else may happen. The address of this installation is named because a sandboxed page has no own one.
      'content-security-policy': `default-src 'none'; img-src 'self' ${new URL(publicUrl).origin}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'content-language': language,
      vary: 'accept-language',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}

const localeOf = (request: FastifyRequest, standard: Locale): Locale => {
  const wish = /^\s*(pl|en)\b/i.exec(request.headers['accept-language'] ?? '')?.[1]?.toLowerCase()
  return wish === 'pl' || wish === 'en' ? wish : standard
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (locale: Locale, language: string, title: string, main: string): string => `<!doctype html>
<html lang="${escape(language)}" data-chrome="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body><main>${main}</main></body>
</html>
`

const style = `
:root { color-scheme: light dark; --paper: #FBFAF7; --sunken: #F3F1EB; --line: #E5E1D8; --ink: #1D1B18; --ink-2: #5C5850; --river: #0C6B80; --amber: #8C590C; --amber-soft: #F8ECD4 }
@media (prefers-color-scheme: dark) { :root { --paper: #151618; --sunken: #111214; --line: #2A2D31; --ink: #ECEAE5; --ink-2: #AAA69E; --river: #62BCD0; --amber: #E0AE5A; --amber-soft: #352A15 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.1875rem/1.6 Newsreader, Charter, "Iowan Old Style", Georgia, serif; overflow-wrap: break-word; hyphens: auto }
main { max-width: 42rem; margin: 0 auto; padding: 1rem 1.25rem 5rem }
.banner { margin: 0 0 2.5rem; padding: .5rem .75rem; border-radius: 8px; background: var(--amber-soft); color: var(--amber); font: .875rem/1.4 system-ui, sans-serif }
h1 { font-size: clamp(2rem, 6vw, 3.25rem); line-height: 1.1; letter-spacing: -.02em; font-weight: 600; margin: 0 0 1rem; text-wrap: balance }
h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2.2em 0 .5em; text-wrap: balance }
.lead { font-size: 1.35rem; line-height: 1.45; color: var(--ink-2); margin: 0 0 2rem }
a { color: var(--river); text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--river); outline-offset: 2px }
img { max-width: 100%; height: auto; border-radius: 4px; display: block }
figure { margin: 2rem 0 } figcaption { font: .875rem/1.4 system-ui, sans-serif; color: var(--ink-2); margin-top: .5rem }
blockquote { margin: 1.5rem 0; padding-left: 1.25rem; border-left: 3px solid var(--line); color: var(--ink-2) }
pre { overflow-x: auto; padding: 1rem; background: var(--sunken); border-radius: 8px; font-size: .875rem; line-height: 1.5 }
code { font-family: ui-monospace, "JetBrains Mono", monospace; font-size: .9em }
.table, .table-scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: 1rem } th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top }
.callout { margin: 1.5rem 0; padding: .75rem 1.25rem; border: 1px solid var(--line); border-left: 4px solid var(--river); border-radius: 8px }
.callout-title { font-weight: 600; margin: .25rem 0 }
hr { border: 0; border-top: 1px solid var(--line); margin: 2.5rem 0 }
footer, .empty, .footnotes { color: var(--ink-2) } .footnotes { font-size: 1rem; border-top: 1px solid var(--line); margin-top: 3rem } footer { margin-top: 4rem; font: .875rem/1.4 system-ui, sans-serif }
.sorry { padding-top: 15vh }
@media print { .banner, footer { display: none } body { background: #fff; color: #000 } }
`
