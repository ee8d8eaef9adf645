// Measures the fold of a theatre by turns with the ceiling: the same records parsed from JSON, the
// events hashed and written, no fold. Sums are CPU time of this thread; the time of one record is wall
// time, since a kernel may count CPU time in steps of several milliseconds.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { readThreadCpuMs } from '../runner/clocks.ts'
import { type FoldEngine, theatre } from './fold-engine.ts'

const recordsPerTurn = 512

export interface FoldLimits {
  readonly seconds: number
  readonly days?: number
}

export interface Folded {
  reports: number
  /** Of each record, ticks included, wall time. */
  readonly foldsMs: number[]
  /** CPU time of all of them and the writing. */
  cpuMs: number
  events: number
  eventBytes: number
  ceilingMs: number
}

/** Folds records until they or a limit end. */
export function measureFold(
  engine: FoldEngine,
  records: Iterator<TheatreRecord>,
  { seconds, days = Number.POSITIVE_INFINITY }: FoldLimits
): Folded {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  // Each turn overwrites the file, so that a long measurement does not fill the disk.
  const write = (events: readonly Uint8Array[]) =>
    writeFileSync(join(dir, 'events'), Buffer.concat(events))
  const folded: Folded = {
    ...{ reports: 0, foldsMs: [], cpuMs: 0, events: 0, eventBytes: 0, ceilingMs: 0 }
  }
  let [ticks, isOver] = [0, false]
  try {
    while (!isOver && folded.cpuMs < seconds * 1000 && ticks < days) {
      const turn: TheatreRecord[] = []
      while (turn.length < recordsPerTurn && !isOver) {
        const record = records.next()
        isOver = record.done === true
        if (record.done !== true) turn.push(record.value)
      }
      const texts = turn.map(encodeAsLogged)
      const events: Uint8Array[] = []
      folded.cpuMs += spendCpu(() => {
        for (const record of turn) {
          const beganMs = performance.now()
          for (const event of engine.fold(record)) events.push(event)
          folded.foldsMs.push(performance.now() - beganMs)
        }
        write(events)
      })
      folded.ceilingMs += spendCpu(() => {
        for (const text of texts) JSON.parse(text.toString())
        for (const event of events) hashSha256Hex(event)
        write(events)
      })
      folded.events += events.length
      folded.eventBytes += events.reduce((sum, event) => sum + event.byteLength, 0)
      folded.reports += turn.filter(({ type }) => type === 'report.received').length
      ticks += turn.filter(({ type }) => type === 'clock.ticked').length
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
  return folded
}

function spendCpu(work: () => void): number {
  const beganMs = readThreadCpuMs()
  work()
  return readThreadCpuMs() - beganMs
}

export function encodeAsLogged({ type, data, id, time }: TheatreRecord): Buffer {
  const head = { id, source: '/bench', time, cause: null, theatre }
  return Buffer.from(encodeRecord(head, { type, data } as TheatrePayload))
}
