/** The next free slot of a channel, where a plan may simply be put. */
import { useQuery } from '@tanstack/react-query'
import type { SlotMoment } from '@floowe/contracts/calendar'
import type { ChannelId } from '@floowe/contracts/vocabulary'
import { api } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { useFormats } from '../ui/formats.ts'
import { useWords } from '../words/words.ts'
import looks from './planning.module.css'

type Free = SlotMoment & { dueAt: string }
const lookedAt = 50

/** @returns null when the channel has none; undefined while that is not known */
export function useNextSlot(channelId: ChannelId | undefined): Free | null | undefined {
  const slots = useQuery({
    ...api.publishing.nextSlots.queryOptions({
      input: { channelId: channelId ?? ('' as ChannelId) /* not asked without one */, limit: lookedAt },
    }),
    enabled: channelId !== undefined,
  })
  if (slots.isError) return null
  return slots.data && (slots.data.find((slot): slot is Free => slot.isFree && slot.dueAt !== null) ?? null)
}

export function SlotTime({ slot: { dueAt, zone } }: { slot: Free }) {
  const t = useWords('planning')
  const formats = useFormats()
  const { person } = useMe()
  const at = `${formats.weekday(dueAt, zone)}, ${formats.time(dueAt, zone)}`
  return (
    <p className={looks.frozen}>
      {zone === person.zone ? t('slot.at', { at }) : t('slot.at.zone', { at, zone: zone.replaceAll('_', ' ') })}
    </p>
  )
}
