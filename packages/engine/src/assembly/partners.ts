// The partners of each report: those that it could join. A report with more than `maxPartners`
// is in a crowd, where incidents are indistinguishable. The invariants are in assembly.ts.

import type { Reports } from '../data/reports.ts'
import { flag, statisticMask } from '../data/vocabulary.ts'
import { Candidates } from './candidates.ts'
import type { DeclaredPairs } from './declared-pairs.ts'
import { areKeptApart, copyScore, declaredScore, minJoinScore, scorePair } from './pair-score.ts'

const maxPartners = 128

export type VisitPartner = (other: number, score: number) => void

interface Partners {
  count: number
  /** Score by partner; in a crowd only copies and declared ones. (I2) */
  readonly scores: Map<number, number>
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
    const others = partners.isCrowded ? this.#listAll(row) : partners.scores.keys()
    if (partners.isCrowded) this.#setCrowded(row, partners, false)
    for (const other of others) this.#unlink(other, row) // I2
  }

  /** Visits the partners that a report may join. (I3) */
  visitJoinable(row: number, visit: VisitPartner): void {
    const partners = this.#partners[row]
    if (partners == null) return
    for (const [other, score] of partners.scores)
      if (score >= copyScore || !(partners.isCrowded || this.#partners[other]!.isCrowded))
        visit(other, score)
  }

  #link(row: number, other: number, score: number): void {
    let partners = this.#partners[row]
    if (partners == null) {
      partners = { count: 0, scores: new Map(), isCrowded: false }
      this.#partners[row] = partners
    }
    partners.count += 1
    if (partners.isCrowded && score < copyScore) return
    partners.scores.set(other, score)
    this.changed.add(row)
    if (!partners.isCrowded && partners.count > this.#maxPartners) this.#enterCrowd(row, partners)
  }

  #unlink(row: number, other: number): void {
    const partners = this.#partners[row]!
    partners.count -= 1
    if (partners.scores.delete(other)) this.changed.add(row)
    if (partners.isCrowded && partners.count <= this.#maxPartners) this.#leaveCrowd(row, partners)
    if (partners.count === 0) this.#partners[row] = null
  }

  #enterCrowd(row: number, partners: Partners): void {
    this.#setCrowded(row, partners, true)
    for (const [other, score] of partners.scores) {
      this.changed.add(other)
      if (score < copyScore) partners.scores.delete(other)
    }
  }

  /** Finds the partners again. */
  #leaveCrowd(row: number, partners: Partners): void {
    this.#setCrowded(row, partners, false)
    partners.scores.clear()
    this.#visitAll(row, (other, score) => partners.scores.set(other, score))
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
    const { category } = reports.columns
    for (const [id, { isSame }] of declared) {
      const other = reports.rowById.get(id)
      if (!isSame || other === undefined || this.#partners[other] === undefined) continue
      const isStatistic = ((category[row]! | category[other]!) & statisticMask) !== 0
      if (!isStatistic && !areKeptApart(reports, row, other)) visit(other, declaredScore)
    }
  }
}
