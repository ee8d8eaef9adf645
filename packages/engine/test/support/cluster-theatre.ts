// A theatre with cluster rules alone: reports become incidents, and the rules follow them.

import type { ReportRevision } from '@tocsin/domain/report/report'
import { Assembly } from '../../src/assembly/assembly.ts'
import { Incidents } from '../../src/data/incidents.ts'
import { evicted, Reports } from '../../src/data/reports.ts'
import type { ClusterRule } from '../../src/rules/cluster-rule.ts'
import type { Finding, FindingListener, RuleClock, Timer } from '../../src/rules/finding.ts'
import { Clusters } from '../../src/rules/fold/clusters.ts'
import { describeFinding, formatFinding } from './format-finding.ts'

export class ClusterTheatre implements FindingListener {
  readonly reports = new Reports()
  readonly incidents = new Incidents(this.reports)
  readonly assembly = new Assembly(this.incidents)
  clusters: readonly Clusters[]
  /** Rows of the incidents. */
  readonly rows = new Set<number>()
  /** Findings as the listener knows them. */
  readonly found = new Set<Finding>()
  readonly merged: (readonly [Finding, Finding])[] = []
  today = 0
  watermarkDay = 0
  readonly cutOffDay = 0
  readonly #timers: { timer: Timer; day: number; clock: RuleClock }[] = []

  constructor(rules: readonly ClusterRule[]) {
    this.clusters = rules.map(rule => new Clusters(this.incidents, rule, this))
  }

  receive(report: ReportRevision): void {
    const row = this.reports.acceptRevision(report)
    if (row < 0) return
    if (this.reports.columns.present[row] === 1) this.assembly.remove(row)
    this.reports.write(row, report)
    this.assembly.add(row)
    this.#change()
  }

  withdraw(reportId: string): void {
    this.reports.withdrawn.add(reportId)
    const row = this.reports.rowById.get(reportId)
    if (row === undefined || this.reports.columns.present[row] !== 1) return
    this.assembly.remove(row)
    this.reports.columns.present[row] = 0
    this.#change()
  }

  tick(day: number, watermarkDay = day): void {
    this.today = day
    this.watermarkDay = watermarkDay
    const isDue = (one: { day: number; clock: RuleClock }) =>
      one.day <= (one.clock === 'ticks' ? day : watermarkDay)
    for (const due of this.#timers.filter(isDue)) {
      this.#timers.splice(this.#timers.indexOf(due), 1)
      due.timer.onTimer()
    }
    this.#report()
  }

  /** Removes incidents that ended before a day, as retention does. */
  evictBefore(day: number): void {
    for (const clusters of this.clusters) clusters.evictBefore(day)
    for (const row of this.rows) {
      if (this.incidents.columns.toDay[row]! >= day) continue
      for (const clusters of this.clusters) clusters.evict(row)
      for (const member of this.incidents.listMembers(row)) {
        this.assembly.evict(member)
        this.reports.columns.present[member] = evicted
      }
      this.rows.delete(row)
    }
  }

  /** Replaces the clusters by those of a snapshot. */
  restore(cutOffDay: number): void {
    this.found.clear()
    this.#timers.length = 0
    this.clusters = this.clusters.map(before => {
      const clusters = new Clusters(this.incidents, before.rule, this)
      clusters.loadCheckpoint([...this.rows], before.exportCheckpoint(cutOffDay))
      return clusters
    })
    this.#report()
  }

  #change(): void {
    this.assembly.regroupChanged(
      row => {
        this.rows.delete(row)
        for (const clusters of this.clusters) clusters.remove(row)
      },
      row => {
        this.rows.add(row)
        for (const clusters of this.clusters) clusters.add(row)
      }
    )
    this.#report()
  }

  #report(): void {
    for (const clusters of this.clusters) clusters.reportChanges()
  }

  /** The clusters that the listener knows, as texts. */
  formatFound(): string[] {
    const all = this.clusters.flatMap(clusters => [...clusters.listClusters()])
    const known = all.filter(cluster => cluster.isFound)
    if (known.some(one => !this.found.has(one)) || known.length !== this.found.size)
      return [`The listener knows ${this.found.size} of ${known.length}.`]
    return known.map(cluster => formatFinding(this.incidents, describeFinding(cluster)))
  }

  onChanged(finding: Finding): void {
    this.found.add(finding)
  }

  onVanished(finding: Finding): void {
    this.found.delete(finding)
  }

  onEvicted(finding: Finding): void {
    this.found.delete(finding)
  }

  onMerged(from: Finding, into: Finding): void {
    this.found.delete(from)
    this.merged.push([from, into])
  }

  scheduleTimer(timer: Timer, day: number, clock: RuleClock): void {
    this.#timers.push({ timer, day, clock })
  }
}
