/** Numbers for Prometheus, in a registry of their own: two sets in one process never meet. */
import type { Registry } from 'prom-client'
import { observeProcess } from './process-metrics.ts'

export type Labels = Readonly<Record<string, string>>
export type Counter = { add: (labels?: Labels, by?: number) => void }
export type Gauge = { set: (value: number, labels?: Labels) => void }
export type Histogram = { observe: (value: number, labels?: Labels) => void }
export type Reading = { value: number; labels?: Labels }
type Read = () => Promise<readonly Reading[]> | readonly Reading[]
/** `labels` names them all; a value must come from a small, known set, never from input. */
export type MetricDeclaration = { name: string; help: string; labels?: readonly string[] }

export type Metrics = {
  /** `read` is asked for the totals at each rendering, where something else counts already. */
  counter: (declaration: MetricDeclaration, read?: Read) => Counter
  /** `read` is asked at each rendering; its answers replace the older ones, and if it throws the gauge is left out. */
  gauge: (declaration: MetricDeclaration, read?: Read) => Gauge
  histogram: (declaration: MetricDeclaration & { buckets: readonly number[] }) => Histogram
  /** `floowe_http_requests_total` and `floowe_http_request_seconds`. `route` is the pattern, never the path. */
  request: (seen: { method: string; route: string; status: number; seconds: number }) => void
  /** `floowe_operation_seconds{service,operation,outcome}`; outcome is `ok`, a refusal's code, or `internal`. */
  operation: (seen: { service: string; operation: string; outcome: string; seconds: number }) => void
  /** `floowe_queue_waiting{queue,state}`: rows per queue and state, read at each rendering. */
  queue: (name: string, read: () => Promise<Readonly<Record<string, number>>>) => void
  render: () => Promise<{ type: string; body: string }>
  /** Forgets everything and stops the observers of the process. */
  close: () => void
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** A slow database must not hold the scraper, nor one broken gauge hide the others. */
const readMsMax = 2_000

/** Loads prom-client on the way: 45 to 60 ms that a start can spend while the database comes up. */
export async function createMetrics(): Promise<Metrics> {
  const { counter, gauge, histogram, registry } = await createKinds()
  // Counted here and read when asked for: for the cheapest answers the library's own counting would be felt.
  const requests = new Map<string, Reading & { value: number }>()
  counter(
    { name: 'floowe_http_requests_total', help: 'Requests answered', labels: ['method', 'route', 'status'] },
    () => [...requests.values()],
  )
  const requestSeconds = histogram({
    name: 'floowe_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labels: ['method', 'route'],
    buckets: secondsBuckets,
  })
  const operationSeconds = histogram({
    name: 'floowe_operation_seconds',
    help: 'Time an operation of a service took, by outcome: ok, the code of a refusal, or internal',
    labels: ['service', 'operation', 'outcome'],
    buckets: secondsBuckets,
  })
  const stopObserving = observeProcess({ counter, gauge, histogram })
  const queues = new Map<string, () => Promise<Readonly<Record<string, number>>>>()
  gauge(
    { name: 'floowe_queue_waiting', help: 'Work that waits, by queue and state', labels: ['queue', 'state'] },
    async () => {
      const readings = await Promise.all(
        [...queues].map(async ([queue, read]) => {
          const states = await inTime(read)
          return Object.entries(states ?? {}).map(([state, value]) => ({ value, labels: { queue, state } }))
        }),
      )
      return readings.flat()
    },
  )

  return {
    counter,
    gauge,
    histogram,
    request: ({ method, route, status, seconds }) => {
      // A method is what the caller typed: unknown ones share a name, or the series would grow without end.
      const known = methods.has(method) ? method : 'other'
      const key = `${known} ${status} ${route}`
      const counted = requests.get(key)
      if (counted) counted.value += 1
      else requests.set(key, { value: 1, labels: { method: known, route, status: String(status) } })
      requestSeconds.observe(seconds, { method: known, route })
    },
    operation: ({ service, operation, outcome, seconds }) =>
      operationSeconds.observe(seconds, { service, operation, outcome }),
    queue: (name, read) => queues.set(name, read),
    render: async () => ({ type: registry.contentType, body: await registry.metrics() }),
    close: () => {
      stopObserving()
      queues.clear()
      registry.clear()
    },
  }
}

/** The three kinds of numbers, over one registry. */
async function createKinds(): Promise<Pick<Metrics, 'counter' | 'gauge' | 'histogram'> & { registry: Registry }> {
  const { Registry, Counter, Gauge, Histogram } = (await import('prom-client')).default
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    counter: ({ name, help, labels = [] }, read) => {
      const collect = async (): Promise<void> => {
        const readings = read && (await inTime(read))
        if (!readings) return
        made.reset()
        for (const { value, labels: values = {} } of readings) made.inc(values, value)
      }
      const made = new Counter({ name, help, labelNames: [...labels], registers, ...(read && { collect }) })
      return { add: (values = {}, by = 1) => made.inc(values, by) }
    },
    gauge: ({ name, help, labels = [] }, read) => {
      const collect = async (): Promise<void> => {
        const readings = read ? await inTime(read) : []
        made.reset()
        // A gauge without labels starts again at 0, which would be a statement; one nobody could read says nothing.
        if (readings === null) made.remove()
        else for (const { value, labels: values = {} } of readings) made.set(values, value)
      }
      const made = new Gauge({ name, help, labelNames: [...labels], registers, ...(read && { collect }) })
      return { set: (value, values = {}) => made.set(values, value) }
    },
    histogram: ({ name, help, labels = [], buckets }) => {
      const made = new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers })
      return { observe: (value, values = {}) => made.observe(values, value) }
    },
  }
}

/** What `read` answers, or null when it fails or takes too long. */
async function inTime<Value>(read: () => Promise<Value> | Value): Promise<Value | null> {
  const { promise: tooLate, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), readMsMax)
  try {
    return await Promise.race([(async () => read())(), tooLate])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
