// Accepted alert events in order from any position: the newest from memory, older ones from the log. Streams, feeds and the
// webhook planner all read here, so that each sees the same events in the same order per theatre.

import type { Handling } from '@tocsin/domain/report/handling'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Captured, SnapshotPart } from '@tocsin/service-kit/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'
import type { AlertRecord, DecodedRecord } from './alert-entry.ts'
import { decodeStored, type EvidenceHistory } from './evidence-history.ts'
import type { Positions } from './positions.ts'

export interface JournalLimits {
  /** Newest events kept decoded. */
  readonly recentEventsMax: number
  /** Positions of records that lost at their seq. Once the oldest is evicted, it might be read again as if it counted. */
  readonly droppedMax: number
}

const journalDefaults: JournalLimits = { recentEventsMax: 5_000, droppedMax: 10_000 }

/** The result of reading from one position. */
export interface JournalPage {
  readonly records: readonly AlertRecord[]
  /** The position to continue from: after the last record read, or the journal's end. */
  readonly next: Positions
}

/** Bytes per log read. */
const readBytesMax = 4 * 1024 * 1024

interface Mark {
  readonly partition: number
  readonly theatre: string
  readonly level: Handling
  /** After the last event that concerns readers of the level. */
  next: bigint
}

interface Recent {
  /** All events of the partition from here on are in `records`. */
  from: bigint
  readonly records: AlertRecord[]
}

export class AlertJournal implements SnapshotPart {
  readonly #log: EventLog
  readonly #history: EvidenceHistory
  readonly #limits: JournalLimits
  readonly #recent: Recent[]
  readonly #dropped: LRUCache<string, true>
  /** By partition, theatre and level. */
  readonly #marks = new Map<string, Mark>()
  readonly epoch: string
  readonly #start: Positions
  #end: Positions
  #recentCount = 0

  constructor(
    log: EventLog,
    start: { readonly epoch: string; readonly positions: Positions },
    history: EvidenceHistory,
    limits: JournalLimits = journalDefaults
  ) {
    this.#log = log
    this.#history = history
    this.#limits = limits
    this.#dropped = new LRUCache({ max: limits.droppedMax })
    this.epoch = start.epoch
    this.#start = start.positions
    this.#end = start.positions
    this.#recent = start.positions.map(from => ({ from, records: [] }))
  }

  /** The first position that the log held when this fold began. */
  get start(): Positions {
    return this.#start
  }

  /** After everything folded. */
  get end(): Positions {
    return this.#end
  }

  get droppedCount(): number {
    return this.#dropped.size
  }

  get recentCount(): number {
    return this.#recentCount
  }

  /** Adds an accepted event. `concerned`: the levels whose readers may be told of it. */
  add(record: AlertRecord, concerned: readonly Handling[]): void {
    const { partition, position } = record
    const recent = this.#recent[partition] as Recent
    recent.records.push(record)
    this.#recentCount++
    this.#trim()
    const { theatre } = record.event.data
    for (const level of concerned) {
      const key = `${partition}|${theatre}|${level}`
      const mark = this.#marks.get(key)
      if (mark) mark.next = position + 1n
      else this.#setMark({ partition, theatre, level, next: position + 1n })
    }
    this.passed(partition, position + 1n)
  }

  /** Remembers a record that does not count, so that readers of the log skip it. */
  drop(partition: number, position: bigint): void {
    this.#dropped.set(`${partition}/${position}`, true)
    this.passed(partition, position + 1n)
  }

