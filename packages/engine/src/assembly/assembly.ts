// Assembly: which reports describe the same incident. A change regroups the connected part around
// it.
//
// I1  The incidents are a function of the set of present reports and of the declared pairs.
// I2  Partners are mutual, and their number is exact. A report in a crowd, with more than
//     `maxPartners`, lists only copies and declared partners.
// I3  A pair may join if it is a copy or declared the same, or if neither report is in a crowd.
// I4  Reports that such pairs connect are a component. In one of more than `maxComponent` reports
//     only strong pairs join: copies, declared pairs, reports of the same settlement and days.
// I5  After `regroupChanged` each present report is in one incident. The listeners were called for
//     each incident that ended, with its fields as they were, and then for each that began.
// I6  `Incidents.mayBe` is a function of the incidents. An incident with other doubts ends and
//     begins.

import type { Incidents } from '../data/incidents.ts'
import type { Reports } from '../data/reports.ts'
import { Components } from './components.ts'
import { DeclaredPairs, listDeclaredReports, type PairDeclared } from './declared-pairs.ts'
import type { Pair } from './join-pairs.ts'
import { PartnerIndex } from './partners.ts'
import { formatMayBe, listMayBe, ReportDoubts } from './report-doubts.ts'

export type IncidentListener = (incident: number) => void

const noIncident = -1

/** Limits for tests. */
export interface AssemblyLimits {
  readonly maxPartners?: number
  readonly maxComponent?: number
  readonly maxDoubts?: number
}

export class Assembly {
  /** Restore them before any report is added. */
  readonly declared = new DeclaredPairs()
  readonly #incidents: Incidents
  readonly #reports: Reports
  readonly #partners: PartnerIndex
  readonly #doubts: ReportDoubts
  readonly #components: Components
  readonly #incidentByRow: number[] = []
  /** `formatMayBe` by incident with doubts. */
  readonly #doubtsByIncident = new Map<number, string>()
  /** Reports with other fields than their incident was composed of. */
  readonly #rewritten = new Set<number>()

