/** The columns of the board. Editorial statuses are a person's to change; what becomes of a delivery is computed, and cannot be dragged. Pure. */
import type { EditorialStatus } from '@floowe/contracts/content'
import type { DeliveryState } from '@floowe/contracts/publishing'
import type { Standing } from '../../statuses/statuses.tsx'
import { standingLook } from '../../statuses/statuses.tsx'
import type { Carried } from './carrying/carry.ts'

export const editorialColumns = [
  'idea',
  'draft',
  'in-review',
  'changes-requested',
  'approved',
] as const satisfies readonly EditorialStatus[]
export const deliveryColumns = ['planned', 'awaiting', 'under-way', 'attention', 'out'] as const
export type EditorialColumn = (typeof editorialColumns)[number]
export type DeliveryColumn = (typeof deliveryColumns)[number]
export type Column = EditorialColumn | DeliveryColumn
export const columns: readonly Column[] = [...editorialColumns, ...deliveryColumns]

export const isEditorial = (column: string): column is EditorialColumn =>
  (editorialColumns as readonly string[]).includes(column)

const columnsOfStates: Readonly<Record<DeliveryState, DeliveryColumn>> = {
  planned: 'planned',
  sending: 'under-way',
  retrying: 'under-way',
  published: 'out',
  replaced: 'out',
  unpublished: 'out',
  cancelled: 'out',
  failed: 'attention',
  'needs-human': 'attention',
  missed: 'attention',
  'on-hold': 'attention',
}

/** A plan that waits for an approval does not go out, and stands apart. */
export const columnOf = (standing: Standing): DeliveryColumn =>
  standingLook(standing).isHeld ? 'awaiting' : columnsOfStates[standing.state]

/** On hold is a draft that waits: it has no column of its own. */
export const columnOfIdea = (status: string): EditorialColumn => (isEditorial(status) ? status : 'draft')

/** Why something cannot be put into a column; null where it can. */
export type ColumnWhy = 'column.computed' | 'column.is-planned'

export function columnWhy(carried: Carried, column: string): ColumnWhy | null {
  if (carried.kind === 'idea') return isEditorial(column) || column === 'planned' ? null : 'column.computed'
  if (isEditorial(column)) return 'column.is-planned'
  return columnOf(carried.delivery) === column ? null : 'column.computed'
}
