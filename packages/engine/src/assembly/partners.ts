// The partners of each report: those that it could join. A report with more than `maxPartners`
// is in a crowd, where incidents are indistinguishable. The invariants are in assembly.ts.

import type { Reports } from '../data/reports.ts'
import { flag, statisticMask } from '../data/vocabulary.ts'
import { Candidates } from './candidates.ts'
import type { DeclaredPairs } from './declared-pairs.ts'
import { copyScore, declaredScore, minJoinScore, scorePair } from './pair-score.ts'

const maxPartners = 128

export type VisitPartner = (other: number, score: number) => void

interface Partners {
  count: number
  /** Partners with their scores; in a crowd only copies and declared ones. (I2) */
  rows: number[]
  scores: number[]
  isCrowded: boolean
}

export class PartnerIndex {
  readonly candidates: Candidates
  /** Rows with joins that may have changed. */
  readonly changed = new Set<number>()
  /** Rows that came into a crowd or left one. */
  readonly crowdChanged = new Set<number>()
  readonly #reports: Reports
  readonly #declared: DeclaredPairs
  readonly #maxPartners: number
  /** Null: the report is indexed and has none. */
  readonly #partners: (Partners | null | undefined)[] = []

  constructor(reports: Reports, declared: DeclaredPairs, max = maxPartners) {
    this.#reports = reports
    this.#declared = declared
    this.#maxPartners = max
    this.candidates = new Candidates(reports)
  }

  hasPartners(row: number): boolean {
    return this.#partners[row] != null
  }

  add(row: number): void {
    this.#reports.columns.flags[row]! &= ~flag.crowd
    this.changed.add(row)
    this.#partners[row] = null
    this.#visitAll(row, (other, score) => {
      this.#link(row, other, score)
      this.#link(other, row, score) // I2
    })
    this.candidates.add(row)
  }

  remove(row: number): void {
    this.candidates.remove(row)
    const partners = this.#partners[row]
    this.#partners[row] = undefined
    if (partners == null) return
    const others = partners.isCrowded ? this.#listAll(row) : partners.rows
    if (partners.isCrowded) this.#setCrowded(row, partners, false)
    for (const other of others) this.#unlink(other, row) // I2
  }

  /** Visits the partners that a report may join. (I3) */
  visitJoinable(row: number, visit: VisitPartner): void {
    const partners = this.#partners[row]
    if (partners == null) return
    const { rows, scores, isCrowded } = partners
    for (let index = 0; index < rows.length; index++) {
      const other = rows[index]!
      const score = scores[index]!
      if (score >= copyScore || !(isCrowded || this.#partners[other]!.isCrowded))
        visit(other, score)
    }
  }

  #link(row: number, other: number, score: number): void {
    let partners = this.#partners[row]
    if (partners == null) {
      partners = { count: 0, rows: [], scores: [], isCrowded: false }
      this.#partners[row] = partners
    }
    partners.count += 1
    if (partners.isCrowded && score < copyScore) return
    partners.rows.push(other)
    partners.scores.push(score)
    this.changed.add(row)
    if (!partners.isCrowded && partners.count > this.#maxPartners) this.#enterCrowd(row, partners)
  }

  #unlink(row: number, other: number): void {
    const partners = this.#partners[row]!
    partners.count -= 1
    const index = partners.rows.indexOf(other)
    if (index >= 0) {
      partners.rows.splice(index, 1)
      partners.scores.splice(index, 1)
      this.changed.add(row)
    }
    if (partners.isCrowded && partners.count <= this.#maxPartners) this.#leaveCrowd(row, partners)
    if (partners.count === 0) this.#partners[row] = null
  }

  #enterCrowd(row: number, partners: Partners): void {
    this.#setCrowded(row, partners, true)
    const { rows, scores } = partners
    for (const other of rows) this.changed.add(other)
    partners.rows = rows.filter((_, index) => scores[index]! >= copyScore)
    partners.scores = scores.filter(score => score >= copyScore)
  }

  /** Finds the partners again. */
  #leaveCrowd(row: number, partners: Partners): void {
    this.#setCrowded(row, partners, false)
    partners.rows = []
    partners.scores = []
    this.#visitAll(row, (other, score) => {
      partners.rows.push(other)
      partners.scores.push(score)
    })
  }

  #setCrowded(row: number, partners: Partners, isCrowded: boolean): void {
    partners.isCrowded = isCrowded
    this.#reports.columns.flags[row]! ^= flag.crowd
    this.changed.add(row)
    this.crowdChanged.add(row)
  }

  #listAll(row: number): number[] {
    const others: number[] = []
    this.#visitAll(row, other => others.push(other))
    return others
  }

  /** All partners, in a crowd too. */
  #visitAll(row: number, visit: VisitPartner): void {
    const reports = this.#reports
    const declared = this.#declared.isEmpty ? null : this.#declared.listPairs(reports.ids[row]!)
    this.candidates.visitAround(row, other => {
      if (declared?.has(reports.ids[other]!)) return
      const score = scorePair(reports, row, other)
      if (score >= minJoinScore) visit(other, score)
    })
    if (declared === null) return
    for (const [id, { isSame }] of declared) {
      const other = reports.rowById.get(id)
      if (!isSame || other === undefined || this.#partners[other] === undefined) continue
      if (this.#canMerge(row, other)) visit(other, declaredScore)
    }
  }

  /**
   * A drill never joins what is real, nor a statistic an incident, nor two reports of the same
   * source.
   */
  #canMerge(a: number, b: number): boolean {
    const { flags, category, source } = this.#reports.columns
    return (
      source[a] !== source[b] &&
      ((flags[a]! ^ flags[b]!) & flag.drill) === 0 &&
      ((category[a]! | category[b]!) & statisticMask) === 0
    )
  }
}
