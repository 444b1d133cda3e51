/** The tracker over HTTP: its script, and the one address it reports to. */
import { refusalText } from '@floowe/contracts/refusal-words'
import { WorkspaceId } from '@floowe/contracts/vocabulary'
import type { Host, HttpReply, HttpRequest, HttpServer } from '@floowe/platform'
import type { Collection } from './collection.ts'
import type { Places } from './places.ts'
import type { Tracker } from './tracker.ts'
import { leftOut, viewBytesMax, viewFrom } from './views.ts'

export const trackingPrefix = '/t'

type Parts = { host: Host; places: Places; collection: Collection; tracker: Tracker; viewsPerMinute: number }

export async function registerTracking(http: HttpServer, parts: Parts): Promise<void> {
  const { host, tracker } = parts
  const outcomes = host.metrics.counter({
    name: 'floowe_views_total',
    help: 'Page views reported, by what became of them',
    labels: ['outcome'],
  })
  // Whatever type is named, a view is text: `text/plain` needs no permission from the browser, so pages without an origin can send it.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', { parseAs: 'string', bodyLimit: viewBytesMax }, (_request, body, done) =>
    done(null, body),
  )

  http.get(`${trackingPrefix}/tracker.js`, async (request, reply) => {
    reply.headers({
      'cache-control': 'public, max-age=3600',
      etag: tracker.etag,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    })
    return request.headers['if-none-match'] === tracker.etag
      ? reply.code(304).send()
      : reply.type('text/javascript; charset=utf-8').send(tracker.body)
  })
  http.post<{ Params: { workspace: string } }>(`${trackingPrefix}/:workspace/v`, async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'access-control-allow-origin': '*' })
    const outcome = await counted(request, request.params.workspace, parts)
    outcomes.add({ outcome: outcome.name })
    if (outcome.status === 204) return reply.code(204).send()
    return refused(request, reply, outcome)
  })
}

type Outcome = { name: string; status: number; code?: string; data?: unknown }
const taken: Outcome = { name: 'counted', status: 204 }

async function counted(
  request: HttpRequest,
  workspace: string,
  { host, places, collection, viewsPerMinute }: Parts,
): Promise<Outcome> {
  // Not a refusal: nothing went wrong, this one is just not counted.
  const reason = leftOut(request.headers)
  if (reason) return { name: reason, status: 204 }
  const limit = await host.rateLimits.consume(`views:${request.ip}`, { limit: viewsPerMinute, windowSeconds: 60 })
  if (!limit.allowed)
    return { name: 'too-many', status: 429, code: 'too-many-requests', data: { retryAfterSeconds: limit.resetSeconds } }
  const view = viewFrom(typeof request.body === 'string' ? request.body : '')
  if (!view)
    return {
      name: 'malformed',
      status: 400,
      code: 'invalid-input',
      data: { issues: [{ path: '', problem: 'not a page view' }] },
    }
  const workspaceId = WorkspaceId.safeParse(workspace).data
  const zone = workspaceId && (await places.zoneOf(workspaceId))
  if (!workspaceId || !zone) return { name: 'unknown', status: 404, code: 'not-found', data: { what: 'workspace' } }
  const editions = view.articleId === null ? [] : await places.editionsOf(workspaceId, view.articleId)
  if (view.articleId !== null && editions.length === 0)
    return { name: 'unknown', status: 404, code: 'not-found', data: { what: 'article' } }
  const edition = editions.find((known) => known.editionId === view.editionId)
  const isTaken = await collection.add(
    workspaceId,
    zone,
    { ...view, editionId: edition?.editionId ?? null, editionLanguage: edition?.language ?? '' },
    { address: request.ip, agent: String(request.headers['user-agent'] ?? '') },
  )
  return isTaken ? taken : { name: 'overflow', status: 503, code: 'unavailable' }
}

function refused(request: HttpRequest, reply: HttpReply, { status, code = 'internal', data = null }: Outcome): unknown {
  const locale = /^\s*pl\b/i.test(request.headers['accept-language'] ?? '') ? 'pl' : 'en'
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ defined: true, code, status, message: refusalText(code, locale, data), data }))
}
