// Corrects records before a time set by an officer: their later times were wrong. Pure.

import type { TheatreRecord } from './theatre-record.ts'

/** Where an officer's word stands among the records of a theatre, and what time it says. */
export interface TimeSetAt {
  readonly position: bigint
  /** ISO 8601. */
  readonly to: string
}

/** The record with the corrected time: a tick, or an earlier set time, is no later than any set time after it. Pure. */
export function withTimeSet(record: TheatreRecord, position: bigint, sets: readonly TimeSetAt[]): TheatreRecord {
  if (record.type !== 'clock.ticked' && record.type !== 'clock.set') return record
  let to = record.data.to
  for (const set of sets) if (set.position > position && set.to < to) to = set.to
  if (to === record.data.to) return record
  return record.type === 'clock.set' ? { ...record, data: { ...record.data, to } } : { ...record, data: { ...record.data, to } }
}
