// Joins reports to groups, pair by pair in order of score. Pure.

import { compareIds } from '../data/report-order.ts'
import type { Reports } from '../data/reports.ts'
import { areFarApart } from './far-apart.ts'
import { declaredScore } from './pair-score.ts'

export interface Pair {
  readonly a: number
  readonly b: number
  readonly score: number
}

/** Reports that have joined. */
interface Group {
  rows: number[]
  sources: Set<number>
}

/**
 * Groups of the rows, and the pairs that joined them in that order. Pairs join by score, then by
 * id, unless reports of both groups share a source, are declared different, or are too distant.
 */
export function joinPairs(
  reports: Reports,
  rows: readonly number[],
  pairs: readonly Pair[],
  areDeclaredDifferent: ((a: number, b: number) => boolean) | null
): { readonly groups: readonly (readonly number[])[]; readonly joins: readonly Pair[] } {
  const { source } = reports.columns
  const groupByRow = new Map<number, Group>()
  for (const row of rows) groupByRow.set(row, { rows: [row], sources: new Set([source[row]!]) })
  const sorted = sortPairs(reports, rows, pairs)
  const sourceCount = new Set(rows.map(row => source[row])).size
  const areFar = makeFarTest(reports, sorted)
  const canJoin = (one: Group, other: Group) =>
    one.sources.size + other.sources.size <= sourceCount &&
    one.sources.isDisjointFrom(other.sources) &&
    !one.rows.some(a => other.rows.some(b => areDeclaredDifferent?.(a, b) === true || areFar(a, b)))
  const joins: Pair[] = []
  for (const pair of sorted) {
    const [one, other] = [groupByRow.get(pair.a)!, groupByRow.get(pair.b)!]
    if (one === other || !canJoin(one, other)) continue
    for (const row of other.rows) {
      one.rows.push(row)
      one.sources.add(source[row]!)
      groupByRow.set(row, one)
    }
    joins.push(pair)
  }
  return { groups: [...new Set(groupByRow.values())].map(group => group.rows), joins }
}

/** By score descending, then by the lesser and the greater id: rows depend on arrival. */
function sortPairs(
  reports: Reports,
  rows: readonly number[],
  pairs: readonly Pair[]
): readonly Pair[] {
  if (pairs.length < 2) return pairs
  const byId = rows.toSorted((a, b) => compareIds(reports, a, b))
  const ranks = new Map(byId.map((row, rank) => [row, rank]))
  const scores = [...new Set(pairs.map(({ score }) => score))].sort((a, b) => b - a)
  const scoreRanks = new Map(scores.map((score, rank) => [score, rank]))
  // One number for each pair: numbers are sorted faster than objects.
  const size = byId.length
  const keys = Float64Array.from(pairs, ({ a, b, score }) => {
    const [rankA, rankB] = [ranks.get(a)!, ranks.get(b)!]
    const least = Math.min(rankA, rankB)
    return (scoreRanks.get(score)! * size + least) * size + rankA + rankB - least
  })
  return Array.from(keys.sort(), key => {
    const first = Math.floor(key / size)
    return {
      a: byId[first % size]!,
      b: byId[key % size]!,
      score: scores[Math.floor(first / size)]!
    }
  })
}

/**
 * Reports that were declared the same, directly or through others, share their places: two
 * are too distant only if all that were declared the same as the first are too distant from all
 * that were declared the same as the second.
 */
function makeFarTest(reports: Reports, sorted: readonly Pair[]): (a: number, b: number) => boolean {
  const declared = sorted.filter(({ score }) => score >= declaredScore)
  if (declared.length === 0) return (a, b) => areFarApart(reports, a, b)
  const classes = new Map<number, number[]>()
  for (const { a, b } of declared) {
    const [one, other] = [classes.get(a) ?? [a], classes.get(b) ?? [b]]
    if (one === other) continue
    const joined = [...one, ...other]
    for (const row of joined) classes.set(row, joined)
  }
  return (a, b) => {
    if (!areFarApart(reports, a, b)) return false
    const [one, other] = [classes.get(a) ?? [a], classes.get(b) ?? [b]]
    return one.every(x => other.every(y => areFarApart(reports, x, y)))
  }
}
