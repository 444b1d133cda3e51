/** What each computed item makes sure of, in words. */
import type { ChecklistRule } from '@floowe/contracts/checklists'
import { useWords } from '../words/words.ts'

/** In the order in which they are offered. */
export const rules = [
  'cover',
  'cover-alt',
  'picture-alt',
  'lead',
  'meta-description',
  'title-length',
  'tag',
  'links',
] as const satisfies readonly ChecklistRule[]

/** As the server counts; the words say it. */
const titleMax = 60

export function useRuleWords(): (rule: ChecklistRule) => string {
  const t = useWords('checklists')
  return (rule) => t(`rule.${rule}`, { max: titleMax })
}
