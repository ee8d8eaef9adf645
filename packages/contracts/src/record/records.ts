// Records of the logs, from and to stored bytes: envelope + schema of its type. Readers decide what
// to do with each outcome, but `newer` must stop them: a record of a newer major version is never
// skipped.

import type { RecordedAlert } from '../alert/alert.ts'
import { type Format, optional, orNull, record, text } from '../format/format.ts'
import { type IncidentEvent, incidentFormat } from '../incident/incident-event.ts'
import { compileWriter } from '../json/canonical-writer.ts'
import { type ReportRevision, reportRevisionFormat } from '../theatre/report.ts'
import type { TheatrePayload, TheatreRecord } from '../theatre/theatre-record.ts'
import { type AlertEvent3, restorePlace } from './alert-event-v3.ts'
import type { Author, ControlPayload, ControlRecord } from './control-record.ts'
import type { DataKeyPayload } from './data-key-record.ts'
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  type UndecodableReason
} from './envelope.ts'
import type { Quarantined, QuarantinePayload, QuarantineRecord } from './quarantine-record.ts'
import { laterSchemas, type RecordFamily, recordSchemas } from './record-schemas.ts'

/**
 * The engine's version. It must be raised when the fold decides differently or words an alert
 * differently; the differences are then published quietly.
 */
export const engineVersion = '0.18.0'

export type Decoded<T> =
  | { readonly kind: 'decoded'; readonly record: T; readonly envelope: Envelope }
  /** `type` names the engine of its writer, and this one. */
  | { readonly kind: 'newer'; readonly type: string }
  | { readonly kind: 'undecodable'; readonly reason: UndecodableReason }

export type EnvelopeInput = Omit<
  Envelope,
  'specversion' | 'datacontenttype' | 'engine' | 'type' | 'data'
>

/** Canonical bytes of a record. Pure; throws TypeError for what JSON cannot represent. */
export function encodeRecord(
  input: EnvelopeInput,
  payload:
    | TheatrePayload
    | ControlPayload
    | RecordedAlert
    | IncidentEvent
    | DataKeyPayload
    | QuarantinePayload
    | { type: string; data: object }
): Uint8Array {
  return encodeEnvelope(wrap(input, payload))
}

function wrap(
  input: EnvelopeInput,
  { type, data }: { readonly type: string; readonly data: object }
): Envelope {
  return {
    specversion: '1.0',
    datacontenttype: 'application/json',
    engine: engineVersion,
    ...input,
    type: `tocsin.${type}.v${'evidenceChanges' in data ? 2 : 1}`,
    data
  }
}

/**
 * Canonical bytes of a record whose data has been made here: those of `encodeRecord` at a third of
 * the cost. Pure; throws as it does, but writes null for an infinite number.
 */
function compileEncoder<Data extends object>(data: Format<Data>) {
  const write = compileWriter(
    record({
      ...{ by: optional(text()), cause: orNull(text()), data, datacontenttype: text() },
      ...{ engine: text(), id: text(), source: text(), specversion: text() },
      ...{ theatre: optional(text()), time: text(), traceparent: optional(text()), type: text() }
    })
  )
  return (input: EnvelopeInput, type: string, made: Data): Uint8Array =>
    Buffer.from(write(wrap(input, { type, data: made }) as Parameters<typeof write>[0]))
}

const encodeIncident = compileEncoder(incidentFormat)
const encodeReport = compileEncoder(reportRevisionFormat)

export const encodeIncidentEvent = (input: EnvelopeInput, { type, data }: IncidentEvent) =>
  encodeIncident(input, type, data)

/** The bytes of a revision that was made here. */
export const encodeRevision = (input: EnvelopeInput, revision: ReportRevision) =>
  encodeReport(input, 'report.received', revision)

/**
 * Reads a record of the incidents log. Pure; never throws. The envelope contains its theatre:
 * without one it is `not-an-envelope`.
 */
export function decodeTheatreRecord(bytes: Uint8Array): Decoded<TheatreRecord> {
  const decoded = decode<TheatreRecord>(bytes, 'theatre', (type, e) => {
    // Golden payloads check the schema against the type, so this cast is safe.
    const by = typeof e.by === 'string' ? { by: e.by } : {}
    const trace = typeof e.traceparent === 'string' ? { traceparent: e.traceparent } : {}
    return {
      ...{ type, data: e.data, id: e.id, theatre: e.theatre ?? '', time: e.time },
      ...by,
      ...trace
    } as TheatreRecord
  })
  if (decoded.kind === 'decoded' && decoded.record.theatre === '')
    return { kind: 'undecodable', reason: 'not-an-envelope' }
  return decoded
}

