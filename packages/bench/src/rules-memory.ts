// Another process of bench `rules`, with `--expose-gc`: the heap that a retained report takes, and
// that of the same reports decoded in a list, which is the least that it can be. A `Helper` starts
// this file.

import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { defaultRetentionDays } from '@tocsin/domain/fold/retention'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { allRules, openEngine } from './load/fold-engine.ts'
import { encodeAsLogged } from './load/fold-measure.ts'
import { makeRecords } from './load/theatre-records.ts'
import { serveCalls } from './runner/helper-process.ts'

const calls = {
  measure(reportsPerDay: number) {
    const list: unknown[] = []
    const blankBytes = collectHeap()
    for (const record of decodeWindow(reportsPerDay))
      if (record.type === 'report.received') list.push(record.data)
    const ceilingBytes = (collectHeap() - blankBytes) / list.length
    list.length = 0
    const engine = openEngine(allRules)
    const emptyBytes = collectHeap()
    for (const record of decodeWindow(reportsPerDay)) engine.fold(record)
    const reports = engine.reportCount
    return { reports, bytes: (collectHeap() - emptyBytes) / reports, ceilingBytes }
  }
}

/** As they come out of a log: no record shares an object with another. */
function* decodeWindow(reportsPerDay: number): Generator<TheatreRecord> {
  let days = 0
  for (const record of makeRecords({ reportsPerDay, latePer100: 0 })) {
    if (record.type === 'clock.ticked') days += 1
    if (days > defaultRetentionDays) return
    const decoded = decodeTheatreRecord(encodeAsLogged(record))
    if (decoded.kind !== 'decoded') throw new Error(`a record can't be read: ${decoded.kind}`)
    yield decoded.record
  }
}

function collectHeap(): number {
  if (globalThis.gc === undefined) throw new Error('node must be started with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

export type MemoryCalls = typeof calls

serveCalls(calls)
