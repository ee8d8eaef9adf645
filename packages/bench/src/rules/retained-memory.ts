// Run by bench `rules` as a process of its own with `--expose-gc`: folds reports until the window
// is full and prints, as JSON, the heap that a retained report takes, and that of the same reports
// decoded and kept in a list, which is the least it can be.

import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import { defaultRetentionDays } from '@tocsin/domain/fold/retention'
import { defaultCompoundRules, defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { ownerWith } from './fold-measure.ts'
import { rulesLoad } from './rules-load.ts'

export interface RetainedMemory {
  readonly reports: number
  readonly bytesPerReport: number
  readonly ceilingBytesPerReport: number
}

const [perDay, seed] = process.argv.slice(2).map(Number) as [number, number]

function measure(): RetainedMemory {
  const kept: unknown[] = []
  const blankBytes = heapBytes()
  for (const record of recordsOf()) if (record.type === 'report.received') kept.push(record.data)
  const ceilingBytes = heapBytes() - blankBytes
  const reports = kept.length
  kept.length = 0
  const owner = ownerWith([...defaultRules, ...defaultCompoundRules])
  const emptyBytes = heapBytes()
  for (const record of recordsOf()) owner.take(record)
  const usedBytes = heapBytes() - emptyBytes
  const retained = owner.fold.reportCount
  return {
    reports: retained,
    bytesPerReport: Math.round(usedBytes / retained),
    ceilingBytesPerReport: Math.round(ceilingBytes / reports)
  }
}

function* recordsOf(): Generator<TheatreRecord> {
  let days = 0
  for (const record of rulesLoad({ reportsPerDay: perDay, latePer100: 0, seed })) {
    if (record.type === 'clock.ticked') days += 1
    if (days > defaultRetentionDays) return
    yield asRead(record)
  }
}

/** As it comes out of a log: nothing of one record is an object of another. */
function asRead({ type, data, id, theatre, time }: TheatreRecord): TheatreRecord {
  const decoded = decodeTheatreRecord(
    encodeRecord({ id, source: '/bench', time, cause: null, theatre }, {
      type,
      data
    } as TheatrePayload)
  )
  if (decoded.kind !== 'decoded') throw new Error(`record ${id} can't be read: ${decoded.kind}`)
  return decoded.record
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('node must be started with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

console.log(JSON.stringify(measure()))
