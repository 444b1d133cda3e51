/**
 * A file of the app that did not come: the server is away, or was updated and has other files now. Browsers remember a failed
 * import for as long as the page lives, so only loading the page anew helps; it happens by itself, once the server answers.
 */
const pauseMs = 30_000
const key = 'floowe-reloaded-at'

/** Chrome, Firefox and Safari each say it in their own words. */
export const isMissingFile = (error: unknown): boolean =>
  error instanceof TypeError && /dynamically imported module|importing a module script/i.test(error.message)

/** Loads the page anew if the server answers; not twice within {@link pauseMs}, should a file really be missing. */
export async function reloadWhenServed(): Promise<void> {
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < pauseMs) return
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => null)
  if (!answer?.ok) return
  sessionStorage.setItem(key, String(Date.now()))
  location.reload()
}
