/**
 * Plain routes of services in other processes: passed on as they are, answered as they come. Whatever the service said, pages
 * on the app's own host never share the app's powers.
 */
import type { Readable } from 'node:stream'
import { publicPrefixes } from '@floowe/contracts/paths'
import type { ServiceName } from '@floowe/contracts/index'
import type { HttpTransport } from '@floowe/platform/cluster'
import { innerHeaders, newTrail, traceparentOf } from '@floowe/platform/ground'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Hosts } from './hosts.ts'
import { localeOf, refusalBody } from './refusals.ts'

export type Upstreams = Pick<HttpTransport, 'instancesOf' | 'key'>

const answerWithinMs = 60_000
const patienceMs = 25_000
const triesMax = 3
/** Smaller answers are sent in one piece. */
const wholeBytesMax = 128 * 1024
/** Of the connection, not of the message (RFC 9110, 7.6.1). */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'expect',
])

export async function registerUpstreams(http: FastifyInstance, upstreams: Upstreams, hosts: Hosts): Promise<void> {
  await http.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const [service, prefixes] of Object.entries(publicPrefixes) as [ServiceName, readonly string[]][])
      for (const prefix of prefixes)
        for (const url of [prefix, `${prefix}/*`])
          scope.route({
            method: ['GET', 'HEAD', 'POST', 'OPTIONS'],
            url,
            exposeHeadRoute: false,
            handler: (request, reply) => pass(request, reply, service, upstreams, hosts),
          })
  })
}

async function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  service: ServiceName,
  { instancesOf, key }: Upstreams,
  hosts: Hosts,
): Promise<FastifyReply> {
  const instances = instancesOf(service)
  const mayRepeat = request.method === 'GET' || request.method === 'HEAD'
  const untilMs = performance.now() + patienceMs
  const failed = new Set<string>()
  for (let turn = 1; turn <= triesMax; turn++) {
    const taken = await instances.take(untilMs, failed)
    if (!taken) break
    try {
      const answer = await taken.pool.request({
        method: request.method as 'GET',
        path: request.url,
        headers: headersOf(request, key),
        body: mayRepeat ? null : (request.body as Readable | null), // the parser above hands the stream on
        headersTimeout: answerWithinMs,
        bodyTimeout: answerWithinMs,
      })
      const how = answer.headers['floowe-draining'] === undefined ? 'answered' : 'draining'
      answer.body.once('close', () => taken.release(how))
      copyHead(reply, answer.statusCode, answer.headers, hosts.purposeOf(request.headers.host))
      const size = Number(answer.headers['content-length'])
      if (size > wholeBytesMax) return reply.send(answer.body)
      return reply.send(Buffer.from(await answer.body.arrayBuffer()))
    } catch (error) {
      taken.release('broken')
      failed.add(taken.origin)
      if (!mayRepeat && !isUnsent(error)) break
    }
  }
  return reply
    .code(503)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(
      JSON.stringify(refusalBody({ status: 503, code: 'unavailable' }, localeOf(request.headers['accept-language']))),
    )
}

const isUnsent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ECONNREFUSED'

function headersOf(request: FastifyRequest, key: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !ofConnection.has(name)) headers[name] = value
  headers['floowe-inner'] = key
  headers['x-forwarded-for'] = request.ip
  headers[innerHeaders.requestId] = request.id
  headers['traceparent'] = traceparentOf(newTrail(request.id))
  return headers
}

function copyHead(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  purpose: ReturnType<Hosts['purposeOf']>,
): void {
  reply.code(status)
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !ofConnection.has(name) && !name.startsWith('floowe-')) reply.header(name, value)
  const policy = withSandbox(headers['content-security-policy'], purpose)
  if (policy !== null) reply.header('content-security-policy', policy)
}

/**
 * On a host of its own a site is alone; on the app's host its pages are strangers to the app, whether or not the service
 * remembered. Answers the policy to send instead of the given one, or null when that may stay.
 */
export function withSandbox(given: unknown, purpose: ReturnType<Hosts['purposeOf']>): string | null {
  const policy = typeof given === 'string' ? given : "default-src 'none'"
  const isOwnHost = purpose !== null && 'site' in purpose
  return isOwnHost || /(^|;)\s*sandbox\b/.test(policy)
    ? null
    : `${policy}; sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox`
}
