/** A collector of traces for tests: takes what OTLP sends as JSON, and tells the spans of one trace. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Span = { traceId: string; spanId: string; parentSpanId?: string; name: string; service: string }
type Export = {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] }
    scopeSpans: { spans: Omit<Span, 'service'>[] }[]
  }[]
}

export async function startCollector(): Promise<{
  url: string
  spansOf: (traceId: string) => Span[]
  stop: () => Promise<void>
}> {
  const spans: Span[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(parts).toString()) as Export // the protocol's own form
      for (const { resource, scopeSpans } of resourceSpans) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
        for (const scope of scopeSpans) for (const span of scope.spans) spans.push({ ...span, service })
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's address is never a string
  return {
    url: `http://127.0.0.1:${port}`,
    spansOf: (traceId) => spans.filter((span) => span.traceId === traceId),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
