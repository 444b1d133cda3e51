/** What one request sets off is one trace, through calls and events. The cluster's own test asks the same of many processes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ask, setUp, startTestInstallation, type TestInstallation } from './testing.ts'
import { startCollector } from './testing-traces.ts'

let world: TestInstallation
let collector: Awaited<ReturnType<typeof startCollector>>
let owner: Ask
beforeAll(async () => {
  collector = await startCollector()
  world = await startTestInstallation({ FLOOWE_OTLP_URL: collector.url })
  owner = world.as({ cookie: (await setUp(world)).cookie, origin: world.url })
}, 60_000)
afterAll(async () => {
  await world.stop()
  await collector.stop()
})

test('a request, the operations it calls and the listeners of its events form one trace, each under its cause', async () => {
  const made = await owner('POST', '/articles', { body: { language: 'en', title: 'Traced' } })
  expect(made.status).toBe(201)
  const traceId = (made.headers.get('x-request-id') ?? '').replaceAll('-', '')
  const names = () => collector.spansOf(traceId).map(({ name }) => name)
  const expected = [
    'POST /api/v1/articles',
    'content.createArticle',
    'content.article-created at identity',
    'content.article-created at gateway',
  ]
  for (const name of expected) await expect.poll(names, { timeout: 15_000 }).toContain(name)
  const spans = collector.spansOf(traceId)
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId)
  expect(roots.map(({ name }) => name)).toEqual(['POST /api/v1/articles'])
  expect(spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))).toEqual([])
})
