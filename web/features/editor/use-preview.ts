/** Opens the latest text as a reader would see it, in a tab of its own. */
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import type { Desk } from './writing/desk.ts'

/** The server does not have all of it yet. */
class NotSaved extends Error {}

/** One link serves for as long as the editor is open. */
export function usePreview(desk: Desk): { open: () => void; isPending: boolean } {
  const tell = useRefusalToast()
  const t = useWords('editor')
  const known = useRef<string | null>(null)
  const { mutate, isPending } = useMutation({
    mutationFn: async (tab: Window | null) => {
      if (!(await desk.flush())) throw new NotSaved()
      known.current ??= (await client.content.createPreviewLink({ id: desk.edition.id, days: 1 })).url
      if (!tab) return
      tab.opener = null
      tab.location.replace(known.current)
    },
    onError: (error, tab) => {
      tab?.close()
      if (error instanceof NotSaved) showToast({ tone: 'bad', text: t('wait.unsaved') })
      else tell(error)
    },
  })
  return {
    isPending,
    // opened while the click still counts, else the browser takes it for a pop-up
    open: () => mutate(window.open('', '_blank')),
  }
}
