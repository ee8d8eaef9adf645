// Corrects records before a time set by an officer: their later times were wrong. Pure.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'

/** Position of an officer's time setting among the records of a theatre, and the time. */
export interface TimeCorrection {
  readonly position: bigint
  /** ISO 8601. */
  readonly to: string
}

/**
 * The record with the corrected time: a tick, or an earlier set time, is no later than any set time
 * after it. Pure.
 */
export function withCorrectedTime(
  record: TheatreRecord,
  position: bigint,
  corrections: readonly TimeCorrection[]
): TheatreRecord {
  if (record.type !== 'clock.ticked' && record.type !== 'clock.set') return record
  let to = record.data.to
  for (const correction of corrections)
    if (correction.position > position && correction.to < to) to = correction.to
  if (to === record.data.to) return record
  return record.type === 'clock.set'
    ? { ...record, data: { ...record.data, to } }
    : { ...record, data: { ...record.data, to } }
}
