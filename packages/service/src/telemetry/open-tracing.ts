// Traces by the packages of OpenTelemetry, sent as OTLP over HTTP. Loaded only where traces are on.
// The packages read OTEL_EXPORTER_OTLP_* and OTEL_RESOURCE_ATTRIBUTES themselves.

import {
  type Context,
  context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider
} from '@opentelemetry/sdk-trace'
import { isTraceparent, type Tracing } from './trace-span.ts'

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER
} as const

/** `share`: of traces that begin here, 0 to 1; all if left out. `warn`: about what is not sent. */
export function openTracing(
  service: string,
  share: string | undefined,
  warn: (detail: string) => void
): Tracing {
  passFaults(warn)
  const ratio = share ? Number(share) : 1
  const isRatio = ratio >= 0 && ratio <= 1
  if (!isRatio)
    warn(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not ${share}: all traces are sent`)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }).merge(
      detectResources({ detectors: [envDetector] })
    ),
    sampler: new ParentBasedSampler({
      root: isRatio ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler()
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })]
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const tracer = provider.getTracer('tocsin')
  return {
    start(name, { parent, kind, agoMs, attributes = {} } = {}) {
      const within = parent === undefined ? context.active() : buildContext(parent)
      const options = {
        attributes,
        ...(kind === undefined ? {} : { kind: kinds[kind] }),
        ...(agoMs === undefined ? {} : { startTime: Date.now() - agoMs })
      }
      const span = tracer.startSpan(name, options, within)
      return {
        traceparent: formatTraceparent(span.spanContext()),
        within: work => context.with(trace.setSpan(within, span), work),
        end(further, fault) {
          if (further !== undefined) span.setAttributes(further)
          if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: fault })
          span.end()
        }
      }
    },
    active: () => trace.getSpan(context.active())?.spanContext() ?? null,
    close: () => provider.shutdown()
  }
}

/** A collector that is away is the same fault with each batch: it is passed on once. */
function passFaults(warn: (detail: string) => void): void {
  let last = ''
  const pass = (text: string) => {
    const detail = /"message":"([^"]*)"/.exec(text)?.[1] ?? text
    if (detail !== last) warn(detail)
    last = detail
  }
  const drop = () => {}
  diag.setLogger(
    { error: pass, warn: pass, info: drop, debug: drop, verbose: drop },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true }
  )
}

function buildContext(traceparent: string): Context {
  const found = parseTraceparent(traceparent)
  return found === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, found)
}

function parseTraceparent(text: string): SpanContext | null {
  if (!isTraceparent(text)) return null
  const [, traceId = '', spanId = '', flags = '0'] = text.split('-')
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}

function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}
