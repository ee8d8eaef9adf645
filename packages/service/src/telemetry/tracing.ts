// Traces: off unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector. Only then are the packages of
// OpenTelemetry loaded; until then each place that could make a span asks for null. The context of a
// trace is W3C's `traceparent`, also in records and events, by the Distributed Tracing extension of
// CloudEvents. Nothing is made of `tracestate`: it is another system's, and must not leave.

import { setTimeout as sleep } from 'node:timers/promises'
import type { openTracing, SpanOptions } from './open-tracing.ts'

export type Tracing = ReturnType<typeof openTracing>
export type TraceSpan = ReturnType<Tracing['start']>

let tracing: Tracing | null = null

/** Null while traces are off. */
export function activeTracing(): Tracing | null {
  return tracing
}

/** Turns traces of this thread on if the environment says so. `name`: of the process. */
export async function startTracing(
  name: string,
  logger: { warn(about: object, text: string): void },
  env: Readonly<Record<string, string | undefined>> = process.env
): Promise<void> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint) return
  const { openTracing } = await import('./open-tracing.ts')
  tracing = openTracing(
    env.OTEL_SERVICE_NAME || `tocsin-${name}`,
    env.OTEL_TRACES_SAMPLER_ARG,
    detail => logger.warn({ detail }, 'traces are not sent as configured')
  )
}

/** Sends what is left, for at most a second: a collector that is away must not keep the process. */
export async function endTracing(): Promise<void> {
  const ending = tracing
  tracing = null
  if (ending !== null) await Promise.race([ending.close(), sleep(1_000, null, { ref: false })])
}

/** A span of what has just happened in a trace; none without a parent. */
export function noteSpan(
  name: string,
  parent: string | undefined,
  options: SpanOptions = {}
): void {
  if (parent !== undefined) tracing?.start(name, { ...options, parent }).end()
}

const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

export function isTraceparent(text: unknown): text is string {
  return typeof text === 'string' && traceparentPattern.test(text)
}
