// The theatres of a run and their records on disk.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { topics } from '@tocsin/event-log/topics'
import type { StoreReader } from '../world/store-reader.ts'

const unassigned = '_unassigned'

/** Theatres that the rules fold. */
export function theatresOf(disk: StoreReader): string[] {
  return [...new Set(disk.entries(topics.incidents).map(entry => entry.key))]
    .filter(theatre => theatre !== unassigned)
    .sort()
}

/** The records of a theatre as its fold applies them, without undecodable ones. */
export function recordsOf(theatre: string, disk: StoreReader): TheatreRecord[] {
  return disk.of(topics.incidents, theatre).flatMap(({ record }) => {
    if (record === null) return []
    const { id, type, time, data } = record
    return [{ id, type, time, data, theatre } as TheatreRecord]
  })
}
