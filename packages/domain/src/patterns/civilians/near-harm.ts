// Rows by where they are and by whom, each list in order of its beginning. Rows come and go at any moment.

import { SpaceTimeGrid } from '../episode/space-time-grid.ts'
import type { HarmMark, HarmRow, Spot } from './harm-row.ts'

export class NearHarm {
  readonly #markOf: (row: HarmRow) => HarmMark
  readonly #grid: SpaceTimeGrid<HarmMark>
  readonly #bySettlement = new Map<string, HarmMark[]>()
  readonly #byActor = new Map<string, HarmMark[]>()

  constructor(km: number, markOf: (row: HarmRow) => HarmMark) {
    this.#markOf = markOf
    this.#grid = new SpaceTimeGrid(km, 0)
  }

  add(row: HarmRow): void {
    const mark = this.#markOf(row)
    this.#grid.add(mark)
    for (const key of mark.settlements) insert(this.#bySettlement, key, mark)
    for (const key of mark.actors) insert(this.#byActor, key, mark)
  }

  remove(row: HarmRow): void {
    const mark = this.#markOf(row)
    this.#grid.remove(mark)
    for (const key of mark.settlements) takeOut(this.#bySettlement, key, mark)
    for (const key of mark.actors) takeOut(this.#byActor, key, mark)
  }

  /** Rows at one of these places that begin between two moments, both included. */
  at({ points, settlements }: Spot, fromMs: number, toMs: number): Set<HarmRow> {
    const found = new Set<HarmRow>()
    if (points.length > 0) for (const { row } of this.#grid.near({ fromMs, toMs, points }, 0)) found.add(row)
    for (const key of settlements) collect(this.#bySettlement.get(key), fromMs, toMs, found)
    return found
  }

  /** The same for those by a perpetrator in an area. */
  by(actors: readonly string[], fromMs: number, toMs: number): Set<HarmRow> {
    const found = new Set<HarmRow>()
    for (const key of actors) collect(this.#byActor.get(key), fromMs, toMs, found)
    return found
  }
}

function collect(marks: readonly HarmMark[] | undefined, fromMs: number, toMs: number, found: Set<HarmRow>): void {
  if (marks === undefined) return
  for (let at = firstFrom(marks, fromMs); at < marks.length; at++) {
    const mark = marks[at] as HarmMark
    if (mark.fromMs > toMs) return
    found.add(mark.row)
  }
}

function insert(lists: Map<string, HarmMark[]>, key: string, mark: HarmMark): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [mark])
  else if ((list.at(-1) as HarmMark).fromMs <= mark.fromMs) list.push(mark)
  else list.splice(firstFrom(list, mark.fromMs), 0, mark)
}

function takeOut(lists: Map<string, HarmMark[]>, key: string, mark: HarmMark): void {
  const list = lists.get(key) ?? []
  const at = list.indexOf(mark, firstFrom(list, mark.fromMs))
  if (at !== -1) list.splice(at, 1)
  if (list.length === 0) lists.delete(key)
}

function firstFrom(list: readonly HarmMark[], ms: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as HarmMark).fromMs < ms) low = middle + 1
    else high = middle
  }
  return low
}
