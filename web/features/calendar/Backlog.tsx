/** Texts without a date, beside the calendar: taken onto a day with the pointer or the keys, or planned in a dialog. */
import type { EditorialStatus } from '@floowe/contracts/content'
import { editionStatuses, EditionStatus } from '../../statuses/statuses.tsx'
import { Button } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import { useActs } from './acts.ts'
import { idOf, useCarried } from './carrying/carry.ts'
import type { Idea } from './ideas.ts'
import looks from './backlog.module.css'
import shared from './calendar.module.css'

type BacklogProps = { ideas: readonly Idea[]; hasMore: boolean; onMore: () => void; onNew: () => void }

export function Backlog({ ideas, hasMore, onMore, onNew }: BacklogProps) {
  const t = useWords('calendar')
  const { mayPlan } = useActs()
  return (
    <aside className={looks.backlog} aria-labelledby="calendar-backlog">
      <h2 id="calendar-backlog">
        {t('backlog')} <span>{hasMore ? `${ideas.length}+` : ideas.length}</span>
      </h2>
      {ideas.length === 0 ? (
        <>
          <p className={shared.faint}>{t('backlog.empty')}</p>
          <Button size="small" onClick={onNew}>
            {t('new')}
          </Button>
        </>
      ) : (
        <ul>
          {ideas.map((idea) => (
            <IdeaCard key={idea.editionId} idea={idea} />
          ))}
        </ul>
      )}
      {hasMore && (
        <Button tone="quiet" size="small" onClick={onMore}>
          {t('backlog.more')}
        </Button>
      )}
      {mayPlan && ideas.length > 0 && <p className={shared.faint}>{t('backlog.how')}</p>}
    </aside>
  )
}

const isStatus = (text: string): text is EditorialStatus => (editionStatuses as string[]).includes(text)

export function IdeaCard({ idea }: { idea: Idea }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { mayPlan, plan, lift } = useActs()
  const isCarried = useCarried((state) => state.by !== null && idOf(state.carried) === idea.editionId)
  return (
    <li>
      <button
        type="button"
        className={looks.idea}
        data-carry={mayPlan ? idea.editionId : undefined}
        data-carried={isCarried || undefined}
        disabled={!mayPlan}
        aria-describedby={mayPlan ? 'calendar-how-to-move' : undefined}
        onClick={() => plan(idea)}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return
          if (event.key.toLowerCase() === 'p') plan(idea)
          if (event.key !== ' ') return
          event.preventDefault()
          lift(idea.editionId)
        }}
        // the browser presses a button when Space is let go
        onKeyUp={(event) => event.key === ' ' && event.preventDefault()}
      >
        <span className={looks.ideaTitle} lang={idea.language}>
          {idea.title || t('untitled')}
        </span>
        <span className={looks.ideaMeta}>
          {isStatus(idea.status) && <EditionStatus status={idea.status} />} {formats.language(idea.language)}
        </span>
        {idea.embargoUntil && (
          <span className={looks.ideaMeta}>{t('embargo.until', { at: formats.dateTime(idea.embargoUntil) })}</span>
        )}
      </button>
    </li>
  )
}
