// The alerts ever shown to one level of readers, in the order of lists, each with its kind: what most filters ask for. Alerts of
// a kind share it, so that a search asks each kind once and passes over the others without looking at one alert.

import type { AlertState } from '@tocsin/domain/alert/alert'
import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import type { Handling } from '@tocsin/domain/report/handling'
import { type AlertCalls, isUnanswered } from '@tocsin/domain/response/alert-calls'
import { type AreaBox, type Circle, emptyBox, growBox } from '@tocsin/domain/space-time/asked-area'

/** Position in the order of a list. */
export interface Place {
  readonly firstTime: string
  readonly alertId: string
}

/** An alert as the order reads it. */
export interface ListedAlert {
  readonly alertId: string
  /** As readers of a level may see it; null if hidden from them. */
  outlineAt(level: Handling): AlertState | null
  callsAt(level: Handling): AlertCalls
  /** Time of the first event delivered to them; null before it. */
  firstTimeAt(level: Handling): string | null
}

/** What alerts have in common. */
export interface AlertKind {
  /** Without the circle, which is each alert's own. */
  readonly facts: FilterFacts
  /** Nobody answered, as readers of the level were told. */
  readonly isUnanswered: boolean
  /** Around the circles of all that were of it. */
  readonly box: Readonly<AreaBox>
  /** How many alerts are of it. */
  readonly rows: number
}

export interface OrderRow<Alert> extends Place {
  readonly entry: Alert
  /** Null: hidden from the level now. */
  readonly kind: AlertKind | null
  /** As the level may see it; null where it has none, or is hidden. Held here so that a search of an area looks at no alert. */
  readonly circle: Circle | null
}

interface Kind extends AlertKind {
  readonly key: string
  readonly box: AreaBox
  /** Without any it is forgotten. */
  rows: number
}

interface Row<Alert> extends OrderRow<Alert> {
  kind: Kind | null
  circle: Circle | null
}

export class LevelOrder<Alert extends ListedAlert> {
  readonly #level: Handling
  /** By (time of the first event delivered, alertId), ascending. */
  readonly #rows: Row<Alert>[] = []
  readonly #kinds = new Map<string, Kind>()

  constructor(level: Handling) {
    this.#level = level
  }

  /** Of the alerts that the level is shown now. */
  get kinds(): Iterable<AlertKind> {
    return this.#kinds.values()
  }

  /** Adds an alert at its place. `note` says its kind. */
  enter({ firstTime, alertId }: Place, entry: Alert): void {
    this.#rows.splice(this.rankOf({ firstTime, alertId }), 0, { firstTime, alertId, entry, kind: null, circle: null })
  }

  /** Adds alerts in any order, before anything is asked. */
  fill(places: Iterable<readonly [Place, Alert]>): void {
    for (const [{ firstTime, alertId }, entry] of places) this.#rows.push({ firstTime, alertId, entry, kind: null, circle: null })
    this.#rows.sort((a, b) => (isBefore(a, b) ? -1 : 1))
    for (const row of this.#rows) this.#become(row, row.entry)
  }

  leave(place: Place): void {
    const [row] = this.#rows.splice(this.rankOf(place), 1)
    if (row !== undefined) this.#release(row.kind)
  }

  /** Takes up what an alert is by now; nothing where it was never shown. */
  note(entry: Alert): void {
    const firstTime = entry.firstTimeAt(this.#level)
    if (firstTime === null) return
    const row = this.#rows[this.rankOf({ firstTime, alertId: entry.alertId })]
    if (row?.alertId === entry.alertId) this.#become(row, entry)
  }

  /** Newest first, after a place; from the newest on without one. Nothing may enter or leave meanwhile. */
  *newestFirst(after: Place | null): Generator<OrderRow<Alert>> {
    for (let i = (after === null ? this.#rows.length : this.rankOf(after)) - 1; i >= 0; i--) yield this.#rows[i] as Row<Alert>
  }

  /** The same from the oldest on. */
  *oldestFirst(after: Place | null): Generator<OrderRow<Alert>> {
    for (let i = after === null ? 0 : this.#rankAfter(after); i < this.#rows.length; i++) yield this.#rows[i] as Row<Alert>
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

  #become(row: Row<Alert>, entry: Alert): void {
    const outline = entry.outlineAt(this.#level)
    const before = row.kind
    row.kind = outline === null ? null : this.#kindOf(outline, entry.callsAt(this.#level))
    row.circle = outline?.area.circle ?? null
    this.#release(before)
  }

  #kindOf(outline: AlertState, calls: AlertCalls): Kind {
    const { severity, status, pattern, ruleId, category, theatre, certainty, handling, drill, area } = outline
    const facts = { severity, status, pattern, ruleId, theatre, certainty, handling, drill }
    const open = isUnanswered(calls, outline.operator)
    const { country, admin1 } = area
    const key = JSON.stringify([...Object.values(facts), category, country, admin1, open])
    let kind = this.#kinds.get(key)
    if (kind === undefined) {
      kind = {
        key,
        facts: { ...facts, category, area: { ...area, circle: null, settlement: null } },
        isUnanswered: open,
        box: emptyBox(),
        rows: 0
      }
      this.#kinds.set(key, kind)
    }
    kind.rows++
    growBox(kind.box, area.circle)
    return kind
  }

  #release(kind: Kind | null): void {
    if (kind === null) return
    kind.rows--
    if (kind.rows === 0) this.#kinds.delete(kind.key)
  }
}

export function isBefore(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}
