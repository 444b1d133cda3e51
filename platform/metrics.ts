/** Numbers for Prometheus, in a registry of their own: two sets in one process never meet. */

export type Labels = Readonly<Record<string, string>>
export type Counter = { add: (labels?: Labels, by?: number) => void }
export type Gauge = { set: (value: number, labels?: Labels) => void }
export type Histogram = { observe: (value: number, labels?: Labels) => void }
export type MetricDeclaration = { name: string; help: string; labels?: readonly string[] }

export type Metrics = {
  counter: (declaration: MetricDeclaration) => Counter
  /** `read` is asked at each rendering; its answers replace the older ones. */
  gauge: (declaration: MetricDeclaration, read?: () => Promise<readonly GaugeReading[]> | readonly GaugeReading[]) => Gauge
  histogram: (declaration: MetricDeclaration & { buckets: readonly number[] }) => Histogram
  /** `floowe_http_requests_total` and `floowe_http_request_seconds`. `route` is the pattern, never the path. */
  request: (seen: { method: string; route: string; status: number; seconds: number }) => void
  /** `floowe_operation_seconds{service,operation,outcome}`; outcome is `ok`, a refusal's code, or `internal`. */
  operation: (seen: { service: string; operation: string; outcome: string; seconds: number }) => void
  /** `floowe_queue_waiting{queue,state}`: rows per queue and state, read at each rendering. */
  queue: (name: string, read: () => Promise<Readonly<Record<string, number>>>) => void
  render: () => Promise<{ type: string; body: string }>
  /** Stops the observers of the process. */
  close: () => void
}
export type GaugeReading = { value: number; labels?: Labels }

export declare function createMetrics(): Promise<Metrics>
