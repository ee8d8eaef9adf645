// By incident: its density of each kind, the density that a core point needs there, and the cluster
// of a core point.

import type { Incidents } from '../../data/incidents.ts'
import { type ClusterRule, neverCore } from '../cluster-rule.ts'

/** What an incident needs to be a core point: `none` is not in the index, `border` never is one. */
export const need = { none: 0, usual: 1, hot: 2, border: 3 } as const

/** `C`: clusters. */
export class Membership<C extends object = object> {
  readonly #minPoints: readonly number[]
  readonly #hotMinPoints: number
  readonly #kindCount: number
  /** No incident has more than 65,535 links. */
  #densities = new Uint16Array(0)
  #needs = new Uint8Array(0)
  /** The clusters of core points. */
  readonly clusters: (C | undefined)[] = []

  constructor({ minPoints, hotCell }: ClusterRule) {
    this.#minPoints = minPoints
    this.#hotMinPoints = hotCell?.minPoints ?? neverCore
    this.#kindCount = minPoints.length
  }

  has(row: number): boolean {
    return (this.#needs[row] ?? need.none) !== need.none
  }

  *listRows(): Generator<number> {
    for (let row = 0; row < this.#needs.length; row++) if (this.has(row)) yield row
  }

  isCore(row: number): boolean {
    return this.clusters[row] !== undefined
  }

  isDense(row: number): boolean {
    return this.isDenseWith(row, this.#densities, row)
  }

  /** True if the densities at an index of another list make the row a core point. */
  isDenseWith(row: number, densities: Readonly<Uint16Array>, index: number): boolean {
    for (let kind = 0; kind < this.#kindCount; kind++)
      if (densities[index * this.#kindCount + kind]! >= this.#getLeast(row, kind)) return true
    return false
  }

  isDenseIn(row: number, kind: number): boolean {
    return this.#densities[row * this.#kindCount + kind]! >= this.#getLeast(row, kind)
  }

  /** The density that would make a row a core point, if it lacks one of that; else 0. */
  findNearLeast(row: number): number {
    if (!this.has(row) || this.isDense(row)) return 0
    for (let kind = 0; kind < this.#kindCount; kind++) {
      const least = this.#getLeast(row, kind)
      if (this.#densities[row * this.#kindCount + kind] === least - 1) return least
    }
    return 0
  }

  #getLeast(row: number, kind: number): number {
    const needs = this.#needs[row]
    if (needs === need.usual) return this.#minPoints[kind]!
    return needs === need.hot ? this.#hotMinPoints : neverCore
  }

  /** Counts one incident more or less in some kinds of density. */
  count(row: number, kinds: number, sign: 1 | -1): void {
    countKinds(this.#densities, row * this.#kindCount, kinds, sign)
  }

  setOwn(row: number, kind: number, own: number): void {
    this.#densities[row * this.#kindCount + kind] = own
  }

  getNeed(row: number): number {
    return this.#needs[row]!
  }

  setNeed(row: number, needs: number): void {
    this.#grow(row)
    this.#needs[row] = needs
  }

  clear(row: number): void {
    this.#needs[row] = need.none
    this.clusters[row] = undefined
  }

  /** The rows before a day, as `ClusterCheckpoint` has them, and the clusters that they number. */
  exportRows(day: number, { columns }: Incidents) {
    const numbers = new Map<C, number>()
    const rows: number[] = []
    for (let row = 0; row < this.#needs.length; row++) {
      if (!this.has(row) || columns.fromDay[row]! >= day) continue
      const cluster = this.clusters[row]
      if (cluster !== undefined && !numbers.has(cluster)) numbers.set(cluster, numbers.size)
      rows.push(row, this.#needs[row]!, cluster === undefined ? -1 : numbers.get(cluster)!)
      const first = row * this.#kindCount
      for (let kind = 0; kind < this.#kindCount; kind++) rows.push(this.#densities[first + kind]!)
    }
    return { rows, clusters: [...numbers.keys()] }
  }

  /** Sets needs and densities. Returns each row with the number of its cluster. */
  loadRows(rows: Readonly<Int32Array>): readonly (readonly [number, number])[] {
    const loaded: [number, number][] = []
    for (let at = 0; at < rows.length; at += 3 + this.#kindCount) {
      const row = rows[at]!
      this.setNeed(row, rows[at + 1]!)
      for (let kind = 0; kind < this.#kindCount; kind++)
        this.setOwn(row, kind, rows[at + 3 + kind]!)
      loaded.push([row, rows[at + 2]!])
    }
    return loaded
  }

  #grow(row: number): void {
    if (row < this.#needs.length) return
    const size = Math.ceil(1.5 * row) + 64
    const [needs, densities] = [new Uint8Array(size), new Uint16Array(size * this.#kindCount)]
    needs.set(this.#needs)
    densities.set(this.#densities)
    this.#needs = needs
    this.#densities = densities
  }
}

/** Adds to the densities that begin at an index. */
export function countKinds(
  densities: Uint16Array,
  first: number,
  kinds: number,
  sign: number
): void {
  for (let kind = 0, rest = kinds; rest !== 0; kind++, rest >>= 1)
    if ((rest & 1) !== 0) densities[first + kind]! += sign
}
