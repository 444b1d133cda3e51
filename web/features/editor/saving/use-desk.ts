/** The desk of one edition for the page that shows it: opened with it, saving while it lives, emptied when it goes. */
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { EditionSummary } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useConnection } from '../../../api/connection.ts'
import { useMe } from '../../../api/me.ts'
import { newId } from '../manuscript/new-id.ts'
import { createDesk, type Desk } from './desk.ts'
import { announceTab, createKeptDrafts, nameOfTab, openTabs } from './kept-drafts.ts'

/** This tab, for as long as the app is open. */
let tab: string | null = null
function thisTab(): string {
  if (tab === null) {
    tab = nameOfTab(newId)
    announceTab(tab)
  }
  return tab
}

/** Saves that a page left under way; whoever opens the edition next waits for them. */
const leftUnderWay = new Map<string, Promise<unknown>>()

/** A private window without storage still edits; it keeps nothing. */
const noStorage = {
  getItem: () => null,
  setItem: () => {
    throw new Error('no storage')
  },
  removeItem: () => {},
  key: () => null,
  length: 0,
}
const storageHere = () => {
  try {
    return localStorage
  } catch {
    return noStorage
  }
}

export function useDesk(summary: EditionSummary): Desk {
  const queries = useQueryClient()
  const { person } = useMe()
  const { data } = useSuspenseQuery({
    queryKey: [...api.content.getEdition.queryKey({ input: { id: summary.id } }), 'desk'],
    queryFn: async () => {
      await leftUnderWay.get(summary.id)
      const [edition, tabs] = await Promise.all([client.content.getEdition({ id: summary.id }), openTabs()])
      return { edition, tabs, at: Date.now() }
    },
    // what is being typed is never replaced by a refetch; the desk hears of others' saves by itself
    meta: { live: false },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    gcTime: 0,
  })
  const [desk] = useState(() =>
    createDesk(data.edition, {
      queries,
      drafts: createKeptDrafts(storageHere(), person.id, thisTab()),
      openTabs: data.tabs,
    }),
  )
  useLife(desk)
  // the live connection makes the article stale, and with it comes the revision that someone else has saved
  useEffect(() => desk.saver.heard(summary.revision), [desk, summary.revision])
  return desk
}

function useLife(desk: Desk): void {
  const { saver, edition } = desk
  const connection = useConnection()
  const queries = useQueryClient()
  useEffect(() => {
    if (connection === 'online') saver.online()
  }, [saver, connection])
  useEffect(() => {
    const stop = saver.begin()
    const onHidden = () => {
      if (document.visibilityState === 'hidden') void saver.flush()
    }
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!saver.secure()) event.preventDefault()
    }
    document.addEventListener('visibilitychange', onHidden)
    addEventListener('pagehide', saver.leave)
    addEventListener('beforeunload', onUnload)
    return () => {
      document.removeEventListener('visibilitychange', onHidden)
      removeEventListener('pagehide', saver.leave)
      removeEventListener('beforeunload', onUnload)
      stop()
      saver.secure()
      const last = saver.flush().finally(() => leftUnderWay.get(edition.id) === last && leftUnderWay.delete(edition.id))
      leftUnderWay.set(edition.id, last)
      // whoever comes back reads it anew
      queries.removeQueries({
        queryKey: [...api.content.getEdition.queryKey({ input: { id: edition.id } }), 'desk'],
        type: 'inactive',
      })
    }
  }, [saver, edition.id, queries])
}

export const useFields = (desk: Desk) => useSyncExternalStore(desk.watch, desk.fields)
export const useSaving = (desk: Desk) => useSyncExternalStore(desk.saver.watch, desk.saver.state)
