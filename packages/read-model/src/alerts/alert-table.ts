// The alerts by level of readers: one row for levels that got the same events. A search asks kinds
// first, then reads the rows of the wanted kinds, in the order of lists.

import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Disposition } from '@tocsin/contracts/theatre/theatre-record'
import { type AskedArea, type Circle, createAreaTest } from '@tocsin/domain/space-time/asked-area'
import type { ReadModel } from '../read-model.ts'
import { type AlertKind, KindTable } from './kind-table.ts'
import { computeBit, maskAbove } from './levels.ts'
import {
  type AreaBounds,
  type CircleRow,
  computeAreaBounds,
  computeCircleBounds,
  computePlaceBounds,
  type Place,
  readCircle
} from './search-bounds.ts'

/** A row as it is stored. */
export interface AlertFacts extends Place {
  readonly theatre: string
  /** The levels that have it, as bits. */
  readonly levels: number
  readonly facts: FilterFacts
  readonly isUnacknowledged: boolean
  readonly disposition: Disposition | null
  readonly body: string
  /** The key by which others are listed under it, and it under others; null: none. */
  readonly listed: string | null
}

export interface StoredAlert {
  readonly n: number
  readonly levels: number
  readonly body: string
}

export interface FoundAlert extends Place {
  readonly n: number
  readonly kind: AlertKind
  readonly circle: Circle | null
  /** Its headline without accents; null: not asked for, or not stored. */
  readonly folded: string | null
}

export interface AlertWithoutHeadline extends Pick<FoundAlert, 'n' | 'alertId'> {
  readonly levels: number
}

/** Rows of a level, in a direction, that are shown to it now. */
export interface AlertSearch {
  readonly level: Handling
  readonly direction: 'newest' | 'oldest'
  /** The last row before it; null: from the end. */
  readonly after: Place | null
  /** From the first time on, and before the second; null: no bound. */
  readonly from: string | null
  readonly to: string | null
  wantsKind(kind: AlertKind): boolean
  /** Where they are; empty: anywhere. */
  readonly area: AskedArea
  /** Words that the folded headline has, each anywhere; rows without a headline are found too. */
  readonly words: readonly string[]
}

/** Rows of a kind that an officer closed in the same way. */
export interface AlertTally {
  readonly kind: AlertKind
  readonly disposition: Disposition | null
  /** When the first row was shown, also before the bound. */
  readonly firstTime: string
  /** From the bound on. */
  readonly count: number
}

export interface SearchLimits {
  /** Of fewer rows all are read and sorted; of more the order is walked. */
  readonly sortedMax: number
  /** Rows read at a time. */
  readonly chunkRows: number
}

const searchLimits: SearchLimits = { sortedMax: 4_000, chunkRows: 500 }

export class AlertTable {
  readonly kinds: KindTable
  readonly #model: ReadModel
  readonly #limits: SearchLimits
  /** How many rows each kind has. */
  readonly #rowsOfKind = new Map<number, number>()

  constructor(model: ReadModel, limits = searchLimits) {
    this.#model = model
    this.#limits = limits
    this.kinds = new KindTable(model)
  }

  /** Reads the rows' cached part. Call this first if there may be rows. */
  load(): void {
    this.kinds.load()
    this.#rowsOfKind.clear()
    const sql = 'select kind, count(*) as count from alert group by kind'
    for (const { kind, count } of this.#model.iterate<{ kind: number; count: number }>(sql))
      this.#rowsOfKind.set(kind, count)
  }

  /** The rows of an alert, in the order in which they came. */
  read(alertId: string): readonly StoredAlert[] {
    return this.#model.all(
      'select n, levels, body from alert join alert_body using(n) where alert_id = ? order by n',
      alertId
    )
  }

