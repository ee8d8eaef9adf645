// Accepted alert events in order from any position: the newest from memory, older ones from the
// log. Streams, feeds and the webhook planner all read here, so that each sees the same events in
// the same order per theatre.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { EventTable } from '@tocsin/read-model/alerts/event-table'
import { LRUCache } from 'lru-cache'
import type { AlertRecord } from './alert-entry.ts'
import { decodeStored, type EventHistory } from './event-history.ts'
import type { Positions } from './positions.ts'

export interface JournalLimits {
  /** Newest events cached decoded. */
  readonly recentEventsMax: number
}

/** The result of reading from one position. */
export interface JournalPage {
  readonly records: readonly AlertRecord[]
  /** The position to continue from: after the last record read, or the journal's end. */
  readonly next: Positions
}

/** Bytes per log read. */
const readBytesMax = 4 * 1024 * 1024

/**
 * Decoded together and cached for the next reader: after an outage many resume at the same place.
 */
const blockRecords = 64n
const blocksMax = 64
/**
 * Read of each partition at a time, at least: of many partitions a small page would take a read for
 * each record.
 */
const runMin = 16

interface Recent {
  /** All events of the partition from here on are in `records`. */
  from: bigint
  readonly records: AlertRecord[]
}

export class AlertJournal {
  readonly #log: EventLog
  readonly #history: EventHistory
  readonly #limits: JournalLimits
  readonly #recent: Recent[]
  readonly #events: EventTable
  /** Records of the log that were read, by the partition and position where their block begins. */
  readonly #blocks = new LRUCache<string, Run>({ maxSize: blocksMax, sizeCalculation: () => 1 })
  readonly epoch: string
  readonly #start: Positions
  #end: Positions
  #recentCount = 0

  constructor(
    log: EventLog,
    start: { readonly epoch: string; readonly positions: Positions },
    history: EventHistory,
    events: EventTable,
    limits: JournalLimits
  ) {
    this.#log = log
    this.#history = history
    this.#limits = limits
    this.#events = events
    this.epoch = start.epoch
    this.#start = start.positions
    this.#end = start.positions
    this.#recent = start.positions.map(from => ({ from, records: [] }))
  }

  /** The first position in the log when this fold began. */
  get start(): Positions {
    return this.#start
  }

  /** After everything folded. */
  get end(): Positions {
    return this.#end
  }

  /** Adds an accepted event. */
  add(record: AlertRecord): void {
    const { partition, position } = record
    const recent = this.#recent[partition] as Recent
    recent.records.push(record)
    this.#recentCount++
    this.#trim()
    this.passed(partition, position + 1n)
  }

