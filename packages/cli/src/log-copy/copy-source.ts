// Whether a log may be copied: it must be complete, with the topics that it was created with.

import { decodeControlRecord } from '@tocsin/contracts/record/records'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlState } from '@tocsin/service/control/control-state'
import { isHalfCopied } from '@tocsin/service/privacy/log-claim'
import { ControlFold } from '@tocsin/service/projection/control-view'
import { CopyRefusedError } from './copy-types.ts'
import { readRecords } from './record-reader.ts'

/** Throws CopyRefusedError with the reason. */
export async function checkSource(from: EventLog): Promise<void> {
  const state = await readControlState(from)
  if (await isHalfCopied(state, from))
    throw new CopyRefusedError(
      'source-unfinished',
      'the source is itself an unfinished copy of another log: copy that one'
    )
  for (const { topic, epoch, partitions } of state.topics.values()) {
    const known = Object.values(topics).find(name => name === topic)
    if (known === undefined || known === topics.snapshots) continue
    if ((await from.epoch(known)) !== epoch)
      throw new CopyRefusedError(
        'source-replaced',
        `${topic} of the source is not the original topic: it was deleted and created again, and its records are lost`
      )
    const found = await from.partitionCount(known)
    if (found !== partitions)
      throw new CopyRefusedError(
        'keys-displaced',
        `${topic} of the source has ${found} partitions, but its log was created with ${partitions}: the order of its records is unknown`
      )
  }
}

/** Folds the control log. Ignores unreadable records. */
async function readControlState(log: EventLog): Promise<ControlState> {
  const fold = new ControlFold()
  for (const state of await log.state(topics.control))
    for await (const record of readRecords(log, topics.control, state)) {
      const decoded = decodeControlRecord(record.value ?? new Uint8Array())
      if (decoded.kind === 'decoded') fold.take(decoded.record)
    }
  return fold.state
}
