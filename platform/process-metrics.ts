/**
 * What the process itself uses, under the names that Prometheus boards know. prom-client's own collection cannot be stopped
 * once started (a timer every 10 ms, an observer of the garbage collector), so it is not used.
 */
import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

/** @returns a function that stops the observers. */
export function observeProcess({
  gauge,
  counter,
  histogram,
}: Pick<Metrics, 'gauge' | 'counter' | 'histogram'>): () => void {
  counter({ name: 'process_cpu_seconds_total', help: 'CPU time used, in seconds', labels: ['mode'] }, () => {
    const { user, system } = process.cpuUsage()
    return Object.entries({ user, system }).map(([mode, microseconds]) => ({
      value: microseconds / 1e6,
      labels: { mode },
    }))
  })
  gauge({ name: 'process_start_time_seconds', help: 'When the process began, Unix seconds' }).set(
    performance.timeOrigin / 1000,
  )
  gauge({ name: 'nodejs_version_info', help: 'Version of Node', labels: ['version'] }).set(1, {
    version: process.version,
  })
  gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory' }, () => [
    { value: process.memoryUsage.rss() },
  ])
  gauge({ name: 'nodejs_heap_bytes', help: 'Memory of the engine, by kind', labels: ['kind'] }, () => {
    const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage()
    const kinds = { used: heapUsed, total: heapTotal, external, array_buffers: arrayBuffers }
    return Object.entries(kinds).map(([kind, value]) => ({ value, labels: { kind } }))
  })
  gauge({ name: 'process_open_fds', help: 'Open files and sockets (Linux)' }, async () =>
    process.platform === 'linux' ? [{ value: (await readdir('/proc/self/fd')).length }] : [],
  )

  const delays = monitorEventLoopDelay({ resolution: 20 })
  delays.enable()
  gauge(
    { name: 'nodejs_eventloop_lag_seconds', help: 'Lateness of timers since the last reading', labels: ['quantile'] },
    () => {
      const nanoseconds = { p50: delays.percentile(50), p99: delays.percentile(99), max: delays.max }
      const readings = Object.entries(nanoseconds).map(([quantile, value]) => ({
        value: value / 1e9,
        labels: { quantile },
      }))
      const isEmpty = delays.count === 0
      delays.reset()
      return isEmpty ? [] : readings
    },
  )

  const collections = histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Pauses of the garbage collector',
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  })
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) collections.observe(entry.duration / 1000)
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => {
    observer.disconnect()
    delays.disable()
  }
}