  /** What is before this position was folded earlier: it is read from the log. */
  restored({ positions }: Cursor): void {
    this.#end = positions
    for (const [i, recent] of this.#recent.entries()) recent.from = positions[i] ?? recent.from
  }

  /** Everything before `next` is folded. */
  passed(partition: number, next: bigint): void {
    if (next > (this.#end[partition] ?? 0n))
      this.#end = this.#end.map((each, i) => (i === partition ? next : each))
  }

  /**
   * After the last event that could concern such a reader. Readers' cursors are here and not at the
   * end: a cursor that moved with hidden events would reveal them.
   */
  endInView(view: ReaderView): Positions {
    const isIn = (theatre: string) => mayReadTheatre(view, theatre)
    return this.#events.endAt(view.level, isIn, this.#start)
  }

  /** How many events that could concern such a reader come from these positions on. */
  eventsFrom(view: ReaderView, positions: Positions): number {
    const isIn = (theatre: string) => mayReadTheatre(view, theatre)
    return this.#events.countFrom(view.level, isIn, positions)
  }

  /** As `reader`, for one page. */
  async read(from: Positions, recordsMax: number): Promise<JournalPage> {
    return this.reader(from).next(recordsMax)
  }

  /** Reads on from these positions, page after page, and decodes a record once. */
  reader(from: Positions): JournalReader {
    return new JournalReader(from, {
      runOf: (partition, position, recordsMax) => this.#run(partition, position, recordsMax),
      endOf: partition => this.#end[partition] ?? 0n
    })
  }

  /** The event at a position; null if no accepted event is there. */
  async at(partition: number, position: bigint): Promise<AlertRecord | null> {
    const run = await this.#run(partition, position, 1)
    const record = run.records[0]
    return record !== undefined && record.position === position ? record : null
  }

  /** The events of one partition between two positions, oldest first. Rejects as `read` does. */
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
    if (recent === undefined)
      throw new EventLogError('partitions-changed', `the alerts log has no partition ${partition}`)
    if (position > end) {
      // A reader served by another instance may be ahead of this fold. Beyond the log's own end
      // this rejects.
      await this.#log.read(topics.alerts, partition, position, { recordsMax: 1, bytesMax: 1 })
      return { records: [], next: position }
    }
    if (position === end) return { records: [], next: end }
    if (position >= recent.from) return findRun(recent.records, position, end, recordsMax)
    return this.#readLog(partition, position, end, recordsMax)
  }

  async #readLog(
    partition: number,
    position: bigint,
    end: bigint,
    recordsMax: number
  ): Promise<Run> {
    const block = await this.#block(partition, position, end, recordsMax >= runMin)
    if (block === null || block.next <= position)
      return this.#decoded(partition, position, end, recordsMax)
    const from = firstFrom(block.records, position)
    const records = block.records.slice(from, from + recordsMax)
    const isLast = from + records.length === block.records.length
    return { records, next: isLast ? block.next : (records.at(-1) as AlertRecord).position + 1n }
  }

  /**
   * The block of a position, or its beginning if it is large; null if it is neither cached nor
   * worth caching, or partly gone.
   */
  async #block(
    partition: number,
    position: bigint,
    end: bigint,
    isWorth: boolean
  ): Promise<Run | null> {
    const first = position - (position % blockRecords)
    const next = first + blockRecords
    const key = `${partition}/${first}`
    const held = this.#blocks.get(key)
    if (held !== undefined || !isWorth || first < (this.#start[partition] ?? 0n) || next > end)
      return held ?? null
    const read = await this.#decoded(partition, first, end, Number(blockRecords)).catch(orLost)
    if (read === null || read.next < next) return read
    const block = { records: read.records.filter(each => each.position < next), next }
    this.#blocks.set(key, block)
    return block
  }

  async #decoded(
    partition: number,
    position: bigint,
    end: bigint,
    recordsMax: number
  ): Promise<Run> {
    const page = await this.#log.read(topics.alerts, partition, position, {
      recordsMax,
      bytesMax: readBytesMax
    })
    const decoded: Parameters<EventHistory['whole']>[0][number][] = []
    for (const stored of page.records) {
      if (stored.position >= end) break
      const readers = this.#events.findReaders(partition, stored.position)
      const record = readers === null ? null : decodeStored(stored)
      if (readers !== null && record !== null) decoded.push({ ...record, readers })
    }
    const next = page.next < end ? page.next : end
    const records = await this.#history.whole(decoded)
    return { records, next }
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
  /** After the last record read, or the end. */
  readonly next: bigint
}

/** The log may have dropped the first records of a block but still have the requested ones. */
function orLost(error: unknown): null {
  if (error instanceof EventLogError && error.code === 'offset-lost') return null
  throw error
}

function findRun(
  records: readonly AlertRecord[],
  position: bigint,
  end: bigint,
  recordsMax: number
): Run {
  const start = firstFrom(records, position)
  const taken = records.slice(start, start + recordsMax)
  const isAtEnd = start + recordsMax >= records.length
  const last = taken.at(-1)
  return { records: taken, next: isAtEnd || last === undefined ? end : last.position + 1n }
}

/**
 * Index of the first record at a position or behind it; their number if there is none. O(log n):
 * each delivery asks.
 */
