/** Texts without a date, beside the month: dragged onto a day, or planned with the keyboard. */
import { useDraggable } from '@dnd-kit/core'
import { useQuery } from '@tanstack/react-query'
import type { EditorialStatus } from '@floowe/contracts/content'
import { api } from '../../api/client.ts'
import { EditionStatus } from '../../statuses/statuses.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './calendar.module.css'

export type Idea = { editionId: string; articleId: string; title: string; language: string; status: EditorialStatus }

const waiting: readonly EditorialStatus[] = ['approved', 'in-review', 'changes-requested', 'draft', 'idea']
const shownMax = 20

/** Editions that no channel has and no plan names, nearest to ready first. */
export function useIdeas(): Idea[] {
  const articles = useQuery(api.content.listArticles.queryOptions({ input: { limit: 100, type: 'article' } }))
  const ids = articles.data?.items.map((article) => article.id) ?? []
  const summaries = useQuery({
    ...api.publishing.summariseArticles.queryOptions({ input: { articleIds: ids } }),
    enabled: ids.length > 0,
  })
  if (!articles.data || (ids.length > 0 && !summaries.data)) return []
  const taken = new Set(summaries.data?.map((summary) => summary.editionId as string))
  return articles.data.items
    .flatMap((article) =>
      article.editions.map((edition) => ({
        editionId: edition.id as string,
        articleId: article.id as string,
        title: edition.title,
        language: edition.language,
        status: edition.status,
      })),
    )
    .filter((idea) => waiting.includes(idea.status) && !taken.has(idea.editionId))
    .sort((a, b) => waiting.indexOf(a.status) - waiting.indexOf(b.status))
    .slice(0, shownMax)
}

export function Backlog({
  ideas,
  mayPlan,
  onPlan,
}: {
  ideas: readonly Idea[]
  mayPlan: boolean
  onPlan: (idea: Idea) => void
}) {
  const t = useWords('calendar')
  return (
    <aside className={looks.backlog} aria-labelledby="calendar-backlog">
      <h2 id="calendar-backlog">
        {t('backlog')} <span>{ideas.length}</span>
      </h2>
      {ideas.length === 0 ? <p className={looks.faint}>{t('backlog.empty')}</p> : null}
      <ul>
        {ideas.map((idea) => (
          <IdeaCard key={idea.editionId} idea={idea} mayPlan={mayPlan} onPlan={() => onPlan(idea)} />
        ))}
      </ul>
      {mayPlan && ideas.length > 0 && <p className={looks.faint}>{t('backlog.how')}</p>}
    </aside>
  )
}

function IdeaCard({ idea, mayPlan, onPlan }: { idea: Idea; mayPlan: boolean; onPlan: () => void }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: idea.editionId, disabled: !mayPlan })
  return (
    <li>
      <button
        ref={setNodeRef}
        type="button"
        className={looks.idea}
        data-dragging={isDragging || undefined}
        disabled={!mayPlan}
        onClick={onPlan}
        {...listeners}
        onKeyDown={(event) => {
          if (event.key.toLowerCase() === 'p' && !event.metaKey && !event.ctrlKey) onPlan()
        }}
      >
        <span className={looks.ideaTitle} lang={idea.language}>
          {idea.title || t('untitled')}
        </span>
        <span className={looks.ideaMeta}>
          <EditionStatus status={idea.status} /> {formats.language(idea.language)}
        </span>
      </button>
    </li>
  )
}
