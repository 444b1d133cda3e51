/**
 * Plain HTTP paths that belong to a service: pages, files and hot reads that are no operations. The front door passes what
 * begins with them on to that service, wherever it runs. A segment is matched whole: `/t` is not `/team`.
 */
import type { ServiceName } from './index.ts'

export const publicPrefixes: Readonly<Partial<Record<ServiceName, readonly `/${string}`[]>>> = {
  content: ['/media', '/preview'],
  site: ['/site', '/site-assets', '/robots.txt', '/api/content'],
  publishing: ['/newsletter', '/calendar/ical'],
  analytics: ['/t'],
}
