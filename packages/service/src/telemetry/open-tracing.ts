// Traces by the packages of OpenTelemetry, sent as OTLP over HTTP. Loaded only where traces are on.
// The packages read OTEL_EXPORTER_OTLP_* and OTEL_RESOURCE_ATTRIBUTES themselves.

import {
  type Attributes,
  type Context,
  context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
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

export interface SpanOptions {
  /** Default: the span that runs now. */
  readonly parent?: string | undefined
  readonly kind?: keyof typeof SpanKind
  /** How long ago it began, ms. */
  readonly agoMs?: number
  readonly attributes?: Attributes
}

/** `share`: of traces that begin here, 0 to 1; all if left out. `warn`: about what is not sent. */
export function openTracing(
  service: string,
  share: string | undefined,
  warn: (detail: string) => void
) {
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
    start(name: string, { parent, kind, agoMs, attributes = {} }: SpanOptions = {}) {
      const around = parent === undefined ? context.active() : readContext(parent)
      const options = {
        attributes,
        ...(kind === undefined ? {} : { kind: SpanKind[kind] }),
        ...(agoMs === undefined ? {} : { startTime: Date.now() - agoMs })
      }
      const span = tracer.startSpan(name, options, around)
      const { traceId, spanId, traceFlags } = span.spanContext()
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        /** Runs `work` so that spans begun in it are children of this one. */
        within: <T>(work: () => T): T => context.with(trace.setSpan(around, span), work),
        end(further: Attributes = {}, fault?: string): void {
          span.setAttributes(further)
          if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: fault })
          span.end()
        }
      }
    },
    active: () => trace.getSpan(context.active())?.spanContext() ?? null,
    /** Sends what is left. */
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

/** One that is malformed begins a trace of its own. */
function readContext(traceparent: string): Context {
  const [, traceId = '', spanId = '', flags = '0'] = traceparent.split('-')
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return trace.setSpanContext(ROOT_CONTEXT, remote)
}
