// Traces: off unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector. Only then are the packages of
// OpenTelemetry loaded; until then each place that could make a span asks for null.

import type { SpanOptions, Tracing } from './trace-span.ts'

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

/** Sends what is left, for at most `ms`: a collector that is away must not keep the process. */
export async function endTracing(ms = 1_000): Promise<void> {
  const ending = tracing
  tracing = null
  if (ending === null) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([ending.close(), promise])
  clearTimeout(timer)
}

/** A span of what has just happened in a trace; none without a parent. */
export function noteSpan(
  name: string,
  parent: string | undefined,
  options: SpanOptions = {}
): void {
  if (tracing === null || parent === undefined) return
  tracing.start(name, { ...options, parent }).end()
}
