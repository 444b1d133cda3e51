/** Everything that goes out, went out, or failed. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Delivery, DeliveryState } from '@floowe/contracts/publishing'
import { api } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { usePaths, useSearchState } from '../../location.ts'
import { deliveryStates, DeliveryStatus } from '../../statuses/statuses.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Select } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page } from '../../ui/Page.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import looks from './publishing.module.css'

const pageRows = 25

export function DeliveriesPage() {
  const t = useWords('deliveries')
  const inWords = useWords('statuses')
  const [search, change] = useSearchState()
  const channels = useQuery(api.publishing.listChannels.queryOptions())
  const offset = Math.max(0, Number(search['offset']) || 0)
  const state = deliveryStates.find((one) => one === search['state'])
  const channel = channels.data?.find((one) => one.id === search['channel'])?.id
  const query = useQuery({
    ...api.publishing.listDeliveries.queryOptions({ input: { limit: pageRows, offset, state, channel } }),
    placeholderData: keepPreviousData,
  })
  const items = query.data?.items ?? []
  const isFiltered = state !== undefined || channel !== undefined
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <Select
            aria-label={t('filter.state')}
            value={state ?? ''}
            onChoose={(value) => change({ state: value, offset: null })}
            options={[
              { value: '', label: t('filter.all-states') },
              ...deliveryStates.map((one) => ({ value: one as string, label: inWords(`delivery.${one}`) })),
            ]}
          />
          <Select
            aria-label={t('filter.channel')}
            value={channel ?? ''}
            onChoose={(value) => change({ channel: value, offset: null })}
            options={[
              { value: '', label: t('filter.all-channels') },
              ...(channels.data ?? []).map((one) => ({ value: one.id as string, label: one.name })),
            ]}
          />
        </>
      }
    >
      <FormProblem error={query.error} />
      {query.data && items.length === 0 ? (
        <EmptyState drawing="envelope" title={isFiltered ? t('empty.filtered') : t('empty')}>
          {isFiltered ? t('empty.filtered.how') : t('empty.how')}
        </EmptyState>
      ) : (
        <DeliveryTable items={items} />
      )}
      <Pager
        offset={offset}
        limit={pageRows}
        total={query.data?.total ?? 0}
        label={t('pages')}
        onMove={(next) => change({ offset: next || null })}
        summary={t('pages.summary', { from: offset + 1, to: offset + items.length, total: query.data?.total ?? 0 })}
        words={{ previous: t('pages.previous'), next: t('pages.next') }}
      />
    </Page>
  )
}

function DeliveryTable({ items }: { items: readonly Delivery[] }) {
  const t = useWords('deliveries')
  const paths = usePaths()
  const formats = useFormats()
  const columns: Column<Delivery>[] = [
    {
      id: 'title',
      label: t('text'),
      isMain: true,
      cell: (one) => (
        <span className={looks.stack}>
          <a href={paths.delivery(one.id)} lang={one.language}>
            {one.title || t('untitled')}
          </a>
          <span className={looks.faint}>
            {formats.language(one.language)}
            {one.kind === 'publish' ? '' : ` · ${t(`kind.${one.kind}`)}`}
          </span>
        </span>
      ),
    },
    { id: 'channel', label: t('channel'), width: '160px', cell: (one) => one.channelName },
    {
      id: 'state',
      label: t('state'),
      width: '240px',
      cell: (one) => (
        <span className={looks.stack}>
          <DeliveryStatus {...one} />
          {one.problem && needsAttention(one.state) && <span className={looks.why}>{one.problem.text}</span>}
        </span>
      ),
    },
    {
      id: 'when',
      label: t('when'),
      width: '170px',
      cell: (one) => <Time at={one.publishedAt ?? one.dueAt} zone={one.publishedAt ? null : one.zone} />,
    },
  ]
  return <DataTable caption={t('title')} columns={columns} rows={items} rowKey={(one) => one.id} />
}

const needsAttention = (state: DeliveryState): boolean =>
  ['failed', 'needs-human', 'missed', 'retrying', 'on-hold'].includes(state)