  /** The newest events are not in it: after a start they are read from the log. */
  capture(): Captured {
    const marks = [...this.#marks.values()].map(({ next, ...mark }) => ['mark', { ...mark, next: String(next) }] as const)
    const dropped = [...this.#dropped.rkeys()]
    return { rows: [...marks, ...dropped.map(place => ['dropped', place] as const)] }
  }

  restore(row: unknown): void {
    const read = row as readonly ['mark', Omit<Mark, 'next'> & { readonly next: string }] | readonly ['dropped', string]
    if (read[0] === 'dropped') this.#dropped.set(read[1], true)
    else this.#setMark({ ...read[1], next: BigInt(read[1].next) })
  }

  restored({ positions }: Cursor): void {
    this.#end = positions
    for (const [i, recent] of this.#recent.entries()) recent.from = positions[i] ?? recent.from
  }

  #setMark(mark: Mark): void {
    this.#marks.set(`${mark.partition}|${mark.theatre}|${mark.level}`, mark)
  }

  /** Everything before `next` is folded. */
  passed(partition: number, next: bigint): void {
    if (next > (this.#end[partition] ?? 0n)) this.#end = this.#end.map((each, i) => (i === partition ? next : each))
  }

  /**
   * After the last event that could concern such a reader. Readers' cursors stand here and not at the end: a cursor that moved
   * with hidden events would reveal them.
   */
  endInView(view: ReaderView): Positions {
    const end = [...this.#start]
    for (const mark of this.#marks.values()) {
      const { partition, theatre, level, next } = mark
      if (level === view.handling && next > (end[partition] ?? 0n) && isTheatreInView(view, theatre)) end[partition] = next
    }
    return end
  }

  /**
   * Up to `recordsMax` events from these positions on, oldest first across partitions. Rejects `offset-lost` if the log no longer
   * holds them and `offset-ahead` beyond its end.
   */
  async read(from: Positions, recordsMax: number): Promise<JournalPage> {
    const runs = await Promise.all(from.map((position, partition) => this.#run(partition, position, recordsMax)))
    return mergeRuns(from, runs, recordsMax)
  }

  /** The event at a position; null if no accepted event is there. */
  async at(partition: number, position: bigint): Promise<AlertRecord | null> {
    const run = await this.#run(partition, position, 1)
    const record = run.records[0]
    return record !== undefined && record.position === position ? record : null
  }

  /** The events of one partition from one position on and before another, oldest first. Rejects as `read` does. */
  async window(partition: number, from: bigint, to: bigint): Promise<AlertRecord[]> {
    const records: AlertRecord[] = []
    for (let at = from; at < to; ) {
      const run = await this.#run(partition, at, Number(to - at))
      records.push(...run.records.filter(({ position }) => position < to))
      if (run.next <= at) break
      at = run.next
    }
    return records
  }

  async #run(partition: number, position: bigint, recordsMax: number): Promise<Run> {
    const end = this.#end[partition] ?? 0n
    const recent = this.#recent[partition]
    if (recent === undefined) throw new EventLogError('partitions-changed', `the alerts log has no partition ${partition}`)
    if (position > end) {
      // A reader served by another instance may be ahead of this fold. Beyond the log's own end this rejects.
      await this.#log.read(topics.alerts, partition, position, { recordsMax: 1, bytesMax: 1 })
      return { records: [], next: position, isAtEnd: true }
    }
    if (position === end) return { records: [], next: end, isAtEnd: true }
    if (position >= recent.from) return runOf(recent.records, position, end, recordsMax)
    return this.#readLog(partition, position, end, recordsMax)
  }

  async #readLog(partition: number, position: bigint, end: bigint, recordsMax: number): Promise<Run> {
    const page = await this.#log.read(topics.alerts, partition, position, { recordsMax, bytesMax: readBytesMax })
    const decoded: DecodedRecord[] = []
    for (const stored of page.records) {
      if (stored.position >= end) break
      const record = this.#isDropped(stored) ? null : decodeStored(stored)
      if (record !== null) decoded.push(record)
    }
    const next = page.next < end ? page.next : end
    const start = this.#start[partition] ?? 0n
    const records = await this.#history.whole(decoded, { start, counts: stored => !this.#isDropped(stored) })
    return { records, next, isAtEnd: next >= end }
  }

  #isDropped({ partition, position }: Pick<StoredRecord, 'partition' | 'position'>): boolean {
    return this.#dropped.has(`${partition}/${position}`)
  }

  #trim(): void {
    while (this.#recentCount > this.#limits.recentEventsMax) {
      const longest = this.#recent.reduce((a, b) => (b.records.length > a.records.length ? b : a))
      const gone = longest.records.shift()
      if (gone === undefined) return
      longest.from = gone.position + 1n
      this.#recentCount--
    }
  }
}

interface Run {
  readonly records: readonly AlertRecord[]
  readonly next: bigint
  readonly isAtEnd: boolean
}

function runOf(records: readonly AlertRecord[], position: bigint, end: bigint, recordsMax: number): Run {
  const start = firstFrom(records, position)
  const taken = records.slice(start, start + recordsMax)
  const isAtEnd = start + recordsMax >= records.length
  const last = taken.at(-1)
  return { records: taken, next: isAtEnd || last === undefined ? end : last.position + 1n, isAtEnd }
}

/** Index of the first record at a position or behind it; their number if there is none. O(log n): each delivery asks. */
function firstFrom(records: readonly AlertRecord[], position: bigint): number {
  let [from, to] = [0, records.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((records[middle] as AlertRecord).position < position) from = middle + 1
    else to = middle
  }
  return from
}

/** Merges the partitions by time. A truncated run holds back later records of the other partitions. */
function mergeRuns(from: Positions, runs: readonly Run[], recordsMax: number): JournalPage {
  const cutTimes = runs.filter(run => !run.isAtEnd).map(run => run.records.at(-1)?.envelope.time ?? '')
  const limit = cutTimes.toSorted()[0] ?? null
  const merged = runs
    .flatMap(run => run.records)
    .filter(record => limit === null || record.envelope.time <= limit)
    .sort(compareRecords)
  // Records of one partition keep their order: times never decrease within a theatre, but may between theatres of a partition.
  const taken = keepRuns(merged, runs).slice(0, recordsMax)
  const next = from.map((position, partition) => {
    const run = runs[partition] as Run
    const own = taken.filter(record => record.partition === partition)
    const all = own.length === run.records.length
    if (all) return run.next
    const last = own.at(-1)
    return last === undefined ? position : last.position + 1n
  })
  return { records: taken, next }
}

function compareRecords(a: AlertRecord, b: AlertRecord): number {
  if (a.envelope.time !== b.envelope.time) return a.envelope.time < b.envelope.time ? -1 : 1
  return a.partition - b.partition || (a.position < b.position ? -1 : 1)
}

function keepRuns(merged: readonly AlertRecord[], runs: readonly Run[]): AlertRecord[] {
  const queues = runs.map(run => [...run.records])
  return merged.map(({ partition }) => (queues[partition] as AlertRecord[]).shift() as AlertRecord)
}
