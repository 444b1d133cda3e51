/**
 * The rendered text, for systems that keep it as their own: addresses made whole, cut into blocks, and a sign by which we know again
 * what we have made. It reads only what our own renderer writes: well-formed tags, attributes in double quotes, `<` escaped in text.
 */
import type { SnapshotContent } from '@floowe/contracts/content'

/** Invisible on a page, the same at every attempt of a delivery. Without two hyphens in a row, which WordPress would take out. */
export const markerOf = (key: string): string => `<!-- floowe:${key} -->`

/** @returns for text and for attributes in double quotes */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const piece = /<(\/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>|[^<]+/gi

type Rewriting = { tag?: (tag: string, name: string, isEnd: boolean) => string; text?: (text: string) => string }

/** The same HTML with its tags and the text between them changed. */
export const rewrite = (html: string, { tag = (same) => same, text = (same) => same }: Rewriting): string =>
  html.replace(piece, (whole, slash: string | undefined, name: string | undefined) =>
    name === undefined ? text(whole) : tag(whole, name.toLowerCase(), slash === '/'),
  )

/** An address that begins with a slash is one of this installation. @param base without a slash at the end */
export const absoluteUrl = (url: string, base: string): string =>
  url.startsWith('/') && !url.startsWith('//') ? base.replace(/\/+$/, '') + url : url

/** Pictures and links with whole addresses. */
export const absoluteHtml = (html: string, base: string): string =>
  rewrite(html, {
    tag: (tag) =>
      tag
        .replace(/ (src|href|cite)="([^"]*)"/g, (_, name, url: string) => ` ${name}="${absoluteUrl(url, base)}"`)
        .replace(/ srcset="([^"]*)"/g, (_, list: string) => {
          const sources = list.split(/,\s+/).map((source) => absoluteUrl(source, base))
          return ` srcset="${sources.join(', ')}"`
        }),
  })

const voidTags = new Set(['br', 'col', 'hr', 'img', 'input', 'wbr'])

/** The pieces that stand side by side: each ends with a line, outside every element. */
export function blocksOf(html: string): string[] {
  const blocks: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: whole, 1: slash, 2: name, index } of html.matchAll(piece)) {
    if (name !== undefined && !voidTags.has(name.toLowerCase())) depth += slash === '/' ? -1 : 1
    const end = index + whole.length
    if (depth > 0 || name === undefined || (end < html.length && html[end] !== '\n')) continue
    blocks.push(html.slice(start, end).trim())
    start = end
  }
  return [...blocks, html.slice(start).trim()].filter((block) => block !== '')
}

type Cover = NonNullable<SnapshotContent['cover']>

/** What stands under a picture, as plain text. */
export const captionOf = ({ caption, credit }: Cover): string => [caption, credit].filter(Boolean).join(' · ')

/** The picture at the head of the text, where it has no place of its own. */
export function figureOf(cover: Cover, base: string): string {
  const caption = captionOf(cover)
  const image = `<img src="${escapeHtml(absoluteUrl(cover.url, base))}" alt="${escapeHtml(cover.alt)}">`
  return `<figure>${image}${caption ? `<figcaption>${escapeHtml(caption)}</figcaption>` : ''}</figure>`
}
