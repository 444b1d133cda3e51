/**
 * The rendered text, as mail programs show it: each element carries its own style, since many of them know no style sheets; without
 * classes and sizes of the site; wide pictures at the width of the letter. Footnotes lead to plain numbers: few programs follow
 * links within a letter.
 */
import { rewrite } from '../networks/page-html.ts'

export const letterWidth = 600
const pictureWidth = letterWidth - 40

const serif = "Newsreader,Charter,Georgia,'Times New Roman',serif"
const sans = "'Schibsted Grotesk',system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
export const colours = { paper: '#FBFAF7', ink: '#1D1B18', ink2: '#5C5850', line: '#E5E1D8', river: '#0C6B80' } as const
export const fonts = { serif, sans } as const

const heading = `font-family:${serif};color:${colours.ink};line-height:1.25;margin:32px 0 8px;font-weight:600`
const styles: Readonly<Record<string, string>> = {
  p: 'margin:0 0 18px',
  h1: `${heading};font-size:28px`,
  h2: `${heading};font-size:24px`,
  h3: `${heading};font-size:20px`,
  h4: `${heading};font-size:18px`,
  h5: `${heading};font-size:17px`,
  h6: `${heading};font-size:17px`,
  a: `color:${colours.river};text-decoration:underline`,
  img: 'display:block;max-width:100%;height:auto;border:0;border-radius:4px',
  figure: 'margin:24px 0',
  figcaption: `margin:8px 0 0;font:14px/1.4 ${sans};color:${colours.ink2}`,
  blockquote: `margin:24px 0;padding:0 0 0 20px;border-left:3px solid ${colours.line};color:${colours.ink2}`,
  aside: `margin:24px 0;padding:12px 20px;border:1px solid ${colours.line};border-left:4px solid ${colours.river};border-radius:8px`,
  ul: 'margin:0 0 18px;padding:0 0 0 24px',
  ol: 'margin:0 0 18px;padding:0 0 0 24px',
  li: 'margin:0 0 6px',
  pre: `margin:0 0 18px;padding:12px;border:1px solid ${colours.line};border-radius:8px;font:14px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;word-wrap:break-word`,
  code: 'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:0.9em',
  hr: `border:0;border-top:1px solid ${colours.line};margin:32px 0`,
  table: 'border-collapse:collapse;width:100%;margin:0 0 18px;font-size:16px',
  th: `border-bottom:2px solid ${colours.line};padding:6px 8px;text-align:left;vertical-align:top`,
  td: `border-bottom:1px solid ${colours.line};padding:6px 8px;text-align:left;vertical-align:top`,
}
/** Programs that do not know them would hide what is in them. */
const asBlocks = new Set(['details', 'summary', 'section'])
const kept = /^(?:href|src|alt|width|height|colspan|rowspan|start|reversed|value|type|lang|dir|cite|datetime|title)$/

/** Links within the letter lead nowhere in most programs. */
const leadsOut = /^(?:https?:|mailto:|tel:)/i
const attribute = / ([a-z][a-z-]*)(?:="([^"]*)")?/gi

/** @param html with whole addresses; what our own renderer writes. @param linkOf changes where links lead */
export const letterHtml = (html: string, linkOf: (address: string) => string): string => {
  const isPlainLink: boolean[] = []
  return rewrite(html, {
    tag: (tag, name, isEnd) => {
      if (isEnd) {
        if (name === 'a' && isPlainLink.pop()) return '</span>'
        return asBlocks.has(name) ? '</div>' : tag
      }
      const given = [...tag.slice(name.length + 1).matchAll(attribute)].filter(([, key = '']) => kept.test(key))
      const values = new Map(given.map(([, key = '', value = '']) => [key.toLowerCase(), value]))
      const address = values.get('href') ?? ''
      if (name === 'a') isPlainLink.push(!leadsOut.test(address))
      if (name === 'a' && isPlainLink.at(-1)) return '<span>'
      if (name === 'a') values.set('href', linkOf(address))
      if (name === 'img') fit(values)
      const style = styles[name]
      const written = [...values].map(([key, value]) => ` ${key}="${value}"`).join('')
      return `<${asBlocks.has(name) ? 'div' : name}${written}${style ? ` style="${style}"` : ''}>`
    },
  })
}

/** Outlook goes by the attributes and not by the style. */
function fit(values: Map<string, string>): void {
  if (!values.has('alt')) values.set('alt', '')
  const width = Number(values.get('width') ?? '0')
  values.delete('height')
  if (width > 0) values.set('width', String(Math.min(width, pictureWidth)))
}
