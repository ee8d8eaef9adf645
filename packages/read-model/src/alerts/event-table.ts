// The events of alerts that count, each with the facts that decide who gets it; their content stays
// in the log. Also, from the same log: the first record at each seq, the outcomes of officers'
// actions, what people did, and where folds began.

import type { AlertEventType, Notify } from '@tocsin/contracts/alert/alert'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { ReadModel } from '../read-model.ts'
import type { KindTable } from './kind-table.ts'
import { computeBit, hasLevel } from './levels.ts'

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
export interface StoredAct {
  readonly at: string
  readonly partition: number
  readonly position: bigint
  readonly id: string
  readonly type: AlertEventType
  readonly alertId: string
  readonly theatre: string
  readonly byId: string
  readonly byName: string
  readonly handling: Handling
}

export type ActPosition = Pick<StoredAct, 'at' | 'partition' | 'position'>

/** Where an event is, and of when it is. */
export interface EventPlace
  extends Pick<StoredMoment, 'partition' | 'position' | 'readers' | 'atMs'> {}

/** Events of a partition from the first position on and before the second; `view`: of these readers, null: of any. */
export interface AskedPlaces {
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  readonly view: { readonly level: Handling; readonly theatres: readonly string[] | '*' } | null
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
  readonly #insert
  readonly #find
  readonly #moments
  readonly #places
  readonly #placesBack
  readonly #before
  readonly #insertAct
  readonly #putOutcome
  readonly #outcome
  readonly #accepted
  readonly #lastSeq
  readonly #insertAccepted
  readonly #insertFold
  /** By chain. */
  readonly #lastSeqs = new Map<string, number>()
  /**
   * By partition, theatre and levels: after the last event that for exactly these levels, and
   * how many there are.
   */
  readonly #ends = new Map<string, EventsEnd>()

