/** The built web app: hashed files for a year, one page for every address of the app. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import files from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const policy =
  "default-src 'self'; img-src 'self' data: blob: https: http:; style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self' ws: wss:; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const missing =
  '<!doctype html><meta charset="utf-8"><title>Floowe</title><p>The web app is not built yet. Run <code>npm run build</code> and start again.</p>'

/** A secret in the address opens these: the address goes to nobody else, and nobody keeps or lists the page. */
const opensBySecret = /^\/(approval|invitation|reset|calendar\/shared)\//
const secretive = {
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'cache-control': 'no-store',
} as const

export async function registerWebApp(http: FastifyInstance, folder: URL | null): Promise<void> {
  if (folder) {
    await http.register(files, { root: fileURLToPath(folder), serve: false, preCompressed: true, cacheControl: false })
  }
  // Every address of the app is the same page; the browser's router takes it from there.
  http.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    if (path.startsWith('/api/')) return reply.callNotFound()
    if (folder && /\.\w{2,5}$/.test(path) && path !== '/index.html') {
      const isHashed = path.startsWith('/assets/')
      return (
        reply
          .header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
          // A frame without any rights is a stranger, and takes the faces of its text all the same.
          .headers(path.endsWith('.woff2') ? { 'access-control-allow-origin': '*' } : {})
          .sendFile(decodeURIComponent(path.slice(1)))
      )
    }
    // Read anew each time: a build may replace it while the server runs, and its files with it.
    const page = folder ? await readFile(new URL('index.html', folder), 'utf8').catch(() => null) : null
    return reply
      .code(page === null ? 503 : 200)
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .header('x-frame-options', 'DENY')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
      .header('cross-origin-opener-policy', 'same-origin')
      .headers(opensBySecret.test(path) ? secretive : {})
      .type('text/html; charset=utf-8')
      .send(page ?? missing)
  })
}
