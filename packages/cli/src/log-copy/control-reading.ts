// Folds the control log of a log being copied: its initial settings, and the copies it came from.

import { decodeControlRecord } from '@tocsin/contracts/record/records'
import type { ControlState } from '@tocsin/domain/control/control-state'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { ControlFold } from '@tocsin/service-kit/projection/control-fold'
import { copyIdsMax } from './ordered-copy.ts'
import { RecordReader } from './record-reader.ts'

/** Reads all of it. Unreadable records are ignored. */
export async function controlStateOf(log: EventLog): Promise<ControlState> {
  const fold = new ControlFold(copyIdsMax)
  for (const { partition, start, end } of await log.state(topics.control)) {
    const reader = new RecordReader(log, topics.control, partition, start, end)
    for (let record = await reader.next(); record !== null; record = await reader.next()) {
      const decoded = decodeControlRecord(record.value ?? new Uint8Array())
      if (decoded.kind === 'decoded') fold.take(decoded.record)
    }
  }
  return fold.state
}
