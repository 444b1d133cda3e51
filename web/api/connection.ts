/** Can the server be reached? Fed by every call and by the browser's own knowledge of the network. */
import { useSyncExternalStore } from 'react'

export type Connection = 'online' | 'offline' | 'unreachable'

const watchers = new Set<() => void>()
let isServerSilent = false

const tell = () => {
  for (const watcher of watchers) watcher()
}
const set = (isSilent: boolean) => {
  if (isServerSilent === isSilent) return
  isServerSilent = isSilent
  tell()
}

export const heardSomething = () => set(false)
export const heardNothing = () => set(true)

export const connectionNow = (): Connection =>
  navigator.onLine === false ? 'offline' : isServerSilent ? 'unreachable' : 'online'

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  addEventListener('online', watcher)
  addEventListener('offline', watcher)
  return () => {
    watchers.delete(watcher)
    removeEventListener('online', watcher)
    removeEventListener('offline', watcher)
  }
}

export const useConnection = (): Connection => useSyncExternalStore(watch, connectionNow)
