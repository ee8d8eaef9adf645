// Accepted alert events in order from any position, forwards and backwards: the read model says which
// there are, the newest are in memory, older ones are read from the log. Streams, feeds and the webhook
// planner all read here, so that each sees the same events in the same order per theatre.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import { isDifference } from '@tocsin/contracts/record/alert-recording'
import { isVersion3 } from '@tocsin/contracts/record/records'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog, RecordPosition } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { AskedPlaces, EventPlace } from '@tocsin/read-model/alerts/event-table'
import { LRUCache } from 'lru-cache'
import { noCalls } from './alert-calls.ts'
import type { AlertIndex } from './alert-index.ts'
import {
  type AlertRecord,
  type DecodedRecord,
  decodeStored,
  dropFold,
  type RecordedEvent
} from './alert-record.ts'

export interface JournalPage {
  readonly records: readonly AlertRecord[]
  /** Where to continue: everything up to there was read. */
  readonly next: Positions
}

const readBytesMax = 4 * 1024 * 1024
/** Room of a record in memory, in triggers of its alert. */
const recordSize = 20

export class AlertJournal {
  readonly #log: EventLog
  readonly #alerts: AlertIndex
  readonly #held: LRUCache<string, AlertRecord>
  readonly epoch: string
  /** The first position in the log when this fold began. */
  readonly start: Positions
  #end: Positions

  /**
   * `restored`: what is before it was folded earlier. `recentEventsMax`: events cached decoded, the
   * newest and those that were read last, if they have few triggers.
   */
  constructor(
    log: EventLog,
    alerts: AlertIndex,
    { epoch, positions }: Cursor,
    restored: Cursor | null,
    recentEventsMax: number
  ) {
    this.#log = log
    this.#alerts = alerts
    this.#held = new LRUCache({
      maxSize: 1 + recentEventsMax * (recordSize + 5),
      sizeCalculation: ({ sum }) => recordSize + (sum?.triggers.length ?? 0)
    })
    this.epoch = epoch
    this.start = positions
    this.#end = restored?.positions ?? positions
  }

  get end(): Positions {
    return this.#end
  }

  add(record: AlertRecord): void {
    this.#held.set(formatPlace(record), record)
    this.passed(record.partition, record.position + 1n)
  }

  passed(partition: number, next: bigint): void {
    if (next > (this.#end[partition] ?? 0n)) this.#end = this.#end.with(partition, next)
  }

  /**
   * After the last event that could concern such a reader. Readers' cursors are here and not at the
   * end: a cursor that moved with hidden events would reveal them.
   */
  endInView(view: ReaderView): Positions {
    return this.#alerts.events.endAt(view, this.start)
  }

  /** How many events that could concern such a reader come from these positions on. */
  eventsFrom(view: ReaderView, positions: Positions): number {
    return this.#alerts.events.countFrom(view, positions)
  }

  /**
   * `countMax` events from these positions on, or fewer, oldest first across partitions; `view`: of
   * these readers, null: of any. Rejects `offset-lost` if the log no longer has them and
   * `offset-ahead` beyond its end.
   */
  async read(from: Positions, countMax: number, view: ReaderView | null): Promise<JournalPage> {
    await this.#checkReached(from)
    const to = from.map((position, i) => later(position, this.#end[i]))
    return this.#readPage(from, to, { view, order: 'asc', countMax })
  }

  /** The same before these positions, newest first. */
  readBack(to: Positions, countMax: number, view: ReaderView): Promise<JournalPage> {
    return this.#readPage(this.start, to, { view, order: 'desc', countMax })
  }

  /** Events of all partitions by time; of each partition in order. */
  async #readPage(
    from: Positions,
    to: Positions,
    asked: Omit<AskedPlaces, 'partition' | 'from' | 'to'>
  ) {
    const isUp = asked.order === 'asc'
    const lists = from.map((first, partition) =>
      this.#alerts.events.listPlaces({
        ...{ ...asked, partition, from: first, to: to[partition] as bigint }
      })
    )
    const taken = lists.map(() => 0)
    const places: EventPlace[] = []
    while (places.length < asked.countMax) {
      let first: EventPlace | undefined
      for (const [i, list] of lists.entries()) {
        const head = list[taken[i] as number]
        if (head === undefined) continue
        // Of equal times the one of the greater partition is the newer.
        if (first === undefined || (isUp ? head.atMs < first.atMs : head.atMs >= first.atMs))
          first = head
      }
      if (first === undefined) break
      places.push(first)
      taken[first.partition] = (taken[first.partition] as number) + 1
    }
    const next = lists.map((list, i) => {
      const count = taken[i] as number
      if (count === list.length && count < asked.countMax) return (isUp ? to : from)[i] as bigint
      const last = list[count - 1]
      if (last === undefined) return (isUp ? from : to)[i] as bigint
      return isUp ? last.position + 1n : last.position
    })
    return { records: await this.#readAll(places), next }
  }

  /** The event at a position; null if no accepted event is there. */
  async at(partition: number, position: bigint): Promise<AlertRecord | null> {
    const readers = this.#alerts.events.findReaders(partition, position)
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
        yield [place, await this.#makeWhole(decoded, place.readers)]
      }
    }
  }

  /**
   * A record that counts with its whole event: most contain what changed since the alert's previous
   * event, so that the events back to a whole one are read too.
   */
  async #makeWhole({ recorded, ...at }: DecodedRecord, readers: number): Promise<AlertRecord> {
    if (recorded.type === 'alert.fold-began') throw new Error('the beginning of a fold is no event')
    if (recorded.type === 'alert.action-refused') {
      const refused = { ...at, readers, event: dropFold(recorded), sum: null, calls: null }
      this.#held.set(formatPlace(refused), refused)
      return refused
    }
    const event = { ...at, readers, recorded }
    const behind = beginsAlone(recorded) ? null : await this.#readChain(event)
    let before = behind?.before ?? null
    for (const { recorded, ...at } of [...(behind?.chain ?? []), event]) {
      const { event, sum = null, calls = null } = before ?? {}
      const state = event?.data as AlertState
      const known = event === undefined ? null : { sum, calls: calls ?? noCalls, state }
      const whole = this.#alerts.makeWhole(known, recorded, at.envelope)
      const hasAll = isVersion3(recorded) || recorded.data.revision === 1 || calls !== null
      before = { ...at, ...whole, calls: hasAll ? whole.calls : null }
      this.#held.set(formatPlace(at), before)
    }
    return before as AlertRecord
  }

  /** The events of an alert before one, from the last on that needs none before it or is held (`before`). */
  async #readChain({ recorded, position }: ChainedEvent): Promise<Chain> {
    const isChange = isVersion3(recorded)
    // Events of earlier versions have one stream, which readers of everything get.
    const level = isChange ? recorded.data.fold : 'restricted'
    const chain: ChainedEvent[] = []
    const { alertId } = recorded.data
    for (const { readers, ...at } of this.#alerts.events.listBefore(alertId, level, position)) {
      const held = this.#held.get(formatPlace(at))
      if (held !== undefined && (!isChange || held.calls !== null)) return { before: held, chain }
      const stored = await readAt(this.#log, topics.alerts, at)
      const { recorded: earlier, ...more } = (stored && decodeStored(stored)) ?? {}
      if (earlier === undefined || !isOfAlert(earlier)) break
      chain.unshift({ ...(more as DecodedRecord), readers, recorded: earlier })
      if (isChange ? earlier.data.revision === 1 : beginsAlone(earlier))
        return { before: null, chain }
    }
    // Some of them are no longer in the log: their content is lost.
    return { before: null, chain: isChange ? chain : [] }
  }
}

