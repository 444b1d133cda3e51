/** What a file would make, or made, row by row. */
import { IconBan, IconCircleCheck, IconEqual } from '@tabler/icons-react'
import { useState } from 'react'
import type { ImportRow } from '@floowe/contracts/calendar'
import { usePaths } from '../../../location.ts'
import { isKnownWord, say } from '../../../words/words.ts'
import { Segmented } from '../../../ui/Segmented.tsx'
import { StatusBadge } from '../../../ui/StatusBadge.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { useWords } from '../../../words/words.ts'
import looks from '../dialogs.module.css'

type Counts = Readonly<Record<ImportRow['outcome'], number>>
type RowsProps = {
  rows: readonly ImportRow[]
  counts: Counts
  total: number
  /** Nothing has been made yet. */
  isDry?: boolean
}

const outcomeLooks = {
  made: { tone: 'moss', icon: <IconCircleCheck /> },
  unchanged: { tone: 'neutral', icon: <IconEqual /> },
  refused: { tone: 'clay', icon: <IconBan /> },
} as const

export function Rows({ rows, counts, total, isDry = false }: RowsProps) {
  const t = useWords('calendar')
  const [shown, setShown] = useState<'all' | 'refused'>('all')
  const listed = shown === 'all' ? rows : rows.filter(({ outcome }) => outcome === shown)
  return (
    <section className={looks.rows} aria-label={t('rows')}>
      <div className={looks.rowsHead}>
        <p role="status">{t(isDry ? 'rows.would' : 'rows.did', { ...counts, total })}</p>
        {counts.refused > 0 && (
          <Segmented
            label={t('rows')}
            value={shown}
            onChange={setShown}
            options={[
              { value: 'all', label: t('rows.all') },
              { value: 'refused', label: t('rows.refused', { count: counts.refused }) },
            ]}
          />
        )}
      </div>
      {/* what scrolls is reached with the keys, too */}
      <div className={looks.rowsTable} role="region" aria-label={t('rows')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('rows.line')}</th>
              <th scope="col">{t('field.title')}</th>
              <th scope="col">{t('rows.when')}</th>
              <th scope="col">{t('rows.outcome')}</th>
            </tr>
          </thead>
          <tbody>
            {listed.map((row) => (
              <Row key={row.line} row={row} isDry={isDry} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < total && <p className={looks.faint}>{t('rows.first', { shown: rows.length, total })}</p>}
    </section>
  )
}

function Row({ row, isDry }: { row: ImportRow; isDry: boolean }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const paths = usePaths()
  const look = outcomeLooks[row.outcome]
  const day = row.wallTime && formats.numericDate(`${row.wallTime.slice(0, 10)}T12:00:00Z`, 'UTC')
  const at = day && `${day} ${row.wallTime?.slice(11, 16)}`
  const why = row.code && isKnownWord('refusals', row.code) ? say('refusals', row.code) : row.text
  return (
    <tr>
      <td>{row.line}</td>
      <td>
        {row.articleId && !isDry ? <a href={paths.article(row.articleId)}>{row.title}</a> : row.title || t('untitled')}
      </td>
      <td>{[at, row.channelName].filter(Boolean).join(' · ') || t('rows.no-date')}</td>
      <td>
        <StatusBadge tone={look.tone} icon={look.icon}>
          {t(row.outcome === 'made' ? (row.isPlanned ? 'row.planned' : 'row.idea') : `row.${row.outcome}`)}
        </StatusBadge>
        {row.outcome === 'refused' && why && <p className={looks.rowWhy}>{why}</p>}
      </td>
    </tr>
  )
}
