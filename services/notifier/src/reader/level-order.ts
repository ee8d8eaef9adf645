// The alerts ever shown to one level of readers, in the order of lists, each with its kind: what
// most filters ask for. Alerts of a kind share it, so that a search asks each kind once and passes
// over the others without looking at one alert. Numbers of kinds and folded headlines lie in
// columns of their own: following each of 100,000 rows would wait for memory most of the time.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { type Disposition, dispositions } from '@tocsin/contracts/theatre/theatre-record'
import { type AreaBox, type Circle, emptyBox, growBox } from '@tocsin/domain/space-time/asked-area'
import { type AlertCalls, isUnacknowledged } from '../calls/alert-calls.ts'

/** Position in the order of a list. */
export interface Place {
  readonly firstTime: string
  readonly alertId: string
}

/** An alert as the order reads it. */
export interface ListedAlert {
  readonly alertId: string
  /** As readers of a level may see it; null if hidden from them. */
  stateAt(level: Handling): AlertState | null
  callsAt(level: Handling): AlertCalls
  /** Time of the first event delivered to them; null before it. */
  firstTimeAt(level: Handling): string | null
  /** Its headline as they may see it, folded for the search of words; empty where it is hidden. */
  foldedHeadlineAt(level: Handling): string
}

/** What alerts have in common. */
export interface AlertKind {
  /** Without the circle, which is each alert's own. */
  readonly facts: FilterFacts
  /** Nobody answered, as readers of the level were told. */
  readonly isUnacknowledged: boolean
  /** Around the circles of all that were of it. */
  readonly box: Readonly<AreaBox>
  /** How many alerts are of it. */
  readonly rows: number
}

export interface OrderRow<Alert> extends Place {
  readonly entry: Alert
  /** Null: hidden from the level now. */
  readonly kind: AlertKind | null
  /**
   * As the level may see it; null where it has none, or is hidden. Held here so that a search of an
   * area looks at no alert.
   */
  readonly circle: Circle | null
}

/** Rows that share their kind and how an officer closed them. */
export interface RowTally {
  readonly kind: AlertKind
  readonly disposition: Disposition | null
  /** When the first of them was shown, also before the bound. */
  readonly firstTime: string
  /** From the bound on. */
  readonly count: number
}

/** What a search asks of an order. */
export interface RowSearch<Alert> {
  /** Asked once of each kind. */
  wantsKind(kind: AlertKind): boolean
  /**
   * Of the headline, folded, of a row of such a kind; null: all are wanted. `isNew`: it was rendered
   * for this search.
   */
  readonly wantsHeadline: ((folded: string, isNew: boolean) => boolean) | null
  /** What is left is the row's own. */
  take(row: OrderRow<Alert>): void
  /** Asked after each row that cost anything: the walk looks no further. */
  readonly mustStop: boolean
}

/** Rows of an order, in a direction. */
export interface Stretch {
  readonly direction: 'newest' | 'oldest'
  /** The last row before it, or a place between rows; null: from the end. */
  readonly after: Place | null
  /** From the oldest row at or after the first to the newest before the second; null: no bound. */
  readonly from: Place | null
  readonly to: Place | null
}

interface Kind extends AlertKind {
  readonly key: string
  /** From 1 on: 0 is that of hidden rows. Numbers of kinds that are forgotten are given again. */
  readonly number: number
  readonly box: AreaBox
  /** Without any it is forgotten. */
  rows: number
}

interface Row<Alert> extends OrderRow<Alert> {
  kind: Kind | null
  circle: Circle | null
}

/** What a row was, or became, for those that count rows. */
interface CountedRow {
  readonly kind: AlertKind
  readonly circle: Circle | null
}

/** A row of which the kind or the circle is another now; null: hidden, or gone. */
export interface RowChange {
  readonly place: Place
  readonly before: CountedRow | null
  readonly after: CountedRow | null
}

const roomAtFirst = 1024
/** Changes that are known at least: a list that is asked for every few seconds misses far fewer. */
const changesKept = 2_000

export class LevelOrder<Alert extends ListedAlert> {
  readonly level: Handling
  /** By (time of the first event delivered, alertId), ascending. */
  readonly #rows: Row<Alert>[] = []
  /** Of each row the number of its kind. */
  #numbers = new Int32Array(roomAtFirst)
  /** Of each row how an officer closed it, from 1 on; 0: none did. */
  #dispositions = new Uint8Array(roomAtFirst)
  /** Of each row; null until words are sought in it. */
  readonly #headlines: (string | null)[] = []
  readonly #kinds = new Map<string, Kind>()
  /** By number. */
  readonly #numbered: (Kind | null)[] = [null]
  readonly #freeNumbers: number[] = []
  /** The newest changes of rows. */
  #changes: RowChange[] = []
  #forgotten = 0

  constructor(level: Handling) {
    this.level = level
  }

