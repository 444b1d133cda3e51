import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'
import type { Metrics } from './metrics.ts'

let metrics: Metrics
beforeEach(async () => {
  metrics = await createMetrics()
})
afterEach(() => metrics.close())

/** The samples of one metric, without help and type. */
const samples = async (name: string): Promise<string[]> =>
  (await metrics.render()).body.split('\n').filter((line) => line.startsWith(name))

test('requests are counted by method, route and status', async () => {
  metrics.request({ method: 'GET', route: '/api/v1/articles/{id}', status: 200, seconds: 0.004 })
  metrics.request({ method: 'GET', route: '/api/v1/articles/{id}', status: 200, seconds: 0.2 })
  for (const method of ['BREW', 'X'.repeat(500)]) metrics.request({ method, route: 'unknown', status: 405, seconds: 0 })
  expect(await samples('floowe_http_requests_total')).toEqual([
    'floowe_http_requests_total{method="GET",route="/api/v1/articles/{id}",status="200"} 2',
    'floowe_http_requests_total{method="other",route="unknown",status="405"} 2',
  ])
  const seconds = await samples('floowe_http_request_seconds')
  expect(seconds).toContain(
    'floowe_http_request_seconds_bucket{le="0.005",method="GET",route="/api/v1/articles/{id}"} 1',
  )
  expect(seconds).toContain('floowe_http_request_seconds_count{method="GET",route="/api/v1/articles/{id}"} 2')
})

test('operations are timed by outcome', async () => {
  metrics.operation({ service: 'publishing', operation: 'planDelivery', outcome: 'ok', seconds: 0.03 })
  metrics.operation({ service: 'publishing', operation: 'planDelivery', outcome: 'slot-taken', seconds: 0.01 })
  const all = await samples('floowe_operation_seconds')
  expect(all).toContain(
    'floowe_operation_seconds_bucket{le="0.05",service="publishing",operation="planDelivery",outcome="ok"} 1',
  )
  expect(all).toContain(
    'floowe_operation_seconds_count{service="publishing",operation="planDelivery",outcome="slot-taken"} 1',
  )
})

test('queues are read at each rendering, and one that cannot be read hides no other', async () => {
  let waiting = 5
  metrics.queue('mail', async () => ({ waiting, active: 1 }))
  metrics.queue('broken', async () => Promise.reject(new Error('no database')))
  expect(await samples('floowe_queue_waiting')).toEqual([
    'floowe_queue_waiting{queue="mail",state="waiting"} 5',
    'floowe_queue_waiting{queue="mail",state="active"} 1',
  ])
  waiting = 0
  expect(await samples('floowe_queue_waiting{queue="mail",state="waiting"}')).toEqual([
    'floowe_queue_waiting{queue="mail",state="waiting"} 0',
  ])
})

test('own counters, gauges and histograms are shown', async () => {
  const visits = metrics.counter({ name: 'floowe_visits_total', help: 'Visits', labels: ['site'] })
  visits.add({ site: 'a' })
  visits.add({ site: 'a' }, 4)
  metrics.counter({ name: 'floowe_plain_total', help: 'Plain' }).add()
  metrics.gauge({ name: 'floowe_level', help: 'Level' }).set(7)
  metrics.gauge({ name: 'floowe_read', help: 'Read' }, () => [{ value: 3 }])
  metrics.gauge({ name: 'floowe_unreadable', help: 'Unreadable' }, () => {
    throw new Error('broken')
  })
  metrics.histogram({ name: 'floowe_size', help: 'Size', buckets: [1, 10] }).observe(5)
  expect(await samples('floowe_visits')).toEqual(['floowe_visits_total{site="a"} 5'])
  expect(await samples('floowe_plain')).toEqual(['floowe_plain_total 1'])
  expect(await samples('floowe_level')).toEqual(['floowe_level 7'])
  expect(await samples('floowe_read')).toEqual(['floowe_read 3'])
  expect(await samples('floowe_unreadable')).toEqual([])
  expect(await samples('floowe_size_bucket')).toEqual([
    'floowe_size_bucket{le="1"} 0',
    'floowe_size_bucket{le="10"} 1',
    'floowe_size_bucket{le="+Inf"} 1',
  ])
})

test('the process shows what it uses, in the text format of Prometheus', async () => {
  const { type, body } = await metrics.render()
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
  const value = (name: string): number =>
    Number(
      body
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')
        .at(-1),
    )
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(value('nodejs_heap_bytes{kind="used"}')).toBeGreaterThan(1_000_000)
  expect(value('process_cpu_seconds_total{mode="user"}')).toBeGreaterThan(0)
  expect(value('process_start_time_seconds')).toBeGreaterThan(1.7e9)
  for (const line of body.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.+\})? [-+\d.eInfNa]+|)$/)
})

test('two sets in one process know nothing of each other', async () => {
  const other = await createMetrics()
  other.counter({ name: 'floowe_twice_total', help: 'x' }).add()
  metrics.counter({ name: 'floowe_twice_total', help: 'x' }).add({}, 2)
  expect((await other.render()).body).toContain('floowe_twice_total 1')
  expect((await metrics.render()).body).toContain('floowe_twice_total 2')
  other.close()
  expect((await other.render()).body.trim()).toBe('')
})