  /** Writes a row, a new one for null. Returns its number. */
  put(n: number | null, alert: AlertFacts): number {
    const { facts, levels, disposition, body } = alert
    const kind = this.kinds.intern(facts, alert.isUnacknowledged)
    const { circle } = facts.area
    const shown = levels & maskAbove(facts.handling)
    const columns = [levels, shown, kind.id, disposition, ...(circle ?? [null, null, null])]
    const before =
      n === null
        ? undefined
        : this.#model.get<KindRow>('select kind, lat, lon, km from alert where n = ?', n)
    const { alertId, theatre, firstTime } = alert
    const { lastInsertRowid } = this.#model.run(
      `insert into
       alert(n, alert_id, theatre, first_time, levels, shown, kind, disposition, lat, lon, km)
       values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict(n) do update set levels = excluded.levels, shown = excluded.shown,
         kind = excluded.kind, disposition = excluded.disposition, lat = excluded.lat,
         lon = excluded.lon, km = excluded.km`,
      ...[n, alertId, theatre, firstTime, ...columns]
    )
    const row = n ?? Number(lastInsertRowid)
    if (before?.kind !== kind.id) {
      if (before !== undefined) this.#count(before.kind, -1)
      this.#count(kind.id, 1)
    }
    this.#model.run('insert or replace into alert_body values(?, ?)', row, body)
    this.putHeadline(row, null)
    if (alert.listed !== null)
      this.#model.run('insert or replace into alert_listed values(?, ?)', row, alert.listed)
    else if (n !== null) this.#model.run('delete from alert_listed where n = ?', row)
    if (circle === null) {
      if (before !== undefined && before.lat !== null)
        this.#model.run('delete from alert_place where n = ?', row)
    } else if (before?.lat !== circle[0] || before.lon !== circle[1] || before.km !== circle[2]) {
      const { south, north, west, east } = computeCircleBounds(circle)
      this.#model.run(
        'insert or replace into alert_place values(?, ?, ?, ?, ?)',
        ...[row, south, north, west, east]
      )
    }
    return row
  }

  /** Null: it is to be rendered. */
  putHeadline(n: number, folded: string | null): void {
    this.#model.run('insert or replace into alert_headline values(?, ?)', n, folded)
  }

  /** Some rows without a stored headline. */
  listWithoutHeadline(countMax: number): readonly AlertWithoutHeadline[] {
    return this.#model.all(
      `select n, alert_id as alertId, levels from alert_headline join alert using(n)
       where folded is null limit ?`,
      countMax
    )
  }

  /** What is `listed` of the alerts of a theatre that a level is shown now. */
  listListed(theatre: string, level: Handling): readonly string[] {
    return this.#model
      .all(
        `select listed from alert_listed cross join alert using(n) where theatre = ? and shown & ?`,
        ...[theatre, computeBit(level)]
      )
      .map(({ listed }) => String(listed))
  }

  /** The kinds of the rows that a level is shown now, with their numbers. */
  countKinds(level: Handling): (readonly [AlertKind, number])[] {
    return this.#model
      .all<{ kind: number; count: number }>(
        'select kind, count(*) as count from alert where shown & ? group by kind',
        computeBit(level)
      )
      .map(({ kind, count }) => [this.kinds.find(kind), count] as const)
  }

  /** Counts the rows in a theatre that a level is shown now; `from`: those from this time on count. */
  tally(level: Handling, theatre: string, from: string): AlertTally[] {
    const kinds = this.kinds.list(({ facts }) => facts.theatre === theatre)
    return this.#model
      .all<Omit<AlertTally, 'kind'> & { readonly kind: number }>(
        `select kind, disposition, min(first_time) as firstTime, sum(first_time >= ?) as count
         from alert indexed by alert_kind
         where kind in (select value from json_each(?)) and shown & ? group by kind, disposition`,
        ...[from, JSON.stringify(kinds), computeBit(level)]
      )
      .map(row => ({ ...row, kind: this.kinds.find(row.kind) }))
  }

  /**
   * The rows of a search in chunks, some of them empty. Rows may change between two chunks: each is
   * read in its current state.
   */
  *search(search: AlertSearch): Generator<readonly FoundAlert[]> {
    const wanted = new Map<number, boolean>()
    const test = createAreaTest(search.area)
    const bounds = test === null ? null : computeAreaBounds(search.area)
    const work = { units: 0 }
    for (let { after } = search, isEnd = false; !isEnd; ) {
      const rows = this.#readChunk(search, after, this.#listWanted(search, wanted), bounds)
      isEnd = rows.length < this.#limits.chunkRows
      after = rows.at(-1) ?? after
      yield test === null ? rows : rows.filter(({ circle }) => test.meets(circle, work))
    }
  }

  /** A kind never changes, and new ones come. */
  #listWanted(search: AlertSearch, known: Map<number, boolean>): readonly number[] {
    const wanted: number[] = []
    for (const [id, rows] of this.#rowsOfKind) {
      if (rows === 0) continue
      const isWanted = known.get(id) ?? search.wantsKind(this.kinds.find(id))
      known.set(id, isWanted)
      if (isWanted) wanted.push(id)
    }
    return wanted
  }

  #readChunk(
    { level, direction, from, to, words }: AlertSearch,
    after: Place | null,
    kinds: readonly number[],
    bounds: AreaBounds | null
  ): FoundAlert[] {
    if (kinds.length === 0) return []
    const isUp = direction === 'oldest'
    const [lower, upper] = computePlaceBounds({ direction, after, from, to })
    const ofKinds = kinds.reduce((sum, id) => sum + (this.#rowsOfKind.get(id) as number), 0)
    const isFew = ofKinds <= this.#limits.sortedMax
    const rows = isFew ? null : this.#listCandidates(bounds, words)
    const index = `indexed by ${isFew ? 'alert_kind' : 'alert_order'}`
    const source =
      rows === null
        ? `alert ${index}`
        : 'json_each(?) candidate cross join alert on alert.n = candidate.value'
    const order = isUp ? 'first_time, alert_id' : 'first_time desc, alert_id desc'
    return this.#model
      .all<FoundRow>(
        `select alert.n, alert.alert_id as alertId, alert.first_time as firstTime, kind, lat, lon, km
           ${words.length === 0 ? '' : ', folded'} from ${source}
         ${words.length === 0 ? '' : 'left join alert_headline on alert_headline.n = alert.n'}
         where kind in (select value from json_each(?)) and shown & ?
           and (first_time, alert_id) > (?, ?) and (first_time, alert_id) < (?, ?)
           ${words.length === 0 ? '' : `and ${hasWords(words)}`}
         order by ${order} limit ${this.#limits.chunkRows}`,
        ...(rows === null ? [] : [rows]),
        ...[JSON.stringify(kinds), computeBit(level), lower.firstTime, lower.alertId],
        ...[upper.firstTime, upper.alertId, ...words]
      )
      .map(row => ({
        ...{ n: row.n, alertId: row.alertId, firstTime: row.firstTime, folded: row.folded ?? null },
        ...{ kind: this.kinds.find(row.kind), circle: readCircle(row) }
      }))
  }

  /** A few rows, in JSON, among which are all in an area or with words; null if there are many. */
  #listCandidates(bounds: AreaBounds | null, words: readonly string[]): string | null {
    const { sortedMax } = this.#limits
    const find = (where: string, parameters: readonly (string | number)[]) => {
      const found = this.#model.get(
        `select json_group_array(n) as rows, count(*) as count
         from (select n from ${where} limit ${sortedMax + 1})`,
        ...parameters
      )
      return Number(found?.count) > sortedMax ? null : String(found?.rows)
    }
    const inBox =
      bounds === null
        ? null
        : find('alert_place where south <= ? and north >= ? and west <= ? and east >= ?', [
            ...[bounds.north, bounds.south, bounds.east, bounds.west]
          ])
    if (inBox !== null || words.length === 0) return inBox
    return find(`alert_headline where ${hasWords(words)}`, words)
  }

  #count(kind: number, by: number): void {
    this.#rowsOfKind.set(kind, (this.#rowsOfKind.get(kind) ?? 0) + by)
  }
}

type KindRow = CircleRow & { readonly kind: number }

interface FoundRow extends KindRow, Place {
  readonly n: number
  readonly folded?: string | null
}

/** Of headlines that are not stored it is not known. */
function hasWords(words: readonly string[]): string {
  return `(folded is null or (${words.map(() => 'instr(folded, ?) > 0').join(' and ')}))`
}
