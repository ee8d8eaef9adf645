// Measures the fold of one theatre: the same records one by one by the present engine and 64 together
// by another of it, by the next engine, and the ceiling: the records parsed from JSON, the events
// hashed and written, no fold. All by turns. Sums are CPU time of this thread; the time of one record
// is wall time, since a kernel may count CPU time in steps of several milliseconds.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { readThreadCpuMs } from '../runner/clocks.ts'
import { type FoldEngine, theatre } from './fold-engine.ts'

/** As many as a backtest and the rules service fold together at most. */
const togetherMax = 64
const recordsPerTurn = 8 * togetherMax

export interface FoldLimits {
  /** Of folding one by one. */
  readonly seconds: number
  readonly days?: number
}

/** What an engine did with the records one by one. */
export interface Side {
  /** Of each record, ticks included, wall time. */
  readonly foldsMs: number[]
  /** CPU time of all of them and the writing. */
  cpuMs: number
  events: number
  eventBytes: number
}

export interface Folded {
  readonly reports: number
  readonly present: Side
  readonly next: Side
  /** CPU time of the records folded together by the present engine. */
  readonly togetherMs: number
  readonly ceilingMs: number
}

export type MeasuredEngines = Readonly<Record<'present' | 'together' | 'next', FoldEngine>>

/**
 * Folds records until they or a limit end. Throws if the two present engines do not give the same
 * events byte for byte.
 */
export function measureFold(
  engines: MeasuredEngines,
  records: Iterator<TheatreRecord>,
  { seconds, days = Number.POSITIVE_INFINITY }: FoldLimits
): Folded {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  // Each turn overwrites the file, so that a long measurement does not fill the disk.
  const write = (events: readonly Uint8Array[]) =>
    writeFileSync(join(dir, 'events'), Buffer.concat(events))
  const foldTurn = (engine: FoldEngine, turn: readonly TheatreRecord[], side: Side) => {
    const events: Uint8Array[] = []
    side.cpuMs += spendCpu(() => {
      for (const record of turn) {
        const beganMs = performance.now()
        for (const event of engine.fold(record)) events.push(event)
        side.foldsMs.push(performance.now() - beganMs)
      }
      write(events)
    })
    side.events += events.length
    side.eventBytes += events.reduce((sum, event) => sum + event.byteLength, 0)
    return events
  }
  const [present, next] = [makeSide(), makeSide()]
  const sums = { reports: 0, togetherMs: 0, ceilingMs: 0 }
  let [ticks, isOver] = [0, false]
  try {
    while (!isOver && present.cpuMs < seconds * 1000 && ticks < days) {
      const turn: TheatreRecord[] = []
      while (turn.length < recordsPerTurn && !isOver) {
        const record = records.next()
        isOver = record.done === true
        if (record.done !== true) turn.push(record.value)
      }
      const texts = turn.map(encodeAsLogged)
      const events = foldTurn(engines.present, turn, present)
      foldTurn(engines.next, turn, next)
      const eventsTogether: Uint8Array[] = []
      sums.togetherMs += spendCpu(() => {
        for (let i = 0; i < turn.length; i += togetherMax)
          eventsTogether.push(...engines.together.foldAll(turn.slice(i, i + togetherMax)))
        write(eventsTogether)
      })
      assertSame(events, eventsTogether)
      sums.ceilingMs += spendCpu(() => {
        for (const text of texts) JSON.parse(text.toString())
        for (const event of events) hashSha256Hex(event)
        write(events)
      })
      sums.reports += turn.filter(({ type }) => type === 'report.received').length
      ticks += turn.filter(({ type }) => type === 'clock.ticked').length
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
  return { present, next, ...sums }
}

function makeSide(): Side {
  return { foldsMs: [], cpuMs: 0, events: 0, eventBytes: 0 }
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

function assertSame(events: readonly Uint8Array[], others: readonly Uint8Array[]): void {
  if (!Buffer.concat(events).equals(Buffer.concat(others)) || events.length !== others.length)
    throw new Error('two engines gave different events for the same records')
}