function firstFrom(records: readonly AlertRecord[], position: bigint): number {
  let [from, to] = [0, records.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((records[middle] as AlertRecord).position < position) from = middle + 1
    else to = middle
  }
  return from
}

interface JournalRuns {
  readonly runOf: (partition: number, position: bigint, recordsMax: number) => Promise<Run>
  readonly endOf: (partition: number) => bigint
}

/** What was read of a partition and is on no page yet. */
interface Ahead {
  /** The next record, or the next position to read. */
  at: bigint
  /** After the last record read. */
  readTo: bigint
  records: readonly AlertRecord[]
  taken: number
}

/** Pages of the partitions merged by time. What a page leaves of a read is on the next one. */
export class JournalReader {
  readonly #runs: JournalRuns
  readonly #ahead: readonly Ahead[]

  constructor(from: Positions, runs: JournalRuns) {
    this.#runs = runs
    this.#ahead = from.map(at => ({ at, readTo: at, records: [], taken: 0 }))
  }

  /**
   * The next `recordsMax` events or fewer, oldest first across partitions. Empty, with further
   * positions, if no record read counts. Rejects `offset-lost` if the log no longer has them and
   * `offset-ahead` beyond its end.
   */
  async next(recordsMax: number): Promise<JournalPage> {
    const records: AlertRecord[] = []
    while (records.length < recordsMax) {
      await this.#fill(recordsMax - records.length)
      // A partition with more to read delays later records of the others.
      if (this.#ahead.some((ahead, partition) => this.#isShort(ahead, partition))) break
      const before = records.length
      this.#merge(records, recordsMax)
      if (records.length === before) break
    }
    return { records, next: this.#ahead.map(({ at }) => at) }
  }

  async #fill(wanted: number): Promise<void> {
    const all = this.#ahead.map((ahead, partition) => [ahead, partition] as const)
    // A reader served by another instance may be ahead of this fold: reading there rejects beyond
    // the log's own end.
    const short = all.filter(
      ([ahead, partition]) =>
        this.#isShort(ahead, partition) || ahead.at > this.#runs.endOf(partition)
    )
    const live = all.filter(
      ([ahead, partition]) => ahead.taken < ahead.records.length || this.#isShort(ahead, partition)
    )
    const recordsMax = Math.max(
      Math.min(runMin, wanted),
      Math.ceil(wanted / Math.max(1, live.length))
    )
    const runs = await Promise.all(
      short.map(([ahead, partition]) => this.#runs.runOf(partition, ahead.readTo, recordsMax))
    )
    for (const [i, [ahead]] of short.entries()) {
      const { records, next } = runs[i] as Run
      ahead.records = records
      ahead.taken = 0
      ahead.readTo = next
      if (records.length === 0) ahead.at = next
    }
  }

  #isShort({ records, taken, readTo }: Ahead, partition: number): boolean {
    return taken === records.length && readTo < this.#runs.endOf(partition)
  }

  /**
   * Stops when a partition has used up what was read while the log has more. Records of a partition
   * stay in order.
   */
  #merge(records: AlertRecord[], recordsMax: number): void {
    while (records.length < recordsMax) {
      let oldest: Ahead | null = null
      for (const ahead of this.#ahead) if (headIsOlder(ahead, oldest)) oldest = ahead
      if (oldest === null) return
      records.push(oldest.records[oldest.taken++] as AlertRecord)
      const head = oldest.records[oldest.taken]
      oldest.at = head === undefined ? oldest.readTo : (records.at(-1) as AlertRecord).position + 1n
      if (head === undefined && this.#isShort(oldest, this.#ahead.indexOf(oldest))) return
    }
  }
}

function headIsOlder(ahead: Ahead, than: Ahead | null): boolean {
  const head = ahead.records[ahead.taken]
  if (head === undefined) return false
  const other = than?.records[than.taken]
  return other === undefined || head.envelope.time < other.envelope.time
}
