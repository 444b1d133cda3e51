/** A checklist while it is changed: each rule on or off, and what is asked in its order. Pure. */
import type { ChecklistItem, ChecklistRule } from '@floowe/contracts/checklists'

export type Severity = ChecklistItem['severity']
export type Draft = {
  rules: Readonly<Partial<Record<ChecklistRule, { id: string; severity: Severity }>>>
  asked: readonly Asked[]
}
export type Asked = { id: string; text: string; severity: Severity }

export const itemsMax = 40
export const textMax = 200

export const draftOf = (items: readonly ChecklistItem[]): Draft => ({
  rules: Object.fromEntries(
    items.flatMap(({ id, rule, severity }) => (rule === null ? [] : [[rule, { id, severity }] as const])),
  ),
  asked: items.flatMap(({ id, rule, text, severity }) => (rule === null ? [{ id, text, severity }] : [])),
})

/** What is computed comes first, in the order it is offered; a question without words is left out. */
export const itemsOf = ({ rules, asked }: Draft, order: readonly ChecklistRule[]): ChecklistItem[] => [
  ...order.flatMap((rule) => {
    const known = rules[rule]
    return known ? [{ ...known, rule, text: '' }] : []
  }),
  ...asked.filter(({ text }) => text.trim() !== '').map((one) => ({ ...one, text: one.text.trim(), rule: null })),
]

/** An id of before is kept, so that the item stays the same one. @param severity null: off */
export function withRule(draft: Draft, rule: ChecklistRule, severity: Severity | null, newId: () => string): Draft {
  const { [rule]: known, ...others } = draft.rules
  return {
    ...draft,
    rules: severity === null ? others : { ...others, [rule]: { id: known?.id ?? newId(), severity } },
  }
}

export function moved(asked: readonly Asked[], from: number, to: number): readonly Asked[] {
  const one = asked[from]
  if (!one || to < 0 || to >= asked.length) return asked
  return asked.toSpliced(from, 1).toSpliced(to, 0, one)
}
