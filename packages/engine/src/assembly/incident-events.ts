// What happened to the incidents of a fold in one record: assembled, revised, merged, split or
// withdrawn. `Assembly` gives those that ended and began; this module compares the reports of both.

import type { IncidentEvent, IncidentEventType } from '@tocsin/contracts/incident/incident-event'
import type { Incidents } from '../data/incidents.ts'
import { evicted } from '../data/reports.ts'
import type { Assembly } from './assembly.ts'
import { describeIncident, describeJoins, type FoldIncident } from './incident-state.ts'

export interface FoldEvent extends Pick<IncidentEvent, 'type'> {
  readonly data: FoldIncident
}

/** By incident. */
export type Revisions = readonly (readonly [row: number, revision: number])[]

export interface PublishedIncident {
  readonly incidentId: string
  readonly revision: number
  /** Empty if they are not known any more. */
  readonly reportIds: readonly string[]
}

interface Outcome {
  readonly type: IncidentEventType
  readonly incident: number
  readonly parents: readonly number[]
}

const none: readonly FoldEvent[] = []

export class IncidentEvents {
  readonly #theatre: string
  readonly #incidents: Incidents
  readonly #assembly: Assembly
  /** By incident, the last revision published; those that merged are remembered. */
  readonly #revisions = new Map<number, number>()
  /** Incidents that ended since the last events, with their reports. */
  readonly #ended = new Map<number, readonly number[]>()
  readonly #begun = new Set<number>()
  /** The current record takes a report away from the readers of the fold. */
  isTakingBack = false

  constructor(theatre: string, incidents: Incidents, assembly: Assembly) {
    this.#theatre = theatre
    this.#incidents = incidents
    this.#assembly = assembly
  }

  addEnded(incident: number): void {
    // One that began since the last events was never published.
    if (!this.#begun.delete(incident))
      this.#ended.set(incident, this.#incidents.listMembers(incident))
  }

  addBegun(incident: number): void {
    this.#begun.add(incident)
  }

  /** The events since the last call, in order of id. */
  takeEvents(): readonly FoldEvent[] {
    if (this.#ended.size + this.#begun.size === 0) {
      this.isTakingBack = false
      return none
    }
    const outcomes = this.#findOutcomes()
    this.#ended.clear()
    this.#begun.clear()
    const events = outcomes.map(outcome => this.#publish(outcome))
    this.isTakingBack = false
    return events
  }

  evict(incident: number): void {
    this.#revisions.delete(incident)
  }

  exportState(): Revisions {
    return [...this.#revisions]
  }

  restore(revisions: Revisions): void {
    this.#ended.clear()
    this.#begun.clear()
    for (const [row, revision] of revisions) this.#revisions.set(row, revision)
  }

  listPublished(): readonly PublishedIncident[] {
    const { reports } = this.#incidents
    const incidents: PublishedIncident[] = []
    for (const [row, revision] of this.#revisions) {
      if (this.#assembly.findIncident(row) !== row) continue
      const reportIds = this.#incidents.listMembers(row).map(member => reports.ids[member]!)
      incidents.push({ incidentId: reports.ids[row]!, revision, reportIds })
    }
    return incidents
  }

  /**
   * Continues what another engine published: incidents of other reports than there have ended and
   * begun.
   */
  adopt(published: Iterable<PublishedIncident>): void {
    const { rowById, rowCount, columns } = this.#incidents.reports
    this.#revisions.clear()
    this.restore([])
    const unchanged = new Set<number>()
    for (const { incidentId, revision, reportIds } of published) {
      const incident = rowById.get(incidentId)
      if (incident === undefined || columns.present[incident] === evicted) continue
      this.#revisions.set(incident, revision)
      const members = reportIds.map(id => rowById.get(id)).filter(row => row !== undefined)
      if (this.#hasMembers(incident, members)) unchanged.add(incident)
      else if (members.length > 0) this.#ended.set(incident, members)
    }
    for (let row = 0; row < rowCount; row++)
      if (this.#assembly.findIncident(row) === row && !unchanged.has(row)) this.#begun.add(row)
  }

  #hasMembers(incident: number, members: readonly number[]): boolean {
    if (this.#assembly.findIncident(incident) !== incident) return false
    const own = new Set(this.#incidents.listMembers(incident))
    return own.size === members.length && members.every(row => own.has(row))
  }

  #findOutcomes(): Outcome[] {
    const { ids } = this.#incidents.reports
    const parents = this.#findParents()
    const heirs = this.#findHeirs()
    const outcomes = [...parents].map(([incident, of]) => {
      const inherited = of.filter(parent => heirs.get(parent) === incident).length
      return { type: chooseType(of.length, inherited), incident, parents: of }
    })
    for (const incident of this.#ended.keys())
      if (!heirs.has(incident))
        outcomes.push({ type: 'incident.withdrawn', incident, parents: [incident] })
    return outcomes.sort((a, b) => (ids[a.incident]! < ids[b.incident]! ? -1 : 1))
  }

  /** By incident that began: those that ended with a report in common. */
  #findParents(): ReadonlyMap<number, readonly number[]> {
    const parentByRow = new Map<number, number>()
    for (const [parent, members] of this.#ended)
      for (const row of members) parentByRow.set(row, parent)
    const parents = new Map<number, readonly number[]>()
    for (const incident of this.#begun) {
      const found = new Set<number>()
      for (const row of this.#incidents.listMembers(incident)) {
        const parent = parentByRow.get(row)
        if (parent !== undefined) found.add(parent)
      }
      parents.set(incident, [...found])
    }
    return parents
  }

  /** By incident that ended: the incident with most of the reports, then with the least id. */
  #findHeirs(): ReadonlyMap<number, number> {
    const { ids } = this.#incidents.reports
    const heirs = new Map<number, number>()
    for (const [parent, members] of this.#ended) {
      const shares = new Map<number, number>()
      for (const row of members) {
        const incident = this.#assembly.findIncident(row)
        if (this.#begun.has(incident)) shares.set(incident, (shares.get(incident) ?? 0) + 1)
      }
      const [heir] = [...shares].sort(
        ([a, most], [b, other]) => other - most || (ids[a]! < ids[b]! ? -1 : 1)
      )
      if (heir !== undefined) heirs.set(parent, heir[0])
    }
    return heirs
  }

  /** A revision of an id is never used again: it is above those of all parents. */
  #publish({ type, incident, parents }: Outcome): FoldEvent {
    const { ids } = this.#incidents.reports
    const known = [incident, ...parents].map(row => this.#revisions.get(row) ?? 0)
    const revision = Math.max(...known) + 1
    this.#revisions.set(incident, revision)
    const isGone = type === 'incident.withdrawn'
    const from = parents.filter(parent => parent !== incident).map(parent => ids[parent]!)
    const history = { revision, theatre: this.#theatre, from: from.sort() }
    const joins = isGone ? [] : describeJoins(this.#incidents, this.#assembly, incident)
    const data = describeIncident(this.#incidents, incident, history, joins)
    return { type, data: this.isTakingBack ? { ...data, takenBack: true } : data }
  }
}

/** `inherited`: the parents that the incident continues. */
function chooseType(parents: number, inherited: number): IncidentEventType {
  if (parents === 0) return 'incident.assembled'
  if (inherited === 0) return 'incident.split'
  return inherited > 1 ? 'incident.merged' : 'incident.revised'
}
