/** The public pages and the theme's files over HTTP: keys of kept answers, headers, limits. */
import type { Host, HttpReply, HttpRequest, HttpServer } from '@floowe/platform'
import { baseOf, placeOf } from './addresses.ts'
import { bareMessage } from './pages/bare-message.ts'
import type { Asked, PublicSite } from './public-site.ts'
import type { Answer, Answers } from './serving.ts'
import type { Sites } from './sites.ts'
import { hasQueryRedirects } from './store/redirects.ts'
import type { Site } from './store/sites.ts'
import { type Theme, themeFolder } from './theme/theme.ts'

export const sitePrefix = '/site'
export const assetsPrefix = themeFolder
/** Of the app's own host; a site with a host of its own has its own. */
export const robotsPath = '/robots.txt'

const robots = `User-agent: *\nAllow: ${sitePrefix}/\nAllow: ${assetsPrefix}/\nAllow: /media/\nDisallow: /\n`

type Parts = {
  host: Host
  sites: Sites
  answers: Answers
  publicSite: PublicSite
  theme: Theme
  sharedCacheSeconds: number
  searchesPerMinute: number
}

/** A member of this installation reads the page: their visits are not counted, so their pages have no tracker. */
const isMember = (cookie: string | undefined): boolean =>
  cookie !== undefined && /(?:^|;\s*)(?:__Host-)?floowe-\d+=/.test(cookie)
/** Parameters that only tell where a reader came from: they change nothing. */
const harmless = /^(?:utm_[a-z_]+|fbclid|gclid|dclid|msclkid|mc_[a-z]+|ref|source|page)$/

type Target = {
  workspace: string
  path: string
  parameters: URLSearchParams
  rawQuery: string
  isCounted: boolean
  key: string
}

function targetOf(request: HttpRequest): Target {
  const { url } = request
  const at = url.indexOf('?')
  const whole = at === -1 ? url : url.slice(0, at)
  const rawQuery = at === -1 ? '' : url.slice(at + 1, at + 1_000)
  const start = whole.indexOf('/', sitePrefix.length + 1)
  const parameters = new URLSearchParams(rawQuery)
  const isCounted = !isMember(request.headers.cookie)
  const known = ['page', 'q'].map((name) => parameters.get(name) ?? '').join('\n')
  return {
    workspace: whole.slice(sitePrefix.length + 1, start === -1 ? undefined : start),
    path: start === -1 ? '' : whole.slice(start),
    parameters,
    rawQuery,
    isCounted,
    key: `${isCounted ? 'c' : 'm'} ${whole}\n${known}`,
  }
}

export async function registerSite(http: HttpServer, parts: Parts): Promise<void> {
  const { answers, sites, host, publicSite, theme } = parts
  const queries = queryMemory(host)

  const askedOf = async (target: Target): Promise<Asked | null> => {
    const site = await sites.bySlug(target.workspace)
    const page = target.parameters.get('page') ?? '1'
    return (
      site && {
        site,
        path: target.path,
        page: /^[1-9]\d{0,4}$/.test(page) ? Number(page) : Number.MAX_SAFE_INTEGER,
        query: target.parameters.get('q') ?? '',
        rawQuery: target.rawQuery,
        isCounted: target.isCounted,
      }
    )
  }
  const answer = async (request: HttpRequest, reply: HttpReply, target: Target): Promise<unknown> => {
    const asked = await askedOf(target)
    if (!asked)
      return answers.send(
        request,
        reply,
        '',
        answers.once(bareMessage(theme, host.publicUrl, request.headers['accept-language'], 'notFound')),
      )
    const { site } = asked
    const finish = (made: Answer): Answer => withHeaders(made, site, parts, target.isCounted)
    if (target.rawQuery !== '' && (await queries.hasRedirects(site.workspaceId, site.revision))) {
      const old = await publicSite.oldQuery(asked)
      if (old) return answers.send(request, reply, '', answers.once(finish(old)))
    }
    if (placeOf(asked.path, site.languages).place.kind === 'search' && asked.query !== '') {
      const limit = await host.rateLimits.consume(`site-search:${request.ip}`, {
        limit: parts.searchesPerMinute,
        windowSeconds: 60,
      })
      if (!limit.allowed)
        return answers.send(
          request,
          reply,
          '',
          answers.once({
            ...finish(await publicSite.tooMany(asked)),
            headers: { 'retry-after': String(limit.resetSeconds), 'cache-control': 'no-store' },
          }),
        )
    }
    const ready = await answers.of(target.key, site.workspaceId, site.revision, async () =>
      finish(await publicSite.answer(asked)),
    )
    return answers.send(request, reply, target.key, ready)
  }
  const handle = async (request: HttpRequest, reply: HttpReply): Promise<unknown> => {
    const target = targetOf(request)
    if (target.path === '' && target.workspace !== '')
      return reply.redirect(`${host.publicUrl}${sitePrefix}/${encodeURIComponent(decodedOr(target.workspace))}/`, 301)
    const ready = [...target.parameters.keys()].every((name) => harmless.test(name))
      ? answers.fresh(target.key)
      : undefined
    if (ready) return answers.send(request, reply, target.key, ready)
    try {
      return await answer(request, reply, target)
    } catch (error) {
      if (await host.db.isReady()) throw error
      return answers.send(
        request,
        reply,
        '',
        answers.once(bareMessage(theme, host.publicUrl, request.headers['accept-language'], 'unavailable')),
      )
    }
  }
  http.get(`${sitePrefix}/*`, handle)
  http.get(robotsPath, async (_request, reply) =>
    reply
      .headers({ 'cache-control': 'public, max-age=3600', 'access-control-allow-origin': '*' })
      .type('text/plain; charset=utf-8')
      .send(robots),
  )
  registerTheme(http, answers, theme)
}

