/** Suggestions as marks of the text: what would come, what would go, what would be another. Their id begins with who made them. */
import { Mark } from '@tiptap/core'
import { newId } from './new-id.ts'

export const suggestionNames = 'insertion deletion modification'

const idOf = (node: HTMLElement): string | null => node.getAttribute('data-id')
const id = {
  default: null,
  parseHTML: idOf,
  renderHTML: ({ id: own }: Record<string, unknown>) => ({ 'data-id': own }),
}

const Insertion = Mark.create({
  name: 'insertion',
  inclusive: false,
  excludes: 'insertion deletion modification',
  addAttributes: () => ({ id }),
  // what is pasted is no suggestion, whatever it was where it came from
  parseHTML: () => [],
  renderHTML: ({ HTMLAttributes }) => ['ins', { ...HTMLAttributes, 'data-suggestion': 'insertion' }, 0],
})
const Deletion = Mark.create({
  name: 'deletion',
  inclusive: false,
  excludes: 'insertion deletion modification',
  addAttributes: () => ({ id }),
  parseHTML: () => [],
  renderHTML: ({ HTMLAttributes }) => ['del', { ...HTMLAttributes, 'data-suggestion': 'deletion' }, 0],
})
const hidden = { default: null, rendered: false }
const Modification = Mark.create({
  name: 'modification',
  inclusive: false,
  excludes: 'insertion deletion',
  addAttributes: () => ({ id, type: hidden, attrName: hidden, previousValue: hidden, newValue: hidden }),
  parseHTML: () => [],
  renderHTML: ({ HTMLAttributes }) => ['span', { ...HTMLAttributes, 'data-suggestion': 'modification' }, 0],
})

export const suggestionMarks = [Insertion, Deletion, Modification]

export const suggestionIdOf = (person: string): string => `${person} ${newId()}`
/** Who made it; null where it does not say. */
export const suggestedBy = (suggestion: unknown): string | null =>
  typeof suggestion === 'string' && suggestion.includes(' ') ? (suggestion.split(' ', 1)[0] ?? null) : null
