/**
 * What people write into Markdown that Markdown does not know: Obsidian's links in double brackets, signs of site generators,
 * and front matter that says who may read a text and when.
 */
import { type Body, walkBody } from '@floowe/contracts/body'
import { instantOf } from './clean-text.ts'
import type { IncomingItem, Note } from './incoming.ts'

type Extra = Readonly<Record<string, unknown>>

/** The key's value, whatever the case and hyphens of its name. */
const valueOf = (extra: Extra, name: string): unknown =>
  Object.entries(extra).find(([key]) => key.toLowerCase().replace(/[-_\s]/g, '') === name)?.[1]

const says = (value: unknown, word: 'true' | 'false'): boolean =>
  String(value).toLowerCase() === word || value === (word === 'true' ? 'yes' : 'no')

/** Hugo publishes on `publishDate`, whatever the `date`; one that has passed says nothing new. */
export function laterDate(extra: Extra, now: number): string | null {
  const date = instantOf(valueOf(extra, 'publishdate'))
  return date !== null && Date.parse(date) > now ? date : null
}

/**
 * Where front matter keeps a text from readers, the import must not open it to them. Null: it says nothing. The keys stay in
 * the front matter.
 */
export function restrictionOf(
  extra: Extra,
  path: string,
  now: number,
): { status: IncomingItem['status']; note: Note } | null {
  const restricted = (status: 'draft' | 'private', by: string) => ({
    status,
    note: {
      code: 'not-for-all',
      text: `It was kept from readers (${by}); it is taken as ${status === 'draft' ? 'a draft' : 'private'}.`,
      values: { by, status },
    },
  })
  const visibility = valueOf(extra, 'visibility')
  const password = valueOf(extra, 'password')
  if (says(valueOf(extra, 'private'), 'true')) return restricted('private', 'private')
  if (typeof visibility === 'string' && !/^(?:public|published|visible)?$/i.test(visibility.trim()))
    return restricted('private', 'visibility')
  if (password !== undefined && password !== null && password !== '' && password !== false)
    return restricted('private', 'password')
  for (const name of ['expirydate', 'unpublishdate']) {
    const end = instantOf(valueOf(extra, name))
    if (end !== null && Date.parse(end) <= now) return restricted('private', name)
  }
  if (says(valueOf(extra, 'publish'), 'false')) return restricted('draft', 'publish')
  return /(?:^|\/)_drafts\//.test(path) ? restricted('draft', '_drafts') : null
}

const wikilink = /(!?)\[\[([^[\]|#\n]{1,300})(#[^[\]|\n]{0,300})?(?:\|([^[\]\n]{0,300}))?\]\]/g

/**
 * `[[Note|words]]` and `![[picture.png]]` as links and pictures, where the file is one of the folder; anything else in double
 * brackets is text. Code is left alone.
 */
export function withPlainLinks(markdown: string, find: (name: string) => string | null): string {
  if (!markdown.includes('[[')) return markdown
  let fence: string | null = null
  return markdown
    .split('\n')
    .map((line) => {
      const sign = /^\s{0,3}(?:>\s?)*\s*(`{3,}|~{3,})/.exec(line)?.[1]
      if (sign && (fence === null || sign.startsWith(fence))) fence = fence === null ? sign : null
      if (fence !== null || sign || /^(?: {4}|\t)\s*(?![-*+\d\s])/.test(line)) return line
      return line
        .split(/(`+[^`]*`+)/)
        .map((part, index) => (index % 2 === 1 ? part : linked(part, find)))
        .join('')
    })
    .join('\n')
}

const linked = (text: string, find: (name: string) => string | null): string =>
  text.replace(wikilink, (whole, embed: string, name: string, _heading: unknown, words: string | undefined) => {
    const path = find(name.trim())
    if (path === null) return whole
    const shown = (words ?? name).trim().replace(/[[\]\\]/g, '\\$&')
    // Obsidian's words beside a picture may be its width.
    const label = embed && /^\d+(?:x\d+)?$/.test(shown) ? '' : shown
    return `${embed}[${label}](<${path.replace(/[<>\\]/g, '\\$&')}>)`
  })

const template =
  /\{\{[<%]\s*\/?\s*([\w/.-]{1,40})|\{%-?\s*([\w-]{1,40})|\{\{-?\s*([\w.|-]{1,40})|(!?\[\[)[^[\]\n]{1,300}\]\]/g

/** Names what stands in the text as its author wrote it, and would have become something else elsewhere. */
export function templateNote(body: Body): Note[] {
  const names = new Set<string>()
  walkBody(body, (node) => {
    if (node.type !== 'text' || node.marks?.some((mark) => mark.type === 'code')) return
    for (const [, hugo, tag, value, brackets] of (node.text ?? '').matchAll(template))
      if (names.size < 20) names.add(brackets ? `${brackets}…]]` : (hugo ?? tag ?? value ?? ''))
  })
  if (names.size === 0) return []
  const listed = [...names].join(', ')
  return [
    {
      code: 'template-signs',
      text: `Signs of a site generator or note program stand in the text as they are: ${listed}.`,
      values: { names: listed },
    },
  ]
}
