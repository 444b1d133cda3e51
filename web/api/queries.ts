/** How answers are kept and when a failed question is asked again. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isPassing, isRefusal } from './refusals.ts'

const retriesMax = 2

/** `onSignedOut` is told when any answer says that nobody is signed in. */
export const createQueryClient = (onSignedOut: () => void) => {
  const onError = (error: unknown) => {
    if (isRefusal(error, 'not-signed-in')) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
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
}
