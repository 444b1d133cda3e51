/**
 * The month as a board: what is written on the left, by editorial status, what goes out on the right, by what became of it.
 * The left columns are a person's to change. The right ones are computed: nothing is dragged between them.
 */
import { memo, type ReactNode, useMemo, useRef, useState } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { Button } from '../../ui/Button.tsx'
import { useWords } from '../../words/words.ts'
import { usePlace } from './carrying/carry.ts'
import { type Column, columnOf, columnOfIdea, deliveryColumns, editorialColumns } from './columns.ts'
import { Entry } from './Entry.tsx'
import { IdeaCard } from './Backlog.tsx'
import type { Idea } from './ideas.ts'
import { PlaceWord } from './PlaceWord.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import { useRestOfWindow } from './use-rest-of-window.ts'
import shared from './calendar.module.css'
import looks from './board.module.css'

const cardsShown = 40

type BoardProps = {
  items: readonly CalendarItem[]
  ideas: readonly Idea[]
  hasMoreIdeas: boolean
  onMoreIdeas: () => void
}

export function BoardView({ items, ideas, hasMoreIdeas, onMoreIdeas }: BoardProps) {
  const t = useWords('calendar')
  const inWords = useWords('statuses')
  const box = useRef<HTMLDivElement>(null)
  const height = useRestOfWindow(box)
  useKeptFocus(box)
  const byColumn = useMemo(() => Map.groupBy(items, columnOf), [items])
  const ideasByColumn = useMemo(() => Map.groupBy(ideas, ({ status }) => columnOfIdea(status)), [ideas])
  return (
    <div ref={box} className={looks.board} style={{ height: height ?? undefined }}>
      {editorialColumns.map((column) => {
        const cards = ideasByColumn.get(column) ?? []
        return (
          <BoardColumn key={column} column={column} title={inWords(`edition.${column}`)} count={cards.length}>
            <IdeaCards cards={cards} />
            {hasMoreIdeas && column === 'idea' && (
              <Button tone="quiet" size="small" onClick={onMoreIdeas}>
                {t('backlog.more')}
              </Button>
            )}
          </BoardColumn>
        )
      })}
      {deliveryColumns.map((column, index) => {
        const cards = byColumn.get(column) ?? []
        return (
          <BoardColumn
            key={column}
            column={column}
            title={t(`column.${column}`)}
            count={cards.length}
            isFirstOfDeliveries={index === 0}
          >
            <DeliveryCards cards={cards} />
          </BoardColumn>
        )
      })}
    </div>
  )
}

type ColumnProps = {
  column: Column
  title: string
  count: number
  isFirstOfDeliveries?: boolean
  children: ReactNode
}

function BoardColumn({ column, title, count, isFirstOfDeliveries, children }: ColumnProps) {
  const t = useWords('calendar')
  const target = { kind: 'column', column } as const
  const { isOver, verdict } = usePlace(target)
  return (
    <section
      className={looks.column}
      aria-labelledby={`column-${column}`}
      data-target={JSON.stringify(target)}
      data-over={isOver || undefined}
      data-verdict={verdict?.weight}
      data-divided={isFirstOfDeliveries || undefined}
      data-empty={count === 0 || undefined}
    >
      <h2 id={`column-${column}`}>
        {title} <span>{count}</span>
        <PlaceWord verdict={verdict} />
      </h2>
      <div className={looks.cards}>
        {count === 0 ? <p className={shared.faint}>{t(`column.${column}.empty`)}</p> : children}
      </div>
    </section>
  )
}

const DeliveryCards = memo(function DeliveryCards({ cards }: { cards: readonly CalendarItem[] }) {
  const t = useWords('calendar')
  const [most, setMost] = useState(cardsShown)
  return (
    <>
      {cards.slice(0, most).map((delivery) => (
        <Entry key={delivery.id} delivery={delivery} form="dated" />
      ))}
      {cards.length > most && (
        <Button tone="quiet" size="small" onClick={() => setMost(most + cardsShown * 2)}>
          {t('more', { count: cards.length - most })}
        </Button>
      )}
    </>
  )
})

const IdeaCards = memo(function IdeaCards({ cards }: { cards: readonly Idea[] }) {
  return (
    <ul>
      {cards.map((idea) => (
        <IdeaCard key={idea.editionId} idea={idea} />
      ))}
    </ul>
  )
})
