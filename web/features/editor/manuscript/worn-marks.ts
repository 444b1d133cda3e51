/**
 * Elements of the shared document have no marks of their own, so a node that is no text wears them in its attribute `marks` as
 * well (a picture inside a link, a footnote reference in bold words, a block that is suggested). This keeps both the same.
 */
import { type EditorMark, marksIn } from '@floowe/contracts/body-json'
import { Extension } from '@tiptap/core'
import {
  type Attrs,
  type Fragment,
  type Mark,
  type Node as DocumentNode,
  type NodeType,
  type Schema,
} from '@tiptap/pm/model'
import { type EditorState, Plugin, type Transaction } from '@tiptap/pm/state'
import { AddMarkStep, AddNodeMarkStep, RemoveMarkStep, RemoveNodeMarkStep, ReplaceStep } from '@tiptap/pm/transform'
import { isFromOthers } from './shared-text.ts'

/** The marks that an attribute says, those that the schema has. */
function marksFrom(schema: Schema, worn: unknown): Mark[] {
  const found: Mark[] = []
  for (const { type, attrs } of marksIn({ type: '', attrs: { marks: worn } })) {
    const made = schema.marks[type]?.create(attrs ?? null)
    if (made) found.push(made)
  }
  return found
}

/** Makes nodes of a shared document with the marks that they wear. @returns the same schema. */
export function withWornMarks(schema: Schema): Schema {
  const make = schema.node.bind(schema)
  schema.node = (
    type: string | NodeType,
    attrs: Attrs | null = null,
    content?: Fragment | DocumentNode | readonly DocumentNode[],
    marks?: readonly Mark[],
  ) => make(type, attrs, content, marks ?? (attrs?.marks ? marksFrom(schema, attrs.marks) : undefined))
  return schema
}

const saidOf = (marks: readonly Mark[]): string | null =>
  marks.length === 0 ? null : JSON.stringify(marks.map((mark): EditorMark => mark.toJSON() as EditorMark)) // { type, attrs }

/** Typing letters changes no marks of nodes, so nothing has to be looked at. */
const mayTouch = (transaction: Transaction): boolean =>
  transaction.steps.some((step) => {
    if (step instanceof ReplaceStep) {
      let holdsNode = false
      step.slice.content.descendants((node) => {
        holdsNode ||= !node.isText && (node.marks.length > 0 || Boolean(node.attrs.marks))
        return !holdsNode
      })
      return holdsNode
    }
    return (
      step instanceof AddMarkStep ||
      step instanceof RemoveMarkStep ||
      step instanceof AddNodeMarkStep ||
      step instanceof RemoveNodeMarkStep
    )
  })

/** @returns the change that makes attributes say what the nodes wear, or null when they do. */
export function settleWornMarks(transactions: readonly Transaction[], after: EditorState): Transaction | null {
  const own = transactions.filter((transaction) => transaction.docChanged && !isFromOthers(transaction))
  if (!own.some(mayTouch)) return null
  const change = after.tr
  after.doc.descendants((node, position) => {
    if (node.isText || node.type.spec.attrs?.marks === undefined) return
    const said = saidOf(node.marks)
    if (node.attrs.marks !== said) change.setNodeAttribute(position, 'marks', said)
  })
  return change.docChanged ? change : null
}

export const WornMarks = Extension.create({
  name: 'wornMarks',
  priority: 1100,
  onBeforeCreate() {
    withWornMarks(this.editor.schema)
  },
  addProseMirrorPlugins: () => [
    new Plugin({ appendTransaction: (transactions, _before, after) => settleWornMarks(transactions, after) }),
  ],
})