  constructor(incidents: Incidents, limits: AssemblyLimits = {}) {
    this.#incidents = incidents
    this.#reports = incidents.reports
    this.#partners = new PartnerIndex(this.#reports, this.declared, limits.maxPartners)
    this.#doubts = new ReportDoubts(this.#reports, this.#partners.candidates, limits.maxDoubts)
    this.#components = new Components(
      this.#reports,
      this.declared,
      this.#partners,
      limits.maxComponent
    )
  }

  /** Row of the incident of a present report; -1 for any other. */
  findIncident(row: number): number {
    return this.#incidentByRow[row] ?? noIncident
  }

  /** Call before a report is written again, or becomes absent. */
  remove(row: number): void {
    this.#markMembers(row)
    this.#doubts.remove(row)
    this.#partners.remove(row)
  }

  add(row: number): void {
    this.#partners.add(row)
    this.#doubts.add(row)
    this.#rewritten.add(row)
  }

  /** The grade or the first revision of a report changed: its incident is composed again. */
  refresh(row: number): void {
    this.#markMembers(row)
    this.#rewritten.add(row)
  }

  /** Applies an officer's declaration. False: it is ignored. */
  declare(record: string, data: PairDeclared): boolean {
    if (!this.declared.accepts(data)) return false
    const { rowById, columns } = this.#reports
    const rows = listDeclaredReports(data)
      .map(id => rowById.get(id))
      .filter(row => row !== undefined && columns.present[row] === 1) as number[]
    for (const row of rows) {
      this.#markMembers(row)
      this.#partners.remove(row)
      this.#doubts.changed.add(row)
    }
    this.declared.apply(record, data)
    for (const row of rows) this.#partners.add(row)
    return true
  }

  /** Regroups what has changed since the last call. (I5) */
  regroupChanged(onEnded: IncidentListener, onBegun: IncidentListener): void {
    const { changed, crowdChanged } = this.#partners
    if (changed.size > 0) {
      const seeds = [...changed]
      changed.clear()
      const [first] = seeds
      if (seeds.length === 1 && !this.#partners.hasPartners(first!))
        this.#regroupSingle(first!, onEnded, onBegun)
      else this.#regroup(seeds, onEnded, onBegun)
    }
    this.#updateDoubts(onEnded, onBegun)
    this.#rewritten.clear()
    if (crowdChanged.size > 0) crowdChanged.clear()
  }

  /** The usual case: a report without partners. */
  #regroupSingle(row: number, onEnded: IncidentListener, onBegun: IncidentListener): void {
    const before = this.findIncident(row)
    this.#components.remove(row)
    if (before !== noIncident) {
      if (this.#isPresent(row) && this.#findSame([row]) !== noIncident) return
      this.#end(before, onEnded)
    }
    if (this.#isPresent(row)) this.#begin([row], onBegun)
  }

  #regroup(seeds: readonly number[], onEnded: IncidentListener, onBegun: IncidentListener): void {
    const ended = new Set(seeds.map(row => this.findIncident(row)))
    const begun: (readonly number[])[] = []
    const kept = new Set<number>()
    for (const group of this.#components.computeGroups(seeds)) {
      const same = this.#findSame(group)
      if (same !== noIncident) kept.add(same)
      else begun.push(group)
    }
    for (const group of begun) for (const row of group) ended.add(this.findIncident(row))
    for (const incident of ended) {
      if (incident === noIncident || kept.has(incident)) continue
      this.#end(incident, onEnded)
    }
    for (const group of begun) this.#begin(group, onBegun)
  }

  /** The incident that a group already is, with the fields that it would have. */
  #findSame(group: readonly number[]): number {
    const incident = this.findIncident(group[0]!)
    if (incident === noIncident) return noIncident
    const isSame =
      this.#incidents.listMembers(incident).length === group.length &&
      group.every(
        row =>
          this.#incidentByRow[row] === incident &&
          !this.#rewritten.has(row) &&
          !this.#partners.crowdChanged.has(row)
      )
    return isSame ? incident : noIncident
  }

  #end(incident: number, onEnded: IncidentListener): void {
    onEnded(incident)
    this.#incidents.mayBe.delete(incident)
    this.#doubtsByIncident.delete(incident)
    for (const row of this.#incidents.listMembers(incident)) this.#incidentByRow[row] = noIncident
  }

  #begin(group: readonly number[], onBegun: IncidentListener): void {
    const incident = this.#incidents.compose(group)
    for (const row of group) {
      this.#incidentByRow[row] = incident
      this.#doubts.markAround(row)
    }
    onBegun(incident)
  }

  /** Computes the doubts around all that changed. (I6) */
  #updateDoubts(onEnded: IncidentListener, onBegun: IncidentListener): void {
    const { changed } = this.#doubts
    if (changed.size === 0) return
    const { mayBe } = this.#incidents
    const affected = new Set([...changed].map(row => this.findIncident(row)))
    changed.clear()
    for (const incident of affected) {
      if (incident === noIncident) continue
      const found = listMayBe(this.#incidents, incident, this.#listDoubted(incident))
      const doubts = formatMayBe(this.#incidents, found)
      if (doubts === (this.#doubtsByIncident.get(incident) ?? '')) continue
      onEnded(incident)
      if (found.length > 0) {
        mayBe.set(incident, found)
        this.#doubtsByIncident.set(incident, doubts)
      } else {
        mayBe.delete(incident)
        this.#doubtsByIncident.delete(incident)
      }
      onBegun(incident)
    }
  }

  /** Other incidents with a report that may be of this one, unless an officer has decided. */
  #listDoubted(incident: number): ReadonlySet<number> {
    const { ids } = this.#reports
    const doubted = new Set<number>()
    for (const row of this.#incidents.listMembers(incident))
      for (const other of this.#doubts.list(row))
        if (this.declared.find(ids[row]!, ids[other]!) === undefined)
          doubted.add(this.findIncident(other))
    doubted.delete(incident)
    return doubted
  }

  /** The reports whose incident has no other report. */
  selectWholeIncidents(rows: readonly number[]): number[] {
    const selected = new Set(rows)
    return rows.filter(row => {
      const incident = this.findIncident(row)
      if (incident === noIncident) return true
      return this.#incidents.listMembers(incident).every(member => selected.has(member))
    })
  }

  /**
   * Removes a report that can no longer change. Its incident keeps its fields. The next
   * `regroupChanged` updates the doubts of others.
   */
  evict(row: number): void {
    this.#doubts.remove(row)
    this.#doubtsByIncident.delete(row)
    this.#incidents.mayBe.delete(row)
    this.#partners.remove(row)
    this.#partners.changed.clear()
    this.#partners.crowdChanged.clear()
    this.#incidentByRow[row] = noIncident
    this.#components.remove(row)
  }

  /** The pairs that joined the reports of an incident, in that order. */
  listJoins(incident: number): readonly Pair[] {
    return this.#components.listJoins(this.#incidents.listMembers(incident))
  }

  #isPresent(row: number): boolean {
    return this.#reports.columns.present[row] === 1
  }

  #markMembers(row: number): void {
    const incident = this.findIncident(row)
    const { changed } = this.#partners
    changed.add(row)
    if (incident === noIncident) return
    for (const member of this.#incidents.listMembers(incident)) changed.add(member)
  }
}
