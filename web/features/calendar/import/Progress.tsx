/** An import on its way: how far it is, and in the end what became of its rows. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { CalendarImport } from '@floowe/contracts/calendar'
import { api, client } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { Button } from '../../../ui/Button.tsx'
import { FormActions } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import looks from '../dialogs.module.css'
import { Rows } from './Rows.tsx'

const askEveryMs = 700
const rowsShown = 100
const isOver = ({ state }: CalendarImport): boolean => state !== 'waiting' && state !== 'running'

export function Progress({ begun, onClose }: { begun: CalendarImport; onClose: () => void }) {
  const t = useWords('calendar')
  const now = useQuery({
    ...api.publishing.getCalendarImport.queryOptions({ input: { id: begun.id, limit: rowsShown } }),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : askEveryMs),
  })
  const stop = useMutation({ mutationFn: () => client.publishing.cancelCalendarImport({ id: begun.id }) })
  const known = now.data ?? begun
  return (
    <div className={looks.entryDialog}>
      <FormProblem error={now.error ?? stop.error} />
      <p role="status">{t(`import.${known.state}`, { done: known.done, total: known.total })}</p>
      {!isOver(known) && (
        <progress
          className={looks.progress}
          value={known.done}
          max={Math.max(1, known.total)}
          aria-label={known.name}
        />
      )}
      {now.data && isOver(now.data) && (
        <Rows rows={now.data.rows.items} counts={now.data.counts} total={now.data.rows.total} />
      )}
      <FormActions>
        <Button tone="primary" onClick={onClose}>
          {t(isOver(known) ? 'done' : 'import.behind')}
        </Button>
        {!isOver(known) && (
          <Button busy={stop.isPending} onClick={() => stop.mutate()}>
            {t('import.stop')}
          </Button>
        )}
      </FormActions>
    </div>
  )
}
