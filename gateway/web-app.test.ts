import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { registerWebApp } from './web-app.ts'

test('a page that a secret opens is kept, listed and named to others by nobody; the others are as always', async () => {
  const http = Fastify()
  await registerWebApp(http, null)
  const headersOf = async (url: string) => (await http.inject({ url })).headers
  const secretive = {
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
    'cache-control': 'no-store',
  }
  for (const url of ['/approval/fla_secret', '/approval/fla_secret?x=1', '/invitation/secret', '/reset/secret'])
    expect(await headersOf(url), url).toMatchObject(secretive)
  for (const url of ['/', '/w/studio/approvals', '/approvals/1', '/w/studio/approval/1']) {
    const headers = await headersOf(url)
    expect(headers['cache-control'], url).toBe('no-cache')
    expect(headers['x-robots-tag'], url).toBeUndefined()
  }
  await http.close()
})
