// Of the open alerts that a level of readers is shown, how many lie in the area of a silence, by
// kind. Counted once for each silence, and kept up with what has changed since when it is asked
// again: whether 100,000 circles lie in an area is not asked again every few seconds.

import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { type AreaTest, areaTestOf } from '@tocsin/domain/space-time/asked-area'
import { isOpen } from '../policy/silenced-kinds.ts'
import type { Scan } from '../projection/scan-scheduler.ts'
import {
  type AlertKind,
  isBefore,
  type LevelOrder,
  type ListedAlert,
  type Place,
  type RowChange
} from '../reader/level-order.ts'

interface Counted {
  readonly area: AreaTest
  readonly byKind: Map<AlertKind, number>
  /** Of the order, up to which it is counted. */
  version: number
}

type Order = LevelOrder<ListedAlert>

export class AreaCounts {
  readonly #order: Order
  /** For as long as the silence is known: its filter is the same object all the time. */
  readonly #counted = new WeakMap<AlertFilter, Counted>()

  constructor(order: Order) {
    this.#order = order
  }

  /** Counts those that are not counted yet in one walk. The scan yields to other work. */
  async prepare(filters: readonly AlertFilter[], scan: Scan): Promise<void> {
    const fresh = new Map<AlertFilter, Counted>()
    for (const filter of filters) {
      const area = this.#isKnown(filter) ? null : areaTestOf(filter)
      if (area !== null) fresh.set(filter, { area, byKind: new Map(), version: 0 })
    }
    if (fresh.size === 0) return
    await countAll(this.#order, [...fresh.values()], scan)
    for (const [filter, counted] of fresh) this.#counted.set(filter, counted)
  }

  /**
   * As it is when this resolves, for a filter that asks for an area; those of no kind are left out.
   */
  async of(filter: AlertFilter, scan: Scan): Promise<ReadonlyMap<AlertKind, number>> {
    for (;;) {
      await this.prepare([filter], scan)
      const counted = this.#counted.get(filter)
      if (counted === undefined) return new Map()
      if (await this.#catchUp(counted, scan)) return counted.byKind
    }
  }

  #isKnown(filter: AlertFilter): boolean {
    const counted = this.#counted.get(filter)
    if (counted === undefined) return false
    return counted.version === this.#order.version || this.#order.changeOf(counted.version) !== null
  }

  /**
   * False: so much has changed that it is not known any more. Two that do it at once do each step
   * once.
   */
  async #catchUp(counted: Counted, scan: Scan): Promise<boolean> {
    while (counted.version < this.#order.version) {
      const change = this.#order.changeOf(counted.version)
      if (change === null) return false
      counted.version++
      take(counted, change, scan)
      if (scan.mustYield) await scan.yieldTurn()
    }
    return true
  }
}

/**
 * What changes while the walk yields is taken up where the walk has been, and met by it where it
 * has not.
 */
async function countAll(order: Order, all: readonly Counted[], scan: Scan): Promise<void> {
  let at: Place | null = null
  let version = order.version
  do {
    if (at !== null) await scan.yieldTurn()
    for (; version < order.version; version++) {
      const change = order.changeOf(version)
      if (change === null) return countAgain(order, all, scan)
      if (at !== null && !isBefore(change.place, at))
        for (const each of all) take(each, change, scan)
    }
    at = walk(order, at, all, scan)
  } while (at !== null)
  for (const each of all) each.version = version
}

function countAgain(order: Order, all: readonly Counted[], scan: Scan): Promise<void> {
  for (const { byKind } of all) byKind.clear()
  return countAll(order, all, scan)
}

/** One slice, from the newest on; returns the last row that was looked at, null at the end. */
function walk(
  order: Order,
  after: Place | null,
  all: readonly Counted[],
  scan: Scan
): Place | null {
  const near = new Map<AlertKind, readonly Counted[]>()
  return order.look(
    { direction: 'newest', after, from: null, to: null },
    {
      wantsKind: kind => {
        scan.units += 1 + all.length
        const asked = isOpen(kind.facts) ? all.filter(({ area }) => area.mayMeet(kind.box)) : []
        near.set(kind, asked)
        return asked.length > 0
      },
      wantsHeadline: null,
      take: ({ kind, circle }) => {
        if (kind === null) return
        for (const each of near.get(kind) ?? []) {
          scan.units++
          if (each.area.meets(circle, scan)) add(each, kind, 1)
        }
      },
      get mustStop() {
        return scan.mustYield
      }
    }
  )
}

function take(counted: Counted, { before, after }: RowChange, scan: Scan): void {
  scan.units += 2
  const isIn = (row: RowChange['before']) =>
    row !== null && isOpen(row.kind.facts) && counted.area.meets(row.circle, scan)
  if (before !== null && isIn(before)) add(counted, before.kind, -1)
  if (after !== null && isIn(after)) add(counted, after.kind, 1)
}

function add({ byKind }: Counted, kind: AlertKind, by: number): void {
  const count = (byKind.get(kind) ?? 0) + by
  if (count === 0) byKind.delete(kind)
  else byKind.set(kind, count)
}
