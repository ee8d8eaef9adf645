// Assembly: which reports describe the same incident. Pairs of reports of different sources get a
// score; pairs join in order of score, then ids; never two reports of one source, nor a pair that
// an operator declared different, nor two that lie far apart. The result depends on the set of
// reports only, not on their order: a change re-joins only the connected component that it affects.

import { FoldWork } from '../fold/fold-work.ts'
import { outOfCrowd, partnersMax } from '../incident/crowds.ts'
import {
  assembleIncident,
  compareText,
  type Incident,
  type ReportView
} from '../incident/incident.ts'
import type { IncidentJoin } from '../incident/incident-event.ts'
import { type PossibleDuplicate, withPossibleDuplicates } from '../incident/possible-duplicates.ts'
import { type Handling, maySee } from '../report/handling.ts'
import { type ChangedPeers, regroupAround } from './changed-groups.ts'
import {
  type DeclaredPairs,
  DeclaredPartners,
  declaredScore,
  farUnlessDeclared,
  pairKey
} from './declared-partners.ts'
import { areFarApart } from './far-apart.ts'
import { explainPair, scorePair } from './pair-score.ts'
import { ReportDoubts } from './report-doubts.ts'
import { type CrowdedReport, ReportPartners } from './report-partners.ts'
import {
  componentOf,
  type EachJoining,
  type EachPair,
  eachScoredPair,
  joinedGroups,
  type KeptApart,
  type Peer,
  type PeerChanges,
  smallComponent
} from './scored-pairs.ts'
import { joinsAmong, regroupWith, settle, settleWith, unsettleAll } from './settled-joins.ts'

const byDistance: KeptApart = {
  areDeclared: null,
  areFar: (one, other) => areFarApart(one.view, other.view)
}
/** Maximum number of joins published for one incident. */
export const joinsMax = 50

/**
 * A drill never joins real reports, and a statistic never joins an incident, whatever an officer
 * declares.
 */
function mayBeMerged(a: ReportView, b: ReportView): boolean {
  const isStatistic = ({ revision }: ReportView) => revision.category === 'statistic'
  return a.revision.drill === b.revision.drill && !isStatistic(a) && !isStatistic(b)
}

/** By report, what `Assembler.crowded` gives. */
export type CrowdedCounts = ReadonlyMap<string, readonly number[]>

export interface AssemblyChange {
  readonly removed: readonly Incident[]
  readonly added: readonly Incident[]
}

/** The present reports of a theatre and their incidents. Deterministic; has no time of its own. */
export class Assembler {
  readonly #reports: ReportPartners
  readonly #doubts = new ReportDoubts()
  /** Incidents without their `mayBe`, for those that have one. */
  readonly #plain = new WeakMap<Incident, Incident>()
  readonly #incidentOf = new Map<string, string>()
  readonly #incidents = new Map<string, Incident>()
  readonly #declared: DeclaredPairs
  readonly #eachJoining: EachJoining = (peer, visit) => this.#reports.eachJoining(peer, visit)
  readonly #areDeclared: KeptApart['areDeclared'] = (one, other) =>
    one.some(a => this.#reports.isDeclared(a.id) && other.some(b => this.#areDeclaredApart(a, b)))

  /** `max`: in place of `partnersMax`, for tests. */
  constructor(declared: DeclaredPairs, work = new FoldWork(), max = partnersMax) {
    this.#declared = declared
    this.#reports = new ReportPartners(
      new DeclaredPartners(declared),
      (a, b) => this.#scoreOf(a, b),
      work,
      max
    )
  }

  get incidents(): ReadonlyMap<string, Incident> {
    return this.#incidents
  }

