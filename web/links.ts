/**
 * Plain `<a href>` works everywhere in the app: clicks on our own addresses are taken here and given to the router, so that
 * pieces need not know it. Clicks with a modifier, downloads, new tabs and addresses of the server go their usual way.
 */
import type { AnyRouter } from '@tanstack/react-router'
import { workspaceIn } from './paths.ts'

const ofServer = /^\/(api|site|media|preview|healthz|readyz|metrics|calendar\/ical)(\/|$)/

/** The address inside the app that this link leads to, or null when the browser should follow it by itself. */
export function insideApp(link: { href: string; target: string; hasDownload: boolean }, origin: string): string | null {
  if (link.hasDownload || (link.target && link.target !== '_self')) return null
  let url: URL
  try {
    url = new URL(link.href, origin)
  } catch {
    return null
  }
  if (url.origin !== origin || ofServer.test(url.pathname)) return null
  return url.pathname + url.search + url.hash
}

const linkOf = (event: Event): HTMLAnchorElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
const hrefInside = (link: HTMLAnchorElement) =>
  insideApp({ href: link.href, target: link.target, hasDownload: link.hasAttribute('download') }, location.origin)

/** @returns a function that stops it. */
export function followLinks(router: AnyRouter): () => void {
  const onClick = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = linkOf(event)
    const href = link && hrefInside(link)
    if (!href || (link.hash && link.pathname === location.pathname && link.search === location.search)) return
    event.preventDefault()
    router.history.push(href)
  }
  // pages are fetched while the pointer is still on its way
  const onHover = (event: Event) => {
    const link = linkOf(event)
    const href = link && hrefInside(link)
    if (!href || workspaceIn(link.pathname) !== workspaceIn(location.pathname)) return
    void router.preloadRoute({ to: link.pathname }).catch(() => {}) // a failed guess costs nothing: the click loads it again
  }
  document.addEventListener('click', onClick)
  document.addEventListener('pointerover', onHover, { passive: true })
  document.addEventListener('focusin', onHover)
  return () => {
    document.removeEventListener('click', onClick)
    document.removeEventListener('pointerover', onHover)
    document.removeEventListener('focusin', onHover)
  }
}
