/** All series: what repeats, when it goes out next, and what stands in its way. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Series } from '@floowe/contracts/calendar'
import { api, client } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useMay } from '../../../api/me.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { Segmented } from '../../../ui/Segmented.tsx'
import { doWithUndo } from '../../../ui/undoable.ts'
import { useWords } from '../../../words/words.ts'
import type { DialogsProps } from '../CalendarDialogs.tsx'
import looks from '../dialogs.module.css'
import { useWeekdayName } from '../weekdays.ts'

export function SeriesList({ open, onClose }: Pick<DialogsProps, 'open'> & { onClose: () => void }) {
  const t = useWords('calendar')
  const [state, setState] = useState<'active' | 'ended'>('active')
  const list = useQuery(api.publishing.listSeries.queryOptions({ input: { state, limit: 100 } }))
  return (
    <Dialog isOpen onClose={onClose} title={t('series')} size={640}>
      <div className={looks.entryDialog}>
        <Segmented
          label={t('series.which')}
          value={state}
          onChange={setState}
          options={(['active', 'ended'] as const).map((value) => ({ value, label: t(`series.${value}`) }))}
        />
        <FormProblem error={list.error} />
        {list.data?.items.length === 0 && (
          <EmptyState drawing="calendar" title={t(`series.none.${state}`)}>
            {t('series.how')}
          </EmptyState>
        )}
        <ul className={looks.seriesList}>
          {list.data?.items.map((series) => (
            <SeriesRow key={series.id} series={series} open={open} />
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

function SeriesRow({ series, open }: { series: Series } & Pick<DialogsProps, 'open'>) {
  const t = useWords('calendar')
  const formats = useFormats()
  const rule = useRuleWords()
  const mayPlan = useMay('publishing:plan')
  const { toggle } = useEnding()
  const { editionId, channelId, title, language } = series
  return (
    <li>
      <div>
        <strong lang={language}>{title || t('untitled')}</strong>
        <span className={looks.faint}>
          {series.channelName} · {rule(series)}
        </span>
        <span>
          {series.nextDueAt
            ? t('series.next', { at: formats.dateTime(series.nextDueAt, series.zone), count: series.made })
            : t('series.no-next', { count: series.made })}
        </span>
        {series.problem && <span className={looks.problem}>{series.problem.text}</span>}
      </div>
      {mayPlan && (
        <div>
          {series.state === 'active' && (
            <Button
              size="small"
              onClick={() => open({ kind: 'repeat', of: { editionId, channelId, title, language }, series })}
            >
              {t('change')}
            </Button>
          )}
          <Button size="small" tone={series.state === 'active' ? 'danger' : 'plain'} onClick={() => toggle(series)}>
            {series.state === 'active' ? t('series.end') : t('series.resume')}
          </Button>
        </div>
      )}
    </li>
  )
}

function useEnding() {
  const t = useWords('calendar')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.key() })
  return {
    toggle: ({ id, state, title }: Series): void => {
      const end = () => client.publishing.endSeries({ id }).then(refresh)
      const resume = () => client.publishing.resumeSeries({ id }).then(refresh)
      const isActive = state === 'active'
      void doWithUndo({
        text: t(isActive ? 'series.was-ended' : 'series.resumed', { title: title || t('untitled') }),
        run: isActive ? end : resume,
        undo: isActive ? resume : end,
        onFailure: tell,
      })
    },
  }
}

/** A rule in a few words: every 2 weeks, Mon and Thu, 09:00. */
function useRuleWords(): (series: Series) => string {
  const t = useWords('calendar')
  const formats = useFormats()
  const name = useWeekdayName()
  return ({ recurrence, time }) => {
    const every = t(`rule.in-words.${recurrence.every}`, { count: recurrence.interval })
    const days =
      recurrence.every === 'weeks' ? formats.list(recurrence.weekdays.map((weekday) => name(weekday, 'short'))) : ''
    return [every, days, time].filter(Boolean).join(', ')
  }
}
