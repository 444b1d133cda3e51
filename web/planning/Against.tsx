/** What stands against the time in a form's fields, as the server knows: said before it is sent. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import type { Conflict } from '@floowe/contracts/calendar'
import type { ChannelId, DeliveryId, EditionId } from '@floowe/contracts/vocabulary'
import { api } from '../api/client.ts'
import { Conflicts } from './Conflicts.tsx'

type AgainstProps = {
  /** A plan that would move, or what would be planned. */
  of: { deliveryId: DeliveryId } | { editionId: EditionId; channelId: ChannelId }
  wallTime: string
  zone: string
  /** What the form says by itself. */
  leaveOut?: readonly Conflict['code'][]
}

export function Against({ of, wallTime, zone, leaveOut = [] }: AgainstProps) {
  const asked = useDeferredValue(wallTime)
  const isWhole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(asked)
  const check = useQuery({
    ...api.publishing.checkPlan.queryOptions({ input: { ...of, when: { wallTime: asked, zone } } }),
    enabled: isWhole,
    placeholderData: keepPreviousData,
    retry: false,
  })
  return <Conflicts conflicts={check.data?.conflicts.filter(({ code }) => !leaveOut.includes(code)) ?? []} />
}
