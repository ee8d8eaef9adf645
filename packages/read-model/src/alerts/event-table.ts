// The events of alerts that count, each with the facts that decide who gets it; their content stays
// in the log. Also, from the same log: the first record at each seq, the outcomes of officers'
// actions, what people did, and where folds began.

import type { AlertEventType, Notify } from '@tocsin/contracts/alert/alert'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Author } from '@tocsin/contracts/record/control-record'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { ReadModel } from '../read-model.ts'
import type { KindTable } from './kind-table.ts'
import { computeBit, hasLevel } from './levels.ts'
import { type CircleRow, readCircle } from './search-bounds.ts'

/** An event of an alert, as filters judge it. */
export interface StoredMoment {
  readonly partition: number
  readonly position: bigint
  readonly facts: FilterFacts
  readonly notify: Notify
  /** As bits: the levels whose readers get it. */
  readonly readers: number
  readonly isTaken: boolean
  readonly type: AlertEventType
  readonly revision: number
  readonly atMs: number
}

export interface StoredEvent extends Omit<StoredMoment, 'facts' | 'notify'> {
  readonly alertId: string
  readonly theatre: string
  /** As bits: the levels for which it is folded, whether or not their readers get it. */
  readonly levels: number
  /** As bits: the levels at which the alert waits for an acknowledgement after it. */
  readonly waiting: number
  /** Null: it changes no alert. */
  readonly judged: Pick<StoredMoment, 'facts' | 'notify'> | null
}

/** What somebody did with an alert. */
export interface AlertAct extends RecordPosition {
  readonly at: string
  readonly id: string
  readonly type: AlertEventType
  /** Id of the alert. */
  readonly subject: string
  readonly theatre: string
  /** In records from before ids were stored the id is the name. */
  readonly by: Author
  readonly handling: Handling
}

export type ActPosition = Pick<AlertAct, 'at' | 'partition' | 'position'>

/** Where an event is, and of when it is. */
export interface EventPlace
  extends Pick<StoredMoment, 'partition' | 'position' | 'readers' | 'atMs'> {}

/** The readers of a level in theatres. */
export interface EventView {
  readonly level: Handling
  readonly theatres: readonly string[] | '*'
}

/** Events of a partition from the first position on and before the second; `view`: null: of any. */
export interface AskedPlaces {
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  readonly view: EventView | null
  readonly order: 'asc' | 'desc'
  readonly countMax: number
}

interface EventsEnd {
  readonly partition: number
  readonly theatre: string
  readonly readers: number
  readonly next: bigint
  readonly count: number
}

/** Acts read at a time. */
const chunkRows = 500

export class EventTable {
  readonly #model: ReadModel
  readonly #kinds: KindTable
  /**
   * By partition, theatre and levels: after the last event that for exactly these levels, and
   * how many there are.
   */
  readonly #ends = new Map<string, EventsEnd>()

  constructor(model: ReadModel, kinds: KindTable) {
    this.#model = model
    this.#kinds = kinds
  }

