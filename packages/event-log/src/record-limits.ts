// Limits of records, the same on every adapter: checked before anything is queued or written.

import { EventLogError } from './errors.ts'
import type { NewRecord } from './port.ts'
import { cleanupOf, type Topic } from './topics.ts'

export interface RecordLimits {
  /** Longest value, bytes. */
  readonly valueBytesMax: number
  /** Longest id and longest key, UTF-8 bytes each. */
  readonly nameBytesMax: number
}

export const defaultRecordLimits: RecordLimits = { valueBytesMax: 1024 * 1024, nameBytesMax: 512 }

/**
 * Throws `record-invalid` or `record-too-large` for a record that no adapter stores. Returns its
 * size, bytes.
 */
export function checkRecord(topic: Topic, record: NewRecord, limits: RecordLimits): number {
  checkName('id', record.id, limits)
  checkName('key', record.key, limits)
  if (record.value === null) {
    if (cleanupOf[topic] !== 'compacted')
      throw new EventLogError(
        'record-invalid',
        `${topic}: only a compacted topic accepts a null value`
      )
    return record.id.length + record.key.length
  }
  if (!(record.value instanceof Uint8Array))
    throw new EventLogError('record-invalid', 'a value must be bytes')
  const size = record.value.byteLength
  if (size > limits.valueBytesMax)
    throw new EventLogError(
      'record-too-large',
      `${topic}: a value of ${size} bytes exceeds the limit of ${limits.valueBytesMax}`,
      {
        bytesMax: limits.valueBytesMax
      }
    )
  return size + record.id.length + record.key.length
}

function checkName(what: 'id' | 'key', text: string, limits: RecordLimits): void {
  if (typeof text !== 'string' || text === '')
    throw new EventLogError('record-invalid', `the ${what} of a record must be non-empty text`)
  if (text.length * 3 > limits.nameBytesMax && Buffer.byteLength(text) > limits.nameBytesMax)
    throw new EventLogError(
      'record-too-large',
      `an ${what} exceeds the limit of ${limits.nameBytesMax} bytes`
    )
  // A lone surrogate has no UTF-8 form: two different names would become one.
  if (!text.isWellFormed())
    throw new EventLogError('record-invalid', `an ${what} is not well-formed Unicode`)
}
