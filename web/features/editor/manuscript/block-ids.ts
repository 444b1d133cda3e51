/**
 * Every block has an id that survives edits and moves. A new block gets one as it is made; when one block becomes two (split,
 * copy and paste), the one that still says what it said keeps the id and the other gets a new one. Cut and paste keeps it. Ids are
 * given where something is typed and nowhere else, so that two people do not name one block.
 */
import { type NodeType, nodeRules } from '@floowe/contracts/body'
import { Extension } from '@tiptap/core'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import { type EditorState, Plugin, type Transaction } from '@tiptap/pm/state'
import { Mapping, ReplaceStep } from '@tiptap/pm/transform'
import { newId } from './new-id.ts'
import { isFromOthers } from './shared-text.ts'

const carriesId = (node: DocumentNode): boolean => nodeRules[node.type.name as NodeType]?.group === 'block' // only node names of the contract

/** Plain typing inside one block changes no block, so nothing has to be looked at. */
const isTyping = (transaction: Transaction): boolean =>
  transaction.steps.every(
    (step) =>
      step instanceof ReplaceStep &&
      step.slice.openStart === 0 &&
      step.slice.openEnd === 0 &&
      staysInline(step, transaction),
  )
function staysInline(step: ReplaceStep, transaction: Transaction): boolean {
  let isInline = true
  step.slice.content.forEach((node) => (isInline &&= node.isInline))
  if (!isInline) return false
  const before = transaction.docs[transaction.steps.indexOf(step)]
  return (
    before !== undefined &&
    before.resolve(step.from).sameParent(before.resolve(step.to)) &&
    before.resolve(step.from).parent.inlineContent
  )
}

/** @returns the change that gives every block an id of its own, or null when all have one. */
export function settleIds(
  transactions: readonly Transaction[],
  before: EditorState,
  after: EditorState,
  makeId: () => string = newId,
): Transaction | null {
  // blocks of others have their ids from them
  const changed = transactions.filter((transaction) => transaction.docChanged && !isFromOthers(transaction))
  if (changed.every(isTyping)) return null
  const places = new Map<string, number[]>()
  const missing: number[] = []
  after.doc.descendants((node, position) => {
    if (!carriesId(node)) return
    const { id } = node.attrs
    if (typeof id !== 'string' || id === '') missing.push(position)
    else if (places.has(id)) places.get(id)?.push(position)
    else places.set(id, [position])
  })
  const doubles = [...places].filter(([, positions]) => positions.length > 1)
  if (missing.length === 0 && doubles.length === 0) return null
  const renamed = doubles.flatMap(([id, positions]) => {
    const kept = keeper(id, positions, changed, before, after)
    return positions.filter((position) => position !== kept)
  })
  const change = after.tr
  for (const position of [...missing, ...renamed]) change.setNodeAttribute(position, 'id', makeId())
  return change
}

/** Which of the blocks with one id keeps it: the one that says what it said, else the one that stands where it stood. */
function keeper(
  id: string,
  positions: readonly number[],
  changed: readonly Transaction[],
  before: EditorState,
  after: EditorState,
): number | undefined {
  let old: { node: DocumentNode; position: number } | null = null
  before.doc.descendants((node, position) => {
    if (!old && node.attrs.id === id) old = { node, position }
    return old === null
  })
  const found = old as { node: DocumentNode; position: number } | null // assigned inside the walk
  if (!found) return positions[0]
  const mapping = new Mapping(changed.flatMap((transaction) => transaction.mapping.maps))
  const stood = mapping.map(found.position, 1)
  const same = positions.filter((position) => after.doc.nodeAt(position)?.content.eq(found.node.content))
  if (same.length > 0) return same.includes(stood) ? stood : same[0]
  return positions.includes(stood) ? stood : positions[0]
}

export const BlockIds = Extension.create({
  name: 'blockIds',
  addProseMirrorPlugins: () => [
    new Plugin({ appendTransaction: (transactions, before, after) => settleIds(transactions, before, after) }),
  ],
})
