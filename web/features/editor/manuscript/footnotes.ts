/** Footnotes: a reference in the text, the note at the end. */
import type { Editor } from '@tiptap/core'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'

/** Those that notes and references have. */
export function footnoteLabels(doc: DocumentNode): Set<string> {
  const taken = new Set<string>()
  doc.descendants((node) => {
    if (node.type.name === 'footnote' || node.type.name === 'footnoteReference')
      taken.add(String(node.attrs.label ?? ''))
  })
  return taken
}

/** The lowest number that no note and no reference has. */
export function freeLabel(doc: DocumentNode): string {
  const taken = footnoteLabels(doc)
  for (let number = 1; number <= taken.size; number++) if (!taken.has(String(number))) return String(number)
  return String(taken.size + 1)
}

/** A reference at the cursor, its empty note after all others, the cursor in it. */
export function insertFootnote(editor: Editor): boolean {
  const { footnote, footnoteReference, paragraph } = editor.schema.nodes
  if (!footnote || !footnoteReference || !paragraph) return false
  return editor.commands.command(({ tr }) => {
    const label = freeLabel(tr.doc)
    tr.insert(tr.selection.to, footnoteReference.create({ label }))
    let end = tr.doc.content.size
    const last = tr.doc.lastChild
    // the empty paragraph that only holds a place for the cursor stays last
    if (last?.attrs.filled && last.content.size === 0) end -= last.nodeSize
    tr.insert(end, footnote.create({ label }, paragraph.create()))
    tr.setSelection(TextSelection.create(tr.doc, end + 2)).scrollIntoView()
    editor.view.focus()
    return true
  })
}
