/** The newest notifications, below the bell. */
import { useQuery } from '@tanstack/react-query'
import { FormProblem } from '../../api/FormProblem.tsx'
import { usePaths } from '../../location.ts'
import { latestOptions, useMarkRead } from '../../shell/told.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { SkeletonRows } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import { NotificationList } from './NotificationList.tsx'
import looks from './notifications.module.css'

export function NotificationPanel({ onLeave }: { onLeave: () => void }) {
  const t = useWords('notifications')
  const paths = usePaths()
  const markRead = useMarkRead()
  const { data, error } = useQuery(latestOptions())
  return (
    <div className={looks.panel}>
      <div className={looks.panelHead}>
        <h2>{t('title')}</h2>
        {data && data.unread > 0 && (
          <Button size="small" tone="quiet" onClick={() => markRead({ until: data.asOf })}>
            {t('mark-all')}
          </Button>
        )}
      </div>
      <FormProblem error={error} />
      {!data && !error && <SkeletonRows rows={4} />}
      {data?.total === 0 && (
        <div className={looks.panelEmpty}>
          <EmptyState drawing="inbox" title={t('empty')}>
            {t('empty.how')}
          </EmptyState>
        </div>
      )}
      {data && data.total > 0 && <NotificationList items={data.items} headingLevel="h3" onFollow={onLeave} />}
      <div className={looks.panelFoot}>
        {data && data.total > 0 && (
          <a href={paths.notifications()} onClick={onLeave}>
            {t('see-all')}
          </a>
        )}
        <a href={paths.notificationSettings()} onClick={onLeave}>
          {t('choose')}
        </a>
      </div>
    </div>
  )
}
