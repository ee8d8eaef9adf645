// What is wrong with the settings of traces is in the log: the packages of OpenTelemetry say nothing
// by themselves. Records carry the context of the request that appends them.

import { decodeControlRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { observeAppends } from '../../src/telemetry/log-appends.ts'
import { activeTracing, endTracing, startTracing } from '../../src/telemetry/tracing.ts'

const details: string[] = []
const logger = { warn: (about: object) => details.push((about as { detail: string }).detail) }

beforeEach(() => vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318'))
afterEach(() => vi.unstubAllEnvs())

it('warns about an address that is none, and about a share that is none', async () => {
  vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '10%')
  await startTracing('test', logger)
  await endTracing()
  expect(details).toEqual([
    'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not 10%: all traces are sent',
    expect.stringContaining("'127.0.0.1:4318'")
  ])
})

it('writes the context of a request into the records that it appends, once', async () => {
  await startTracing('test', logger)
  const written: NewRecord[] = []
  const log = { append: async (_: string, records: NewRecord[]) => void written.push(...records) }
  observeAppends(log as unknown as EventLog, { monotonicMs: () => 0 }, () => {})
  const envelope = { id: 'a', source: '/test', time: '2026-01-01T00:00:00.000Z', cause: null }
  const data = { at: envelope.time, keyIds: ['Ñé'] }
  const value = encodeRecord(envelope, { type: 'keys.used', data })
  const append = (record: NewRecord) => log.append(topics.control, [record])
  const span = activeTracing()!.start('POST /v1/reports')
  await span.within(() => append({ id: 'a', key: 'control', value }))
  await activeTracing()!
    .start('another', {})
    .within(() => append(written[0]!))
  const trace = span.traceparent.slice(0, 35)
  expect(decodeControlRecord(written[0]!.value!)).toMatchObject({ record: { data } })
  expect(String(Buffer.from(written[0]!.value!))).toMatch(
    new RegExp(`,"traceparent":"${trace}-[0-9a-f]{16}-01","type":"tocsin.keys.used.v1"}$`)
  )
  expect(written[1]).toEqual(written[0])
  await endTracing()
})
