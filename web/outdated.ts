/**
 * After an update of the server a page opened before asks for files that are gone. Loading the page anew brings the new ones;
 * at most once in {@link pauseMs}, so that a server that really lacks a file does not make it spin.
 */
const pauseMs = 30_000
const key = 'floowe-reloaded-at'

export function reloadWhenOutdated(): void {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(key) ?? 0)
    if (Date.now() - last < pauseMs) return
    event.preventDefault()
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  })
}
