/** What of a post is the edition's and what was changed for one channel, while it is changed. Pure. */
import type { Post, VariantFields } from '@floowe/contracts/networks'
import { isSame, writtenIn } from '../../planning/post-words.ts'

export type Known = { fields: VariantFields; post: Post }
/** What can be changed for a channel, each on its own. */
export const parts = [
  'texts',
  'mediaIds',
  'hasLink',
  'firstComment',
] as const satisfies readonly (keyof VariantFields)[]
export type Part = (typeof parts)[number]

/** Which of them the channel has of its own. An empty comment says no more than none. */
export const changedIn = (fields: VariantFields): Part[] =>
  parts.filter((part) => (part === 'firstComment' ? (fields.firstComment ?? '') !== '' : fields[part] !== undefined))

export const without = (fields: VariantFields, part: Part): VariantFields => ({ ...fields, [part]: undefined })

export type Draft = { texts: readonly string[]; comment: string }
export const draftOf = (known: Known): Draft => ({
  texts: writtenIn(known),
  comment: known.fields.firstComment ?? '',
})

/** Words that are the edition's stay the edition's, so that they follow it. */
export function fieldsWith(known: Known, { texts, comment }: Draft): VariantFields {
  const kept = texts.filter((text) => text.trim() !== '')
  const isChanged = kept.length > 0 && !isSame(texts, writtenIn(known))
  return {
    ...known.fields,
    texts: isChanged ? [...kept] : known.fields.texts,
    firstComment: comment.trim() === '' ? undefined : comment,
  }
}

export const isTouched = (known: Known, draft: Draft): boolean => {
  const before = draftOf(known)
  return !isSame(before.texts, draft.texts) || before.comment !== draft.comment
}
