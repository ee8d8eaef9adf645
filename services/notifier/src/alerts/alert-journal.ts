// Accepted alert events in order from any position, forwards and backwards: the read model says which
// there are, the newest are in memory, older ones are read from the log. Streams, feeds and the webhook
// planner all read here, so that each sees the same events in the same order per theatre.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { EventPlace, EventTable } from '@tocsin/read-model/alerts/event-table'
import { LRUCache } from 'lru-cache'
import type { AlertRecord } from './alert-record.ts'
import { decodeStored, type EventHistory } from './event-history.ts'
import type { Positions } from './positions.ts'

export interface JournalLimits {
  /** Events cached decoded: the newest, and those that were read last. */
  readonly recentEventsMax: number
}

/** The result of reading from one position. */
export interface JournalPage {
  readonly records: readonly AlertRecord[]
  /** The position to continue from: after the last record read, or the journal's end. */
  readonly next: Positions
}

export interface PageBack {
  /** Newest first. */
  readonly records: readonly AlertRecord[]
  /** Everything from here on was read; the journal's start after the oldest event. */
  readonly before: Positions
}

/** Bytes per log read. */
const readBytesMax = 4 * 1024 * 1024

export class AlertJournal {
  readonly #log: EventLog
  readonly #history: EventHistory
  readonly #events: EventTable
  /** By place. */
  readonly #held: LRUCache<string, AlertRecord>
  readonly epoch: string
  /** The first position in the log when this fold began. */
  readonly start: Positions
  #end: Positions

  constructor(
    log: EventLog,
    start: { readonly epoch: string; readonly positions: Positions },
    history: EventHistory,
    events: EventTable,
    { recentEventsMax }: JournalLimits
  ) {
    this.#log = log
    this.#history = history
    this.#events = events
    this.#held = new LRUCache({ max: Math.max(1, recentEventsMax) })
    this.epoch = start.epoch
    this.start = start.positions
    this.#end = start.positions
  }

  /** After everything folded. */
  get end(): Positions {
    return this.#end
  }

  /** Adds an accepted event. */
  add(record: AlertRecord): void {
    this.#held.set(formatPlace(record), record)
    this.passed(record.partition, record.position + 1n)
  }

  /** What is before this position was folded earlier. */
  restored({ positions }: Cursor): void {
    this.#end = positions
  }

