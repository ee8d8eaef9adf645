// A cluster: core points, and the border points that are linked to one. It is the finding of a
// cluster rule.

import type { Incidents } from '../../data/incidents.ts'
import { emptyList } from '../../data/interning.ts'
import { never } from '../../data/time.ts'
import type { Assessment, ClusterRule, ClusterView } from '../cluster-rule.ts'
import { historySizeMax } from '../cluster-rule.ts'
import type { AlertLink, Certainty, Facts, Finding, Group, Measure } from '../finding.ts'
import { type ClusterHistory, computeHistory, type HistoryGround } from './history.ts'
import type { Membership } from './membership.ts'

export interface ClusterGround extends HistoryGround {
  readonly membership: Membership<Cluster>
  /** The cluster of a core point. */
  getCluster(row: number): Cluster | undefined
  onTimer(cluster: Cluster): void
}

/** A summary of the members beyond retention. */
export interface EvictedPart {
  readonly count: number
  readonly startDay: number
  readonly levelDays: readonly number[]
  readonly group: Group
  readonly entryDay: number
  readonly mergeDays: readonly number[]
}

/** Order of incidents by time, then by id: it does not depend on their arrival. */
export function compareTime({ columns, reports }: Incidents, a: number, b: number): number {
  const { fromDay, minute } = columns
  const order = fromDay[a]! - fromDay[b]! || minute[a]! - minute[b]!
  if (order !== 0 || a === b) return order
  return reports.ids[a]! < reports.ids[b]! ? -1 : 1
}

/** Inserts a row into a list by time, or takes it out. */
function updateSorted(rows: number[], row: number, isMember: boolean, incidents: Incidents): void {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareTime(incidents, rows[middle]!, row) < 0) low = middle + 1
    else high = middle
  }
  const isThere = rows[low] === row
  if (isMember && !isThere) rows.splice(low, 0, row)
  else if (!isMember && isThere) rows.splice(low, 1)
}

const noBorders: ReadonlyMap<number, number> = new Map()
const noFacts: Facts = {}
const noGroup: Group = {}

export class Cluster implements Finding, ClusterView {
  readonly rule: ClusterRule
  readonly #ground: ClusterGround
  readonly isDrill: boolean
  cores: number[] = []
  #borders: Map<number, number> | null = null
  /** Rows that came, went or changed since the alert was published; null: any may have. */
  changedRows: Set<number> | null = null
  startDay = never
  lastDay = 0
  firstRow = -1
  endDay = never
  level = 1
  alert: AlertLink | null = null
  /** A member that decided the first or last day has gone. */
  isStale = false
  evictedPart: EvictedPart | null = null
  endTimerDay = never
  absenceTimerDay = never
  #assessment: Assessment | null = null
  #levelDays: readonly number[] = emptyList
  #entryDay = 0
  #mergers: ClusterHistory | null = null
  /** The mergers that the last assessment knew may be others now. */
  #areMergersStale = false
  /** First day that has changed since the last assessment. */
  #changedDay = never
  #assessedCutDay = never
  /** The members that count; null: all. */
  #counted: ReadonlySet<number> | null = null
  /** All members by time, once they have been asked for. */
  #sorted: number[] | null = null

  constructor(ground: ClusterGround, isDrill: boolean) {
    this.#ground = ground
    this.rule = ground.rule
    this.isDrill = isDrill
  }

  get incidents(): Incidents {
    return this.#ground.incidents
  }

  get size(): number {
    return this.#countRetained() + (this.evictedPart?.count ?? 0)
  }

