/** What a person ticks, in its order. Moved by buttons or Alt and the arrows. */
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './checklist-settings.module.css'
import { type Asked, itemsMax, moved, textMax } from './draft.ts'
import { newId } from '../../ui/new-id.ts'

type Props = {
  asked: readonly Asked[]
  isFixed: boolean
  onChange: (asked: readonly Asked[]) => void
  /** Items of the list beside these. */
  others: number
}

export function AskedItems({ asked, isFixed, onChange, others }: Props) {
  const t = useWords('checklists')
  const list = useRef<HTMLOListElement>(null)
  /** The one that has just come or moved: the focus goes with it. */
  const [followed, setFollowed] = useState<number | null>(null)
  useEffect(() => {
    if (followed === null) return
    list.current?.children[followed]?.querySelector('input')?.focus()
    setFollowed(null)
  }, [followed])
  const move = (from: number, to: number): void => {
    const next = moved(asked, from, to)
    if (next === asked) return
    onChange(next)
    setFollowed(to)
  }
  const remove = (index: number): void => {
    onChange(asked.toSpliced(index, 1))
    showToast({ text: t('asked.removed'), undo: () => onChange(asked) })
  }
  return (
    <div className={looks.asked}>
      {asked.length > 1 && !isFixed && (
        <p id="how-to-move-asked" className={looks.faint}>
          {t('asked.how')}
        </p>
      )}
      <ol ref={list}>
        {asked.map((item, index) => (
          <AskedRow
            key={item.id}
            item={item}
            number={index + 1}
            isFixed={isFixed}
            isFirst={index === 0}
            isLast={index === asked.length - 1}
            onChange={(next) => onChange(asked.with(index, next))}
            onMove={(by) => move(index, index + by)}
            onRemove={() => remove(index)}
          />
        ))}
      </ol>
      {!isFixed && (
        <Button
          size="small"
          icon={<IconPlus />}
          disabledWhy={asked.length + others >= itemsMax && t('asked.full', { max: itemsMax })}
          onClick={() => {
            onChange([...asked, { id: newId(), text: '', severity: 'warns' }])
            setFollowed(asked.length)
          }}
        >
          {t('asked.add')}
        </Button>
      )}
    </div>
  )
}

type RowProps = {
  item: Asked
  number: number
  isFixed: boolean
  isFirst: boolean
  isLast: boolean
  onChange: (item: Asked) => void
  onMove: (by: number) => void
  onRemove: () => void
}

function AskedRow({ item, number, isFixed, isFirst, isLast, onChange, onMove, onRemove }: RowProps) {
  const t = useWords('checklists')
  return (
    <li
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
        if (!event.altKey || by === undefined || isFixed) return
        event.preventDefault()
        onMove(by)
      }}
    >
      <TextField
        label={t('asked.text', { number })}
        value={item.text}
        maxLength={textMax}
        readOnly={isFixed}
        placeholder={t('asked.example')}
        onChange={(event) => onChange({ ...item, text: event.currentTarget.value })}
      />
      <div className={looks.acts}>
        {isFixed ? (
          <span className={looks.fixed}>{t(`severity.${item.severity}`)}</span>
        ) : (
          <>
            <Segmented
              label={t('asked.severity', { number })}
              value={item.severity}
              onChange={(severity) => onChange({ ...item, severity })}
              options={(['warns', 'blocks'] as const).map((value) => ({ value, label: t(`severity.${value}`) }))}
            />
            <IconButton size="small" label={t('asked.up', { number })} disabled={isFirst} onClick={() => onMove(-1)}>
              <IconArrowUp />
            </IconButton>
            <IconButton size="small" label={t('asked.down', { number })} disabled={isLast} onClick={() => onMove(1)}>
              <IconArrowDown />
            </IconButton>
            <IconButton size="small" label={t('asked.remove', { number })} onClick={onRemove}>
              <IconTrash />
            </IconButton>
          </>
        )}
      </div>
    </li>
  )
}
