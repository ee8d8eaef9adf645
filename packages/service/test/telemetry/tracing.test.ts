// What is wrong with the settings of traces is in the log: the packages of OpenTelemetry say nothing
// by themselves.

import { expect, it, vi } from 'vitest'
import { endTracing, startTracing } from '../../src/telemetry/tracing.ts'

it('warns about an address that is none, and about a share that is none', async () => {
  const details: string[] = []
  const logger = { warn: (about: object) => details.push((about as { detail: string }).detail) }
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318')
  vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '10%')
  await startTracing('test', logger)
  await endTracing()
  vi.unstubAllEnvs()
  expect(details).toEqual([
    'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not 10%: all traces are sent',
    expect.stringContaining("'127.0.0.1:4318'")
  ])
})
