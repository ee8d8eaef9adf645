// Measures the fold of one theatre with its alert events written, and in the same run the same
// records folded together, as those that wait are, and the ceiling: the same records parsed from
// JSON, the same events hashed and written, and nothing folded. All are done in turns. Sums are CPU
// time of this thread, so that other load on the machine hardly matters; the time of a single
// record is wall time, since a kernel may count CPU time in steps of several milliseconds.

import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest, sha256Hex } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type {
  RuleVersion,
  TheatrePayload,
  TheatreRecord
} from '@tocsin/domain/record/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'
import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { sourceConfigured, theatreConfigured } from '@tocsin/testing/report/record-builder'
import { threadCpuMs } from '../measure/process-cpu.ts'
import { quantilesOf } from '../measure/quantiles.ts'
import { theatre } from './rules-load.ts'

/**
 * As many as a backtest and the rules service fold together at most. Source: decision 0108.
 */
const togetherMax = 64
/** Records between two turns: whole groups of those that go together. */
const turnRecords = 8 * togetherMax

/** The owners of one theatre that fold the same records. */
export interface Owners {
  readonly oneByOne: TheatreOwner
  /** Folds them together; null if that is not measured. */
  readonly together: TheatreOwner | null
}

export interface Folded {
  readonly reports: number
  /** Fold, encoding and hash of each record, ticks included, ms of wall time. */
  readonly foldsMs: readonly number[]
  /** All of them, and the writing, s. */
  readonly spentS: number
  /** The same of the records folded together; null if that was not measured. */
  readonly togetherS: number | null
  readonly ceilingS: number
  readonly events: number
  readonly eventBytes: number
}

export interface FoldFigures {
  readonly reports: number
  readonly perSecond: number
  /** Of the same records folded 64 together; null if that was not measured. */
  readonly togetherPerSecond: number | null
  /** Of everything, ticks and writing included, per report. */
  readonly meanUs: number
  /** Over the records, ticks included. */
  readonly p50Us: number
  readonly p99Us: number
  readonly longestUs: number
  readonly eventsPerReport: number
  readonly bytesPerReport: number
  readonly ceilingPerSecond: number
}

/**
 * An owner of the bench's theatre that has folded its configuration and rules, and writes no
 * incident events.
 */
