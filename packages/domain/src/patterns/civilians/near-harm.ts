// Rows by where they are and by whom, each list in order of its beginning. Rows come and go at any
// moment.

import { firstFrom } from '../../fold/sorted.ts'
import { areOneSettlement, type SettledPlace } from '../../report/one-settlement.ts'
import { SpaceTimeGrid } from '../episode/space-time-grid.ts'
import { type HarmRow, type Spot, settlementIdsOf } from './harm-row.ts'

export class NearHarm {
  readonly #grid: SpaceTimeGrid<HarmRow>
  readonly #bySettlement = new Map<string, HarmRow[]>()
  readonly #byActor = new Map<string, HarmRow[]>()
  #searches = 0
  /**
   * Rows that a search for loose ones need not find: where reports come in order there is hardly
   * another.
   */
  #unfiled: HarmRow[] = []

  constructor(km: number) {
    this.#grid = new SpaceTimeGrid(km, 0)
  }

  /** It is found from the next `fileAll` on. */
  keep(row: HarmRow): void {
    this.#unfiled.push(row)
  }

  /** Before a search for rows that need not be loose. */
  fileAll(): void {
    if (this.#unfiled.length === 0) return
    for (const row of this.#unfiled) if (!row.isGone && row.passed === 0) this.add(row)
    this.#unfiled = []
  }

  /** Forgets what was kept and has passed or gone. */
  forgetKept(): void {
    this.#unfiled = this.#unfiled.filter(({ passed, isGone }) => passed === 0 && !isGone)
  }

  add(row: HarmRow): void {
    if (row.isFiled) return
    row.isFiled = true
    this.#grid.add(row)
    for (const key of settlementIdsOf(row)) insert(this.#bySettlement, key, row)
    for (const key of row.actors) insert(this.#byActor, key, row)
  }

  remove(row: HarmRow): void {
    if (!row.isFiled) return
    row.isFiled = false
    this.#grid.remove(row)
    for (const key of settlementIdsOf(row)) takeOut(this.#bySettlement, key, row)
    for (const key of row.actors) takeOut(this.#byActor, key, row)
  }

  /**
   * Rows at one of these places that begin between two moments, both included; each once, in no
   * particular order.
   */
  at({ points, settled }: Spot, fromMs: number, toMs: number): HarmRow[] {
    const found = this.#grid.near({ fromMs, toMs, points }, 0)
    if (settled.length === 0) return found
    this.#searches += 1
    for (const row of found) row.found = this.#searches
    for (const place of settled)
      this.#collect(this.#bySettlement.get(place.settlement as string), fromMs, toMs, found, place)
    return found
  }

  /** The same for those by a perpetrator in an area. */
  by(actors: readonly string[], fromMs: number, toMs: number): HarmRow[] {
    const found: HarmRow[] = []
    this.#searches += 1
    for (const key of actors) this.#collect(this.#byActor.get(key), fromMs, toMs, found)
    return found
  }

  /** `at`: of the rows of one settlement id those in its settlement. */
  #collect(
    rows: readonly HarmRow[] | undefined,
    fromMs: number,
    toMs: number,
    found: HarmRow[],
    at?: SettledPlace
  ): void {
    if (rows === undefined) return
    for (let i = firstFrom(rows, fromMs); i < rows.length; i++) {
      const row = rows[i] as HarmRow
      if (row.fromMs > toMs) return
      if (row.found === this.#searches) continue
      if (at !== undefined && !row.settled.some(place => areOneSettlement(place, at))) continue
      row.found = this.#searches
      found.push(row)
    }
  }
}

function insert(lists: Map<string, HarmRow[]>, key: string, row: HarmRow): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [row])
  else if ((list.at(-1) as HarmRow).fromMs <= row.fromMs) list.push(row)
  else list.splice(firstFrom(list, row.fromMs), 0, row)
}

function takeOut(lists: Map<string, HarmRow[]>, key: string, row: HarmRow): void {
  const list = lists.get(key)
  if (list === undefined) return
  // What goes is the oldest, mostly.
  const at = list[0] === row ? 0 : list.indexOf(row, firstFrom(list, row.fromMs))
  if (at !== -1) list.splice(at, 1)
  if (list.length === 0) lists.delete(key)
}
