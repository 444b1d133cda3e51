import { useQueryClient } from '@tanstack/react-query'
import type { EditionSummary, EditorialStatus } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { EditionStatus, editionLooks, editionStatuses } from '../../../statuses/statuses.tsx'
import { Menu, MenuItem } from '../../../ui/Menu.tsx'
import { doWithUndo } from '../../../ui/undoable.ts'
import { useWords } from '../../../words/words.ts'
import { IconChevronDown } from '@tabler/icons-react'
import looks from './details.module.css'

/** How far the text is; changed at once, with a way back. */
export function StatusField({ summary, mayWrite }: { summary: EditionSummary; mayWrite: boolean }) {
  const t = useWords('editor')
  const statuses = useWords('statuses')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { queryKey } = api.content.getArticle.queryOptions({ input: { id: summary.articleId } })
  const set = async (status: EditorialStatus) => {
    queries.setQueryData(
      queryKey,
      (article) =>
        article && {
          ...article,
          editions: article.editions.map((edition) => (edition.id === summary.id ? { ...edition, status } : edition)),
        },
    )
    try {
      await client.content.setStatus({ id: summary.id, status })
    } finally {
      await queries.invalidateQueries({ queryKey })
    }
  }
  const choose = (status: EditorialStatus) =>
    void doWithUndo({
      text: t('status.changed', { status: statuses(`edition.${status}`) }),
      run: () => set(status),
      undo: () => set(summary.status),
      onFailure: tell,
    })
  return (
    <div className={looks.section}>
      <span className={looks.label} id="edition-status">
        {t('status')}
      </span>
      {mayWrite ? (
        <Menu
          label={t('status')}
          trigger={(props) => (
            <button
              {...props}
              className={looks.statusButton}
              aria-label={t('status.choose', { status: statuses(`edition.${summary.status}`) })}
            >
              <EditionStatus status={summary.status} />
              <IconChevronDown />
            </button>
          )}
        >
          {editionStatuses.map((status) => {
            const Icon = editionLooks[status].icon
            return (
              <MenuItem
                key={status}
                icon={<Icon />}
                isChosen={status === summary.status}
                onChoose={() => status !== summary.status && choose(status)}
              >
                {statuses(`edition.${status}`)}
              </MenuItem>
            )
          })}
        </Menu>
      ) : (
        <EditionStatus status={summary.status} />
      )}
    </div>
  )
}
