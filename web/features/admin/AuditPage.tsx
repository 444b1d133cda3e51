import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import type { AuditEntry } from '@floowe/contracts/identity'
import type { z } from 'zod'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useSearchState } from '../../location.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { SkeletonRows } from '../../ui/Skeletons.tsx'
import { Time } from '../../ui/Time.tsx'
import type { WordKey } from '../../words/namespaces.ts'
import { isKnownWord, type Say, useWords } from '../../words/words.ts'
import looks from './admin.module.css'
import { AuditCheck } from './AuditCheck.tsx'

type Entry = z.infer<typeof AuditEntry>
const rowsPerPage = 50
const offsetMax = 100_000

export function AuditPage() {
  const t = useWords('audit')
  const common = useWords('common')
  const [{ from }, change] = useSearchState()
  const offset = Math.min(offsetMax, Math.max(0, Math.trunc(Number(from) || 0)))
  const { data, error } = useQuery({
    ...api.identity.listAudit.queryOptions({ input: { limit: rowsPerPage, offset } }),
    placeholderData: keepPreviousData,
  })
  const columns: Column<Entry>[] = [
    { id: 'what', label: t('what'), isMain: true, cell: (entry) => <What entry={entry} t={t} /> },
    { id: 'who', label: t('who'), width: '200px', cell: (entry) => entry.actorName ?? actorInWords(entry.actor, t) },
    { id: 'when', label: t('when'), width: '190px', cell: (entry) => <Time at={entry.at} /> },
  ]
  return (
    <SettingsPage title={t('title')} lead={t('lead')}>
      {error && <FormProblem error={error} />}
      {!data && !error && <SkeletonRows rows={12} />}
      {data?.total === 0 && <EmptyState drawing="desk" title={t('empty')} />}
      {data && data.total > 0 && (
        <>
          <AuditCheck total={data.total} />
          <DataTable caption={t('title')} columns={columns} rows={data.items} rowKey={(entry) => entry.id} />
          <Pager
            offset={offset}
            limit={rowsPerPage}
            total={data.total}
            label={common('pages')}
            summary={common('range', { from: offset + 1, to: offset + data.items.length, total: data.total })}
            words={{ previous: common('previous'), next: common('next') }}
            onMove={(to) => change({ from: to || null }, { replace: false })}
          />
        </>
      )}
    </SettingsPage>
  )
}

/** A thing's own name, where the event carries one. */
const nameIn = (data: Record<string, unknown>): string => {
  const found = [data.title, data.name, data.email, data.url].find((value) => typeof value === 'string' && value !== '')
  return typeof found === 'string' ? found : ''
}

const actorInWords = (actor: string, t: Say<'audit'>): string =>
  actor.startsWith('service:') ? t('actor.service') : actor.startsWith('key:') ? t('actor.key') : t('actor.unknown')

function What({ entry, t }: { entry: Entry; t: Say<'audit'> }) {
  const key = `event.${entry.event}`
  const name = nameIn(entry.data)
  return (
    <div className={looks.entry}>
      <span>
        {isKnownWord('audit', key) ? t(key as WordKey<'audit'>) /* known: just asked */ : entry.event}
        {name && <strong> {name}</strong>}
      </span>
      <details>
        <summary>{t('details')}</summary>
        <pre className={looks.raw}>
          {JSON.stringify({ event: entry.event, subject: entry.subject, ...entry.data }, null, 2)}
        </pre>
      </details>
    </div>
  )
}