  /**
   * A copy of all present reports, for callers that join them differently. O(reports); it never
   * changes.
   */
  ground(): {
    readonly incidents: readonly Incident[]
    readonly reports: readonly ReportView[]
    readonly declared: DeclaredPairs
  } {
    return {
      incidents: [...this.#incidents.values()],
      reports: this.#reports.all(),
      declared: new Map(this.#declared)
    }
  }

  incidentOfReport(reportId: string): Incident | undefined {
    return this.#incidents.get(this.#incidentOf.get(reportId) ?? '')
  }

  /**
   * The joins of one incident's reports, in the order of joining; `declaredBy` gives who declared a
   * pair the same. At most `joinsMax`, the strongest; O(reports²) where they are not settled.
   */
  joinsOf(
    reportIds: readonly string[],
    declaredBy: (a: string, b: string) => string | undefined
  ): IncidentJoin[] {
    if (reportIds.length < 2) return []
    const group = this.#reports.peersOf(reportIds)
    const settled = joinsAmong(group, joinsMax)
    if (settled !== null)
      return settled.map(({ one, other, score }) =>
        this.#joinBetween([one, other], score, declaredBy)
      )
    const together = smallComponent(group, (one, other) => this.#reports.joinScore(one, other))
    const { peers } = together
    const groupOf = peers.map((_, i) => i)
    const joins: IncidentJoin[] = []
    eachScoredPair(together, (a, b, score) => {
      const one = groupOf[a] as number
      const other = groupOf[b] as number
      if (one === other) return false
      for (const [i, group] of groupOf.entries()) if (group === other) groupOf[i] = one
      joins.push(this.#joinBetween([peers[a] as Peer, peers[b] as Peer], score, declaredBy))
      return joins.length === joinsMax
    })
    return joins
  }

  #joinBetween(
    [a, b]: readonly [Peer, Peer],
    score: number,
    declaredBy: (a: string, b: string) => string | undefined
  ): IncidentJoin {
    const isDeclared = score === declaredScore
    const why = isDeclared
      ? `declared the same by ${declaredBy(a.id, b.id) ?? 'an officer'}`
      : explainPair(a.view, b.view)
    return { reports: [a.id, b.id], score: Math.round(score * 1000) / 1000, why }
  }

  /** Reports in crowds, for a restored state. */
  crowded(): readonly CrowdedReport[] {
    return [...this.#reports.crowded()]
  }

  /**
   * Sets reports, or removes them with null, and re-joins what they affect. Returns only incidents
   * that really differ.
   */
  update(changes: ReadonlyMap<string, ReportView | null>): AssemblyChange {
    const touched = new Set<string>()
    const stirred = new Set<string>()
    for (const [id, view] of changes) {
      for (const member of this.incidentOfReport(id)?.reportIds ?? []) touched.add(member)
      for (const other of this.#reports.remove(id)) touched.add(other)
      for (const other of this.#doubts.remove(id)) stirred.add(other)
      if (view !== null) {
        for (const other of this.#reports.add(id, view)) touched.add(other)
        for (const other of this.#doubts.add(id, view)) stirred.add(other)
      }
      touched.add(id)
    }
    return this.#rejoin(touched, changes, stirred)
  }

  /**
   * Forgets reports that nothing can change any more. The others keep their incidents until they
   * are affected.
   */
  drop(reportIds: readonly string[]): void {
    for (const id of reportIds) {
      this.#incidents.delete(this.#incidentOf.get(id) ?? '')
      this.#incidentOf.delete(id)
      this.#reports.remove(id)
      this.#doubts.remove(id)
    }
    unsettleAll(this.#reports.takeChanges(), this.#eachJoining)
  }

  /**
   * Restores an incident of a snapshot with its reports. `doubt`: its own at that time; `crowded`:
   * what `crowded` gave.
   */
  restoreGroup(
    group: readonly ReportView[],
    doubt?: IncidentDoubt,
    crowded?: CrowdedCounts
  ): Incident {
    for (const view of group) {
      const { reportId } = view.revision
      this.#reports.restore(reportId, view, crowded?.get(reportId))
      this.#doubts.restore(reportId, view)
    }
    const assembled = assembleIncident(group)
    const plain = doubt?.inCrowd === true ? outOfCrowd(assembled) : assembled
    const incident = doubt === undefined ? plain : { ...plain, ...doubt }
    if (incident !== plain) this.#plain.set(incident, plain)
    this.#incidents.set(incident.id, incident)
    for (const id of incident.reportIds) this.#incidentOf.set(id, incident.id)
    return incident
  }

  /** Re-joins around reports for which an operator declared something. */
  reconsider(reportIds: readonly string[]): AssemblyChange {
    const changes = new Map<string, ReportView | null>()
    for (const id of reportIds) {
      const view = this.#reports.get(id)
      if (view) changes.set(id, view)
    }
    return this.update(changes)
  }

  /** An officer declared them different. */
  #areDeclaredApart(a: Peer, b: Peer): boolean {
    return this.#declared.get(pairKey(a.id, b.id)) === false
  }

  #scoreOf(a: ReportView, b: ReportView): number {
    if (this.#declared.size === 0) return scorePair(a, b)
    const declared = this.#declared.get(pairKey(a.revision.reportId, b.revision.reportId))
    if (declared === false) return 0
    return declared === true && mayBeMerged(a, b) ? declaredScore : scorePair(a, b)
  }

  #rejoin(
    touched: ReadonlySet<string>,
    changed: ReadonlyMap<string, ReportView | null>,
    stirred: ReadonlySet<string>
  ): AssemblyChange {
    const changes = this.#reports.takeChanges()
    const isAsBefore = changes.gone.size + changes.lost.size + changes.gained.size === 0
    const alone = stirred.size > 0 ? null : this.#joinAlone(touched, changed)
    if (alone !== null) return alone
    const one = isAsBefore ? this.#joinOne(changed) : null
    if (one !== null) return this.#changed(...one, stirred)
    const some =
      (isAsBefore ? this.#regroup(changed) : null) ?? this.#regroupAround(touched, changed, changes)
    if (some === null) unsettleAll(changes, this.#eachJoining)
    const { peers, groups } = some ?? this.#groupAnew(touched)
    const removed = new Map<string, Incident>()
    for (const id of [
      ...peers.map(peer => peer.id),
      ...(some === null ? touched : changed.keys())
    ]) {
      const incident = this.incidentOfReport(id)
      if (incident) removed.set(incident.id, incident)
    }
    // What is as it was stays, with its doubts of then: a restored state looks at more groups than
    // one that was not restarted.
    const others = groups.filter(group => {
      const untouched = this.#untouched(group, changed)
      if (untouched !== null) removed.delete(untouched.id)
      return untouched === null
    })
    for (const incident of removed.values()) {
      this.#incidents.delete(incident.id)
      for (const id of incident.reportIds) this.#incidentOf.delete(id)
    }
    const joined = others.map(group => this.#assembled(group.map(({ view }) => view)))
    for (const incident of joined) {
      this.#incidents.set(incident.id, incident)
      for (const id of incident.reportIds) this.#incidentOf.set(id, incident.id)
    }
    return this.#changed(removed, joined, stirred)
  }

  /**
   * The incident that these peers, in order of id, are already; null if they are none, or one of
   * them changed.
   */
  #untouched(
    group: readonly Peer[],
    changed: ReadonlyMap<string, ReportView | null>
  ): Incident | null {
    const incident = this.incidentOfReport((group[0] as Peer).id)
    if (incident?.reportIds.length !== group.length) return null
    if (!group.every(({ id }, i) => id === incident.reportIds[i] && !changed.has(id))) return null
    return (incident.inCrowd === true) === this.#reports.isInCrowd(incident) ? incident : null
  }

  #assembled(group: readonly ReportView[]): Incident {
    const incident = assembleIncident(group)
    return this.#reports.isInCrowd(incident) ? outOfCrowd(incident) : incident
  }

  /**
   * Looks at all pairs of what is touched, and of all that it may join directly or through others.
   */
  #groupAnew(touched: ReadonlySet<string>): {
    readonly peers: readonly Peer[]
    readonly groups: Peer[][]
  } {
    const component = componentOf(this.#reports.peersOf(touched), this.#eachJoining)
    const each: EachPair = (...visitor) => eachScoredPair(component, ...visitor)
    const { groups, joins } = joinedGroups(component.peers, each, this.#apart)
    settle(component, joins)
    return { peers: component.peers, groups }
  }

  /** The same for a new report where the pairs around it are kept; null if they are not. */
  #regroup(changed: ReadonlyMap<string, ReportView | null>): ReturnType<typeof regroupWith> {
    const peer = this.#newPeer(changed)
    return peer === null ? null : regroupWith(peer, this.#eachJoining, this.#apart)
  }

  /**
   * The groups that change with one report; null if something around it is not settled, or all
   * pairs are looked at as soon.
   */
  #regroupAround(
    touched: ReadonlySet<string>,
    changed: ReadonlyMap<string, ReportView | null>,
    changes: PeerChanges
  ): ChangedPeers | null {
    if (changed.size !== 1) return null
    const added = new Set(this.#reports.peersOf(changed.keys()))
    const mayJoin = (one: Peer, other: Peer) => this.#reports.joinScore(one, other) !== null
    const ground = { eachJoining: this.#eachJoining, mayJoin, apart: this.#apart }
    return regroupAround(this.#reports.peersOf(touched), added, changes, ground)
  }

  /** As reports and declarations are now. */
  get #apart(): KeptApart {
    if (this.#declared.size === 0) return byDistance
    return { areDeclared: this.#areDeclared, areFar: farUnlessDeclared(this.#eachJoining) }
  }

  /** The one report that changed, if it is new. */
  #newPeer(changed: ReadonlyMap<string, ReportView | null>): Peer | null {
    if (changed.size !== 1) return null
    const [id] = changed.keys()
    const [peer] = this.#reports.peersOf(changed.keys())
    return peer === undefined || this.#incidentOf.has(id as string) ? null : peer
  }

  /** What became of incidents, and of others that may be one with them. */
  #changed(
    removed: Map<string, Incident>,
    joined: Incident[],
    stirred: ReadonlySet<string>
  ): AssemblyChange {
    for (const incident of this.#doubtedWith([...removed.values(), ...joined], stirred)) {
      removed.set(incident.id, incident)
      joined.push(incident)
    }
    const added: Incident[] = []
    for (const one of joined) {
      const incident = this.#withPossibleDuplicates(one)
      const before = removed.get(incident.id)
      const isAsBefore = before !== undefined && isAlike(before, incident)
      this.#incidents.set(incident.id, isAsBefore ? before : incident)
      if (isAsBefore) removed.delete(before.id)
      else added.push(incident)
    }
    return { removed: [...removed.values()], added: added.sort((a, b) => compareText(a.id, b.id)) }
  }

  /**
   * Incidents that do not re-join but may be one with a changed one: their `mayBe` is recomputed.
   */
  #doubtedWith(changed: readonly Incident[], stirred: ReadonlySet<string>): Set<Incident> {
    const reports = new Set(stirred)
    for (const { reportIds } of changed)
      for (const id of reportIds) for (const other of this.#doubts.of(id)) reports.add(other)
    const isChanged = new Set(changed)
    const incidents = [...reports].flatMap(id => this.incidentOfReport(id) ?? [])
    return new Set(incidents.filter(incident => !isChanged.has(incident)))
  }

  #withPossibleDuplicates(incident: Incident): Incident {
    const plain = this.#plain.get(incident) ?? incident
    const doubted = new Map<Incident, PossibleDuplicate>()
    for (const id of plain.reportIds) {
      for (const otherId of this.#doubts.of(id)) {
        const theirs = this.#declared.has(pairKey(id, otherId))
          ? undefined
          : this.incidentOfReport(otherId)
        if (theirs === undefined || theirs.id === plain.id) continue
        const other = this.#plain.get(theirs) ?? theirs
        const known = doubted.get(other)
        if (known === undefined || (known.own === plain && known.other === other))
          doubted.set(other, this.#knownToBoth(plain, id, other, otherId))
      }
    }
    const whole = doubted.size === 0 ? plain : withPossibleDuplicates(plain, [...doubted.values()])
    if (whole !== plain) this.#plain.set(whole, plain)
    return whole
  }

  /**
   * Two incidents that may be one by two of their reports: the stricter one as seen by readers of
   * the other, if they see it at all. Otherwise a hidden report in one would show in the other.
   */
  #knownToBoth(own: Incident, ownId: string, other: Incident, otherId: string): PossibleDuplicate {
    return {
      own: this.#knownTo(other.handling, own, ownId),
      other: this.#knownTo(own.handling, other, otherId)
    }
  }

  #knownTo(level: Handling, incident: Incident, byReport: string): Incident {
    if (maySee(level, incident.handling)) return incident
    const isKnown = (id: string) =>
      maySee(level, this.#reports.get(id)?.revision.handling ?? 'restricted')
    if (!isKnown(byReport)) return incident
    return assembleIncident(
      incident.reportIds.filter(isKnown).map(id => this.#reports.get(id) as ReportView)
    )
  }

  /**
   * A new report that joins one incident, and changes nothing else of those that it could join.
   * Null if other cases apply.
   */
  #joinOne(
    changed: ReadonlyMap<string, ReportView | null>
  ): [removed: Map<string, Incident>, joined: Incident[]] | null {
    const peer = this.#newPeer(changed)
    if (peer === null || this.#reports.isDeclared(peer.id)) return null
    const others = settleWith(peer, this.#eachJoining, this.#apart.areFar)
    if (others === null) return null
    const removed = new Map<string, Incident>()
    const before = others[0] === undefined ? undefined : this.incidentOfReport(others[0].id)
    if (before !== undefined) removed.set(before.id, before)
    const group = [...others, peer].sort((a, b) => compareText(a.id, b.id))
    const incident = this.#assembled(group.map(each => each.view))
    if (before !== undefined) this.#incidents.delete(before.id)
    this.#incidents.set(incident.id, incident)
    for (const each of incident.reportIds) this.#incidentOf.set(each, incident.id)
    return [removed, [incident]]
  }

  /**
   * A new report without a match becomes an incident of its own: the usual case. Null if other
   * cases apply.
   */
  #joinAlone(
    touched: ReadonlySet<string>,
    changed: ReadonlyMap<string, ReportView | null>
  ): AssemblyChange | null {
    if (touched.size !== 1 || changed.size !== 1) return null
    const [[id, view]] = changed as unknown as [[string, ReportView | null]]
    if (view === null || this.#incidentOf.has(id) || this.#reports.mayJoin(id)) return null
    const incident = this.#assembled([view])
    this.#incidents.set(incident.id, incident)
    this.#incidentOf.set(id, incident.id)
    return { removed: [], added: [incident] }
  }
}

/** What an incident has beside what its reports say, as a snapshot keeps it. */
export type IncidentDoubt = Pick<Incident, 'contentKey' | 'mayBe' | 'inCrowd'>

/** The doubt of an incident; undefined if there is none. */
export function doubtOf({ contentKey, mayBe, inCrowd }: Incident): IncidentDoubt | undefined {
  if (mayBe === undefined && inCrowd === undefined) return undefined
  return {
    contentKey,
    ...(mayBe === undefined ? {} : { mayBe }),
    ...(inCrowd === undefined ? {} : { inCrowd })
  }
}

/** Equal in everything visible, even if made again. */
function isAlike(before: Incident, now: Incident): boolean {
  if (before === now) return true
  return (
    before.contentKey === now.contentKey &&
    othersOf(before) === othersOf(now) &&
    sameIncident(before, now)
  )
}

/** Which one has which toll decides what is added where one of them is not counted. */
function othersOf({ mayBe }: Incident): string | undefined {
  return mayBe
    ?.map(({ id, fatalities: { low, best, high } }) => `${id} ${low}/${best}/${high}`)
    .join(' ')
}

function sameIncident(a: Incident, b: Incident): boolean {
  const isArchivedAlike = a.witnesses.every(
    (witness, i) => witness.archived === b.witnesses[i]?.archived
  )
  return (
    a.firstReportedAtMs === b.firstReportedAtMs &&
    a.reportIds.length === b.reportIds.length &&
    isArchivedAlike
  )
}