  /** Everything before `next` is folded. */
  passed(partition: number, next: bigint): void {
    if (next > (this.#end[partition] ?? 0n)) this.#end = this.#end.with(partition, next)
  }

  /**
   * After the last event that could concern such a reader. Readers' cursors are here and not at the
   * end: a cursor that moved with hidden events would reveal them.
   */
  endInView(view: ReaderView): Positions {
    const isIn = (theatre: string) => mayReadTheatre(view, theatre)
    return this.#events.endAt(view.level, isIn, this.start)
  }

  /** How many events that could concern such a reader come from these positions on. */
  eventsFrom(view: ReaderView, positions: Positions): number {
    const isIn = (theatre: string) => mayReadTheatre(view, theatre)
    return this.#events.countFrom(view.level, isIn, positions)
  }

  /**
   * `countMax` events from these positions on, or fewer, oldest first across partitions; `view`: of
   * these readers, null: of any. Rejects `offset-lost` if the log no longer has them and
   * `offset-ahead` beyond its end.
   */
  async read(from: Positions, countMax: number, view: ReaderView | null): Promise<JournalPage> {
    await this.#checkReached(from)
    const end = this.#end
    const lists = from.map((position, partition) =>
      this.#events.listPlaces(
        { partition, from: position, to: end[partition] ?? 0n, view },
        countMax
      )
    )
    const { places, taken } = merge(lists, countMax, (a, b) => a.atMs < b.atMs)
    const next = lists.map((list, i) => {
      const count = taken[i] as number
      if (count === list.length && count < countMax) return later(from[i], end[i])
      return count === 0 ? (from[i] as bigint) : (list[count - 1] as EventPlace).position + 1n
    })
    return { records: await this.#readAll(places), next }
  }

  /** The same before these positions, newest first. */
  async readBack(before: Positions, countMax: number, view: ReaderView): Promise<PageBack> {
    const lists = before.map((to, partition) =>
      this.#events.listPlacesBack(
        { partition, from: this.start[partition] ?? 0n, to, view },
        countMax
      )
    )
    // Of equal times the one of the greater partition is the newer.
    const { places, taken } = merge(lists, countMax, (a, b) => a.atMs >= b.atMs)
    const left = lists.map((list, i) => {
      const count = taken[i] as number
      if (count === list.length && count < countMax) return this.start[i] ?? 0n
      return count === 0 ? (before[i] as bigint) : (list[count - 1] as EventPlace).position
    })
    return { records: await this.#readAll(places), before: left }
  }

  /** The event at a position; null if no accepted event is there. */
  async at(partition: number, position: bigint): Promise<AlertRecord | null> {
    const readers = this.#events.findReaders(partition, position)
    if (readers === null) return null
    const [record] = await this.#readAll([{ partition, position, readers, atMs: 0 }])
    return record ?? null
  }

  /** A reader served by another instance may be ahead of this fold, but not of the log. */
  async #checkReached(from: Positions): Promise<void> {
    if (from.length !== this.start.length)
      throw new EventLogError('partitions-changed', 'the alerts log has other partitions')
    for (const [partition, position] of from.entries())
      if (position > (this.#end[partition] ?? 0n))
        await this.#log.read(topics.alerts, partition, position, { recordsMax: 1, bytesMax: 1 })
  }

  async #readAll(places: readonly EventPlace[]): Promise<AlertRecord[]> {
    const found = new Map<EventPlace, AlertRecord>()
    const missing = new Map<number, EventPlace[]>()
    for (const place of places) {
      const held = this.#held.get(formatPlace(place))
      if (held !== undefined) found.set(place, held)
      else missing.set(place.partition, [...(missing.get(place.partition) ?? []), place])
    }
    for (const list of missing.values())
      for await (const [place, record] of this.#readLog(list.sort(inOrder))) {
        this.#held.set(formatPlace(place), record)
        found.set(place, record)
      }
    return places.flatMap(place => found.get(place) ?? [])
  }

  /** Events of a partition, in order: near ones are read together. */
  async *#readLog(
    places: readonly EventPlace[]
  ): AsyncGenerator<readonly [EventPlace, AlertRecord]> {
    for (let i = 0; i < places.length; ) {
      const { partition, position } = places[i] as EventPlace
      const limits = { recordsMax: places.length - i, bytesMax: readBytesMax }
      const page = await this.#log.read(topics.alerts, partition, position, limits)
      const read = new Map(page.records.map(stored => [stored.position, stored]))
      const isRead = (place: EventPlace | undefined) =>
        place !== undefined && (place.position < page.next || place.position === position)
      for (; isRead(places[i]); i++) {
        const place = places[i] as EventPlace
        const stored = read.get(place.position)
        const decoded = stored === undefined ? null : decodeStored(stored)
        if (decoded === null) continue
        const { envelope } = decoded
        const { partition, position, readers } = place
        const whole = await this.#history.makeWhole(decoded)
        yield [place, { partition, position, envelope, readers, ...whole }]
      }
    }
  }
}

/** The first `countMax` of ordered lists, and how many were taken of each. */
function merge(
  lists: readonly (readonly EventPlace[])[],
  countMax: number,
  comesFirst: (a: EventPlace, b: EventPlace) => boolean
): { readonly places: readonly EventPlace[]; readonly taken: readonly number[] } {
  const taken = lists.map(() => 0)
  const places: EventPlace[] = []
  while (places.length < countMax) {
    let first: EventPlace | undefined
    let from = 0
    for (const [i, list] of lists.entries()) {
      const head = list[taken[i] as number]
      if (head !== undefined && (first === undefined || comesFirst(head, first))) {
        first = head
        from = i
      }
    }
    if (first === undefined) break
    places.push(first)
    taken[from] = (taken[from] as number) + 1
  }
  return { places, taken }
}

function inOrder(a: EventPlace, b: EventPlace): number {
  return a.position < b.position ? -1 : 1
}

function later(a = 0n, b = 0n): bigint {
  return a > b ? a : b
}

function formatPlace({ partition, position }: Pick<EventPlace, 'partition' | 'position'>): string {
  return `${partition}/${position}`
}
