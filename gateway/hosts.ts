/**
 * Which host a request may name, and what it is for. Everything else gets 421: links never come from request headers, and a
 * foreign name pointed at this address reaches nothing (DNS rebinding).
 */

export type Hosts = {
  /** `app` for this installation's own address, the workspace's slug for a host of its own site, null for strangers. */
  purposeOf: (hostHeader: string | undefined) => { app: true } | { site: string } | null
  /** Origins from which a cookie may be used for writing. */
  isOwnOrigin: (origin: string | undefined) => boolean
  setSites: (sites: readonly { host: string; workspace: string }[]) => void
}

export function createHosts(publicUrl: string, listening: { host: string; port: number }): Hosts {
  const own = new URL(publicUrl)
  const appHosts = new Set([own.host.toLowerCase()])
  const appOrigins = new Set([own.origin])
  if (['127.0.0.1', '::1', 'localhost'].includes(listening.host)) {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      appHosts.add(`${name}:${listening.port}`)
      appOrigins.add(`http://${name}:${listening.port}`)
    }
  }
  let sites = new Map<string, string>()
  return {
    purposeOf: (header) => {
      const host = header?.toLowerCase() ?? ''
      if (appHosts.has(host)) return { app: true }
      const site = sites.get(host)
      return site === undefined ? null : { site }
    },
    isOwnOrigin: (origin) => origin !== undefined && appOrigins.has(origin),
    setSites: (wanted) => {
      sites = new Map(wanted.filter(({ host }) => !appHosts.has(host)).map(({ host, workspace }) => [host, workspace]))
    },
  }
}
