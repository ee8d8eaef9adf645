// The records of a theatre with times set by officers: each such decision folds everything before
// it again.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { recordsOf, theatresOf } from './theatre-records.ts'

const dayMs = 86_400_000
/**
 * The wall clock of a run jumps by a day at times and is then not trusted for some minutes; a wrong
 * clock at a start is years off.
 */
const clockToleranceMs = 10 * dayMs

/** Effective ticks and time records: none is later than a subsequent time record. */
export function correctTimes(records: readonly TheatreRecord[]): TheatreRecord[] {
  let least: string | null = null
  return records
    .toReversed()
    .map(record => {
      if (record.type !== 'clock.ticked' && record.type !== 'clock.set') return record
      const corrected =
        least !== null && least < record.data.to
          ? ({ ...record, data: { ...record.data, to: least } } as TheatreRecord)
          : record
      if (record.type === 'clock.set' && (least === null || record.data.to < least))
        least = record.data.to
      return corrected
    })
    .toReversed()
}

/**
 * A wall-clock theatre has the time of the clock once an officer has set it, whatever the clock was
 * at the start.
 */
export function checkClocks(world: World, disk: StoreReader): void {
  for (const theatre of theatresOf(disk)) {
    const records = correctTimes(recordsOf(theatre, disk))
    const config = records.findLast(record => record.type === 'theatre.configured')
    if (config?.type !== 'theatre.configured' || config.data.clock !== 'wall') continue
    const times = records.flatMap(record =>
      record.type === 'clock.ticked' || record.type === 'clock.set' ? [record.data.to] : []
    )
    const last = times.toSorted().at(-1) ?? ''
    if (Math.abs(Date.parse(last) - world.wall.nowMs) <= clockToleranceMs) continue
    world.violate(
      'a theatre keeps its time',
      `${theatre} stands at ${last}, the clock at ${new Date(world.wall.nowMs).toISOString()}`
    )
  }
}
