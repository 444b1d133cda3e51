import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../../api/client.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

type Change = Parameters<typeof client.site.updateSiteSettings>[0]

/** Saves part of the site's settings. */
export function useSiteChange() {
  const common = useWords('common')
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: Change) => client.site.updateSiteSettings(change),
    onSuccess: (saved) => {
      queries.setQueryData(api.site.getSiteSettings.queryOptions().queryKey, saved)
      showToast({ text: common('saved') })
    },
  })
}
