// Types of changes in the audit trail. Source: decision 0081.

import { type ControlRecord, controlFormats } from './control-record.ts'

/**
 * Record types that are not changes by a person: the suite's own notes, and replay ticks, which
 * come by the minute.
 */
const unaudited = [
  'suite.begun',
  'copy.begun',
  'log.copied',
  'log.restored',
  'cap.publisher-set',
  'keys.used',
  'theatre.tick-requested'
] as const
type RecordedType = Exclude<ControlRecord['type'], (typeof unaudited)[number]>
/**
 * A hand-over is recorded as the declaration of a watch: it is marked as one, or recognised by what
 * it changes.
 */
export type AuditedType = RecordedType | 'watch.handed-over'
export const auditedTypes: readonly AuditedType[] = [
  ...Object.keys(controlFormats).filter(
    (type): type is RecordedType => !(unaudited as readonly string[]).includes(type)
  ),
  'watch.handed-over'
]
