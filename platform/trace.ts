/**
 * Spans of a trace, in the form of OpenTelemetry. All work has a trail (`calls/trail.ts`) whether or not somebody collects
 * spans; they are made and sent over OTLP only where an address is given, and only then is the library loaded.
 */
import type { Attributes, Context } from '@opentelemetry/api'
import { newTrail, ofTrace, type Trail, trail, withTrail } from './calls/trail.ts'

export type SpanOptions = {
  kind: 'server' | 'client' | 'consumer' | 'internal'
  /** Under what it stands; left out: the trail under way, else it begins a trace. */
  parent?: Pick<Trail, 'traceId' | 'spanId'> | null
  /** With which id a trace begins. 32 hex digits. */
  traceId?: string
  /** From small known sets, or ids: never texts of people. */
  attributes?: Attributes
}
export type Tracer = {
  /** Whether spans are made. */
  isOn: boolean
  /** Runs work as a span, inside its trail. What it throws passes through and marks the span. */
  span: <Result>(name: string, options: SpanOptions, work: () => Promise<Result>) => Promise<Result>
  /** Sends what is left, at most 5 s. */
  close: () => Promise<void>
}

/** Keeps the trail and makes no spans. */
export const trailsOnly: Tracer = {
  isOn: false,
  span: (_name, { parent, traceId }, work) => {
    const known = trail()
    if (parent) return withTrail({ ...parent, untilMs: known?.untilMs ?? null }, work)
    if (known && traceId === undefined) return work()
    return withTrail(traceId === undefined ? newTrail() : { ...ofTrace(traceId), untilMs: null }, work)
  },
  close: async () => undefined,
}

const closeMsMax = 5_000
const zeros = '0'.repeat(16)

/** @param options.url where spans are sent: `http://collector:4318`. @param options.service `service.name` of this process */
export async function createTracer({ url, service }: { url: string | null; service: string }): Promise<Tracer> {
  if (url === null) return trailsOnly
  const [
    { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace },
    { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator },
    { OTLPTraceExporter },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const kinds = {
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    consumer: SpanKind.CONSUMER,
    internal: SpanKind.INTERNAL,
  }
  const random = new RandomIdGenerator()
  // Set right before a span begins and used within that same call: the library has no other way to choose a trace's id.
  let wanted: string | null = null
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'floowe' }),
    idGenerator: {
      generateTraceId: () => wanted ?? random.generateTraceId(),
      generateSpanId: () => random.generateSpanId(),
    },
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url.replace(/\/$/, '')}/v1/traces` }), {
        scheduledDelayMillis: 1_000,
      }),
    ],
  })
  const tracer = provider.getTracer('floowe')
  const contextOf = (parent: Pick<Trail, 'traceId' | 'spanId'>): Context =>
    trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: 1, isRemote: true })
  return {
    isOn: true,
    span: async (name, { kind, parent, traceId, attributes }, work) => {
      const known = parent ?? (traceId === undefined ? trail() : undefined)
      const isRoot = !known || known.spanId === zeros
      wanted = isRoot ? (traceId ?? known?.traceId ?? null) : null
      const span = tracer.startSpan(
        name,
        { kind: kinds[kind], ...(attributes && { attributes }), root: isRoot },
        isRoot ? ROOT_CONTEXT : contextOf(known),
      )
      wanted = null
      const { traceId: ownTraceId, spanId } = span.spanContext()
      try {
        return await withTrail({ traceId: ownTraceId, spanId, untilMs: trail()?.untilMs ?? null }, work)
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' })
        throw error
      } finally {
        span.end()
      }
    },
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, closeMsMax).unref())
      await Promise.race([provider.shutdown().catch(() => undefined), late])
    },
  }
}
