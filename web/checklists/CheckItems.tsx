/** The items of a checklist, one below the other: what is done, what blocks, what is only said. What is asked is ticked here. */
import { IconAlertTriangle, IconCircleCheck, IconHandStop, type Icon } from '@tabler/icons-react'
import { useId } from 'react'
import type { CheckedItem } from '@floowe/contracts/checklists'
import { useFormats } from '../ui/formats.ts'
import { useWords } from '../words/words.ts'
import looks from './checklists.module.css'
import { useRuleWords } from './rule-words.ts'

type Props = {
  items: readonly CheckedItem[]
  /** Left out: whoever looks may not. */
  onTick?: ((itemId: string, isDone: boolean) => void) | undefined
}

const icons: Readonly<Record<'done' | CheckedItem['severity'], Icon>> = {
  done: IconCircleCheck,
  blocks: IconHandStop,
  warns: IconAlertTriangle,
}

export function CheckItems({ items, onTick }: Props) {
  return (
    <ul className={looks.items}>
      {items.map((item) => (
        <Item key={item.id} item={item} onTick={onTick} />
      ))}
    </ul>
  )
}

function Item({ item, onTick }: { item: CheckedItem } & Pick<Props, 'onTick'>) {
  const t = useWords('checklists')
  const formats = useFormats()
  const ruleWords = useRuleWords()
  const id = useId()
  const { rule, text, isDone, severity, count, doneByName, doneAt } = item
  const state = isDone ? 'done' : severity
  const Mark = icons[state]
  const words = rule === null ? text : ruleWords(rule)
  return (
    <li data-state={state}>
      {rule === null ? (
        <input
          id={id}
          type="checkbox"
          checked={isDone}
          disabled={!onTick}
          aria-describedby={`${id}-state`}
          onChange={(event) => onTick?.(item.id, event.currentTarget.checked)}
        />
      ) : (
        <Mark aria-hidden="true" />
      )}
      <div>
        {rule === null ? <label htmlFor={id}>{words}</label> : <span>{words}</span>}
        <small id={`${id}-state`}>
          {isDone
            ? doneAt !== null
              ? t('done.by', { who: doneByName ?? t('someone'), at: formats.shortDate(doneAt) })
              : t('done')
            : t(severity)}
          {!isDone && count !== null && count > 1 && ` · ${t('places', { count })}`}
        </small>
      </div>
    </li>
  )
}
