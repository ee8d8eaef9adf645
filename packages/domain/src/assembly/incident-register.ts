// The published state of a theatre's incidents: revisions, and events when they are assembled,
// revised, merged, split or withdrawn.

import { compareText, type Incident } from '../incident/incident.ts'
import type {
  IncidentEvent,
  IncidentEventType,
  IncidentJoin,
  IncidentState
} from '../incident/incident-event.ts'
import { formatTime } from '../space-time/event-time.ts'
import type { Assembler, AssemblyChange } from './assembly.ts'

/** The last state that another engine published of a current incident. */
export interface PublishedIncident {
  readonly revision: number
  /** Its reports, and the doubts about it: see `membersOf`. */
  readonly members: string
}

/** One text for an incident's reports, and for the doubts about it. Pure. */
export function membersOf({
  reports,
  mayBe,
  inCrowd
}: Pick<IncidentState, 'reports' | 'mayBe' | 'inCrowd'>): string {
  const ids = reports.map(({ reportId }) => reportId).sort(compareText)
  return [
    ...ids,
    ...(mayBe === undefined ? [] : ['may be', ...mayBe]),
    ...(inCrowd ? ['in a crowd'] : [])
  ].join(' ')
}

interface Outcome {
  readonly type: IncidentEventType
  readonly incident: Incident
  readonly from: readonly string[]
}

/** What the register needs of the assembler. */
export interface RegisterGround {
  readonly contentHashOf: (reportId: string) => {
    readonly contentHash: string
    readonly sourceId: string
  }
  /** Why the reports of a present incident are one. */
  readonly joinsOf: (incident: Incident) => readonly IncidentJoin[]
}

/** Minimum number of revision changes that are tracked one by one. */
const latestMax = 64
const nothing: ReadonlySet<string> = new Set()

export class IncidentRegister {
  readonly #theatre: string
  readonly #ground: RegisterGround
  /** As readers know them. */
  readonly #revisions = new Map<string, number>()
  /** The last ones, of incidents whose readers know an earlier one. */
  readonly #ahead = new Map<string, number>()
  #seq = 0
  #changes = 0
  /** Incidents of the latest changes, the last at the end. */
  #latest: string[] = []
  /** Incidents that another engine published differently, with the event to publish. */
  #unlike = new Map<string, Pick<Outcome, 'type' | 'from'>>()

  constructor(theatre: string, ground: RegisterGround) {
    this.#theatre = theatre
    this.#ground = ground
  }

  get seq(): number {
    return this.#seq
  }

  /** Undefined for an incident that was never published, or is forgotten. */
  revisionOf(incidentId: string): number | undefined {
    return this.#revisions.get(incidentId)
  }

  /** Grows whenever an incident gets a revision after its first. */
  get changes(): number {
    return this.#changes
  }

  /** The incidents that did so since that count; null if that is too long ago. */
  changedSince(changes: number): ReadonlySet<string> | null {
    const since = this.#changes - changes
    if (since === 0) return nothing
    return since > this.#latest.length ? null : new Set(this.#latest.slice(-since))
  }

  #noteChange(incidentId: string): void {
    this.#changes += 1
    this.#latest.push(incidentId)
    if (this.#latest.length > 2 * latestMax) this.#latest = this.#latest.slice(-latestMax)
  }

