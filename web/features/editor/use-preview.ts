/** Opens the latest text as a reader would see it, in a tab of its own. */
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import type { Desk } from './saving/desk.ts'

/** One link serves for as long as the editor is open. */
export function usePreview(desk: Desk): { open: () => void; isPending: boolean } {
  const tell = useRefusalToast()
  const known = useRef<string | null>(null)
  const { mutate, isPending } = useMutation({
    mutationFn: async (tab: Window | null) => {
      await desk.saver.flush()
      known.current ??= (await client.content.createPreviewLink({ id: desk.edition.id, days: 1 })).url
      if (!tab) return
      tab.opener = null
      tab.location.replace(known.current)
    },
    onError: (error, tab) => {
      tab?.close()
      tell(error)
    },
  })
  return {
    isPending,
    // opened while the click still counts, else the browser takes it for a pop-up
    open: () => mutate(window.open('', '_blank')),
  }
}
