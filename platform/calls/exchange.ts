/** One request and its whole answer over a pool's connection. Without streams and signals of their own: a proxy has many of these. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher, Pool } from 'undici'

export type Exchanged = { status: number; headers: IncomingHttpHeaders; bytes: Buffer }

const noBytes = Buffer.alloc(0)

/**
 * @param options.withinMs to the first byte of the answer, and between its parts
 * @throws what `undici` throws; an Error when the answer is larger than `bytesMax`; the signal's reason
 */
export function exchange(
  pool: Pool,
  request: { method: string; path: string; headers: Record<string, string>; body: Buffer | null },
  options: { withinMs: number; bytesMax: number; signal: AbortSignal | undefined },
): Promise<Exchanged> {
  const { withinMs, bytesMax, signal } = options
  return new Promise((resolve, reject) => {
    let status = 0
    let headers: IncomingHttpHeaders = {}
    let first: Buffer | null = null
    let parts: Buffer[] | null = null
    let size = 0
    let abort: (() => void) | null = null
    const settle = (): void => {
      if (abort) signal?.removeEventListener('abort', abort)
    }
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        if (!signal) return
        abort = () => controller.abort(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
        if (signal.aborted) abort()
        else signal.addEventListener('abort', abort, { once: true })
      },
      onResponseStart: (_controller, code, heads) => {
        status = code
        headers = heads
      },
      onResponseData: (controller, chunk) => {
        size += chunk.byteLength
        if (size > bytesMax) return controller.abort(new Error(`an answer holds more than ${bytesMax} bytes`))
        if (first === null) first = chunk
        else (parts ??= [first]).push(chunk)
      },
      onResponseEnd: () => {
        settle()
        resolve({ status, headers, bytes: parts ? Buffer.concat(parts) : (first ?? noBytes) })
      },
      onResponseError: (_controller, error) => {
        settle()
        reject(error)
      },
    }
    pool.dispatch(
      { ...request, method: request.method as 'POST', headersTimeout: withinMs, bodyTimeout: withinMs },
      handler,
    )
  })
}