  constructor(model: ReadModel, kinds: KindTable) {
    this.#model = model
    this.#kinds = kinds
    this.#insert = model.prepare(
      'insert into event values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
    )
    this.#find = model.prepare('select readers from event where partition = ? and position = ?')
    this.#moments = model.prepare(`
      select partition, position, kind, lat, lon, km, notify, readers, taken, type, revision, at
      from event where alert_id = ? and levels & ? and kind is not null order by position`)
    const places = `
      select partition, position, readers, at as atMs from event
      where partition = ?1 and position >= ?2 and position < ?3 and readers & ?4
        and (?5 is null or theatre in (select value from json_each(?5)))`
    this.#places = model.prepare(`${places} order by position limit ?6`)
    this.#placesBack = model.prepare(`${places} order by position desc limit ?6`)
    this.#before = model.prepare(`
      select partition, position from event
      where alert_id = ? and levels & ? and kind is not null and position < ?
      order by position desc`)
    this.#insertAct = model.prepare(
      'insert or ignore into act values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
    )
    this.#putOutcome = model.prepare('insert or replace into outcome values(?, ?)')
    this.#outcome = model.prepare('select outcome from outcome where action_id = ?')
    this.#accepted = model.prepare('select hash from accepted where chain = ? and seq = ?')
    this.#lastSeq = model.prepare('select max(seq) as last from accepted where chain = ?')
    this.#insertAccepted = model.prepare('insert into accepted values(?, ?, ?)')
    this.#insertFold = model.prepare('insert or ignore into fold values(?, ?, ?)')
  }

  /** As `AlertTable.load`. */
  load(): void {
    this.#lastSeqs.clear()
    this.#ends.clear()
    const ends = this.#model.prepare(`
      select partition, theatre, readers, max(position) + 1 as next, count(*) as count from event
      group by partition, theatre, readers`)
    for (const { partition, theatre, readers, next, count } of ends.iterate())
      this.#moveEnd(
        Number(partition),
        String(theatre),
        Number(readers),
        BigInt(next as number),
        Number(count)
      )
  }

  insert(event: StoredEvent): void {
    const { partition, position, alertId, theatre, levels, readers, judged } = event
    const { revision, type, isTaken, atMs, waiting } = event
    const kind = judged === null ? null : this.#kinds.intern(judged.facts, false).id
    const circle = judged?.facts.area.circle ?? [null, null, null]
    this.#insert.run(
      ...[partition, position, alertId, theatre, levels, readers, kind, ...circle],
      ...[revision, type, judged?.notify ?? null, Number(isTaken), atMs],
      waiting
    )
    this.#moveEnd(partition, theatre, readers, position + 1n, 1)
  }

  /** The levels whose readers get the event there, as bits; null if no event that counts is there. */
  findReaders(partition: number, position: bigint): number | null {
    return (this.#find.get(partition, position)?.readers as number | undefined) ?? null
  }

  /** The events of an alert that changed it for some of these levels, in order. */
  listMoments(alertId: string, levels: number): StoredMoment[] {
    return this.#moments.all(alertId, levels).map(row => {
      const { kind, lat, lon, km, taken, at, partition, position, ...more } =
        row as unknown as MomentRow
      const circle = lat === null ? null : ([lat, lon as number, km as number] as const)
      const { facts } = this.#kinds.find(kind)
      return {
        ...more,
        partition,
        position: BigInt(position),
        facts: { ...facts, area: { ...facts.area, circle } },
        isTaken: taken === 1,
        atMs: at
      }
    })
  }

  /** The first `countMax` events, in order. */
  listPlaces(asked: AskedPlaces, countMax: number): EventPlace[] {
    return this.#places.all(...makePlaceParameters(asked), countMax).map(readPlace)
  }

  /** The last `countMax` events, the last first. */
  listPlacesBack(asked: AskedPlaces, countMax: number): EventPlace[] {
    return this.#placesBack.all(...makePlaceParameters(asked), countMax).map(readPlace)
  }

  /** The events of an alert that changed it for a level before a position, the last first. */
  listBefore(alertId: string, level: Handling, position: bigint): RecordPosition[] {
    return this.#before.all(alertId, computeBit(level), position).map(row => ({
      partition: row.partition as number,
      position: BigInt(row.position as number)
    }))
  }

  /** After the last event of each partition for readers of the level; `start` without any. */
  endAt(
    level: Handling,
    isIn: (theatre: string) => boolean,
    start: readonly bigint[]
  ): readonly bigint[] {
    const end = [...start]
    for (const { partition, next } of this.#listEnds(level, isIn))
      if (next > (end[partition] ?? 0n)) end[partition] = next
    return end
  }

  /**
   * The alerts with events for readers of the level since a time of their theatre, ms, in chunks: an
   * alert may come again.
   */
  *listChanged(
    level: Handling,
    isIn: (theatre: string) => boolean,
    startIn: (theatre: string) => number
  ): Generator<readonly string[]> {
    const read = this.#model.prepare(`
      select position, alert_id as alertId, at from event
      where partition = ? and theatre = ? and readers = ? and position < ?
      order by position desc limit ${chunkRows}`)
    for (const { partition, theatre, readers, next } of this.#listEnds(level, isIn)) {
      const startMs = startIn(theatre)
      for (let before: bigint | number = next, isMore = true; isMore; ) {
        const rows = read.all(partition, theatre, readers, before) as unknown as PastEvent[]
        const changed = rows.filter(({ at }) => at >= startMs)
        yield changed.map(({ alertId }) => alertId)
        // A clock that was set back leaves some events out of order.
        isMore = rows.length === chunkRows && changed.length > 0
        before = rows.at(-1)?.position ?? 0
      }
    }
  }

  /** How many events there are for readers of the level. */
  countAll(level: Handling, isIn: (theatre: string) => boolean): number {
    return this.#listEnds(level, isIn).reduce((sum, { count }) => sum + count, 0)
  }

  /** How many events for readers of the level come from these positions on. */
  countFrom(
    level: Handling,
    isIn: (theatre: string) => boolean,
    positions: readonly bigint[]
  ): number {
    const count = this.#model.prepare(`
      select count(*) as count from event
      where partition = ? and theatre = ? and readers = ? and position >= ?`)
    let sum = 0
    for (const { partition, theatre, readers } of this.#listEnds(level, isIn))
      sum += Number(count.get(partition, theatre, readers, positions[partition] ?? 0n)?.count)
    return sum
  }

  insertAct(act: StoredAct): void {
    const { at, partition, position, id, type, alertId, theatre, byId, byName, handling } = act
    this.#insertAct.run(
      ...([at, partition, position, id, type, alertId, theatre, byId, byName, handling] as const)
    )
  }

  /** Newest first, before a place (null: all). */
  *listActs(after: ActPosition | null): Generator<StoredAct> {
    const read = this.#model.prepare(`
      select at, partition, position, id, type, alert_id as alertId, theatre, by_id as byId,
        by_name as byName, handling
      from act where (at, partition, position) < (?, ?, ?)
      order by at desc, partition desc, position desc limit ${chunkRows}`)
    for (let { at, partition, position } = after ?? pastAll; ; ) {
      const acts = read
        .all(at, partition, position)
        .map(row => ({ ...row, position: BigInt(row.position as number) }) as unknown as StoredAct)
      yield* acts
      const last = acts.at(-1)
      if (last === undefined || acts.length < chunkRows) return
      ;({ at, partition, position } = last)
    }
  }

  putOutcome(actionId: string, outcome: object): void {
    this.#putOutcome.run(actionId, JSON.stringify(outcome))
  }

  /** As stored; null if the action is unknown. */
  findOutcome(actionId: string): unknown {
    const found = this.#outcome.get(actionId)
    return found === undefined ? null : JSON.parse(String(found.outcome))
  }

  /** The last seq of a chain; null before its first. */
  findLastSeq(chain: string): number | null {
    const known = this.#lastSeqs.get(chain)
    if (known !== undefined) return known
    const last = this.#lastSeq.get(chain)?.last ?? null
    if (last !== null) this.#lastSeqs.set(chain, Number(last))
    return last === null ? null : Number(last)
  }

  /** The hash of the record that counts at a seq; null if there is none. */
  hashAt(chain: string, seq: number): string | null {
    const found = this.#accepted.get(chain, seq)
    return found === undefined ? null : String(found.hash)
  }

  accept(chain: string, seq: number, hash: string): void {
    this.#insertAccepted.run(chain, seq, hash)
    this.#lastSeqs.set(chain, seq)
  }

  /** The position of the first record of a fold; later ones are passed over. */
  beginFold(theatre: string, fold: Handling, position: bigint): void {
    this.#insertFold.run(theatre, fold, position)
  }

  listFolds(): readonly (readonly [theatre: string, fold: Handling, position: bigint])[] {
    return this.#model
      .prepare('select theatre, fold, position from fold')
      .all()
      .map(({ theatre, fold, position }) => [
        String(theatre),
        fold as Handling,
        BigInt(position as number)
      ])
  }

  #listEnds(level: Handling, isIn: (theatre: string) => boolean): readonly EventsEnd[] {
    return [...this.#ends.values()].filter(
      ({ theatre, readers }) => hasLevel(readers, level) && isIn(theatre)
    )
  }

  #moveEnd(partition: number, theatre: string, readers: number, next: bigint, count: number): void {
    if (readers === 0) return
    const key = `${partition}|${readers}|${theatre}`
    const before = this.#ends.get(key)?.count ?? 0
    this.#ends.set(key, { partition, theatre, readers, next, count: before + count })
  }
}

const pastAll: ActPosition = {
  at: '\u{10ffff}',
  partition: Number.MAX_SAFE_INTEGER,
  position: BigInt(Number.MAX_SAFE_INTEGER)
}

const allReaders = -1

function makePlaceParameters({ partition, from, to, view }: AskedPlaces) {
  const theatres = view === null || view.theatres === '*' ? null : JSON.stringify(view.theatres)
  const readers = view === null ? allReaders : computeBit(view.level)
  return [partition, from, to, readers, theatres] as const
}

function readPlace(row: Readonly<Record<string, unknown>>): EventPlace {
  return { ...row, position: BigInt(row.position as number) } as unknown as EventPlace
}

interface PastEvent {
  readonly position: number
  readonly alertId: string
  readonly at: number
}

interface MomentRow extends Pick<StoredMoment, 'notify' | 'readers' | 'type' | 'revision'> {
  readonly partition: number
  readonly position: number
  readonly kind: number
  readonly lat: number | null
  readonly lon: number | null
  readonly km: number | null
  readonly taken: number
  readonly at: number
}
