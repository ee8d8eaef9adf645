// Appends as spans: a record that is appended within a request has the context of that request in
// its envelope, as `traceparent`. The same on both logs, since it is in the bytes of the record.

import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import type { Tracing } from './trace-span.ts'
import { activeTracing } from './tracing.ts'

/** Makes spans for the appends of a log from now on; no effect while traces are off. */
export function traceAppends(log: EventLog): void {
  const tracing = activeTracing()
  if (tracing === null) return
  const append = log.append.bind(log)
  log.append = (topic, records) => appendTraced(append, tracing, topic, records)
}

async function appendTraced(
  append: EventLog['append'],
  tracing: Tracing,
  ...[topic, records]: Parameters<EventLog['append']>
): ReturnType<EventLog['append']> {
  const isWithin = tracing.active() !== null
  // A batch may be of several traces: each has its span.
  const parents = isWithin ? [undefined] : [...new Set(records.flatMap(readTraceparent))]
  const spans = parents.slice(0, spansMax).map(parent =>
    tracing.start(`append ${topic.split('.')[1]}`, {
      parent,
      kind: 'producer',
      attributes: { 'messaging.batch.message_count': records.length }
    })
  )
  const own = isWithin ? spans[0]?.traceparent : undefined
  try {
    const places = await append(
      topic,
      own === undefined ? records : records.map(each => withTraceparent(each, own))
    )
    for (const span of spans) span.end()
    return places
  } catch (error) {
    for (const span of spans) span.end({}, (error as Error).name)
    throw error
  }
}

/** Spans of one append: a batch has up to thousands of records. */
const spansMax = 32

const type = Buffer.from(',"type":"tocsin.')
const name = ',"traceparent":"'
/** Longest rest of a record from its type on. */
const typeBytesMax = 128
const traceparentLength = 55

/** Records are canonical: the type is the last member of the envelope. */
function findType(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - typeBytesMax)
  const at = Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from).lastIndexOf(
    type
  )
  return at === -1 ? -1 : from + at
}

function readTraceparent({ value }: NewRecord): string[] {
  if (value === null) return []
  const end = findType(value) - 1
  const begin = end - traceparentLength
  const before = begin - name.length
  if (before < 0) return []
  const text = Buffer.from(value.buffer, value.byteOffset + before, end - before).toString('latin1')
  return text.startsWith(name) ? [text.slice(name.length)] : []
}

function withTraceparent(record: NewRecord, traceparent: string): NewRecord {
  const { value } = record
  const at = value === null ? -1 : findType(value)
  if (value === null || at === -1 || readTraceparent(record).length > 0) return record
  const member = Buffer.from(`${name}${traceparent}"`)
  return { ...record, value: Buffer.concat([value.subarray(0, at), member, value.subarray(at)]) }
}