  /** As `AlertTable.load`. */
  load(): void {
    this.#ends.clear()
    const ends = this.#model.iterate<Omit<EventsEnd, 'next'> & { readonly next: number }>(`
      select partition, theatre, readers, max(position) + 1 as next, count(*) as count from event
      group by partition, theatre, readers`)
    for (const end of ends) this.#moveEnd({ ...end, next: BigInt(end.next) })
  }

  insert(event: StoredEvent): void {
    const { partition, position, alertId, theatre, levels, readers, judged } = event
    const { revision, type, isTaken, atMs, waiting } = event
    const kind = judged === null ? null : this.#kinds.intern(judged.facts, false).id
    const circle = judged?.facts.area.circle ?? [null, null, null]
    this.#model.run(
      'insert into event values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[partition, position, alertId, theatre, levels, readers, kind, ...circle],
      ...[revision, type, judged?.notify ?? null, Number(isTaken), atMs, waiting]
    )
    this.#moveEnd({ partition, theatre, readers, next: position + 1n, count: 1 })
  }

  /** The levels whose readers get the event there, as bits; null if no event that counts is there. */
  findReaders(partition: number, position: bigint): number | null {
    const sql = 'select readers from event where partition = ? and position = ?'
    return this.#model.get<{ readers: number }>(sql, partition, position)?.readers ?? null
  }

  /** The events of an alert that changed it for some of these levels, in order. */
  listMoments(alertId: string, levels: number): StoredMoment[] {
    const rows = this.#model.allPlaced<MomentRow>(
      `select partition, position, kind, lat, lon, km, notify, readers, taken, type, revision,
         at as atMs
       from event where alert_id = ? and levels & ? and kind is not null order by position`,
      ...[alertId, levels]
    )
    return rows.map(row => {
      const { partition, position, notify, readers, type, revision, atMs } = row
      const { facts } = this.#kinds.find(row.kind)
      return {
        ...{ partition, position, notify, readers, type, revision, atMs },
        facts: { ...facts, area: { ...facts.area, circle: readCircle(row) } },
        isTaken: row.taken === 1
      }
    })
  }

  /** The first `countMax` events, in order of position. */
  listPlaces({ partition, from, to, view, order, countMax }: AskedPlaces): EventPlace[] {
    const theatres = view === null || view.theatres === '*' ? null : JSON.stringify(view.theatres)
    const readers = view === null ? allReaders : computeBit(view.level)
    return this.#model.allPlaced(
      `select partition, position, readers, at as atMs from event
       where partition = ?1 and position >= ?2 and position < ?3 and readers & ?4
         and (?5 is null or theatre in (select value from json_each(?5)))
       order by position ${order} limit ?6`,
      ...[partition, from, to, readers, theatres, countMax]
    )
  }

  /** The events of an alert that changed it for a level before a position, the last first. */
  listBefore(alertId: string, level: Handling, position: bigint): EventPlace[] {
    return this.#model.allPlaced(
      `select partition, position, readers, at as atMs from event
       where alert_id = ? and levels & ? and kind is not null and position < ?
       order by position desc`,
      ...[alertId, computeBit(level), position]
    )
  }

  /** After the last event of each partition for readers; `start` without any. */
  endAt(view: EventView, start: readonly bigint[]): readonly bigint[] {
    const end = [...start]
    for (const { partition, next } of this.#listEnds(view))
      if (next > (end[partition] ?? 0n)) end[partition] = next
    return end
  }

  /**
   * The alerts with events for readers since a time of their theatre, ms, in chunks: an alert may
   * come again.
   */
  *listChanged(
    view: EventView,
    startIn: (theatre: string) => number
  ): Generator<readonly string[]> {
    type ChangeRow = { readonly position: number; readonly alertId: string; readonly at: number }
    const sql = `
      select position, alert_id as alertId, at from event
      where partition = ? and theatre = ? and readers = ? and position < ?
      order by position desc limit ${chunkRows}`
    for (const { partition, theatre, readers, next } of this.#listEnds(view)) {
      const startMs = startIn(theatre)
      for (let before: bigint | number = next, isMore = true; isMore; ) {
        const rows: ChangeRow[] = this.#model.all(sql, partition, theatre, readers, before)
        const changed = rows.filter(({ at }) => at >= startMs)
        yield changed.map(({ alertId }) => alertId)
        // A clock that was set back leaves some events out of order.
        isMore = rows.length === chunkRows && changed.length > 0
        before = rows.at(-1)?.position ?? 0
      }
    }
  }

  /** How many events there are for readers. */
  countAll(view: EventView): number {
    return this.#listEnds(view).reduce((sum, { count }) => sum + count, 0)
  }

  /** How many events for readers come from these positions on. */
  countFrom(view: EventView, positions: readonly bigint[]): number {
    const sql = `
      select count(*) as count from event
      where partition = ? and theatre = ? and readers = ? and position >= ?`
    return this.#listEnds(view).reduce((sum, { partition, theatre, readers }) => {
      const from = positions[partition] ?? 0n
      return sum + Number(this.#model.get(sql, partition, theatre, readers, from)?.count)
    }, 0)
  }

  insertAct({ at, partition, position, id, type, subject, theatre, by, handling }: AlertAct): void {
    this.#model.run(
      'insert or ignore into act values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[at, partition, position, id, type, subject, theatre, by.id, by.name, handling]
    )
  }

  /** Newest first, before a place (null: all). */
  *listActs(after: ActPosition | null): Generator<AlertAct> {
    type ActRow = Omit<AlertAct, 'by'> & { readonly byId: string; readonly byName: string }
    const sql = `
      select at, partition, position, id, type, alert_id as subject, theatre, by_id as byId,
        by_name as byName, handling
      from act where (at, partition, position) < (?, ?, ?)
      order by at desc, partition desc, position desc limit ${chunkRows}`
    for (let last = after ?? pastAll, isMore = true; isMore; ) {
      const rows = this.#model.allPlaced<ActRow>(sql, last.at, last.partition, last.position)
      for (const { byId, byName, ...act } of rows) yield { ...act, by: { id: byId, name: byName } }
      last = rows.at(-1) ?? last
      isMore = rows.length === chunkRows
    }
  }

  putOutcome(actionId: string, outcome: object): void {
    const text = JSON.stringify(outcome)
    this.#model.run('insert or replace into outcome values(?, ?)', actionId, text)
  }

  /** As stored; null if the action is unknown. */
  findOutcome(actionId: string): unknown {
    const found = this.#model.get('select outcome from outcome where action_id = ?', actionId)
    return found === undefined ? null : JSON.parse(String(found.outcome))
  }

  /** The last seq of a chain; null before its first. */
  findLastSeq(chain: string): number | null {
    const sql = 'select max(seq) as last from accepted where chain = ?'
    return this.#model.get<{ last: number | null }>(sql, chain)?.last ?? null
  }

  /** The hash of the record that counts at a seq; null if there is none. */
  hashAt(chain: string, seq: number): string | null {
    const sql = 'select hash from accepted where chain = ? and seq = ?'
    return this.#model.get<{ hash: string }>(sql, chain, seq)?.hash ?? null
  }

  accept(chain: string, seq: number, hash: string): void {
    this.#model.run('insert into accepted values(?, ?, ?)', chain, seq, hash)
  }

  /** The position of the first record of a fold; later ones are passed over. */
  beginFold(theatre: string, fold: Handling, position: bigint): void {
    this.#model.run('insert or ignore into fold values(?, ?, ?)', theatre, fold, position)
  }

  listFolds(): readonly (readonly [theatre: string, fold: Handling, position: bigint])[] {
    return this.#model
      .allPlaced<{ theatre: string; fold: Handling; position: bigint }>('select * from fold')
      .map(({ theatre, fold, position }) => [theatre, fold, position])
  }

  #listEnds({ level, theatres }: EventView): readonly EventsEnd[] {
    return [...this.#ends.values()].filter(
      ({ theatre, readers }) =>
        hasLevel(readers, level) && (theatres === '*' || theatres.includes(theatre))
    )
  }

  #moveEnd(end: EventsEnd): void {
    if (end.readers === 0) return
    const key = `${end.partition}|${end.readers}|${end.theatre}`
    this.#ends.set(key, { ...end, count: end.count + (this.#ends.get(key)?.count ?? 0) })
  }
}

const pastAll: ActPosition = {
  at: '\u{10ffff}',
  partition: Number.MAX_SAFE_INTEGER,
  position: BigInt(Number.MAX_SAFE_INTEGER)
}

const allReaders = -1

interface MomentRow extends Omit<StoredMoment, 'facts' | 'isTaken'>, CircleRow {
  readonly kind: number
  readonly taken: number
}
