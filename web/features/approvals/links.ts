/** Where a text leads: each address once, with the words it stands under. In the frame they open nothing, so they are listed. */
import { linesOfHtml } from '../../difference/html-lines.ts'

export type TextLink = { href: string; words: string }
const linksMax = 200

export function linksIn(html: string): TextLink[] {
  const found = new Map<string, string>()
  for (const { fields, kind, src } of linesOfHtml(html)) {
    if (kind === 'embed' && src !== '') found.set(src, fields[0]?.pieces[0]?.text ?? '')
    for (const { text, marks } of fields.flatMap(({ pieces }) => pieces)) {
      const href = /(?:^| )link:(\S+)/.exec(marks)?.[1]
      if (href) found.set(href, `${found.get(href) ?? ''} ${text}`.trim())
    }
  }
  return [...found]
    .filter(([href]) => /^(https?:|mailto:|tel:|\/(?!\/))/i.test(href))
    .slice(0, linksMax)
    .map(([href, words]) => ({ href, words }))
}
