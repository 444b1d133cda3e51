/**
 * A text as a document for a frame in which nothing runs, is sent or opened. Title and lead are escaped here; the body was made by
 * our own renderer, and even so may do nothing: the frame has no rights, and the document forbids itself all but pictures. Pure.
 */
import type { ApprovalPayload } from '@floowe/contracts/approvals'

export type PageShown = NonNullable<ApprovalPayload['page']>
export type Dress = {
  /** The style sheet, and in front of it the colours and faces that it names. */
  css: string
  variables: Readonly<Record<string, string>>
  scheme: 'light' | 'dark'
  /** Origin of this installation. */
  origin: string
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign)

export function pageDocument(page: PageShown, language: string, { css, variables, scheme, origin }: Dress): string {
  const policy = `default-src 'none'; img-src ${origin} https: data:; font-src ${origin}; style-src 'unsafe-inline'`
  const names = Object.entries(variables).map(([name, value]) => `${name}:${value}`)
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="referrer" content="no-referrer">',
    '<meta name="viewport" content="width=device-width">',
    // A link has nowhere to open: there are no windows for this frame.
    '<base target="_blank">',
    `<title>${escaped(page.title)}</title>`,
    `<style>:root{color-scheme:${scheme};${names.join(';')}}${css}</style>`,
  ]
  const lead = page.lead === '' ? '' : `<p class="lead">${escaped(page.lead)}</p>`
  const body = `<h1>${escaped(page.title)}</h1>${lead}${coverOf(page)}${page.html}`
  return `<!doctype html><html lang="${escaped(language)}"><head>${head.join('')}</head><body>${body}</body></html>`
}

function coverOf({ cover }: PageShown): string {
  if (!cover) return ''
  const caption = [cover.caption, cover.credit].filter(Boolean).join(' · ')
  return `<figure class="cover"><img src="${escaped(cover.url)}" alt="${escaped(cover.alt)}">${caption && `<figcaption>${escaped(caption)}</figcaption>`}</figure>`
}
