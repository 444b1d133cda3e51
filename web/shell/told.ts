/** What a person was told: the bell, its panel and the page read the same answers, and mark them at once. */
import type { Notification, NotificationId } from '@floowe/contracts/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../api/client.ts'
import { useRefusalToast } from '../api/refusal-words.ts'

export type Told = Notification
export type ToldPage = Awaited<ReturnType<typeof client.identity.listNotifications>>
export type Which = { ids: NotificationId[] } | { until: string }

/** As many as the panel of the bell shows. */
export const latestOptions = () => api.identity.listNotifications.queryOptions({ input: { limit: 10 } })

/** The page as it will be when the server has marked them. What is not on it is counted when it is asked again. */
export function withRead(page: ToldPage, which: Which, now: string): ToldPage {
  const isMeant = ({ id, readAt }: Told): boolean => readAt === null && ('until' in which || which.ids.includes(id))
  const marked = page.items.filter(isMeant).length
  return {
    ...page,
    items: page.items.map((one) => (isMeant(one) ? { ...one, readAt: now } : one)),
    unread: 'until' in which ? 0 : page.unread - marked,
  }
}

export function useMarkRead(): (which: Which) => void {
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const queryKey = api.identity.listNotifications.key()
  const { mutate } = useMutation({
    mutationFn: (which: Which) => client.identity.markRead(which),
    onMutate: (which) =>
      queries.setQueriesData<ToldPage>({ queryKey }, (page) => page && withRead(page, which, new Date().toISOString())),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  return mutate
}

/** More than anyone counts at a glance. */
export const countShown = (unread: number): string => (unread > 99 ? '99+' : String(unread))
