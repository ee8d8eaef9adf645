// Joins reports to groups, pair by pair in order of score. Pure.

import { compareIds } from '../data/report-order.ts'
import type { Reports } from '../data/reports.ts'
import { makeFarTest, type RowTest } from './far-apart.ts'
import { declaredScore } from './pair-score.ts'

export interface Pair {
  readonly a: number
  readonly b: number
  readonly score: number
}

/**
 * Groups of the rows, and the pairs that joined them in that order. Pairs join by score, then by
 * id, unless reports of both groups share a source, are declared different, or are too distant.
 */
export function joinPairs(
  reports: Reports,
  rows: readonly number[],
  pairs: readonly Pair[],
  areDeclaredDifferent: RowTest | null
): { readonly groups: readonly (readonly number[])[]; readonly joins: readonly Pair[] } {
  const sorted = sortPairs(reports, rows, pairs)
  const areFar = makeFarTest(
    reports,
    sorted.filter(({ score }) => score >= declaredScore)
  )
  const areApart: RowTest =
    areDeclaredDifferent === null ? areFar : (a, b) => areDeclaredDifferent(a, b) || areFar(a, b)
  const grouping = new Grouping(rows, reports.columns.source, areApart)
  const joins = sorted.filter(({ a, b }) => grouping.join(a, b))
  return { groups: grouping.listGroups(), joins }
}

interface Group {
  readonly rows: number[]
  readonly sources: Set<number>
}

class Grouping {
  readonly #source: Int32Array
  readonly #areApart: RowTest
  readonly #groupByRow = new Map<number, Group>()
  readonly #sourceCount: number

  constructor(rows: readonly number[], source: Int32Array, areApart: RowTest) {
    this.#source = source
    this.#areApart = areApart
    this.#sourceCount = new Set(rows.map(row => source[row])).size
    for (const row of rows)
      this.#groupByRow.set(row, { rows: [row], sources: new Set([source[row]!]) })
  }

  /** Joins the groups of two reports. False if they are one, or may not join. */
  join(a: number, b: number): boolean {
    const [into, from] = [this.#groupByRow.get(a)!, this.#groupByRow.get(b)!]
    if (into === from || !this.#canJoin(into, from)) return false
    for (const row of from.rows) {
      into.rows.push(row)
      into.sources.add(this.#source[row]!)
      this.#groupByRow.set(row, into)
    }
    return true
  }

  listGroups(): (readonly number[])[] {
    return Array.from(new Set(this.#groupByRow.values()), ({ rows }) => rows)
  }

  #canJoin(one: Group, other: Group): boolean {
    if (one.sources.size + other.sources.size > this.#sourceCount) return false
    if (!one.sources.isDisjointFrom(other.sources)) return false
    return !one.rows.some(a => other.rows.some(b => this.#areApart(a, b)))
  }
}

/** By score descending, then by the lesser and the greater id: rows depend on arrival. */
function sortPairs(
  reports: Reports,
  rows: readonly number[],
  pairs: readonly Pair[]
): readonly Pair[] {
  if (pairs.length < 2) return pairs
  const byId = rows.toSorted((a, b) => compareIds(reports, a, b))
  const scores = [...new Set(pairs.map(({ score }) => score))].sort((a, b) => b - a)
  const size = byId.length
  const sorted: Pair[] = []
  for (const key of makePairKeys(pairs, byId, scores).sort()) {
    const first = Math.floor(key / size)
    const score = scores[Math.floor(first / size)]!
    sorted.push({ a: byId[first % size]!, b: byId[key % size]!, score })
  }
  return sorted
}

/** One number for each pair: numbers are sorted faster than objects. */
function makePairKeys(
  pairs: readonly Pair[],
  byId: readonly number[],
  scores: readonly number[]
): Float64Array {
  const size = byId.length
  const ranks = new Map(byId.map((row, rank) => [row, rank]))
  const scoreRanks = new Map(scores.map((score, rank) => [score, rank]))
  const keys = pairs.map(({ a, b, score }) => {
    const [rankA, rankB] = [ranks.get(a)!, ranks.get(b)!]
    const least = Math.min(rankA, rankB)
    return (scoreRanks.get(score)! * size + least) * size + rankA + rankB - least
  })
  return new Float64Array(keys)
}
