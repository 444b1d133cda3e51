/** What of a checklist can be seen from a text itself. Pure. */
import { type Body, type BodyNode, walkBody } from '@floowe/contracts/body'
import { type ChecklistRule, titleLengthMax } from '@floowe/contracts/checklists'

export type CheckedText = {
  title: string
  lead: string
  body: Body
  meta: { title: string; description: string }
  tags: number
  /** Its description; null: there is no cover. */
  cover: { alt: string } | null
  /** What the library says of a file of the text. */
  altOf: (src: string) => string
}

/** In how many places a rule does not hold; 0: it does. Of a rule about the whole text there is one place. */
export const faultsOf = (rule: ChecklistRule, text: CheckedText): number => faults[rule](text)

const unless = (is: boolean): number => (is ? 0 : 1)
const isSaid = (text: string | null | undefined): boolean => (text ?? '').trim() !== ''

const faults: Readonly<Record<ChecklistRule, (text: CheckedText) => number>> = {
  cover: ({ cover }) => unless(cover !== null),
  // without a cover there is nothing to describe
  'cover-alt': ({ cover }) => unless(cover === null || isSaid(cover.alt)),
  'picture-alt': picturesWithoutAlt,
  lead: ({ lead }) => unless(isSaid(lead)),
  'meta-description': ({ meta }) => unless(isSaid(meta.description)),
  tag: ({ tags }) => unless(tags > 0),
  links: emptyLinks,
  'title-length': ({ title, meta }) => {
    const { length } = [...(meta.title.trim() || title.trim())]
    return unless(length > 0 && length <= titleLengthMax)
  },
}

function picturesWithoutAlt({ body, altOf }: CheckedText): number {
  let count = 0
  walkBody(body, ({ type, attrs }) => {
    if (type !== 'image' && type !== 'inlineImage') return
    if (!isSaid(wordsOf(attrs?.alt)) && !isSaid(altOf(wordsOf(attrs?.src)))) count += 1
  })
  return count
}

/** Links that lead nowhere, or stand under no words; a link of several runs is one. */
function emptyLinks({ body }: CheckedText): number {
  let count = 0
  walkBody(body, ({ content = [] }) => {
    for (let at = 0; at < content.length; at++) {
      const href = hrefOf(content[at])
      if (href === null) continue
      const from = at
      while (hrefOf(content[at + 1]) === href) at += 1
      const leadsNowhere = href.trim() === '' || /^(#|https?:\/*)$/i.test(href.trim())
      if (leadsNowhere || !content.slice(from, at + 1).some(hasWords)) count += 1
    }
  })
  return count
}

const hasWords = ({ text, attrs }: BodyNode): boolean => isSaid(text) || isSaid(wordsOf(attrs?.alt))
const hrefOf = (node: BodyNode | undefined): string | null => {
  const link = node?.marks?.find((mark) => mark.type === 'link')
  return link ? link.attrs.href : null
}
const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : '')
