/** Everything a person was told in this workspace, newest first. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { IconChecks, IconSettings } from '@tabler/icons-react'
import { api } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { usePaths, useSearchState } from '../../location.ts'
import { useMarkRead } from '../../shell/told.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { SkeletonRows } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import { NotificationList } from './NotificationList.tsx'

const pageRows = 25
const offsetMax = 100_000

export function NotificationsPage() {
  const t = useWords('notifications')
  const common = useWords('common')
  const paths = usePaths()
  const markRead = useMarkRead()
  const [search, change] = useSearchState()
  const offset = Math.min(offsetMax, Math.max(0, Math.trunc(Number(search['from']) || 0)))
  const unread = search['show'] === 'unread'
  const { data, error } = useQuery({
    ...api.identity.listNotifications.queryOptions({ input: { limit: pageRows, offset, unread } }),
    placeholderData: keepPreviousData,
  })
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      width="reading"
      actions={
        <>
          <Segmented
            label={t('filter')}
            value={unread ? 'unread' : 'all'}
            onChange={(show) => change({ show: show === 'unread' ? show : null, from: null })}
            options={[
              { value: 'all', label: t('filter.all') },
              { value: 'unread', label: t('filter.unread') },
            ]}
          />
          {data && data.unread > 0 && (
            <Button icon={<IconChecks />} onClick={() => markRead({ until: data.asOf })}>
              {t('mark-all')}
            </Button>
          )}
        </>
      }
    >
      <FormProblem error={error} />
      {!data && !error && <SkeletonRows rows={8} />}
      {data?.items.length === 0 && (
        <EmptyState
          drawing="inbox"
          title={unread && data.total === 0 ? t('empty.unread') : t('empty')}
          action={
            <LinkButton href={paths.notificationSettings()} icon={<IconSettings />}>
              {t('choose')}
            </LinkButton>
          }
        >
          {unread && data.total === 0 ? t('empty.unread.how') : t('empty.how')}
        </EmptyState>
      )}
      {data && data.items.length > 0 && <NotificationList items={data.items} headingLevel="h2" canMark />}
      <Pager
        offset={offset}
        limit={pageRows}
        total={data?.total ?? 0}
        label={common('pages')}
        summary={common('range', {
          from: offset + 1,
          to: offset + (data?.items.length ?? 0),
          total: data?.total ?? 0,
        })}
        words={{ previous: common('previous'), next: common('next') }}
        onMove={(from) => change({ from: from || null }, { replace: false })}
      />
    </Page>
  )
}