  #countRetained(): number {
    return this.lastDay <= this.#cutDay
      ? this.cores.length + this.borders.size
      : this.listMembers().length
  }

  /** What begins later is not part of the finding: it has ended by its age. */
  get #cutDay(): number {
    const { maxDays } = this.rule
    return maxDays === undefined ? never : this.startDay + maxDays
  }

  /** By border point: the number of core points of this cluster that it is linked to. */
  get borders(): ReadonlyMap<number, number> {
    return this.#borders ?? noBorders
  }

  setBorder(row: number, coreCount: number): void {
    this.#borders ??= new Map()
    if (coreCount > 0) this.#borders.set(row, coreCount)
    else this.#borders.delete(row)
  }

  /** Returns true if the row was a border point. */
  deleteBorder(row: number): boolean {
    return this.#borders?.delete(row) ?? false
  }

  clear(): void {
    this.cores = []
    this.#borders = null
  }

  hasTrigger(row: number): boolean {
    if (this.#counted !== null) return this.#counted.has(row)
    const isMember = this.#ground.getCluster(row) === this || this.borders.has(row)
    return isMember && this.incidents.columns.fromDay[row]! <= this.#cutDay
  }

  listMembers(): readonly number[] {
    const all = this.listAllMembers()
    if (this.lastDay <= this.#cutDay) return all
    return all.filter(row => this.incidents.columns.fromDay[row]! <= this.#cutDay)
  }

  /** The members, those after the greatest age of the finding included. */
  listAllMembers(): readonly number[] {
    return this.borders.size === 0 ? this.cores : [...this.cores, ...this.borders.keys()]
  }

  listTriggers(): readonly number[] {
    return this.#counted === null ? this.listMembers() : [...this.#counted]
  }

  getMark(row: number): number {
    return this.#ground.neighbours.getMark(row)
  }

  listGroups(row: number): readonly number[] {
    return this.#ground.neighbours.listGroups(row)
  }

  markChanged(row: number, isMember: boolean): void {
    const day = this.incidents.columns.fromDay[row]!
    this.#changedDay = Math.min(this.#changedDay, day)
    if (day <= this.#entryDay) this.#entryDay = 0
    // What comes last changes no merger, unless it merges clusters itself.
    if (!isMember || this.#sorted === null || day < this.#getLastBegun()) this.#forgetMergers(day)
    if (this.#sorted !== null) updateSorted(this.#sorted, row, isMember, this.incidents)
    this.changedRows?.add(row)
  }

  #getLastBegun(): number {
    const last = this.#sorted?.at(-1)
    return last === undefined ? never : this.incidents.columns.fromDay[last]!
  }

  #forgetMergers(day: number): void {
    if (this.#mergers === null || day > this.#mergers.untilDay) return
    this.#mergers = null
    this.#areMergersStale = true
  }

  /** Another cluster has merged into this one. */
  absorb(from: Cluster): void {
    this.#absorbEvicted(from)
    this.#forgetMergers(0)
    this.changedRows = null
  }

  /** True if the rule found it when it was last assessed. */
  get isFound(): boolean {
    return this.cores.length > 0 && this.#levelDays.length > 0
  }

  /** Assesses the cluster, unless the change cannot matter. Returns false if it is no finding. */
  assess(): boolean {
    if (this.cores.length === 0) return false
    if (this.#cutDay !== this.#assessedCutDay) {
      if (this.lastDay > Math.min(this.#cutDay, this.#assessedCutDay)) this.changedRows = null
      this.#assessedCutDay = this.#cutDay
      this.#changedDay = 0
    }
    if (!this.#isSettled()) {
      this.#assessment = this.rule.assess(this)
      this.#changedDay = never
      this.#countRows(this.#assessment?.rows)
      this.#levelDays = this.#mergeLevelDays(this.#assessment?.levelDays ?? emptyList)
    }
    return this.isFound
  }

  /** Narrows the finding to some members. */
  #countRows(rows: readonly number[] | undefined): void {
    if (rows === undefined) {
      this.#counted = null
      return
    }
    const { fromDay, toDay } = this.incidents.columns
    this.#counted = new Set(rows)
    this.startDay = this.evictedPart?.startDay ?? never
    this.lastDay = 0
    for (const row of rows) {
      this.startDay = Math.min(this.startDay, fromDay[row]!)
      this.lastDay = Math.max(this.lastDay, toDay[row]!)
    }
    this.changedRows = null
  }

  /** True if the change comes after the last level, and is too small for another. */
  #isSettled(): boolean {
    const assessment = this.#assessment
    return (
      assessment !== null &&
      !this.#areMergersStale &&
      this.size > historySizeMax &&
      this.size < (assessment.nextLevelSize ?? 0) &&
      this.#changedDay > assessment.levelDays.at(-1)!
    )
  }

  /** Levels reached by members beyond retention stay. */
  #mergeLevelDays(days: readonly number[]): readonly number[] {
    const evicted = this.evictedPart?.levelDays ?? emptyList
    return evicted.length === 0 ? days : [...evicted, ...days.slice(evicted.length)]
  }

  /** The day on which time ends it. */
  computeLastDay(): number {
    const { quietDays, maxDays } = this.rule
    const quietDay = this.#assessment?.overDay ?? this.lastDay + quietDays
    return maxDays === undefined ? quietDay : Math.min(quietDay, this.startDay + maxDays)
  }

  setTime(today: number, watermarkDay: number): void {
    const lastDay = this.computeLastDay()
    this.endDay = lastDay < today ? lastDay : never
    const { absenceDay } = this
    this.level =
      this.#levelDays.length + (absenceDay <= watermarkDay && absenceDay < this.endDay ? 1 : 0)
  }

  /** The day of the level that waits for the watermark; `never` without one. */
  get absenceDay(): number {
    return this.#assessment?.absenceDay ?? never
  }

  listLevelDays(): readonly number[] {
    return this.level > this.#levelDays.length
      ? [...this.#levelDays, this.absenceDay].sort((a, b) => a - b)
      : this.#levelDays
  }

  getMemberDay(nth: number): number {
    const evictedCount = this.evictedPart?.count ?? 0
    if (nth <= evictedCount) return this.startDay
    return this.incidents.columns.fromDay[this.listByTime()[nth - evictedCount - 1]!]!
  }

  findEntryDay(): number {
    if (this.evictedPart !== null) return this.evictedPart.entryDay
    if (this.#entryDay === 0)
      this.#entryDay = computeHistory(this.listByTime(), this.#ground, true).entryDay
    return this.#entryDay === 0 ? this.startDay : this.#entryDay
  }

  findMergeDays(): readonly number[] {
    if (this.evictedPart !== null) return this.evictedPart.mergeDays
    this.#mergers ??= computeHistory(this.listByTime(), this.#ground, false)
    this.#areMergersStale = false
    return this.#mergers.mergeDays
  }

  listByTime(): readonly number[] {
    this.#sorted ??= [...this.listAllMembers()].sort((a, b) => compareTime(this.incidents, a, b))
    if (this.lastDay <= this.#cutDay) return this.#sorted
    return this.#sorted.filter(row => this.incidents.columns.fromDay[row]! <= this.#cutDay)
  }

  isDenseIn(row: number, kind: number): boolean {
    return this.#ground.membership.isDenseIn(row, kind)
  }

  /**
   * Adds a member to the summary before its row is evicted. A rule that needs the entry or the
   * mergers has asked for them in the assessment of the last change.
   */
  addEvicted(): void {
    const before = this.evictedPart
    this.evictedPart = {
      count: (before?.count ?? 0) + 1,
      startDay: this.startDay,
      levelDays: this.#levelDays,
      group: this.group,
      entryDay: before?.entryDay ?? (this.#entryDay === 0 ? this.startDay : this.#entryDay),
      mergeDays: before?.mergeDays ?? this.#mergers?.mergeDays ?? emptyList
    }
    this.#sorted = null
    this.#changedDay = 0
  }

  #absorbEvicted({ evictedPart }: Cluster): void {
    if (evictedPart === null) return
    const own = this.evictedPart
    this.startDay = Math.min(this.startDay, evictedPart.startDay)
    const elder = own === null || evictedPart.startDay < own.startDay ? evictedPart : own
    this.evictedPart = { ...elder, count: evictedPart.count + (own?.count ?? 0) }
  }

  get group(): Group {
    const found = this.#assessment
    if (this.evictedPart !== null) return this.evictedPart.group
    return found === null ? noGroup : this.rule.readGroup(this, found)
  }

  getValue(): number {
    return this.rule.measure === undefined ? this.size : this.measure().value
  }

  measure(): Measure {
    const found = this.#assessment
    if (found !== null && this.rule.measure !== undefined) return this.rule.measure(this, found)
    return { value: this.size, threshold: this.rule.minPoints[0]!, baseline: null }
  }

  listFacts(): Facts {
    const found = this.#assessment
    const facts = (found === null ? undefined : this.rule.listFacts?.(this, found)) ?? noFacts
    const levelKinds = found?.levelKinds ?? null
    return levelKinds === null ? facts : { ...facts, levelKinds }
  }

  computeCertainty(): Certainty | null {
    const found = this.#assessment
    return (found === null ? undefined : this.rule.computeCertainty?.(this, found)) ?? null
  }

  onTimer(): void {
    this.#ground.onTimer(this)
  }
}
