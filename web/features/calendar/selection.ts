/** Several entries taken together, by a click with Ctrl, Cmd or Shift, or the key X: to be moved or cancelled at once. */
import { useSyncExternalStore } from 'react'

/** As many as one request changes. */
export const selectedMax = 100

export type Selection = ReturnType<typeof createSelection>

export function createSelection() {
  let chosen: ReadonlySet<string> = new Set()
  const watchers = new Set<() => void>()
  const become = (next: ReadonlySet<string>): void => {
    chosen = next
    for (const watcher of watchers) watcher()
  }
  return {
    now: () => chosen,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    toggle: (id: string): void => {
      const next = new Set(chosen)
      if (!next.delete(id) && next.size < selectedMax) next.add(id)
      become(next)
    },
    clear: (): void => {
      if (chosen.size > 0) become(new Set())
    },
  }
}

export const useIsSelected = (selection: Selection, id: string): boolean =>
  useSyncExternalStore(selection.watch, () => selection.now().has(id))

export const useSelected = (selection: Selection): ReadonlySet<string> =>
  useSyncExternalStore(selection.watch, selection.now)
