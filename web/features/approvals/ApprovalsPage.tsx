/** What waits for whom: for me, for anybody, and all that was ever asked for. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Approval } from '@floowe/contracts/approvals'
import { api } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { stepValues } from '../../approving/DeliveryApproval.tsx'
import { usePaths, useSearchState } from '../../location.ts'
import { NetworkMark } from '../../networks/networks.tsx'
import { ApprovalStatus } from '../../statuses/statuses.tsx'
import { LinkButton } from '../../ui/Button.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page } from '../../ui/Page.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { SkeletonRows } from '../../ui/Skeletons.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'

const pageRows = 25
const tabs = ['mine', 'open', 'all'] as const
type Tab = (typeof tabs)[number]

export function ApprovalsPage() {
  const t = useWords('approvals')
  const common = useWords('common')
  const [search, change] = useSearchState()
  const tab = tabs.find((one) => one === search['show']) ?? 'mine'
  const offset = Math.max(0, Number(search['offset']) || 0)
  const query = useQuery({
    ...api.publishing.listApprovals.queryOptions({
      input: { limit: pageRows, offset, mine: tab === 'mine', ...(tab === 'open' && { state: 'open' as const }) },
    }),
    placeholderData: keepPreviousData,
  })
  const { items = [], total = 0 } = query.data ?? {}
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Segmented
          label={t('show')}
          value={tab}
          onChange={(show) => change({ show: show === 'mine' ? null : show, offset: null })}
          options={tabs.map((one) => ({ value: one, label: t(`show.${one}`) }))}
        />
      }
    >
      <FormProblem error={query.error} />
      {query.isPending && <SkeletonRows />}
      {query.data && items.length === 0 && <Nothing tab={tab} />}
      {items.length > 0 && <ApprovalTable items={items} />}
      <Pager
        offset={offset}
        limit={pageRows}
        total={total}
        label={common('pages')}
        onMove={(next) => change({ offset: next || null })}
        summary={common('range', { from: offset + 1, to: offset + items.length, total })}
        words={{ previous: common('previous'), next: common('next') }}
      />
    </Page>
  )
}

function Nothing({ tab }: { tab: Tab }) {
  const t = useWords('approvals')
  const paths = usePaths()
  const maySet = useMay('publishing:channels')
  const { data: policy } = useQuery(api.publishing.getApprovalPolicy.queryOptions())
  if (policy?.mode === 'none')
    return (
      <EmptyState
        drawing="inbox"
        title={t('empty.off')}
        action={maySet && <LinkButton href={paths.approvalSettings()}>{t('empty.off.set')}</LinkButton>}
      >
        {t('empty.off.how')}
      </EmptyState>
    )
  return (
    <EmptyState
      drawing="inbox"
      title={t(`empty.${tab}`)}
      action={tab === 'all' && <LinkButton href={paths.deliveries()}>{t('empty.all.where')}</LinkButton>}
    >
      {t(`empty.${tab}.how`)}
    </EmptyState>
  )
}

function ApprovalTable({ items }: { items: readonly Approval[] }) {
  const t = useWords('approvals')
  const inPlan = useWords('approving')
  const paths = usePaths()
  const formats = useFormats()
  const columns: Column<Approval>[] = [
    {
      id: 'title',
      label: t('what'),
      isMain: true,
      cell: (one) => (
        <span className={looks.stack}>
          <a href={paths.approval(one.id)} lang={one.language}>
            {one.title || t('untitled')}
          </a>
          <span className={looks.faint}>
            {formats.language(one.language)} · {t('asked-by.short', { who: one.requestedByName ?? t('someone') })}
          </span>
        </span>
      ),
    },
    {
      id: 'channel',
      label: t('channel'),
      width: '190px',
      cell: (one) => (
        <span className={looks.channel}>
          <NetworkMark network={one.network} /> {one.channelName}
        </span>
      ),
    },
    { id: 'due', label: t('due'), width: '170px', cell: (one) => <Time at={one.dueAt} /> },
    {
      id: 'state',
      label: t('state'),
      width: '240px',
      cell: (one) => (
        <span className={looks.stack}>
          <ApprovalStatus state={one.state} />
          {one.steps.length > 1 && one.state !== 'approved' && (
            <span className={looks.faint}>{inPlan('step', stepValues(one))}</span>
          )}
        </span>
      ),
    },
  ]
  return <DataTable caption={t('title')} columns={columns} rows={items} rowKey={(one) => one.id} />
}
