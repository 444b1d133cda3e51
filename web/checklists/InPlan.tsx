/** In the dialog that plans: what of the checklist is open. */
import { IconListCheck } from '@tabler/icons-react'
import type { CheckedItem } from '@floowe/contracts/checklists'
import { useWords } from '../words/words.ts'
import { CheckItems } from './CheckItems.tsx'
import looks from './checklists.module.css'
import { isBlocking } from './use-checklist.ts'

type Props = { items: readonly CheckedItem[]; onTick?: ((itemId: string, isDone: boolean) => void) | undefined }

/** What is asked stays in sight when it is ticked, so that it can be unticked. */
export function ChecklistInPlan({ items, onTick }: Props) {
  const t = useWords('checklists')
  const shown = items.filter(({ isDone, rule }) => !isDone || rule === null)
  if (shown.length === 0) return null
  return (
    <div role="group" className={looks.inPlan} aria-label={t('title')}>
      <p>
        <IconListCheck aria-hidden="true" />
        <span>
          {items.some(isBlocking)
            ? t('plan.blocked')
            : t(items.every(({ isDone }) => isDone) ? 'plan.done' : 'plan.warned')}
        </span>
      </p>
      <CheckItems items={shown} onTick={onTick} />
    </div>
  )
}
