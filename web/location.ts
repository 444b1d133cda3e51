/** Where the person is in the app, for pages and pieces. */
import { useLocation, useParams, useRouter } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { type Paths, pathsOf } from './paths.ts'

/** The slug in `/w/<slug>/…`. Only inside the shell. */
export function useWorkspaceSlug(): string {
  return useRouteParam('workspace')
}

/** A part of the address that the route names, e.g. `articleId`. */
export function useRouteParam(name: 'workspace' | 'articleId' | 'language' | 'id' | 'token'): string {
  const params: Record<string, string | undefined> = useParams({ strict: false })
  const value = params[name]
  if (value === undefined) throw new Error(`this page's address has no ${name}`)
  return value
}

export function usePaths(): Paths {
  const slug = useWorkspaceSlug()
  return useMemo(() => pathsOf(slug), [slug])
}

/** Goes to an address of this app, as a click on a link would. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  const router = useRouter()
  return useCallback(
    (href, options) => (options?.replace ? router.history.replace(href) : router.history.push(href)),
    [router],
  )
}

export type SearchState = Record<string, string>

/**
 * The part of the address after `?` as plain strings, and a way to change some of it. Lists keep their filters here, so that a
 * list can be sent as a link and Back returns to it. An empty value takes the name out.
 */
export function useSearchState(): [
  SearchState,
  (patch: Record<string, string | number | null | undefined>, options?: { replace?: boolean }) => void,
] {
  const router = useRouter()
  const searchText = useLocation({ select: (location) => location.searchStr })
  const search = useMemo(() => Object.fromEntries(new URLSearchParams(searchText)), [searchText])
  const change = useCallback(
    (patch: Record<string, string | number | null | undefined>, options: { replace?: boolean } = { replace: true }) => {
      const params = new URLSearchParams(router.history.location.search)
      for (const [name, value] of Object.entries(patch)) {
        if (value === null || value === undefined || value === '') params.delete(name)
        else params.set(name, String(value))
      }
      const query = params.toString()
      const href = `${router.history.location.pathname}${query ? `?${query}` : ''}`
      if (options.replace) router.history.replace(href)
      else router.history.push(href)
    },
    [router],
  )
  return [search, change]
}
