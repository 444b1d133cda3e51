/** Where this edition is, where it goes next, and what went wrong on the way. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconCalendarPlus, IconColumns3, IconExternalLink, IconRefresh } from '@tabler/icons-react'
import type { DeliveryApproval } from '@floowe/contracts/approvals'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import type { DeliveryState } from '@floowe/contracts/publishing'
import { api, client } from '../../../api/client.ts'
import { useMay } from '../../../api/me.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { WouldVoid } from '../../../approving/WouldVoid.tsx'
import { usePaths } from '../../../location.ts'
import { DeliveryStatus } from '../../../statuses/statuses.tsx'
import { Button, LinkButton } from '../../../ui/Button.tsx'
import { Time } from '../../../ui/Time.tsx'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'
import type { Desk } from '../writing/desk.ts'

type Standing = {
  deliveryId: string
  channelId: string
  channelName: string
  state: DeliveryState
  dueAt: string
  publishedAt: string | null
  url: string | null
  isOutdated: boolean
  approval: DeliveryApproval
}
type Props = {
  desk: Desk
  article: Article
  summary: EditionSummary
  mayWrite: boolean
  here: readonly Standing[]
  onPlan: () => void
}

export function ChannelsTab({ desk, article, summary, here, mayWrite, onPlan }: Props) {
  const t = useWords('editor')
  const paths = usePaths()
  const mayPlan = useMay('publishing:plan') && mayWrite
  const refresh = useRefresh(desk)
  return (
    <div className={looks.sections}>
      {here.length === 0 && <p className={looks.faint}>{t('channels.none')}</p>}
      {here.map((one) => (
        <div key={one.deliveryId} className={looks.standing}>
          <div className={looks.standingHead}>
            <a href={paths.delivery(one.deliveryId)}>
              <strong>{one.channelName}</strong>
            </a>
            <DeliveryStatus {...one} />
          </div>
          <p className={looks.faint}>
            <Time at={one.publishedAt ?? one.dueAt} />
            {one.url && one.state === 'published' && (
              <a href={one.url} target="_blank" rel="noopener" className={looks.outLink}>
                {t('channels.open')}
                <IconExternalLink aria-hidden="true" />
              </a>
            )}
          </p>
          {one.isOutdated && (one.state === 'planned' || one.state === 'published') && (
            <>
              <p className={looks.gentle}>
                {one.state === 'planned' ? t('channels.planOutdated') : t('outdated.title')}
              </p>
              {mayPlan && one.state === 'planned' && <WouldVoid approval={one.approval} change="text" />}
              {mayPlan && (
                <div>
                  <Button
                    size="small"
                    icon={<IconRefresh />}
                    busy={refresh.isPending}
                    onClick={() => refresh.mutate(one)}
                  >
                    {one.state === 'planned' ? t('channels.refreeze') : t('outdated.update')}
                  </Button>
                </div>
              )}
            </>
          )}
        </div>
      ))}
      <div className={looks.acts}>
        {mayPlan && (
          <Button icon={<IconCalendarPlus />} onClick={onPlan}>
            {t('plan')}
          </Button>
        )}
        <LinkButton href={paths.variants(article.id, summary.language)} icon={<IconColumns3 />}>
          {t('channels.variants')}
        </LinkButton>
      </div>
    </div>
  )
}

/** The newest text takes the place of the one that a plan carries, or that readers see. */
function useRefresh(desk: Desk) {
  const t = useWords('editor')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  return useMutation({
    mutationFn: async (one: Standing) => {
      await desk.flush()
      if (one.state === 'planned') await client.publishing.rescheduleDelivery({ id: one.deliveryId, refreeze: true })
      else
        await client.publishing.planDelivery({
          editionId: desk.edition.id,
          channelId: one.channelId,
          when: { now: true },
        })
    },
    onSuccess: (_none, one) =>
      void showToast({ text: one.state === 'planned' ? t('channels.refrozen') : t('outdated.done') }),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
}
