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
  ground: HistoryGround,
  isEntryEnough: boolean
): ClusterHistory {
  const { fromDay } = ground.incidents.columns
  const rows = listFirstDays(members, fromDay)
  const replay = new Replay(rows, ground, isEntryEnough)
  for (let next = 0; next < rows.length; ) {
    if (isEntryEnough && replay.entryDay !== 0) break
    const day = fromDay[rows[next]!]!
    while (next < rows.length && fromDay[rows[next]!] === day) replay.add(next++)
    replay.endDay(day, next)
  }
  const untilDay =
    rows.length === members.length ? Number.POSITIVE_INFINITY : fromDay[members[rows.length]!]!
  const { entryDay, mergeDays } = replay
  return { entryDay, mergeDays, untilDay }
}

/** Finds core points and their components again, over rows by their indexes in a list. */
class Replay {
  entryDay = 0
  readonly mergeDays: number[] = []
  readonly #rows: readonly number[]
  readonly #ground: HistoryGround
  readonly #kindCount: number
  readonly #densities: Uint16Array
  /** By index; without them no mergers are found. */
  readonly #linked: readonly number[][] | null
  /** By core point: another core point in its component, up to the root. */
  readonly #parents: (number | undefined)[] = []
  /** By root: the first day of the component. */
  readonly #sinceDays: number[] = []

  constructor(rows: readonly number[], ground: HistoryGround, isEntryEnough: boolean) {
    this.#rows = rows
    this.#ground = ground
    this.#kindCount = ground.rule.minPoints.length
    this.#densities = new Uint16Array(rows.length * this.#kindCount)
    this.#linked = isEntryEnough ? null : rows.map(() => [])
  }

  add(index: number): void {
    const { incidents, rule, neighbours } = this.#ground
    const row = this.#rows[index]!
    const first = index * this.#kindCount
    for (let kind = 0; kind < this.#kindCount; kind++)
      this.#densities[first + kind]! += rule.countOwn?.(incidents, row, kind) ?? 1
    neighbours.visitLinked(row, (other, kinds, kindsOfOther) => {
      const earlier = this.#rows.indexOf(other)
      if (earlier < 0 || earlier >= index) return
      countKinds(this.#densities, first, kinds, 1)
      countKinds(this.#densities, earlier * this.#kindCount, kindsOfOther, 1)
      if (this.#linked === null) return
      this.#linked[index]!.push(earlier)
      this.#linked[earlier]!.push(index)
    })
  }

  /** Finds the core points of a day. `count`: the rows added so far. */
  endDay(day: number, count: number): void {
    const { membership } = this.#ground
    for (let index = 0; index < count; index++) {
      if (this.#parents[index] !== undefined) continue
      if (!membership.isDenseWith(this.#rows[index]!, this.#densities, index)) continue
      this.#parents[index] = index
      this.#sinceDays[index] = day
      if (this.entryDay === 0) this.entryDay = day
      if (this.#linked === null) return
      for (const other of this.#linked[index]!)
        if (this.#parents[other] !== undefined) this.#connect(other, index, day)
    }
  }

  #connect(a: number, b: number, day: number): void {
    const [rootA, rootB] = [this.#findRoot(a), this.#findRoot(b)]
    if (rootA === rootB) return
    const [sinceA, sinceB] = [this.#sinceDays[rootA]!, this.#sinceDays[rootB]!]
    if (sinceA < day && sinceB < day) this.mergeDays.push(day)
    this.#parents[rootB] = rootA
    this.#sinceDays[rootA] = Math.min(sinceA, sinceB)
  }

  #findRoot(index: number): number {
    let root = index
    while (this.#parents[root] !== root) root = this.#parents[root]!
    return root
  }
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
