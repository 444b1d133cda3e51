/** What is said when a plan was made: that it is out, on its way, planned, or waits for an approval. */
import type { Delivery } from '@floowe/contracts/publishing'
import { client } from '../api/client.ts'
import { useRefusalWords } from '../api/refusal-words.ts'
import { useGo, usePaths } from '../location.ts'
import { useFormats } from '../ui/formats.ts'
import { showToast, type Toast } from '../ui/toasts.tsx'
import { standingLook } from '../statuses/statuses.tsx'
import { type Say, useWords } from '../words/words.ts'

export type Planned = {
  delivery: Delivery
  /** Whether approval was asked for with it; what was thrown where that went wrong. */
  asked: boolean | { problem: unknown }
}

export function usePlannedToast(): (planned: Planned, zone: string) => void {
  const t = useWords('planning')
  const formats = useFormats()
  const paths = usePaths()
  const go = useGo()
  const inWords = useRefusalWords()
  return ({ delivery, asked }, zone) => {
    const { id, url, state } = delivery
    const see = { label: t('see-delivery'), run: () => go(paths.delivery(id)) }
    const at = formats.dateTime(delivery.dueAt, zone)
    const undo = () => void client.publishing.cancelDelivery({ id })
    if (typeof asked === 'object')
      showToast({ tone: 'bad', text: t('done.not-asked', { why: inWords(asked.problem).title }), action: see })
    else if (state === 'needs-human')
      showToast({ tone: 'bad', text: t('done.needs-human', { channel: delivery.channelName }), action: see })
    else if (state === 'published')
      showToast({
        text: t('done.published', { channel: delivery.channelName }),
        ...(url && { action: { label: t('done.open'), run: () => void open(url, '_blank', 'noopener') } }),
      })
    else
      showToast({
        text: waiting(t, delivery, asked, at),
        ...(state === 'planned' ? { undo } : {}),
      } satisfies Toast)
  }
}

function waiting(t: Say<'planning'>, delivery: Delivery, isAsked: boolean, at: string): string {
  const { channelName: channel, wallTime } = delivery
  const isHeld = isAsked || standingLook(delivery).isHeld
  if (!isHeld) return wallTime ? t('done.planned', { at, channel }) : t('done.sending', { channel })
  if (isAsked) return wallTime ? t('done.asked.at', { at, channel }) : t('done.asked', { channel })
  return wallTime ? t('done.held.at', { at, channel }) : t('done.held', { channel })
}
