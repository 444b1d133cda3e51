/** The public address of an iCal feed. It shows, changes nothing, and says nothing of a link that is no more. */
import { createHash } from 'node:crypto'
import type { Host, HttpReply, HttpRequest, HttpServer } from '@floowe/platform'
import { icalOf } from './ical.ts'
import { feedPrefix, type Opened, open, titleFor, workspaceOf } from './links.ts'
import { dayOf, plusDays } from './moments.ts'
import { pages } from './projection.ts'

type Parts = Pick<Host, 'db' | 'clock' | 'call' | 'rateLimits'>
type Named = { Params: { file: string } }
/** Calendar programs look every few minutes at most. */
const limit = { limit: 120, windowSeconds: 600 }
const daysBack = 90
const daysAhead = 300
const pageRows = 1_000
const rowsMax = 10_000

export const serveFeeds =
  (parts: Parts) =>
  async (http: HttpServer): Promise<void> => {
    http.get<Named>(`${feedPrefix}/:file`, (request, reply) => serve(parts, request, reply))
  }

async function serve(parts: Parts, request: HttpRequest<Named>, reply: HttpReply): Promise<HttpReply> {
  const hidden = {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
    'x-content-type-options': 'nosniff',
  }
  const token = /^([\w-]{20,200})\.ics$/.exec(request.params.file)?.[1]
  const { allowed, resetSeconds } = await parts.rateLimits.consume(`calendar:feed:${request.ip}`, limit)
  if (!allowed)
    return reply
      .code(429)
      .headers({ ...hidden, 'retry-after': String(resetSeconds) })
      .send('')
  const link = token === undefined ? null : await open(parts, token, 'feed')
  if (!link) return reply.code(404).headers(hidden).type('text/plain; charset=utf-8').send('404\n')
  const body = await feedOf(parts, link)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  reply.headers({ ...hidden, etag })
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.includes(etag) || known.includes('*')) return reply.code(304).send()
  return reply
    .type('text/calendar; charset=utf-8')
    .header('content-disposition', 'inline; filename="floowe.ics"')
    .send(body)
}

export async function feedOf(parts: Pick<Parts, 'db' | 'clock' | 'call'>, link: Opened): Promise<string> {
  const { db, clock } = parts
  const workspace = await workspaceOf(parts, link.workspaceId)
  const locale = workspace.language === 'pl' ? 'pl' : 'en'
  const today = dayOf(clock.instant(), link.zone)
  const wanted = { from: plusDays(today, -daysBack), to: plusDays(today, daysAhead), zone: link.zone, limit: pageRows }
  const entries = []
  for await (const rows of pages(db, link.workspaceId, wanted, link.filters)) {
    for (const row of rows) {
      const title = titleFor(link, row) ?? (locale === 'pl' ? 'Zaplanowana publikacja' : 'Planned publication')
      const { id, state, channelName, wallTime, zone, revision } = row
      entries.push({
        ...{ id, title, state, channelName, wallTime, zone, revision },
        dueAt: row.dueAt.toISOString(),
        url: title === row.title ? row.url : null,
        createdAt: row.createdAt.toISOString(),
      })
    }
    if (entries.length >= rowsMax) break
  }
  return icalOf({ name: `${workspace.name}: ${link.name}`, zone: link.zone, locale }, entries)
}
