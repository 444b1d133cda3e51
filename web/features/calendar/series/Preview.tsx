/** The next days of a rule while it is written: what goes out, what is moved or left out, and why. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { IconAlertTriangle, IconArrowForward, IconBan, IconCheck } from '@tabler/icons-react'
import { useDeferredValue } from 'react'
import type { Occurrence, SeriesPlan } from '@floowe/contracts/calendar'
import type { ChannelId, EditionId } from '@floowe/contracts/vocabulary'
import { api, type client } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { useSurroundings } from '../../../ui/surroundings.tsx'
import { useLanguage, useWords } from '../../../words/words.ts'
import looks from '../dialogs.module.css'

type Answer = Awaited<ReturnType<typeof client.publishing.previewSeries>>
type Asked = SeriesPlan & { editionId: EditionId; channelId: ChannelId }
const shownMax = 24

export function usePreview(asked: Asked | null): UseQueryResult<Answer> {
  const waited = useDeferredValue(asked)
  return useQuery({
    ...api.publishing.previewSeries.queryOptions({
      input: { ...(waited ?? ({} as Asked)) /* not asked without one */, limit: shownMax },
    }),
    enabled: waited !== null,
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function Preview({
  preview,
  isWhole,
  zone,
}: {
  preview: UseQueryResult<Answer>
  isWhole: boolean
  zone: string
}) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { data, error } = preview
  return (
    <section className={looks.preview} aria-label={t('preview')} aria-live="polite">
      <h3>{t('preview')}</h3>
      {!isWhole && <p className={looks.faint}>{t('series.not-whole')}</p>}
      <FormProblem error={error} />
      {data && (
        <>
          <p className={looks.faint}>
            {data.lastDay
              ? t('preview.total', { count: data.total, last: formats.shortDate(`${data.lastDay}T12:00:00Z`, 'UTC') })
              : t('series.no-day')}
          </p>
          {data.warnings.map((warning) => (
            <p key={warning} className={looks.previewWarning}>
              <IconAlertTriangle size={15} aria-hidden="true" /> {t(`preview.${warning}`)}
            </p>
          ))}
          <Occurrences occurrences={data.occurrences} zone={zone} />
        </>
      )}
    </section>
  )
}

const icons = { planned: IconCheck, moved: IconArrowForward, skipped: IconBan }

export function Occurrences({ occurrences, zone }: { occurrences: readonly Occurrence[]; zone: string }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const language = useLanguage()
  const { zone: viewing } = useSurroundings()
  const day = (one: string): string => formats.shortDay(`${one}T12:00:00Z`, 'UTC')
  const why = ({ reason, holiday }: Occurrence): string =>
    holiday?.[language] ?? (reason ? t(`occurrence.${reason}`) : '')
  return (
    <ol className={looks.occurrences}>
      {occurrences.map((one) => {
        const Icon = icons[one.outcome]
        const at = one.wallTime ? `${day(one.wallTime.slice(0, 10))}, ${one.wallTime.slice(11, 16)}` : day(one.day)
        return (
          <li key={one.day} data-outcome={one.outcome}>
            <Icon size={14} aria-hidden="true" />
            <span>
              <span className="only-read">{t(`outcome.${one.outcome}`)}: </span>
              <time>{at}</time>
              {one.dueAt && zone !== viewing && (
                <span className={looks.faint}> {t('time.here', { at: formats.time(one.dueAt, viewing) })}</span>
              )}
              {one.outcome === 'moved' && (
                <span className={looks.faint}> {t('occurrence.from', { day: day(one.day), why: why(one) })}</span>
              )}
              {one.outcome === 'skipped' && <span className={looks.faint}> {why(one)}</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
