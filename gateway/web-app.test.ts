import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
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

test('only faces of type are given to pages of other origins, as a frame without rights is one', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-web-app-'))
  try {
    await mkdir(path.join(folder, 'assets'))
    for (const name of ['serif-12345678.woff2', 'app-12345678.js'])
      await writeFile(path.join(folder, 'assets', name), 'x')
    const http = Fastify()
    await registerWebApp(http, pathToFileURL(`${folder}/`))
    const allowed = async (name: string) => {
      const { statusCode, headers } = await http.inject({ url: `/assets/${name}` })
      return [statusCode, headers['access-control-allow-origin']]
    }
    expect(await allowed('serif-12345678.woff2')).toEqual([200, '*'])
    expect(await allowed('app-12345678.js')).toEqual([200, undefined])
    await http.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})
