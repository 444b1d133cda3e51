/** How answers are kept and when a failed question is asked again. */
import { QueryClient } from '@tanstack/react-query'
import { isPassing } from './refusals.ts'

const retriesMax = 2

export const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // live updates say when something changed; this bounds what a missed message can cost
        staleTime: 60_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < retriesMax && isPassing(error),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  })
