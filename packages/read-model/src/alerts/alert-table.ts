// The alerts by level of readers: one row for levels that got the same events. A search asks kinds
// first, then reads the rows of the wanted kinds, in the order of lists.

import type { SQLInputValue } from 'node:sqlite'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Disposition } from '@tocsin/contracts/theatre/theatre-record'
import { type AskedArea, type Circle, createAreaTest } from '@tocsin/domain/space-time/asked-area'
import type { ReadModel } from '../read-model.ts'
import { type AlertKind, KindTable } from './kind-table.ts'
import { computeBit, maskAbove } from './levels.ts'
import {
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

  constructor(model: ReadModel, limits = searchLimits) {
    this.#model = model
    this.#limits = limits
    this.kinds = new KindTable(model)
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
    const { alertId, theatre, firstTime, facts, levels, disposition, body, listed } = alert
    const kind = this.kinds.intern(facts, alert.isUnacknowledged)
    const { circle } = facts.area
    const [lat, lon, km] = circle ?? [null, null, null]
    const placed: CircleRow | undefined =
      n === null
        ? { lat: null, lon: null, km: null }
        : this.#model.get('select lat, lon, km from alert where n = ?', n)
    const { lastInsertRowid } = this.#model.run(
      `insert into
       alert(n, alert_id, theatre, first_time, levels, shown, kind, disposition, lat, lon, km, listed)
       values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict(n) do update set levels = excluded.levels, shown = excluded.shown,
         kind = excluded.kind, disposition = excluded.disposition, lat = excluded.lat,
         lon = excluded.lon, km = excluded.km, listed = excluded.listed`,
      ...[n, alertId, theatre, firstTime, levels, levels & maskAbove(facts.handling), kind.id],
      ...[disposition, lat, lon, km, listed]
    )
    const row = n ?? Number(lastInsertRowid)
    this.#model.run('insert or replace into alert_body values(?, ?)', row, body)
    this.putHeadline(row, null)
    if (placed?.lat === lat && placed.lon === lon && placed.km === km) return row
    if (circle === null) this.#model.run('delete from alert_place where n = ?', row)
    else {
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
    const sql = 'select listed from alert where theatre = ? and listed is not null and shown & ?'
    return this.#model.all(sql, theatre, computeBit(level)).map(({ listed }) => String(listed))
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
         where ${isOfKinds} and shown & ? group by kind, disposition`,
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
    // A kind never changes, and new ones come.
    const wants = (kind: AlertKind) => {
      const isWanted = wanted.get(kind.id) ?? search.wantsKind(kind)
      wanted.set(kind.id, isWanted)
      return isWanted
    }
    const test = createAreaTest(search.area)
    const work = { units: 0 }
    let candidates: string | null = ''
    for (let { after } = search, isEnd = false; !isEnd; ) {
      const kinds = JSON.stringify(this.kinds.list(wants))
      // Many stay many, and are walked; of few each chunk finds those that came meanwhile.
      if (candidates !== null) candidates = this.#listCandidates(search, kinds, test !== null)
      const rows = this.#readChunk({ ...search, after }, kinds, candidates)
      isEnd = rows.length < this.#limits.chunkRows
      after = rows.at(-1) ?? after
      yield test === null ? rows : rows.filter(({ circle }) => test.meets(circle, work))
    }
  }

  #readChunk(search: AlertSearch, kinds: string, candidates: string | null): FoundAlert[] {
    const { level, direction, words } = search
    const [lower, upper] = computePlaceBounds(search)
    const way = direction === 'oldest' ? '' : 'desc'
    const hasAsked = words.length > 0
    return this.#model
      .all<FoundRow>(
        `select alert.n, alert.alert_id as alertId, alert.first_time as firstTime, kind, lat, lon,
           km, ${hasAsked ? 'folded' : 'null as folded'}
         from ${
           candidates === null
             ? 'alert indexed by alert_order'
             : 'json_each(?) candidate cross join alert on alert.n = candidate.value'
         } ${hasAsked ? 'left join alert_headline on alert_headline.n = alert.n' : ''}
         where ${isOfKinds} and shown & ? and ${hasWords(words)}
           and (first_time, alert_id) > (?, ?) and (first_time, alert_id) < (?, ?)
         order by first_time ${way}, alert_id ${way} limit ${this.#limits.chunkRows}`,
        ...(candidates === null ? [] : [candidates]),
        ...[kinds, computeBit(level), ...words],
        ...[lower.firstTime, lower.alertId, upper.firstTime, upper.alertId]
      )
      .map(({ kind, lat, lon, km, ...row }) => ({
        ...row,
        ...{ kind: this.kinds.find(kind), circle: readCircle({ lat, lon, km }) }
      }))
  }

  /** A few rows, in JSON, among which are all that are wanted; null if there are many. */
  #listCandidates({ area, words }: AlertSearch, kinds: string, hasArea: boolean): string | null {
    const { sortedMax } = this.#limits
    const list = (where: string, ...values: SQLInputValue[]) => {
      const found = this.#model.get(
        `select json_group_array(n) as rows, count(*) as count
         from (select n from ${where} limit ${sortedMax + 1})`,
        ...values
      )
      return Number(found?.count) > sortedMax ? null : String(found?.rows)
    }
    const ofKinds = list(`alert indexed by alert_kind where ${isOfKinds}`, kinds)
    if (ofKinds !== null) return ofKinds
    const { south, north, west, east } = computeAreaBounds(area)
    const isInBox = 'alert_place where south <= ? and north >= ? and west <= ? and east >= ?'
    const inBox = hasArea ? list(isInBox, north, south, east, west) : null
    if (inBox !== null || words.length === 0) return inBox
    return list(`alert_headline where ${hasWords(words)}`, ...words)
  }
}

const isOfKinds = 'kind in (select value from json_each(?))'

type FoundRow = Omit<FoundAlert, 'kind' | 'circle'> & CircleRow & { readonly kind: number }

/** Of headlines that are not stored it is not known. */
function hasWords(words: readonly string[]): string {
  const all = words.map(() => 'instr(folded, ?) > 0')
  return words.length === 0 ? 'true' : `(folded is null or (${all.join(' and ')}))`
}
