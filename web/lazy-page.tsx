/** Pages that are fetched when they are first opened. */
import { type ComponentType, type ReactNode, use } from 'react'

type LazyPage = (() => ReactNode) & { preload: () => Promise<void> }

/** The page waits (Suspense) until `load` has brought it. If that failed, it throws why, see `missing-files.ts`. */
export function lazyPage(load: () => Promise<ComponentType>): LazyPage {
  let Page: ComponentType | null = null
  let failure: unknown = null
  let loading: Promise<void> | null = null
  const preload = () => {
    loading ??= load().then(
      (loaded) => {
        Page = loaded
      },
      (error: unknown) => {
        failure = error
      },
    )
    return loading
  }
  const Lazy = () => {
    if (!Page && !failure) use(preload())
    if (failure) throw failure
    return Page && <Page />
  }
  return Object.assign(Lazy, { preload })
}
