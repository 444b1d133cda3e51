/** Tables: their nodes, how cells are selected and how Tab walks through them. */
import { type Editor, Node } from '@tiptap/core'
import type { Node as DocumentNode, NodeType } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'
import { addRowAfter, CellSelection, deleteTable, goToNextCell, tableEditing } from '@tiptap/pm/tables'
import { attributesOf } from './attributes.ts'

const alignOf = (element: HTMLElement): string | null => {
  const align = element.style.textAlign || element.getAttribute('align') || ''
  return /^(left|center|right)$/.test(align) ? align : null
}

/** What the table machinery calls our nodes. */
const tableRoles = { table: 'table', tableRow: 'row', tableCell: 'cell', tableHeader: 'header_cell' } as const

export const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  isolating: true,
  extendNodeSchema: ({ name }) =>
    name in tableRoles ? { tableRole: tableRoles[name as keyof typeof tableRoles] } : {}, // checked just before
  addAttributes: () => attributesOf('table'),
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: ({ HTMLAttributes }) => ['div', { 'data-table': '' }, ['table', HTMLAttributes, ['tbody', 0]]],
  addProseMirrorPlugins: () => [tableEditing()],
  addKeyboardShortcuts() {
    const dispatch = (command: Parameters<typeof run>[1]) => run(this.editor, command)
    return {
      Tab: () =>
        this.editor.isActive('table') &&
        (dispatch(goToNextCell(1)) || (dispatch(addRowAfter) && dispatch(goToNextCell(1)))),
      'Shift-Tab': () => this.editor.isActive('table') && (dispatch(goToNextCell(-1)) || true),
      Backspace: () => deleteWholeTable(this.editor),
      Delete: () => deleteWholeTable(this.editor),
    }
  },
})

/** Runs a plain ProseMirror command. */
export const run = (
  editor: Editor,
  command: (state: Editor['state'], dispatch?: Editor['view']['dispatch']) => boolean,
): boolean => command(editor.state, editor.view.dispatch)

/** With every cell selected the table goes, not only its words. */
function deleteWholeTable(editor: Editor): boolean {
  const { selection } = editor.state
  return (
    selection instanceof CellSelection &&
    selection.isColSelection() &&
    selection.isRowSelection() &&
    run(editor, deleteTable)
  )
}

export const TableRow = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)+',
  addAttributes: () => attributesOf('tableRow'),
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: ({ HTMLAttributes }) => ['tr', HTMLAttributes, 0],
})

const cell = (name: 'tableCell' | 'tableHeader', tag: 'td' | 'th') =>
  Node.create({
    name,
    content: 'block+',
    isolating: true,
    addAttributes: () => attributesOf(name),
    parseHTML: () => [{ tag, getAttrs: (node: HTMLElement) => ({ align: alignOf(node) }) }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  })

export const TableCell = cell('tableCell', 'td')
export const TableHeader = cell('tableHeader', 'th')

/** A new table with a row of headings, the cursor in its first cell. */
export function insertTable(editor: Editor, rows: number, columns: number): boolean {
  const { table, tableRow, tableCell, tableHeader } = editor.schema.nodes
  if (!table || !tableRow || !tableCell || !tableHeader) return false
  const row = (type: NodeType) =>
    tableRow.create(
      null,
      Array.from({ length: columns }, () => type.createAndFill() as DocumentNode),
    ) // cells can always be filled
  const made = table.create(
    null,
    Array.from({ length: rows }, (_, index) => row(index === 0 ? tableHeader : tableCell)),
  )
  return editor.commands.command(({ tr }) => {
    const at = tr.selection.from
    tr.replaceSelectionWith(made)
    tr.setSelection(TextSelection.near(tr.doc.resolve(Math.max(0, at - 1)))).scrollIntoView()
    return true
  })
}
