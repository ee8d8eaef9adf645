// A report that comes as a CloudEvent 1.0: what its attributes must say, and which of them count. The report itself is `data`, and is judged as any
// other report (report-input.ts). Source: CloudEvents 1.0.2, JSON format and HTTP binding.

import type { FieldError } from '../problem/problem-catalogue.ts'

/** The `type` of events that are reports. */
export const reportEventType = 'tocsin.report.v1'
/** Longest `id` and `source`, characters. */
const idLengthMax = 256
const sourceLengthMax = 2048

/** What an event says of itself, as far as it counts here; as read, so nothing is known of the values. */
export interface EventAttributes {
  readonly specversion: unknown
  readonly type: unknown
  readonly source: unknown
  readonly id: unknown
  readonly datacontenttype: unknown
}

export type JudgedEvent =
  /** `key`: under which a report without an external id counts once; no Idempotency-Key is equal to it. */
  { readonly ok: true; readonly key: string } | { readonly ok: false; readonly errors: readonly FieldError[] }

/** True for a JSON value that is meant to be an event in structured mode: no report has this member. */
export function looksLikeEvent(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && 'specversion' in value
}

/**
 * Judges the attributes of an event. `nameOf` turns the name of an attribute into the pointer of its error. What is not named here (`subject`, `time`,
 * `dataschema`, extensions) says nothing. Pure; never throws.
 */
export function judgeReportEvent(event: EventAttributes, nameOf: (attribute: string) => string): JudgedEvent {
  const errors: FieldError[] = []
  const wrong = (attribute: keyof EventAttributes, detail: string) => void errors.push({ pointer: nameOf(attribute), detail })
  if (event.specversion !== '1.0') wrong('specversion', 'must be "1.0"')
  if (event.type !== reportEventType) wrong('type', `must be "${reportEventType}"`)
  if (!isText(event.source, sourceLengthMax)) wrong('source', `must be a text of 1 to ${sourceLengthMax} characters`)
  if (!isText(event.id, idLengthMax)) wrong('id', `must be a text of 1 to ${idLengthMax} characters`)
  if (!isJsonType(event.datacontenttype)) wrong('datacontenttype', 'must be application/json, or left out')
  // With a space in it: no header of a request can be the same.
  return errors.length > 0 ? { ok: false, errors } : { ok: true, key: `event ${JSON.stringify([event.source, event.id])}` }
}

export type OpenedEvent =
  | { readonly ok: true; readonly key: string; readonly report: unknown }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** The report in an event in structured mode. Pure; never throws. */
export function openReportEvent(value: unknown): OpenedEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, errors: [{ pointer: '', detail: 'must be a CloudEvent as a JSON object' }] }
  }
  const { specversion, type, source, id, datacontenttype, data } = value as Readonly<Record<string, unknown>>
  const judged = judgeReportEvent({ specversion, type, source, id, datacontenttype }, name => `/${name}`)
  const errors = judged.ok ? [] : [...judged.errors]
  if ('data_base64' in value) errors.push({ pointer: '/data_base64', detail: 'is not taken: a report is JSON, in data' })
  else if (data === undefined) errors.push({ pointer: '/data', detail: 'is missing: it is the report' })
  return judged.ok && errors.length === 0 ? { ok: true, key: judged.key, report: data } : { ok: false, errors }
}

/** Errors of a report as errors of the event that it is the data of. Pure. */
export function inEvent(errors: readonly FieldError[]): readonly FieldError[] {
  return errors.map(error => ({ ...error, pointer: `/data${error.pointer}` }))
}

function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= lengthMax
}

/** Absent means JSON in both modes; a parameter such as a charset is judged where bytes are read. */
function isJsonType(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'string' && /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(value)
}
