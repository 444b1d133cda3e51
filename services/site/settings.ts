/** What the public site is told by the operator. */
import type { EnvReader } from '@floowe/platform'

export type SiteServiceSettings = {
  /** Upper bound of answers kept in memory, bytes; 0 keeps none. */
  cacheBytesMax: number
  /** How long shared caches (a CDN) may answer without asking, seconds; 0: they always ask. */
  sharedCacheSeconds: number
  /** Searches of one address in a minute. */
  searchesPerMinute: number
}

export const siteSettings = (env: EnvReader): SiteServiceSettings => ({
  cacheBytesMax:
    env.whole('FLOOWE_SITE_CACHE_MB', {
      summary: 'Memory for ready answers of the public site and the content API, MB; 0 keeps none',
      standard: 16,
      min: 0,
      max: 4096,
    }) *
    1024 *
    1024,
  sharedCacheSeconds: env.whole('FLOOWE_SITE_SHARED_CACHE_SECONDS', {
    summary:
      'How long a CDN may answer for the public site without asking, seconds; it may show an older page for that long',
    standard: 0,
    min: 0,
    max: 86_400,
  }),
  searchesPerMinute: env.whole('FLOOWE_SITE_SEARCHES_PER_MINUTE', {
    summary: 'Searches on public sites of one address in a minute',
    standard: 60,
    min: 1,
    max: 100_000,
  }),
})
