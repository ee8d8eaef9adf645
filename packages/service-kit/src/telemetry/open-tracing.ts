// Traces by the packages of OpenTelemetry, sent as OTLP over HTTP. Loaded only where traces are on.
// The packages read OTEL_EXPORTER_OTLP_* and OTEL_RESOURCE_ATTRIBUTES themselves.

import {
  type Context,
  context,
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

/** `share`: of traces that begin here, 0 to 1; all if left out. */
export function openTracing(service: string, share: string | undefined): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }).merge(
      detectResources({ detectors: [envDetector] })
    ),
    sampler: new ParentBasedSampler({
      root: share ? new TraceIdRatioBasedSampler(Number(share)) : new AlwaysOnSampler()
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
