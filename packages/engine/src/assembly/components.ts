// Reports that joinable pairs connect, and the groups that they form. The invariants are in
// assembly.ts.

import type { Reports } from '../data/reports.ts'
import { convertToDay } from '../data/time.ts'
import type { DeclaredPairs } from './declared-pairs.ts'
import { joinPairs, type Pair } from './join-pairs.ts'
import { copyScore } from './pair-score.ts'
import type { PartnerIndex } from './partners.ts'

const maxComponent = 128

type Group = readonly number[]
type PairTest = (a: number, b: number, score: number) => boolean

const acceptAll: PairTest = () => true

export class Components {
  readonly #reports: Reports
  readonly #declared: DeclaredPairs
  readonly #partners: PartnerIndex
  readonly #max: number
  /** Reports in components of more than the maximum. (I4) */
  readonly #large = new Set<number>()

  constructor(
    reports: Reports,
    declared: DeclaredPairs,
    partners: PartnerIndex,
    max = maxComponent
  ) {
    this.#reports = reports
    this.#declared = declared
    this.#partners = partners
    this.#max = max
  }

  /** Call for a report that leaves its component without `computeGroups`. */
  remove(row: number): void {
    this.#large.delete(row)
  }

  listJoins(group: Group): readonly Pair[] {
    if (group.length === 1) return []
    const isMember = new Set(group)
    const isStrict = this.#large.has(group[0]!)
    return this.#join(
      group,
      (a, b, score) => isMember.has(b) && (!isStrict || this.#isStrong(a, b, score))
    ).joins
  }

  /** The groups of the components of some reports. */
  computeGroups(seeds: readonly number[]): Group[] {
    const isSeed = new Set(seeds)
    const done = new Set<number>()
    const groups: Group[] = []
    const largeRows = new Set<number>()
    for (const seed of seeds) {
      if (done.has(seed) || largeRows.has(seed)) continue
      if (this.#reports.columns.present[seed] !== 1) {
        this.#large.delete(seed)
        continue
      }
      const component = this.#findConnected(seed, acceptAll, this.#max + 1)
      if (component.length > this.#max) {
        for (const row of this.#markLarge(seed)) largeRows.add(row)
        for (const row of component) if (isSeed.has(row)) largeRows.add(row)
        continue
      }
      for (const row of component) {
        done.add(row)
        this.#large.delete(row)
      }
      groups.push(...this.#join(component, acceptAll).groups)
    }
    const isStrong: PairTest = (a, b, score) => this.#isStrong(a, b, score)
    for (const row of largeRows) {
      if (done.has(row)) continue
      const part = this.#findConnected(row, isStrong, Number.POSITIVE_INFINITY)
      for (const member of part) done.add(member)
      groups.push(...this.#join(part, isStrong).groups) // I4
    }
    return groups
  }

  /** Reports that accepted pairs connect with one; at most `limit`, unless they are fewer. */
  #findConnected(seed: number, accepts: PairTest, limit: number): number[] {
    const reached = new Set([seed])
    for (const row of reached) {
      if (reached.size >= limit) break
      this.#partners.visitJoinable(row, (other, score) => {
        if (accepts(row, other, score)) reached.add(other)
      })
    }
    return [...reached]
  }

  /** Marks what a large component has gained. Returns those reports, and the seed. (I4) */
  #markLarge(seed: number): number[] {
    const gained = this.#findConnected(
      seed,
      (_, other) => !this.#large.has(other),
      Number.POSITIVE_INFINITY
    )
    for (const row of gained) this.#large.add(row)
    return gained
  }

  /** A copy, a declared pair, or reports with the same settlement and days. */
  #isStrong(a: number, b: number, score: number): boolean {
    if (score >= copyScore) return true
    const { settlement, fromMs, toMs } = this.#reports.columns
    return (
      settlement[a]! >= 0 &&
      settlement[a] === settlement[b] &&
      convertToDay(fromMs[a]!) === convertToDay(fromMs[b]!) &&
      convertToDay(toMs[a]!) === convertToDay(toMs[b]!)
    )
  }

  #join(rows: readonly number[], accepts: PairTest): ReturnType<typeof joinPairs> {
    const pairs: Pair[] = []
    for (const a of rows)
      this.#partners.visitJoinable(a, (b, score) => {
        if (a < b && accepts(a, b, score)) pairs.push({ a, b, score })
      })
    return joinPairs(this.#reports, rows, pairs, this.#declared.isEmpty ? null : this.#areDifferent)
  }

  readonly #areDifferent = (a: number, b: number): boolean =>
    this.#declared.find(this.#reports.ids[a]!, this.#reports.ids[b]!)?.isSame === false
}
