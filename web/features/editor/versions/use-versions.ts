/** The versions of an edition, newest first, a page at a time. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'

const pageSize = 40

export function useVersions(id: string) {
  const query = useInfiniteQuery(
    api.content.listVersions.infiniteOptions({
      input: (offset: number) => ({ id, limit: pageSize, offset }),
      initialPageParam: 0,
      getNextPageParam: (last, _pages, offset) => (offset + pageSize < last.total ? offset + pageSize : undefined),
    }),
  )
  return { ...query, versions: query.data?.pages.flatMap((page) => page.items) ?? [] }
}
