// Measures the appends of a log and, while traces are on, makes spans of them: a record that is
// appended within a request has the context of that request in its envelope, as `traceparent`.

import type { Clock } from '@tocsin/domain/ports'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { activeTracing, type Tracing } from './tracing.ts'

export function observeAppends(
  log: EventLog,
  clock: Pick<Clock, 'monotonicMs'>,
  observe: (seconds: number) => void
): void {
  const append = log.append.bind(log)
  const tracing = activeTracing()
  log.append = async (topic, records) => {
    const startedMs = clock.monotonicMs()
    const places = await (tracing === null
      ? append(topic, records)
      : appendTraced(append, tracing, topic, records))
    observe((clock.monotonicMs() - startedMs) / 1000)
    return places
  }
}

/** Spans of one append: a batch has up to thousands of records. */
const spansMax = 32

async function appendTraced(
  append: EventLog['append'],
  tracing: Tracing,
  ...[topic, records]: Parameters<EventLog['append']>
): ReturnType<EventLog['append']> {
  const isWithin = tracing.active() !== null
  // A batch may be of several traces: each has its span.
  const parents = isWithin
    ? [undefined]
    : [...new Set(records.flatMap(each => matchEnd(each)?.[1] ?? []))]
  const attributes = { 'messaging.batch.message_count': records.length }
  const spans = parents
    .slice(0, spansMax)
    .map(parent =>
      tracing.start(`append ${topic.split('.')[1]}`, { parent, kind: 'PRODUCER', attributes })
    )
  const own = isWithin ? spans[0]?.traceparent : undefined
  const given = own === undefined ? records : records.map(each => withTraceparent(each, own))
  let fault: string | undefined
  try {
    return await append(topic, given)
  } catch (error) {
    fault = (error as Error).name
    throw error
  } finally {
    for (const span of spans) span.end({}, fault)
  }
}

/** Longest end of a record that has both members, bytes. */
const endBytesMax = 256
/** Records are canonical: the type is the last member of the envelope. */
const endPattern = /(?:,"traceparent":"([0-9a-f-]{55})")?,"type":"tocsin\.[^"]*"\}$/

function matchEnd({ value }: NewRecord): RegExpExecArray | null {
  return value === null
    ? null
    : endPattern.exec(Buffer.from(value.subarray(-endBytesMax)).toString('latin1'))
}

function withTraceparent(record: NewRecord, traceparent: string): NewRecord {
  const { value } = record
  const found = matchEnd(record)
  if (value === null || found === null || found[1] !== undefined) return record
  const at = value.length - found[0].length
  const member = Buffer.from(`,"traceparent":"${traceparent}"`)
  return { ...record, value: Buffer.concat([value.subarray(0, at), member, value.subarray(at)]) }
}
