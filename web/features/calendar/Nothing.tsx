/** A calendar without entries says what it is for and what comes next; over the fields of a month only a line. */
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useWords } from '../../words/words.ts'
import type { View } from './range.ts'
import { unitOf } from './Toolbar.tsx'
import looks from './calendar.module.css'

type NothingProps = { view: View; isFiltered: boolean; onClear: () => void }

export function Nothing({ view, isFiltered, onClear }: NothingProps) {
  const t = useWords('calendar')
  const title = isFiltered ? t('filtered.empty') : t(`empty.${unitOf(view)}`)
  const clear = isFiltered && (
    <Button size="small" onClick={onClear}>
      {t('filter.clear')}
    </Button>
  )
  if (view === 'list')
    return (
      <EmptyState drawing="calendar" title={title} action={clear}>
        {isFiltered ? t('filtered.how') : t('empty.how')}
      </EmptyState>
    )
  return (
    <p className={looks.nothing} role="status">
      <span>
        <strong>{title}.</strong> {isFiltered ? t('filtered.how') : t('empty.fields')}
      </span>
      {clear}
    </p>
  )
}