  /**
   * The events of one change of assembly, in order of incident id. A revision of an id is never
   * reused while the id is known. Readers know of them once they are told (`makeKnown`): what
   * follows from earlier records may be decided later.
   */
  record(change: AssemblyChange): IncidentEvent[] {
    const [only] = change.added
    if (change.removed.length === 0 && change.added.length === 1 && only !== undefined)
      return [this.#publish({ type: 'incident.assembled', incident: only, from: [] }, null)]
    const kin = new Kinship(change)
    const outcomes = [...this.#continuations(change, kin), ...this.#withdrawals(change, kin)]
    outcomes.sort(
      (a, b) => compareText(a.incident.id, b.incident.id) || compareText(a.type, b.type)
    )
    return outcomes.map(outcome => this.#publish(outcome, kin))
  }

  /** Readers know these events from now on. They are told in the order in which they were made. */
  makeKnown(events: readonly IncidentEvent[]): void {
    for (let i = 0; i < events.length; i++) {
      const { incidentId, revision } = (events[i] as IncidentEvent).data
      this.#revisions.set(incidentId, revision)
      if (this.#ahead.get(incidentId) === revision) this.#ahead.delete(incidentId)
      if (revision > 1) this.#noteChange(incidentId)
    }
  }

  /**
   * Continues another register, whose incidents were `had`; the events give the differences from
   * the current incidents `are`.
   */
  succeed(
    other: IncidentRegister,
    had: ReadonlyMap<string, Incident>,
    are: readonly Incident[]
  ): IncidentEvent[] {
    this.#adopt(other)
    const has = new Map(are.map(incident => [incident.id, incident]))
    const isSame = (one: Incident, other: Incident | undefined) =>
      other?.contentKey === one.contentKey
    const events = this.record({
      removed: [...had.values()].filter(incident => !isSame(incident, has.get(incident.id))),
      added: are.filter(incident => !isSame(incident, had.get(incident.id)))
    })
    this.makeKnown(events)
    return events
  }

  /**
   * Continues after what another engine has published, up to a seq: the last state of each
   * incident. Incidents with other reports wait for `tellDifference`; other texts are published
   * with the next revision.
   */
  adopt(
    published: ReadonlyMap<string, PublishedIncident>,
    seq: number,
    are: readonly Incident[]
  ): void {
    this.#seq = seq
    for (const incident of are) {
      const known = published.get(incident.id)
      if (known !== undefined) this.#revisions.set(incident.id, known.revision)
      if (known?.members === membersOf(this.#stateOf(incident, 0, []))) continue
      const from = incident.reportIds.filter(id => id !== incident.id && published.has(id))
      if (known === undefined) this.#revisions.delete(incident.id)
      const single = known === undefined ? 'incident.assembled' : 'incident.revised'
      this.#unlike.set(incident.id, { type: from.length > 0 ? 'incident.merged' : single, from })
    }
  }

  /** The last published state of current incidents. */
  publishedOf(are: Iterable<Incident>): Map<string, PublishedIncident> {
    const last = ({ id }: Incident) => this.#revisions.get(id) ?? 0
    return new Map(
      [...are].map(i => [i.id, { revision: last(i), members: membersOf(this.#stateOf(i, 0, [])) }])
    )
  }

  /**
   * The events for current incidents that another engine published differently; `makeKnown` tells
   * them, too.
   */
  tellDifference(find: (incidentId: string) => Incident | undefined): IncidentEvent[] {
    const unlike = [...this.#unlike].sort((a, b) => compareText(a[0], b[0]))
    this.#unlike = new Map()
    return unlike.flatMap(([id, said]) => {
      const incident = find(id)
      return incident === undefined
        ? []
        : [this.#publish({ ...said, incident }, new Kinship({ removed: [], added: [incident] }))]
    })
  }

  #adopt(other: IncidentRegister): void {
    this.#revisions.clear()
    for (const [id, revision] of other.#revisions) this.#revisions.set(id, revision)
    this.#seq = other.#seq
    this.#changes = other.#changes
    this.#latest = [...other.#latest]
  }

  forget(incidentId: string): void {
    this.#revisions.delete(incidentId)
  }

  /** The revision of each published incident that is not forgotten. */
  snapshot(): { readonly ids: readonly string[]; readonly revisions: readonly number[] } {
    return { ids: [...this.#revisions.keys()], revisions: [...this.#revisions.values()] }
  }

  /** A present incident, in its first revision unless another is restored. */
  restorePresent(incidentId: string): void {
    this.#revisions.set(incidentId, 1)
  }

  restoreRevisions(revisions: readonly (readonly [string, number])[]): void {
    for (const [id, revision] of revisions) this.#revisions.set(id, revision)
  }

  restoreSeq(seq: number): void {
    this.#seq = seq
  }

  #continuations({ added }: AssemblyChange, kin: Kinship): Outcome[] {
    return added.map(incident => {
      const parents = kin.parentsOf(incident)
      const inherited = parents.filter(p => kin.heirOf(p) === incident.id)
      const from = parents.map(p => p.id).filter(id => id !== incident.id)
      if (parents.length === 0) return { type: 'incident.assembled', incident, from: [] }
      if (inherited.length === 0) return { type: 'incident.split', incident, from }
      return { type: inherited.length > 1 ? 'incident.merged' : 'incident.revised', incident, from }
    })
  }

  #withdrawals({ removed }: AssemblyChange, kin: Kinship): Outcome[] {
    const gone = removed.filter(p => kin.heirOf(p) === null)
    return gone.map(incident => ({ type: 'incident.withdrawn', incident, from: [] }))
  }

  /** `kin`: null if nothing was removed. */
  #publish({ type, incident, from }: Outcome, kin: Kinship | null): IncidentEvent {
    let before = this.#lastOf(incident.id)
    for (const { id } of kin?.parentsOf(incident) ?? []) before = Math.max(before, this.#lastOf(id))
    const revision = before + 1
    this.#ahead.set(incident.id, revision)
    this.#unlike.delete(incident.id)
    this.#seq += 1
    const joins = type === 'incident.withdrawn' ? [] : this.#ground.joinsOf(incident)
    const state = this.#stateOf(incident, revision, from)
    return { type, data: joins.length > 0 ? { ...state, joins } : state }
  }

  #lastOf(incidentId: string): number {
    return this.#ahead.get(incidentId) ?? this.#revisions.get(incidentId) ?? 0
  }

  #stateOf(incident: Incident, revision: number, from: readonly string[]): IncidentState {
    const { place } = incident
    return {
      incidentId: incident.id,
      revision,
      seq: this.#seq,
      theatre: this.#theatre,
      aliases: incident.reportIds.filter(id => id !== incident.id),
      reports: incident.reportIds.map(reportId => ({
        reportId,
        ...this.#ground.contentHashOf(reportId)
      })),
      independentSources: incident.origins.length,
      occurred: { from: formatTime(incident.fromMs), to: formatTime(incident.toMs) },
      category: incident.category,
      tactics: incident.tactics,
      place: {
        name: place.settlementName ?? place.name,
        country: place.country,
        admin1: place.admin1,
        lat: place.lat,
        lon: place.lon,
        radiusKm: place.radiusKm,
        settlement: place.settlement
      },
      fatalities: incident.fatalities,
      credibility: incident.credibility,
      handling: incident.handling,
      from: [...from].sort(compareText),
      ...(incident.drill ? { drill: true as const } : {}),
      ...(incident.mayBe === undefined ? {} : { mayBe: incident.mayBe.map(({ id }) => id) }),
      ...(incident.inCrowd === undefined ? {} : { inCrowd: incident.inCrowd })
    }
  }
}

/** Which incidents of a change continue which, by the reports that they share. */
class Kinship {
  readonly #parentsOf = new Map<Incident, readonly Incident[]>()
  readonly #heirOf = new Map<Incident, string>()

  constructor({ removed, added }: AssemblyChange) {
    const parentOf = new Map<string, Incident>()
    const rank = new Map<Incident, number>()
    for (const parent of removed) {
      rank.set(parent, rank.size)
      for (const id of parent.reportIds) parentOf.set(id, parent)
    }
    // The heir has most of the reports, then the least id.
    const most = new Map<Incident, number>()
    for (const incident of added) {
      const shared = new Map<Incident, number>()
      for (const id of incident.reportIds) {
        const parent = parentOf.get(id)
        if (parent !== undefined) shared.set(parent, (shared.get(parent) ?? 0) + 1)
      }
      this.#parentsOf.set(
        incident,
        [...shared.keys()].sort((a, b) => (rank.get(a) as number) - (rank.get(b) as number))
      )
      for (const [parent, count] of shared) {
        const known = most.get(parent) ?? 0
        if (
          count < known ||
          (count === known && compareText(incident.id, this.#heirOf.get(parent) as string) > 0)
        )
          continue
        most.set(parent, count)
        this.#heirOf.set(parent, incident.id)
      }
    }
  }

  /**
   * The removed incidents with which one shares reports, in their order: for a removed one itself.
   */
  parentsOf(incident: Incident): readonly Incident[] {
    return this.#parentsOf.get(incident) ?? [incident]
  }

  /** The id of the incident that continues a removed one; null if none does. */
  heirOf(parent: Incident): string | null {
    return this.#heirOf.get(parent) ?? null
  }
}

/** Every incident of an assembler, in order of the fold's ids. */
export function incidentsOf(assembler: Assembler): Incident[] {
  return [...assembler.incidents.values()].sort((a, b) => compareText(a.id, b.id))
}
