// Alerts as they were: each is in the state of its last event before a bound. They are walked in the
// order of lists; what an alert was is looked up among its events.

import { maySee } from '@tocsin/contracts/theatre/handling'
import { createAreaTest } from '@tocsin/domain/space-time/asked-area'
import type { ReadModel } from '../read-model.ts'
import type { AlertSearch } from './alert-table.ts'
import type { AlertKind, KindTable } from './kind-table.ts'
import { computeBit } from './levels.ts'
import { type CircleRow, computePlaceBounds, type Place, readCircle } from './search-bounds.ts'

/** Events count that are of this time or before it; or that are before these positions. */
export type PastBound = { readonly atMs: number } | { readonly positions: readonly bigint[] }

export interface PastSearch extends Omit<AlertSearch, 'words'> {
  readonly asOf: PastBound
  /** Only those that waited for an acknowledgement. */
  readonly isUnacknowledged: boolean
}

/** An alert that its reader may see now, and saw then. */
export interface PastAlert extends Place {
  readonly kind: AlertKind
  /** Its last event before the bound. */
  readonly partition: number
  readonly position: bigint
}

/** Alerts looked at in one step, some milliseconds. */
const chunkRows = 1_000

export class PastAlerts {
  readonly #model: ReadModel
  readonly #kinds: KindTable

  constructor(model: ReadModel, kinds: KindTable) {
    this.#model = model
    this.#kinds = kinds
  }

  /** In chunks, some of them empty. Alerts that begin meanwhile may be missing. */
  *search(search: PastSearch): Generator<readonly PastAlert[]> {
    const { level, wantsKind, isUnacknowledged } = search
    const bit = computeBit(level)
    const wanted = new Set(
      this.#kinds.list(kind => maySee(level, kind.facts.handling) && wantsKind(kind))
    )
    if (wanted.size === 0) return
    const test = createAreaTest(search.area)
    const work = { units: 0 }
    const isWanted = (row: PastRow) => {
      if (row.kind === null || !wanted.has(row.kind)) return false
      if (isUnacknowledged && ((row.waiting as number) & bit) === 0) return false
      return test?.meets(readCircle(row), work) ?? true
    }
    for (let { after } = search, isEnd = false; !isEnd; ) {
      const rows = this.#readChunk(search, after)
      isEnd = rows.length < chunkRows
      after = rows.at(-1) ?? after
      yield rows.filter(isWanted).map(({ firstTime, alertId, kind, partition, position }) => ({
        ...{ firstTime, alertId, kind: this.#kinds.find(kind as number) },
        ...{ partition: partition as number, position: BigInt(position as number) }
      }))
    }
  }

  #readChunk(search: PastSearch, after: Place | null): PastRow[] {
    const { level, direction, asOf } = search
    const bit = computeBit(level)
    const [lower, upper] = computePlaceBounds({ ...search, after })
    const [isBefore, bounds] = makeCondition(asOf)
    return this.#model.all<PastRow>(
      `select first_time as firstTime, a.alert_id as alertId, event.kind, event.waiting,
           event.lat, event.lon, event.km, partition, position
         from (
           select first_time, alert_id from alert indexed by alert_order
           where shown & ? and (first_time, alert_id) > (?, ?) and (first_time, alert_id) < (?, ?)
           order by first_time ${direction === 'oldest' ? '' : 'desc'},
             alert_id ${direction === 'oldest' ? '' : 'desc'} limit ${chunkRows}
         ) a
         left join event on event.alert_id = a.alert_id and position = (
           select max(position) from event
           where alert_id = a.alert_id and levels & ? and kind is not null and ${isBefore}
         )`,
      ...[bit, lower.firstTime, lower.alertId, upper.firstTime, upper.alertId, bit, ...bounds]
    )
  }
}

interface PastRow extends Place, CircleRow {
  /** Null: it began later. */
  readonly kind: number | null
  readonly waiting: number | null
  readonly partition: number | null
  readonly position: number | null
}

/** Whether an event is before the bound, and the parameters of that condition. */
function makeCondition(asOf: PastBound): readonly [string, readonly (number | bigint)[]] {
  if ('atMs' in asOf) return ['at <= ?', [asOf.atMs]]
  const cases = asOf.positions.map((_, partition) => `when ${partition} then ?`).join(' ')
  return [`position < case partition ${cases} end`, asOf.positions]
}