/** Reads a record of the control log. Pure; never throws. */
export function decodeControlRecord(bytes: Uint8Array): Decoded<ControlRecord> {
  return decode(bytes, 'control', (type, e) => {
    const author =
      typeof e.by === 'string'
        ? { by: { id: e.by, name: typeof e.byname === 'string' ? e.byname : e.by } }
        : {}
    return { type, data: e.data, id: e.id, time: e.time, ...author } as ControlRecord
  })
}

/** The author of a control record, as its envelope contains it. Pure. */
export function withAuthor({ id: by, name: byname }: Author): Pick<EnvelopeInput, 'by' | 'byname'> {
  return { by, byname }
}

/**
 * Reads a record of the alerts log. Pure; never throws. `restoreWhole` (alert-recording.ts) makes the
 * whole event. The envelope is that of the whole event: its type is the first version's.
 */
export function decodeAlertRecord(bytes: Uint8Array): Decoded<RecordedAlert> {
  const decoded = decodeAlertEvent(bytes)
  if (decoded.kind !== 'decoded') return decoded
  const { record, envelope } = decoded
  return isVersion3(record)
    ? describeNewer({ ...envelope, type: `tocsin.${record.type}.v3` })
    : { ...decoded, record }
}

/** Reads a record of the alerts log, of any version. Otherwise as `decodeAlertRecord`. */
export function decodeAlertEvent(bytes: Uint8Array): Decoded<RecordedAlert | AlertEvent3> {
  const decoded = decode(
    bytes,
    'alert',
    (type, e) => ({ type, data: e.data }) as RecordedAlert | AlertEvent3
  )
  if (decoded.kind !== 'decoded') return decoded
  return { ...decoded, envelope: { ...decoded.envelope, type: `tocsin.${decoded.record.type}.v1` } }
}

/** True for an event that belongs to the fold of a handling level. */
export function isVersion3(record: RecordedAlert | AlertEvent3): record is AlertEvent3 {
  return 'fold' in record.data
}

export const decodeIncidentEvent = (bytes: Uint8Array) =>
  decode(bytes, 'incident', (type, { data }) => ({ type, data }) as IncidentEvent)

export const decodeDataKey = (bytes: Uint8Array) =>
  decode(bytes, 'data-key', (_, { data }) => data as DataKeyPayload['data'])

export const decodeQuarantineRecord = (bytes: Uint8Array) =>
  decode(
    bytes,
    'quarantine',
    (type, { data, id, time }) => ({ type, data, id, time }) as QuarantineRecord
  )

/**
 * Reads a record of the quarantine log that contains bytes; one that settles another is
 * `unknown-type` here. Pure; never throws.
 */
export function decodeQuarantined(bytes: Uint8Array): Decoded<Quarantined> {
  const decoded = decodeQuarantineRecord(bytes)
  if (decoded.kind !== 'decoded') return decoded
  if (decoded.record.type !== 'record.quarantined')
    return { kind: 'undecodable', reason: 'unknown-type' }
  return { ...decoded, record: decoded.record.data }
}

export function describeNewer({ type, engine }: Envelope): Decoded<never> {
  return {
    kind: 'newer',
    type: `${type}, written by engine ${engine}; this version has engine ${engineVersion}`
  }
}

function decode<T>(
  bytes: Uint8Array,
  family: RecordFamily,
  build: (type: string, envelope: Envelope) => T
): Decoded<T> {
  const decoded = decodeEnvelope(bytes)
  if (decoded.kind === 'undecodable') return decoded
  const { event, major } = decoded
  const schema = major === 1 ? recordSchemas.get(event) : laterSchemas.get(major)?.get(event)
  if (major > 1 && schema === undefined) return describeNewer(decoded.envelope)
  if (schema?.family !== family) return { kind: 'undecodable', reason: 'unknown-type' }
  const { id, theatre = '', data } = decoded.envelope
  const envelope =
    family === 'alert' && major === 3
      ? { ...decoded.envelope, data: restorePlace({ id, theatre }, data as object) }
      : decoded.envelope
  if (!schema.validate(envelope.data)) return { kind: 'undecodable', reason: 'data-invalid' }
  return { kind: 'decoded', record: build(event, envelope), envelope }
}
