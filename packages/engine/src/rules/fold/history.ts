// How a cluster began and grew together, from its first members day by day. The order of a day's
// incidents does not matter: two clusters have merged on a day if both were there the day before.

import type { Incidents } from '../../data/incidents.ts'
import { type ClusterRule, historySizeMax } from '../cluster-rule.ts'
import { countKinds, type Membership } from './membership.ts'
import type { Neighbours } from './neighbours.ts'

export interface HistoryGround {
  readonly incidents: Incidents
  readonly rule: ClusterRule
  readonly neighbours: Neighbours
  readonly membership: Membership
}

/** The history of the days before `untilDay`. */
export interface ClusterHistory {
  /** First day with a core point; 0 if these members have none. */
  readonly entryDay: number
  readonly mergeDays: readonly number[]
  readonly untilDay: number
}

/** `members`: all members by time. `isEntryEnough`: stops on the entry day. */
export function computeHistory(
  members: readonly number[],
  { incidents, rule, neighbours, membership }: HistoryGround,
  isEntryEnough: boolean
): ClusterHistory {
  const { fromDay } = incidents.columns
  const rows = listFirstDays(members, fromDay)
  const indexes = new Map(rows.map((row, index) => [row, index]))
  const kindCount = rule.minPoints.length
  const densities = new Uint16Array(rows.length * kindCount)
  const linked: number[][] = rows.map(() => [])
  /** By core point: the index of another core point in its component, up to the root. */
  const parents: (number | undefined)[] = []
  /** By root: the first day of the component. */
  const sinceDays: number[] = []
  let entryDay = 0
  const mergeDays: number[] = []
  const connect = (a: number, b: number, day: number) => {
    const [rootA, rootB] = [findRoot(parents, a), findRoot(parents, b)]
    if (rootA === rootB) return
    if (sinceDays[rootA]! < day && sinceDays[rootB]! < day) mergeDays.push(day)
    parents[rootB] = rootA
    sinceDays[rootA] = Math.min(sinceDays[rootA]!, sinceDays[rootB]!)
  }
  for (let first = 0, next = 0; first < rows.length; first = next) {
    if (isEntryEnough && entryDay !== 0) break
    const day = fromDay[rows[first]!]!
    for (; next < rows.length && fromDay[rows[next]!] === day; next++) {
      const index = next
      const row = rows[index]!
      for (let kind = 0; kind < kindCount; kind++)
        densities[index * kindCount + kind]! += rule.countOwn?.(incidents, row, kind) ?? 1
      neighbours.visitLinked(row, (other, kinds, kindsOfOther) => {
        const at = indexes.get(other)
        if (at === undefined || at >= index) return
        countKinds(densities, index * kindCount, kinds, 1)
        countKinds(densities, at * kindCount, kindsOfOther, 1)
        linked[index]!.push(at)
        linked[at]!.push(index)
      })
    }
    for (let index = 0; index < next; index++) {
      if (parents[index] !== undefined || !membership.isDenseWith(rows[index]!, densities, index))
        continue
      parents[index] = index
      sinceDays[index] = day
      if (entryDay === 0) entryDay = day
      for (const at of linked[index]!) if (parents[at] !== undefined) connect(at, index, day)
    }
  }
  const untilDay =
    rows.length === members.length ? Number.POSITIVE_INFINITY : fromDay[members[rows.length]!]!
  return { entryDay, mergeDays, untilDay }
}

/** The first members, as whole days, no more than `historySizeMax`. */
function listFirstDays(
  members: readonly number[],
  fromDay: Readonly<Int32Array>
): readonly number[] {
  if (members.length <= historySizeMax) return members
  const nextDay = fromDay[members[historySizeMax]!]!
  let count = historySizeMax
  while (count > 0 && fromDay[members[count - 1]!] === nextDay) count -= 1
  return members.slice(0, count)
}

function findRoot(parents: readonly (number | undefined)[], index: number): number {
  let root = index
  while (parents[root] !== root) root = parents[root]!
  return root
}
