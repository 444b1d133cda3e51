/** What this text has to have before it goes out, as far as it is saved. */
import { CheckItems } from '../../../checklists/CheckItems.tsx'
import { isBlocking, useChecklist } from '../../../checklists/use-checklist.ts'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'

export function ChecklistSection({ editionId, mayWrite }: { editionId: string; mayWrite: boolean }) {
  const t = useWords('checklists')
  const { items = [], tick } = useChecklist(editionId)
  if (items.length === 0) return null
  const blocking = items.filter(isBlocking).length
  const done = items.filter(({ isDone }) => isDone).length
  return (
    <div role="group" className={looks.section} aria-labelledby="checklist">
      <span className={looks.label} id="checklist">
        {t('title')}
      </span>
      <p className={looks.gentle} role="status">
        {blocking > 0 ? t('open.blocks', { count: blocking }) : t('open', { done, all: items.length })}
      </p>
      <CheckItems items={items} onTick={mayWrite ? tick : undefined} />
    </div>
  )
}
