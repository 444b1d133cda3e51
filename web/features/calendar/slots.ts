/** Slots of channels that are free in the days shown. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ChannelSlots, SlotMoment } from '@floowe/contracts/calendar'
import { api } from '../../api/client.ts'
import { wallIn } from '../../planning/wall-time.ts'

export type FreeSlot = {
  channelId: string
  channelName: string
  /** As the calendar is read: the day and time on the clocks of its zone. */
  day: string
  time: string
  wallTime: string
  zone: string
  pick: 'earlier' | 'later' | null
  dueAt: string
}

const slotsMax = 100

const freeOf = (moments: readonly SlotMoment[], channelId: string, channelName: string, zone: string): FreeSlot[] =>
  moments.flatMap((moment) => {
    if (!moment.isFree || !moment.dueAt) return []
    const { date, time } = wallIn(zone, moment.dueAt)
    const { wallTime, zone: own, pick, dueAt } = moment
    return [{ channelId, channelName, day: date, time, wallTime, zone: own, pick, dueAt }]
  })

export const slotsOptions = () => api.publishing.listSlots.queryOptions()

/**
 * @param shown only of these channels; none named: of all
 * @param isWanted not asked where no slot could be seen
 */
export function useFreeSlots(
  days: readonly string[],
  zone: string,
  shown: readonly string[],
  isWanted: boolean,
): ReadonlyMap<string, readonly FreeSlot[]> {
  const today = wallIn(zone, Date.now()).date
  const [first = '', last = ''] = [days[0], days.at(-1)]
  const channels = useQuery({ ...api.publishing.listChannels.queryOptions(), enabled: isWanted })
  const all = useQuery({ ...slotsOptions(), enabled: isWanted })
  const isAhead = isWanted && last >= today
  const asked = isAhead ? channelsWithSlots(all.data, shown) : []
  const answers = useQueries({
    queries: asked.map((channelId) =>
      api.publishing.nextSlots.queryOptions({
        input: { channelId, limit: slotsMax, ...(first > today && { from: first }) },
      }),
    ),
    combine: (results) => results.map(({ data }) => data),
  })
  return useMemo(() => {
    const free = answers.flatMap((moments, index) => {
      const channelId = asked[index] ?? ''
      const name = channels.data?.find(({ id }) => id === channelId)?.name ?? ''
      return freeOf(moments ?? [], channelId, name, zone)
    })
    return Map.groupBy(
      free.filter(({ day }) => day >= first && day <= last).sort((a, b) => a.dueAt.localeCompare(b.dueAt)),
      ({ day }) => day,
    )
    // the channels that are asked follow from what is listed
  }, [answers, channels.data, zone, first, last])
}

const channelsWithSlots = (all: readonly ChannelSlots[] | undefined, shown: readonly string[]) =>
  (all ?? [])
    .filter(({ channelId, slots }) => slots.length > 0 && (shown.length === 0 || shown.includes(channelId)))
    .map(({ channelId }) => channelId)
