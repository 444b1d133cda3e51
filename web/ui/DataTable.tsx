/**
 * A table that reads as one: header cells, a caption for those who listen, and under 640 px each row becomes a small card
 * whose cells say the column's name.
 */
import type { ReactNode } from 'react'
import looks from './DataTable.module.css'

export type Column<Row> = {
  id: string
  label: string
  cell: (row: Row) => ReactNode
  /** `end` for figures. */
  align?: 'start' | 'end'
  width?: string
  /** The first thing one reads of a row: no label above it on a narrow screen. */
  isMain?: boolean
  /** The heading is read, not shown (actions). */
  isLabelHidden?: boolean
  /** Shown as pressed arrows; the table only tells, the page sorts. */
  sort?: { direction: 'ascending' | 'descending' | 'none'; onSort: () => void }
}

type DataTableProps<Row> = {
  /** Read aloud, not shown. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Dims rows that are on their way out. */
  isFading?: (row: Row) => boolean
  isSelected?: (row: Row) => boolean
}

export function DataTable<Row>({ caption, columns, rows, rowKey, isFading, isSelected }: DataTableProps<Row>) {
  return (
    <div className={looks.frame}>
      <table className={looks.table}>
        <caption className="only-read">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                style={{ width: column.width }}
                data-align={column.align}
                aria-sort={column.sort?.direction}
              >
                <Heading column={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              data-fading={isFading?.(row) || undefined}
              aria-selected={isSelected?.(row) || undefined}
            >
              {columns.map((column) => (
                <td
                  key={column.id}
                  data-align={column.align}
                  data-main={column.isMain || undefined}
                  data-label={column.isMain || column.isLabelHidden ? undefined : column.label}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Heading<Row>({ column }: { column: Column<Row> }) {
  if (column.isLabelHidden) return <span className="only-read">{column.label}</span>
  if (!column.sort) return column.label
  const arrow = { ascending: ' ↑', descending: ' ↓', none: '' }[column.sort.direction]
  return (
    <button type="button" className={looks.sort} onClick={column.sort.onSort}>
      {column.label}
      <span aria-hidden="true">{arrow}</span>
    </button>
  )
}

/** Which page of a list is shown, and the way to its neighbours. `offset` counts rows. */
export function Pager({
  offset,
  limit,
  total,
  label,
  summary,
  onMove,
  words,
}: {
  offset: number
  limit: number
  total: number
  label: string
  summary: string
  onMove: (offset: number) => void
  words: { previous: string; next: string }
}) {
  if (total <= limit && offset === 0) return null
  return (
    <nav aria-label={label} className={looks.pager}>
      <span>{summary}</span>
      <button type="button" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - limit))}>
        {words.previous}
      </button>
      <button type="button" disabled={offset + limit >= total} onClick={() => onMove(offset + limit)}>
        {words.next}
      </button>
    </nav>
  )
}