export function ownerWith(rules: readonly RuleVersion[]): TheatreOwner {
  const owner = blankOwner(theatre)
  const time = '2015-01-01T00:00:00.000Z'
  owner.take(theatreConfigured({ id: theatre }, time))
  for (const rule of rules) {
    const payload: TheatrePayload = { type: 'rule.configured', data: rule }
    owner.take({ ...payload, theatre, time, id: digest('rule', rule.ruleId) } as TheatreRecord)
  }
  for (const id of ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2'])
    owner.take(
      sourceConfigured(
        { id, reliability: 'B', latenessDays: 14, cadenceDays: 30 },
        { theatre, time }
      )
    )
  return owner
}

/** An owner that has folded nothing, and writes no incident events. */
export function blankOwner(id: string): TheatreOwner {
  return new TheatreOwner(id, { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER }, null)
}

export interface FoldLimits {
  /** Of folding, without the ceiling. */
  readonly seconds: number
  readonly days: number
}

/**
 * Folds records until they or one of the limits end. Making them is not measured. Throws if the
 * events of records that were folded together are not those of the same records one by one, byte
 * for byte.
 */
export function foldRecords(
  { oneByOne, together }: Owners,
  records: Iterator<TheatreRecord>,
  limits: FoldLimits
): Folded {
  const file = new WrittenOver()
  const ceiling = new Ceiling()
  const foldsMs: number[] = []
  let [reports, events, eventBytes, spentMs, togetherMs, days, isOver] = [0, 0, 0, 0, 0, 0, false]
  try {
    while (!isOver && spentMs < limits.seconds * 1000 && days < limits.days) {
      const written: Uint8Array[] = []
      const taken: TheatreRecord[] = []
      while (taken.length < turnRecords && !isOver) {
        const { value: record, done } = records.next()
        isOver = done === true
        if (isOver) break
        const [beganMs, wallMs] = [threadCpuMs(), performance.now()]
        const { alerts } = oneByOne.take(record)
        foldsMs.push(performance.now() - wallMs)
        spentMs += threadCpuMs() - beganMs
        written.push(...valuesOf(alerts))
        taken.push(record)
        if (record.type === 'clock.ticked') days += 1
        if (record.type === 'report.received') reports += 1
      }
      const beganMs = threadCpuMs()
      eventBytes += file.write(written)
      spentMs += threadCpuMs() - beganMs
      events += written.length
      if (together !== null) {
        const beganTogetherMs = threadCpuMs()
        const writtenTogether = takeTogether(together, taken)
        file.write(writtenTogether)
        togetherMs += threadCpuMs() - beganTogetherMs
        assertSame(written, writtenTogether)
      }
      ceiling.take(taken, written)
    }
  } finally {
    file.remove()
    ceiling.remove()
  }
  const togetherS = together === null ? null : togetherMs / 1000
  return {
    reports,
    foldsMs,
    spentS: spentMs / 1000,
    togetherS,
    ceilingS: ceiling.spentMs / 1000,
    events,
    eventBytes
  }
}

function takeTogether(owner: TheatreOwner, records: readonly TheatreRecord[]): Uint8Array[] {
  const written: Uint8Array[] = []
  for (let at = 0; at < records.length; at += togetherMax)
    for (const { alerts } of owner.takeAll(records.slice(at, at + togetherMax)))
      written.push(...valuesOf(alerts))
  return written
}

function valuesOf(alerts: readonly NewRecord[]): Uint8Array[] {
  return alerts.flatMap(({ value }) => value ?? [])
}

function assertSame(oneByOne: readonly Uint8Array[], together: readonly Uint8Array[]): void {
  const isSame =
    oneByOne.length === together.length && Buffer.concat(oneByOne).equals(Buffer.concat(together))
  if (!isSame)
    throw new Error('records folded together have other events than the same records one by one')
}

/** The figures of what was folded. Throws if nothing was. */
export function figuresOf({
  reports,
  foldsMs,
  spentS,
  togetherS,
  ceilingS,
  events,
  eventBytes
}: Folded): FoldFigures {
  const { p50Ms, p99Ms, maxMs } = quantilesOf(foldsMs)
  return {
    reports,
    perSecond: Math.round(reports / spentS),
    togetherPerSecond: togetherS === null ? null : Math.round(reports / togetherS),
    meanUs: rounded((spentS * 1e6) / reports),
    p50Us: rounded(p50Ms * 1000),
    p99Us: rounded(p99Ms * 1000),
    longestUs: rounded(maxMs * 1000),
    eventsPerReport: Number((events / reports).toFixed(2)),
    bytesPerReport: Math.round(eventBytes / reports),
    ceilingPerSecond: Math.round(reports / ceilingS)
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 1))
}

class Ceiling {
  readonly #file = new WrittenOver()
  spentMs = 0

  take(records: readonly TheatreRecord[], events: readonly Uint8Array[]): void {
    const texts = records.map(({ type, data, id, theatre, time }) =>
      Buffer.from(
        encodeRecord({ id, source: '/bench', time, cause: null, theatre }, {
          type,
          data
        } as TheatrePayload)
      )
    )
    const beganMs = threadCpuMs()
    for (const text of texts) JSON.parse(text.toString())
    for (const event of events) sha256Hex(event)
    this.#file.write(events)
    this.spentMs += threadCpuMs() - beganMs
  }

  remove(): void {
    this.#file.remove()
  }
}

/** A file that each write begins anew, so that a long measurement does not fill the disk. */
class WrittenOver {
  readonly #dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  readonly #file = openSync(join(this.#dir, 'events'), 'w')

  /** Gives the number of bytes. */
  write(values: readonly Uint8Array[]): number {
    const piece = Buffer.concat(values)
    for (let at = 0; at < piece.length; )
      at += writeSync(this.#file, piece, at, piece.length - at, at)
    return piece.length
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
