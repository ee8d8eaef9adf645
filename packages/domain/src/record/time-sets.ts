// An officer's word on the time, read backwards: ticks that stand before it in the log and lie later were wrong. Pure.

import type { TheatreRecord } from './theatre-record.ts'

/** Where an officer's word stands among the records of a theatre, and what time it says. */
export interface TimeSetAt {
  readonly position: bigint
  /** ISO 8601. */
  readonly to: string
}

/** A record as it would have been with the right time: a tick, or an earlier word, is no later than any word behind it. Pure. */
export function withTimeSet(record: TheatreRecord, position: bigint, sets: readonly TimeSetAt[]): TheatreRecord {
  if (record.type !== 'clock.ticked' && record.type !== 'clock.set') return record
  let to = record.data.to
  for (const set of sets) if (set.position > position && set.to < to) to = set.to
  if (to === record.data.to) return record
  return record.type === 'clock.set' ? { ...record, data: { ...record.data, to } } : { ...record, data: { ...record.data, to } }
}
