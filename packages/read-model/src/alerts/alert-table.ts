// The alerts by level of readers: one row for levels that got the same events. A search asks kinds
// first, then reads the rows of the wanted kinds, in the order of lists.

import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Disposition } from '@tocsin/contracts/theatre/theatre-record'
import { type AskedArea, type Circle, createAreaTest } from '@tocsin/domain/space-time/asked-area'
import type { ReadModel } from '../read-model.ts'
import { type AreaBounds, computeAreaBounds, computeCircleBounds } from './area-bounds.ts'
import { type AlertKind, KindTable } from './kind-table.ts'
import { computeBit, maskAbove } from './levels.ts'
import { computeBounds, type Place } from './places.ts'

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
  readonly #read
  readonly #facts
  readonly #insert
  readonly #update
  readonly #putBody
  readonly #putPlace
  readonly #deletePlace
  readonly #putHeadline
  readonly #withoutHeadline
  readonly #putListed
  readonly #deleteListed
  readonly #listed
  readonly #tally

  constructor(model: ReadModel, limits = searchLimits) {
    this.#model = model
    this.#limits = limits
    this.kinds = new KindTable(model)
    this.#read = model.prepare(
      'select n, levels, body from alert join alert_body using(n) where alert_id = ? order by n'
    )
    this.#facts = model.prepare('select kind, lat, lon, km from alert where n = ?')
    this.#insert = model.prepare(`
      insert into alert(alert_id, theatre, first_time, levels, shown, kind, disposition, lat, lon, km)
      values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#update = model.prepare(`
      update alert set levels = ?, shown = ?, kind = ?, disposition = ?, lat = ?, lon = ?, km = ?
      where n = ?`)
    this.#putBody = model.prepare('insert or replace into alert_body values(?, ?)')
    this.#putPlace = model.prepare('insert or replace into alert_place values(?, ?, ?, ?, ?)')
    this.#deletePlace = model.prepare('delete from alert_place where n = ?')
    this.#putHeadline = model.prepare('insert or replace into alert_headline values(?, ?)')
    this.#withoutHeadline = model.prepare(`
      select n, alert_id as alertId, levels from alert_headline join alert using(n)
      where folded is null limit ?`)
    this.#putListed = model.prepare('insert or replace into alert_listed values(?, ?)')
    this.#deleteListed = model.prepare('delete from alert_listed where n = ?')
    this.#listed = model.prepare(`
      select listed from alert_listed cross join alert using(n) where theatre = ? and shown & ?`)
    this.#tally = model.prepare(`
      select kind, disposition, min(first_time) as first, sum(first_time >= ?) as count
      from alert indexed by alert_kind
      where kind in (select value from json_each(?)) and shown & ? group by kind, disposition`)
  }

  /** Reads the rows' cached part. Call this first if there may be rows. */
  load(): void {
    this.kinds.load()
    this.#rowsOfKind.clear()
    const counts = this.#model.prepare('select kind, count(*) as count from alert group by kind')
    for (const { kind, count } of counts.iterate())
      this.#rowsOfKind.set(Number(kind), Number(count))
  }

  /** The rows of an alert, in the order in which they came. */
  read(alertId: string): readonly StoredAlert[] {
    return this.#read.all(alertId) as unknown as StoredAlert[]
  }

  /** Writes a row, a new one for null. Returns its number. */
  put(n: number | null, alert: AlertFacts): number {
    const { facts, levels, disposition, body } = alert
    const kind = this.kinds.intern(facts, alert.isUnacknowledged)
    const { circle } = facts.area
    const shown = levels & maskAbove(facts.handling)
    const columns = [
      levels,
      shown,
      kind.id,
      disposition,
      ...(circle ?? [null, null, null])
    ] as const
    const before = n === null ? null : this.#facts.get(n)
    let row = n
    if (row === null) {
      const { alertId, theatre, firstTime } = alert
      row = Number(this.#insert.run(alertId, theatre, firstTime, ...columns).lastInsertRowid)
    } else {
      this.#update.run(...columns, row)
    }
    if (before?.kind !== kind.id) {
      if (before != null) this.#count(Number(before.kind), -1)
      this.#count(kind.id, 1)
    }
    this.#putBody.run(row, body)
    this.#putHeadline.run(row, null)
    if (alert.listed !== null) this.#putListed.run(row, alert.listed)
    else if (n !== null) this.#deleteListed.run(row)
    if (circle === null) {
      if (before != null && before.lat !== null) this.#deletePlace.run(row)
    } else if (before?.lat !== circle[0] || before.lon !== circle[1] || before.km !== circle[2]) {
      const { south, north, west, east } = computeCircleBounds(circle)
      this.#putPlace.run(row, south, north, west, east)
    }
    return row
  }

  putHeadline(n: number, folded: string): void {
    this.#putHeadline.run(n, folded)
  }

  /** Some rows without a stored headline. */
  listWithoutHeadline(countMax: number): readonly AlertWithoutHeadline[] {
    return this.#withoutHeadline.all(countMax) as unknown as AlertWithoutHeadline[]
  }

  /** What is `listed` of the alerts of a theatre that a level is shown now. */
  listListed(theatre: string, level: Handling): readonly string[] {
    return this.#listed.all(theatre, computeBit(level)).map(({ listed }) => String(listed))
  }

  /** The kinds of the rows that a level is shown now, with their numbers. */
  countKinds(level: Handling): (readonly [AlertKind, number])[] {
    return this.#model
      .prepare('select kind, count(*) as count from alert where shown & ? group by kind')
      .all(computeBit(level))
      .map(({ kind, count }) => [this.kinds.find(Number(kind)), Number(count)] as const)
  }

  /** Counts the rows in a theatre that a level is shown now; `from`: those from this time on count. */
  tally(level: Handling, theatre: string, from: string): AlertTally[] {
    return this.#tally
      .all(
        from,
        JSON.stringify(this.kinds.list(({ facts }) => facts.theatre === theatre)),
        computeBit(level)
      )
      .map(({ kind, disposition, first, count }) => ({
        kind: this.kinds.find(Number(kind)),
        disposition: disposition as Disposition | null,
        firstTime: String(first),
        count: Number(count)
      }))
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
    const [lower, upper] = computeBounds({ direction, after, from, to })
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
      .prepare(
        `select alert.n, alert.alert_id, alert.first_time, kind, lat, lon, km
           ${words.length === 0 ? '' : ', folded'} from ${source}
         ${words.length === 0 ? '' : 'left join alert_headline on alert_headline.n = alert.n'}
         where kind in (select value from json_each(?)) and shown & ?
           and (first_time, alert_id) > (?, ?) and (first_time, alert_id) < (?, ?)
           ${words.length === 0 ? '' : `and ${hasWords(words)}`}
         order by ${order} limit ${this.#limits.chunkRows}`
      )
      .all(
        ...(rows === null ? [] : [rows]),
        JSON.stringify(kinds),
        computeBit(level),
        lower.firstTime,
        lower.alertId,
        upper.firstTime,
        upper.alertId,
        ...words
      )
      .map(row => this.#makeFound(row as unknown as FoundRow))
  }

  /** A few rows, in JSON, among which are all in an area or with words; null if there are many. */
  #listCandidates(bounds: AreaBounds | null, words: readonly string[]): string | null {
    const { sortedMax } = this.#limits
    const find = (where: string, parameters: readonly (string | number)[]) => {
      const found = this.#model
        .prepare(
          `select json_group_array(n) as rows, count(*) as count
           from (select n from ${where} limit ${sortedMax + 1})`
        )
        .get(...parameters)
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

  #makeFound({ n, alert_id, first_time, kind, lat, lon, km, folded }: FoundRow): FoundAlert {
    const circle = lat === null ? null : ([lat, lon as number, km as number] as const)
    const place = { firstTime: first_time, alertId: alert_id }
    return { n, ...place, kind: this.kinds.find(kind), circle, folded: folded ?? null }
  }

  #count(kind: number, by: number): void {
    this.#rowsOfKind.set(kind, (this.#rowsOfKind.get(kind) ?? 0) + by)
  }
}

interface FoundRow {
  readonly n: number
  readonly alert_id: string
  readonly first_time: string
  readonly kind: number
  readonly lat: number | null
  readonly lon: number | null
  readonly km: number | null
  readonly folded?: string | null
}

/** Of headlines that are not stored it is not known. */
function hasWords(words: readonly string[]): string {
  return `(folded is null or (${words.map(() => 'instr(folded, ?) > 0').join(' and ')}))`
}
