// A report sent as a CloudEvent 1.0: which attributes are required, and which count. The report
// itself is `data`, and is checked as any other (report-validation.ts). Source: CloudEvents 1.0.2,
// JSON format and HTTP binding.

import type { FieldError } from '../problem/problem-catalogue.ts'

export const reportEventType = 'tocsin.report.v1'
const idLengthMax = 256
const sourceLengthMax = 2048

/** The attributes of an event that count here; unvalidated, so the values are of unknown type. */
export type EventAttributes = Readonly<
  Partial<Record<'specversion' | 'type' | 'source' | 'id' | 'datacontenttype', unknown>>
>

/** True for a JSON value meant as an event in structured mode: no report has this member. */
export function isEventLike(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && 'specversion' in value
}

/**
 * What is wrong with the attributes of an event. `nameOf` turns an attribute's name into the pointer
 * of its error. Attributes not named here (`subject`, `time`, `dataschema`, extensions) are ignored.
 * Pure.
 */
export function checkReportEvent(
  event: EventAttributes,
  nameOf: (attribute: string) => string
): FieldError[] {
  const errors: FieldError[] = []
  const wrong = (attribute: keyof EventAttributes, detail: string) =>
    void errors.push({ pointer: nameOf(attribute), detail })
  if (event.specversion !== '1.0') wrong('specversion', 'must be "1.0"')
  if (event.type !== reportEventType) wrong('type', `must be "${reportEventType}"`)
  if (!isText(event.source, sourceLengthMax))
    wrong('source', `must be a text of 1 to ${sourceLengthMax} characters`)
  if (!isText(event.id, idLengthMax))
    wrong('id', `must be a text of 1 to ${idLengthMax} characters`)
  if (!isJsonType(event.datacontenttype))
    wrong('datacontenttype', 'must be application/json, or left out')
  return errors
}

/** Identifies a report without an external id; it never equals an Idempotency-Key: it has a space. */
export function formatEventKey({ source, id }: EventAttributes): string {
  return `event ${JSON.stringify([source, id])}`
}

export type OpenedEvent =
  | { readonly ok: true; readonly key: string; readonly report: unknown }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** The report in an event in structured mode. Pure; never throws. */
export function openReportEvent(value: unknown): OpenedEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, errors: [{ pointer: '', detail: 'must be a CloudEvent as a JSON object' }] }
  }
  const event = value as EventAttributes & { readonly data?: unknown }
  const errors = checkReportEvent(event, name => `/${name}`)
  if ('data_base64' in value)
    errors.push({ pointer: '/data_base64', detail: 'is not taken: a report is JSON, in data' })
  else if (event.data === undefined)
    errors.push({ pointer: '/data', detail: 'is missing: it is the report' })
  return errors.length > 0
    ? { ok: false, errors }
    : { ok: true, key: formatEventKey(event), report: event.data }
}

/** Errors of a report as errors of the event that carries it. Pure. */
export function moveToEvent(errors: readonly FieldError[]): readonly FieldError[] {
  return errors.map(error => ({ ...error, pointer: `/data${error.pointer}` }))
}

function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= lengthMax
}

/**
 * Absent means JSON in both modes; a parameter such as a charset is checked where bytes are
 * decoded.
 */
function isJsonType(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'string' && /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(value)
}