  /** Of the alerts that the level is shown now. */
  get kinds(): Iterable<AlertKind> {
    return this.#kinds.values()
  }

  /** How often a row became another since the start. */
  get version(): number {
    return this.#forgotten + this.#changes.length
  }

  /** What made the next version out of this one; null if that is not known any more. */
  changeOf(version: number): RowChange | null {
    return this.#changes[version - this.#forgotten] ?? null
  }

  /** Adds an alert at its place. `note` says its kind. */
  enter({ firstTime, alertId }: Place, entry: Alert): void {
    const rank = this.rankOf({ firstTime, alertId })
    const count = this.#rows.length
    this.#rows.splice(rank, 0, { firstTime, alertId, entry, kind: null, circle: null })
    this.#headlines.splice(rank, 0, null)
    this.#makeRoom(count + 1)
    for (const column of [this.#numbers, this.#dispositions]) {
      column.copyWithin(rank + 1, rank, count)
      column[rank] = 0
    }
  }

  /** Adds alerts in any order, before anything is asked. */
  fill(places: Iterable<readonly [Place, Alert]>): void {
    for (const [{ firstTime, alertId }, entry] of places)
      this.#rows.push({ firstTime, alertId, entry, kind: null, circle: null })
    this.#rows.sort((a, b) => (isBefore(a, b) ? -1 : 1))
    this.#makeRoom(this.#rows.length)
    for (const [rank, row] of this.#rows.entries()) this.#become(rank, row.entry)
  }

  leave(place: Place): void {
    const rank = this.rankOf(place)
    const [row] = this.#rows.splice(rank, 1)
    if (row === undefined) return
    this.#headlines.splice(rank, 1)
    for (const column of [this.#numbers, this.#dispositions])
      column.copyWithin(rank, rank + 1, this.#rows.length + 1)
    this.#noteChange(row, countedOf(row), null)
    this.#release(row.kind)
  }

  /** Takes up what an alert is by now; nothing where it was never shown. */
  note(entry: Alert): void {
    const firstTime = entry.firstTimeAt(this.level)
    if (firstTime === null) return
    const rank = this.rankOf({ firstTime, alertId: entry.alertId })
    if (this.#rows[rank]?.alertId === entry.alertId) this.#become(rank, entry)
  }

  /** Of an alert; null where it was never shown to the level. */
  rowOf(entry: Pick<ListedAlert, 'alertId' | 'firstTimeAt'>): OrderRow<Alert> | null {
    const firstTime = entry.firstTimeAt(this.level)
    const row =
      firstTime === null
        ? undefined
        : this.#rows[this.rankOf({ firstTime, alertId: entry.alertId })]
    return row?.alertId === entry.alertId ? row : null
  }

  /**
   * Looks through a stretch for rows of the kinds and headlines that are wanted. Returns the last
   * row that it looked at, where another call goes on, or null at the end of the stretch. Rows of
   * kinds that are not wanted cost next to nothing.
   */
  look({ direction, after, from, to }: Stretch, search: RowSearch<Alert>): Place | null {
    const [first, last] = [
      from === null ? 0 : this.rankOf(from),
      to === null ? this.#rows.length : this.rankOf(to)
    ]
    const isUp = direction === 'oldest'
    const begin = isUp
      ? Math.max(first, after === null ? 0 : this.#rankAfter(after))
      : Math.min(last, after === null ? last : this.rankOf(after)) - 1
    const [end, step] = isUp ? [Math.max(begin, last), 1] : [Math.min(begin, first - 1), -1]
    const verdicts = new Int8Array(this.#numbered.length)
    const { wantsHeadline } = search
    for (let i = begin; i !== end; i += step) {
      const number = this.#numbers[i] as number
      if (number === 0 || verdicts[number] === -1) continue
      if (verdicts[number] === 0)
        verdicts[number] = search.wantsKind(this.#numbered[number] as Kind) ? 1 : -1
      const isWanted =
        verdicts[number] === 1 && (wantsHeadline === null || this.#hasHeadline(i, wantsHeadline))
      if (isWanted) search.take(this.#rows[i] as Row<Alert>)
      if (search.mustStop) return this.#rows[i] as Row<Alert>
    }
    return null
  }

  /**
   * Newest first, after a place; from the newest on without one. Nothing may enter or leave
   * meanwhile.
   */
  *newestFirst(after: Place | null): Generator<OrderRow<Alert>> {
    for (let i = (after === null ? this.#rows.length : this.rankOf(after)) - 1; i >= 0; i--)
      yield this.#rows[i] as Row<Alert>
  }

  /**
   * Counts the rows that the level is shown now. `fromOf`: from which time on those of a theatre
   * count. Looks at no alert.
   */
  tally(fromOf: (theatre: string) => string): RowTally[] {
    const slots = 1 + dispositions.length
    const theatres = new Set([...this.#kinds.values()].map(({ facts }) => facts.theatre))
    const ranks = new Map(
      [...theatres].map(each => [each, this.rankOf({ firstTime: fromOf(each), alertId: '' })])
    )
    const starts = this.#numbered.map(kind =>
      kind === null ? 0 : (ranks.get(kind.facts.theatre) as number)
    )
    const size = starts.length * slots
    const [counts, firsts] = [new Int32Array(size), new Int32Array(size).fill(-1)]
    for (let i = 0; i < this.#rows.length; i++) {
      const number = this.#numbers[i] as number
      if (number === 0) continue
      const slot = number * slots + (this.#dispositions[i] as number)
      if (firsts[slot] === -1) firsts[slot] = i
      if (i >= (starts[number] as number)) counts[slot] = (counts[slot] as number) + 1
    }
    const tallies: RowTally[] = []
    for (const [slot, first] of firsts.entries())
      if (first !== -1)
        tallies.push({
          kind: this.#numbered[Math.floor(slot / slots)] as Kind,
          disposition: dispositions[(slot % slots) - 1] ?? null,
          firstTime: (this.#rows[first] as Row<Alert>).firstTime,
          count: counts[slot] as number
        })
    return tallies
  }

  #hasHeadline(rank: number, isWanted: (folded: string, isNew: boolean) => boolean): boolean {
    const known = this.#headlines[rank] ?? null
    if (known !== null) return isWanted(known, false)
    const folded = (this.#rows[rank] as Row<Alert>).entry.foldedHeadlineAt(this.level)
    this.#headlines[rank] = folded
    return isWanted(folded, true)
  }

  #rankAfter(place: Place): number {
    const rank = this.rankOf(place)
    return this.#rows[rank]?.alertId === place.alertId ? rank + 1 : rank
  }

  /** Index of the first one at or after a place. */
  rankOf(place: Place): number {
    let [low, high] = [0, this.#rows.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(this.#rows[middle] as Row<Alert>, place)) low = middle + 1
      else high = middle
    }
    return low
  }

  #become(rank: number, entry: Alert): void {
    const row = this.#rows[rank] as Row<Alert>
    const state = entry.stateAt(this.level)
    const [before, counted] = [row.kind, countedOf(row)]
    row.kind = state === null ? null : this.#kindOf(state, entry.callsAt(this.level))
    row.circle = state?.area.circle ?? null
    this.#numbers[rank] = row.kind?.number ?? 0
    this.#dispositions[rank] = 1 + dispositions.indexOf(state?.operator.disposition as Disposition)
    this.#headlines[rank] = null
    this.#noteChange(row, counted, countedOf(row))
    this.#release(before)
  }

  #noteChange(
    { firstTime, alertId }: Place,
    before: CountedRow | null,
    after: CountedRow | null
  ): void {
    if (before?.kind === after?.kind && isSameCircle(before?.circle ?? null, after?.circle ?? null))
      return
    this.#changes.push({ place: { firstTime, alertId }, before, after })
    if (this.#changes.length < 2 * changesKept) return
    this.#changes = this.#changes.slice(-changesKept)
    this.#forgotten += changesKept
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#numbers.length) return
    const length = Math.max(rows, this.#numbers.length * 2)
    const [numbers, closings] = [new Int32Array(length), new Uint8Array(length)]
    numbers.set(this.#numbers)
    closings.set(this.#dispositions)
    this.#numbers = numbers
    this.#dispositions = closings
  }

  #kindOf(state: AlertState, calls: AlertCalls): Kind {
    const {
      severity,
      status,
      pattern,
      ruleId,
      category,
      theatre,
      certainty,
      handling,
      drill,
      area
    } = state
    const facts = { severity, status, pattern, ruleId, theatre, certainty, handling, drill }
    const open = isUnacknowledged(calls, state.operator)
    const { country, admin1 } = area
    const key = JSON.stringify([...Object.values(facts), category, country, admin1, open])
    let kind = this.#kinds.get(key)
    if (kind === undefined) {
      const number = this.#freeNumbers.pop() ?? this.#numbered.length
      kind = {
        key,
        number,
        facts: { ...facts, category, area: { ...area, circle: null, settlement: null } },
        isUnacknowledged: open,
        box: emptyBox(),
        rows: 0
      }
      this.#kinds.set(key, kind)
      this.#numbered[number] = kind
    }
    kind.rows++
    growBox(kind.box, area.circle)
    return kind
  }

  #release(kind: Kind | null): void {
    if (kind === null) return
    kind.rows--
    if (kind.rows > 0) return
    this.#kinds.delete(kind.key)
    this.#numbered[kind.number] = null
    this.#freeNumbers.push(kind.number)
  }
}

function countedOf({ kind, circle }: Row<unknown>): CountedRow | null {
  return kind === null ? null : { kind, circle }
}

function isSameCircle(a: Circle | null, b: Circle | null): boolean {
  return a === b || (a !== null && b !== null && a.every((each, i) => each === b[i]))
}

export function isBefore(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}
