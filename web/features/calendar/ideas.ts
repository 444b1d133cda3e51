/** Texts without a date: what the backlog and the board offer to plan. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { BacklogItem } from '@floowe/contracts/calendar'
import { api } from '../../api/client.ts'
import type { CalendarFilters } from './filters.ts'

export type Idea = BacklogItem

const pageRows = 50

/** Articles that go nowhere yet, of one language or campaign where the calendar shows only one, and with the words looked for. */
export function useIdeas({ languages, campaigns, text }: CalendarFilters) {
  const input = {
    limit: pageRows,
    text,
    language: languages.length === 1 ? languages[0] : undefined,
    campaign: campaigns.length === 1 ? campaigns[0] : undefined,
  }
  const backlog = useInfiniteQuery(
    api.publishing.listBacklog.infiniteOptions({
      input: (after: string | undefined) => ({ ...input, ...(after && { after }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  )
  const ideas = useMemo(
    () =>
      (backlog.data?.pages ?? [])
        .flatMap((page) => page.items)
        .filter(
          (idea) =>
            (languages.length === 0 || languages.includes(idea.language)) &&
            (campaigns.length === 0 || campaigns.some((id) => idea.campaignIds.includes(id))),
        ),
    [backlog.data, languages, campaigns],
  )
  return { ideas, hasMore: backlog.hasNextPage, more: () => void backlog.fetchNextPage(), error: backlog.error }
}
