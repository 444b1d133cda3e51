/** Rows and columns of the table around the cursor. */
import type { Editor } from '@tiptap/core'
import {
  IconAlignCenter,
  IconAlignLeft,
  IconAlignRight,
  IconColumnInsertLeft,
  IconColumnInsertRight,
  IconColumnRemove,
  IconRowInsertBottom,
  IconRowInsertTop,
  IconRowRemove,
  IconTableMinus,
  IconTableRow,
} from '@tabler/icons-react'
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  CellSelection,
  deleteColumn,
  deleteRow,
  deleteTable,
  setCellAttr,
  TableMap,
  toggleHeaderRow,
} from '@tiptap/pm/tables'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import type { RefObject } from 'react'
import { useWords } from '../../../words/words.ts'
import { run } from './tables.ts'
import { Tool, Toolbar, ToolLine } from './Toolbar.tsx'
import { boxOfNode, useEditorValue } from './use-editor.ts'

type Dispatch = (transaction: Transaction) => void

export function TableTools({
  editor,
  barRef,
  isNarrow,
}: {
  editor: Editor
  barRef: RefObject<HTMLDivElement | null>
  isNarrow: boolean
}) {
  const t = useWords('editor')
  const shown = useEditorValue(editor, (now) => {
    const { selection } = now.state
    const { $from } = selection
    const isWordsChosen = !selection.empty && !(selection instanceof CellSelection)
    if (!now.isEditable || isWordsChosen) return null
    for (let depth = $from.depth; depth > 0; depth--) {
      if ($from.node(depth).type.name !== 'table') continue
      const cell = $from.node(Math.min($from.depth, depth + 2))
      const box = boxOfNode(now, $from.before(depth))
      return box && (now.isFocused || selection instanceof CellSelection)
        ? {
            box,
            align: String(cell.attrs.align ?? ''),
            hasHeader: $from.node(depth).firstChild?.firstChild?.type.name === 'tableHeader',
          }
        : null
    }
    return null
  })
  if (!shown || isNarrow === undefined) return null
  const act = (command: (state: EditorState, dispatch?: Dispatch) => boolean) => () => {
    run(editor, command)
    editor.commands.focus()
  }
  const align = (value: string) => alignColumn(value === 'left' ? null : value)
  return (
    <Toolbar
      editor={editor}
      label={t('table.tools')}
      barRef={barRef}
      isDocked={isNarrow}
      place={
        isNarrow ? undefined : { left: Math.round((shown.box.left + shown.box.right) / 2), top: shown.box.top - 46 }
      }
    >
      <Tool label={t('table.rowAbove')} onClick={act(addRowBefore)}>
        <IconRowInsertTop />
      </Tool>
      <Tool label={t('table.rowBelow')} onClick={act(addRowAfter)}>
        <IconRowInsertBottom />
      </Tool>
      <Tool label={t('table.rowRemove')} onClick={act(deleteRow)}>
        <IconRowRemove />
      </Tool>
      <ToolLine />
      <Tool label={t('table.columnBefore')} onClick={act(addColumnBefore)}>
        <IconColumnInsertLeft />
      </Tool>
      <Tool label={t('table.columnAfter')} onClick={act(addColumnAfter)}>
        <IconColumnInsertRight />
      </Tool>
      <Tool label={t('table.columnRemove')} onClick={act(deleteColumn)}>
        <IconColumnRemove />
      </Tool>
      <ToolLine />
      <Tool label={t('table.header')} isOn={shown.hasHeader} onClick={act(toggleHeaderRow)}>
        <IconTableRow />
      </Tool>
      <Tool
        label={t('table.alignLeft')}
        isOn={shown.align === '' || shown.align === 'left'}
        onClick={act(align('left'))}
      >
        <IconAlignLeft />
      </Tool>
      <Tool label={t('table.alignCenter')} isOn={shown.align === 'center'} onClick={act(align('center'))}>
        <IconAlignCenter />
      </Tool>
      <Tool label={t('table.alignRight')} isOn={shown.align === 'right'} onClick={act(align('right'))}>
        <IconAlignRight />
      </Tool>
      <ToolLine />
      <Tool label={t('table.remove')} onClick={act(deleteTable)}>
        <IconTableMinus />
      </Tool>
    </Toolbar>
  )
}

/** Aligns the selected cells, or the whole column around the cursor: Markdown aligns columns, not cells. */
const alignColumn =
  (align: string | null) =>
  (state: EditorState, dispatch?: Dispatch): boolean => {
    if (state.selection instanceof CellSelection) return setCellAttr('align', align)(state, dispatch)
    const { $from } = state.selection
    for (let depth = $from.depth - 2; depth > 0; depth--) {
      const table = $from.node(depth)
      if (table.type.name !== 'table') continue
      const start = $from.start(depth)
      const map = TableMap.get(table)
      const column = map.findCell($from.before(depth + 2) - start).left
      const transaction = state.tr
      for (const position of map.cellsInRect({ left: column, right: column + 1, top: 0, bottom: map.height }))
        transaction.setNodeAttribute(start + position, 'align', align)
      dispatch?.(transaction)
      return true
    }
    return false
  }