interface Chain {
  readonly before: AlertRecord | null
  readonly chain: readonly ChainedEvent[]
}

type ChainedEvent = Omit<DecodedRecord, 'recorded'> & {
  readonly recorded: RecordedEvent
  readonly readers: number
}

function isOfAlert(recorded: DecodedRecord['recorded']): recorded is RecordedEvent {
  return recorded.type !== 'alert.action-refused' && recorded.type !== 'alert.fold-began'
}

function beginsAlone(recorded: RecordedEvent): boolean {
  return recorded.data.revision === 1 || (!isVersion3(recorded) && !isDifference(recorded.data))
}

function inOrder(a: EventPlace, b: EventPlace): number {
  return a.position < b.position ? -1 : 1
}

function later(a = 0n, b = 0n): bigint {
  return a > b ? a : b
}

function formatPlace({ partition, position }: RecordPosition): string {
  return `${partition}/${position}`
}

export type Positions = readonly bigint[]

export function furthest(a: Positions, b: Positions): Positions {
  return a.map((position, i) => (b[i] !== undefined && b[i] > position ? b[i] : position))
}

export function nearest(a: Positions, b: Positions): Positions {
  return a.map((position, i) => (b[i] !== undefined && b[i] < position ? b[i] : position))
}

/** True if `a` is at or past `b` in every partition. */
export function hasPassed(a: Positions, b: Positions): boolean {
  return b.every((position, i) => (a[i] ?? 0n) >= position)
}

/** A copy advanced past the given record if it was before it. */
export function behind(positions: Positions, partition: number, position: bigint): Positions {
  return positions.map((each, i) => (i === partition && each <= position ? position + 1n : each))
}

export function samePositions(a: Positions, b: Positions): boolean {
  return a.length === b.length && a.every((position, i) => position === b[i])
}
