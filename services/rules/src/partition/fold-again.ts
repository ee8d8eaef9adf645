// Refolds a theatre's records with the time that an officer set. It reads the log from its
// beginning, because the fold with the wrong time may have forgotten records that count with the
// right one.

import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import type { StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { EngineOwner } from '../theatre/engine-owner.ts'
import type { FoldAgain, TimeSetRecord } from '../theatre/owner.ts'
import type { PartitionScope } from './partition-scope.ts'
import { type TimeCorrection, withCorrectedTime } from './time-corrections.ts'

/**
 * The theatre just before the record at `end`, folded with the time that this record sets; null if
 * the scope stops meanwhile.
 */
export async function foldAgain(
  scope: PartitionScope,
  owner: EngineOwner,
  end: bigint,
  record: TimeSetRecord
): Promise<FoldAgain | null> {
  const { theatre } = owner
  const corrections: TimeCorrection[] = [{ position: end, to: record.data.to }]
  const isRead = await eachRecord(scope, theatre, end, (one, position) => {
    if (one.type === 'clock.set') corrections.push({ position, to: one.data.to })
  })
  const fold = owner.beginAgain()
  const isFolded = await eachRecord(
    scope,
    theatre,
    end,
    (one, position) => void fold.apply(withCorrectedTime(one, position, corrections))
  )
  return isRead && isFolded ? fold : null
}

/**
 * Passes on each record of the theatre before `end`, in order; undecodable records are in
 * quarantine and are skipped. False if the scope stopped.
 */
async function eachRecord(
  scope: PartitionScope,
  theatre: string,
  end: bigint,
  take: (record: TheatreRecord, position: bigint) => void
): Promise<boolean> {
  const { log } = scope.options
  const { partition } = scope
  const states = await scope.untilDone(() => log.state(topics.incidents))
  if (states === null) return false
  let next = states[partition]?.start ?? end
  const takeNext = ({ key, value, position }: StoredRecord) => {
    // A failed read continues after the last record taken.
    next = position + 1n
    if (key !== theatre || value === null) return
    const decoded = decodeTheatreRecord(value)
    if (decoded.kind === 'decoded') take(decoded.record, position)
  }
  await scope.untilDone(async () => {
    next = await readUpTo(
      log,
      { topic: topics.incidents, partition, from: next, to: end },
      takeNext,
      scope.signal
    )
    if (next < end && !scope.isStopping)
      throw new EventLogError(
        'log-unavailable',
        'records that were folded before cannot be read again yet'
      )
  })
  return next >= end
}
