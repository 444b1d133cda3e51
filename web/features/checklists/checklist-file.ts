/** A checklist as a file, to be taken to another workspace. Without ids: there each item is a new one. Pure. */
import type { ChecklistItem, ChecklistRule } from '@floowe/contracts/checklists'
import { rules } from '../../checklists/rule-words.ts'
import { itemsMax, textMax } from './draft.ts'

const format = 'floowe-checklist-1'
export const fileBytesMax = 100_000

export const fileOf = (items: readonly ChecklistItem[]): string =>
  `${JSON.stringify(
    {
      format,
      items: items.map(({ rule, text, severity }) => (rule === null ? { text, severity } : { rule, severity })),
    },
    null,
    2,
  )}\n`

/** @returns null for anything that is no such file; items that this version does not know are left out */
export function itemsIn(file: string, newId: () => string): ChecklistItem[] | null {
  const read = parsed(file)
  if (read?.['format'] !== format || !Array.isArray(read['items'])) return null
  const seen = new Set<ChecklistRule>()
  return read['items']
    .flatMap((one: unknown): ChecklistItem[] => {
      if (!isRecord(one)) return []
      const severity = one['severity'] === 'blocks' ? 'blocks' : 'warns'
      const rule = rules.find((known) => known === one['rule'])
      if (rule && !seen.has(rule)) {
        seen.add(rule)
        return [{ id: newId(), rule, text: '', severity }]
      }
      const text = typeof one['text'] === 'string' ? one['text'].replace(/\s+/g, ' ').trim().slice(0, textMax) : ''
      return text === '' ? [] : [{ id: newId(), rule: null, text, severity }]
    })
    .slice(0, itemsMax)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function parsed(file: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(file)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}
