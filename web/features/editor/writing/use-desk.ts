/** The desk of one edition for the page that shows it: opened with it, writing while it lives, put away when it goes. */
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Edition, EditionSummary } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useMe } from '../../../api/me.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { isRefusal } from '../../../api/refusals.ts'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import { createDesk, type Desk } from './desk.ts'
import { forgetKept } from './kept.ts'
import { keepAsVersion, takeOldDrafts, textOfDocument } from './rescue.ts'
import { closeWriting, secureAll, openWriting } from './writings.ts'

/** @returns null until the text is here. */
export function useDesk(summary: EditionSummary): Desk | null {
  const queries = useQueryClient()
  const t = useWords('editor')
  const tell = useRefusalToast()
  const { person, workspace } = useMe()
  const { data: edition } = useSuspenseQuery({
    queryKey: [...api.content.getEdition.queryKey({ input: { id: summary.id } }), 'desk'],
    queryFn: async (): Promise<Edition> => {
      const found = await client.content.getEdition({ id: summary.id })
      const isTaken = await takeOldDrafts(found, person.id, plainly(t('rescued.note')))
      if (!isTaken) return found
      showToast({ text: t('rescued.done') })
      return client.content.getEdition({ id: summary.id })
    },
    // the words come over their own connection, and the desk hears of others' saves by itself
    meta: { live: false },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    gcTime: 0,
  })
  const [desk, setDesk] = useState<Desk | null>(null)
  /** Grows when the document has to be opened anew. */
  const [round, setRound] = useState(0)
  useEffect(() => {
    const writing = openWriting(edition.id, person.id, workspace.slug, queries)
    let made: Desk | null = null
    const look = () => {
      const { isReady, isForeign } = writing.state()
      if (isForeign) {
        stop()
        void startOver()
      } else if (isReady && !made) {
        made = createDesk(edition, writing, queries)
        setDesk(made)
      }
    }
    /** What this browser kept is of a document that is no more: its words become a version, and the new one is opened. */
    const startOver = async () => {
      const text = textOfDocument(writing, edition)
      try {
        await keepAsVersion(edition.id, text, plainly(t('rescued.note')))
      } catch (error) {
        // whoever may not write has nothing to lose
        if (!isRefusal(error, 'not-allowed')) return tell(error)
      }
      closeWriting(writing, workspace.slug)
      await forgetKept(person.id, edition.id)
      showToast({ text: t('rescued.done') })
      setRound((now) => now + 1)
    }
    const stop = writing.watch(look)
    look()
    return () => {
      stop()
      made?.end()
      setDesk(null)
      closeWriting(writing, workspace.slug)
    }
    // the edition is read once for a visit
  }, [edition.id, round, person.id, workspace.slug, queries])
  useLeaving(desk)
  // the live connection makes the article stale, and with it comes the revision that someone else has saved
  useEffect(() => desk?.heard(summary.revision), [desk, summary.revision])
  return desk
}

/** Typesetting is for the screen; what is stored has common spaces. */
const plainly = (text: string): string => text.replaceAll('\u00A0', ' ')

function useLeaving(desk: Desk | null): void {
  useEffect(() => {
    if (!desk) return
    const onHide = () => {
      secureAll()
      desk.leave()
    }
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!secureAll()) event.preventDefault()
    }
    // a page in the background may end without another word
    const onHidden = () => {
      if (document.visibilityState === 'hidden') secureAll()
    }
    addEventListener('pagehide', onHide)
    addEventListener('beforeunload', onUnload)
    document.addEventListener('visibilitychange', onHidden)
    return () => {
      removeEventListener('pagehide', onHide)
      document.removeEventListener('visibilitychange', onHidden)
      removeEventListener('beforeunload', onUnload)
    }
  }, [desk])
}

export const useFields = (desk: Desk) => useSyncExternalStore(desk.watch, desk.fields)
export const useSaving = (desk: Desk) => useSyncExternalStore(desk.watchSaving, desk.saving)
export const usePeers = (desk: Desk) => useSyncExternalStore(desk.writing.presence.watch, desk.writing.presence.peers)