const decodedOr = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function registerTheme(http: HttpServer, answers: Answers, theme: Theme): void {
  const headers = {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  }
  const styles = new Map(
    [...theme.files.values()]
      .filter((file) => file.name.endsWith('.css'))
      .map((file) => [file.name, answers.once({ status: 200, type: file.type, body: file.body.toString(), headers })]),
  )
  http.get<{ Params: { name: string } }>(`${assetsPrefix}/:name`, (request, reply) => {
    const { name } = request.params
    const style = styles.get(name)
    if (style) return answers.send(request, reply, '', style)
    const file = theme.files.get(name)
    if (!file) return reply.callNotFound()
    return reply.headers(headers).type(file.type).send(file.body)
  })
}

/** Whether a site has old addresses with a query, remembered for one revision. */
function queryMemory(host: Host) {
  const known = new Map<string, { revision: number; has: boolean }>()
  return {
    hasRedirects: async (workspaceId: string, revision: number): Promise<boolean> => {
      const memory = known.get(workspaceId)
      if (memory?.revision === revision) return memory.has
      const has = await hasQueryRedirects(host.db, workspaceId)
      if (known.size >= 1_000) known.clear()
      known.set(workspaceId, { revision, has })
      return has
    },
  }
}

function withHeaders(answer: Answer, site: Site, parts: Parts, isCounted: boolean): Answer {
  const origin = new URL(baseOf(site, parts.host.publicUrl)).origin
  const shared = parts.sharedCacheSeconds > 0 && isCounted ? `, s-maxage=${parts.sharedCacheSeconds}` : ''
  const isPage = answer.type.startsWith('text/html')
  return {
    ...answer,
    headers: {
      // A member's page is theirs: shared caches keep only what everybody gets.
      'cache-control': isCounted
        ? `public, max-age=0, must-revalidate${shared}`
        : 'private, max-age=0, must-revalidate',
      vary: 'accept-encoding, cookie',
      'surrogate-key': `site-${site.workspaceId}`,
      ...(isPage
        ? { 'content-security-policy': policyFor(origin), 'referrer-policy': 'strict-origin-when-cross-origin' }
        : { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" }),
      ...(site.isListed ? {} : { 'x-robots-tag': 'noindex' }),
      ...answer.headers,
    },
  }
}

/** Origins by name: on the app's host pages are sandboxed, and 'self' means nothing there. */
const policyFor = (origin: string): string =>
  [
    "default-src 'none'",
    `img-src ${origin} https: http: data:`,
    `style-src ${origin}${assetsPrefix}/`,
    `font-src ${origin}${assetsPrefix}/`,
    `script-src ${origin}/t/tracker.js`,
    // The tracker; and auditing tools, which read the rules for robots from inside the page.
    `connect-src ${origin}/t/ ${origin}${robotsPath}`,
    `form-action ${origin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
