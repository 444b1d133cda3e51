/** From what was sent to what is kept: ids for blocks, counted words, a slug, the points it leads to. */
import { type Body, bodyLimits, type BodyNode, plainText } from '@floowe/contracts/body'
import { Meta } from '@floowe/contracts/content'
import { slugOf, wordCount } from '@floowe/language'
import { type Ids, refuse } from '@floowe/platform'
import { withIds } from './formats/index.ts'
import { refsIn } from './references.ts'
import type { MetaFields, Text } from './store/port.ts'

export const emptyMeta = (): MetaFields => Meta.parse({})

/** @throws Refusal too-large when the body's JSON passes 2 MiB. */
export function textOf(
  given: { title: string; slug: string; lead: string; meta: MetaFields; body: Body },
  { ids, publicUrl }: { ids: Ids; publicUrl: string },
): Text {
  const body = settledBody(given.body, ids)
  return { ...given, body, words: wordsIn(given.lead, body), refs: refsIn(body, publicUrl) }
}

/** A body as it is kept: every block has an id of its own, marks carry nothing but what the contract names. */
export function settledBody(body: Body, ids: Ids): Body {
  const settled = withIds({ type: 'doc', content: body.content.map(withPlainMarks) }, () => ids.next<string>())
  if (Buffer.byteLength(JSON.stringify(settled)) > bodyLimits.bytesMax)
    refuse('too-large', { limitBytes: bodyLimits.bytesMax })
  return settled
}

/** The editor's link marks carry `target`, `rel` and the like; those are decided when a text is shown. */
function withPlainMarks(node: BodyNode): BodyNode {
  const copy: BodyNode = { ...node }
  if (node.content) copy.content = node.content.map(withPlainMarks)
  if (node.marks) {
    copy.marks = node.marks.map((mark) => {
      if (mark.type !== 'link') return { type: mark.type }
      const { href, title } = mark.attrs
      return { type: 'link', attrs: { href, ...(typeof title === 'string' && title !== '' ? { title } : {}) } }
    })
  }
  return copy
}

export const wordsIn = (lead: string, body: Body): number => wordCount(lead) + wordCount(plainText(body))

/** A slug for a title. Without a title the id makes it unlike any other. */
export function slugFor(title: string, language: string, id: string): string {
  if (title.trim() !== '') return slugOf(title, language, `${untitled(language)}-${id.slice(-8)}`)
  return `${untitled(language)}-${id.slice(-8)}`
}
const untitled = (language: string): string => (language.startsWith('pl') ? 'bez-tytulu' : 'untitled')

/** `slug`, `slug-2`, `slug-3` …, within the 120 characters of a slug. */
export const numbered = (slug: string, number: number): string =>
  number < 2 ? slug : `${slug.slice(0, 112).replace(/-+$/, '')}-${number}`
