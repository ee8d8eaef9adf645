// Assembly: which reports describe the same incident. Pairs of reports of different sources get a score; pairs join in order of
// score, then ids; never two reports of one source, nor a pair that an operator declared different. The result depends on the set
// of reports only, not on their order: a change re-joins only the connected component that it affects.

import { FoldWork } from '../fold/fold-work.ts'
import { assembleIncident, compareText, type Incident, type Other, type ReportView } from '../incident/incident.ts'
import type { IncidentJoin } from '../incident/incident-event.ts'
import { type Doubted, withOthers } from '../incident/told-twice.ts'
import { type Handling, maySee } from '../report/handling.ts'
import { type DeclaredPairs, DeclaredPartners, pairKey } from './declared-partners.ts'
import { explainPair, scorePair } from './pair-score.ts'
import { ReportDoubts } from './report-doubts.ts'
import { ReportPartners } from './report-partners.ts'

/** Maximum number of joins published for one incident. */
export const joinsMax = 50
const declaredScore = 3

/** A drill never joins real reports, and a statistic never joins an incident, whatever an officer declares. */
function mayBeMerged(a: ReportView, b: ReportView): boolean {
  const isStatistic = ({ revision }: ReportView) => revision.category === 'statistic'
  return a.revision.drill === b.revision.drill && !isStatistic(a) && !isStatistic(b)
}

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

  constructor(declared: DeclaredPairs, work = new FoldWork()) {
    this.#declared = declared
    this.#reports = new ReportPartners(new DeclaredPartners(declared), (a, b) => this.#scoreOf(a, b), work)
  }

  get incidents(): ReadonlyMap<string, Incident> {
    return this.#incidents
  }

  /** A copy of all present reports, for callers that join them differently. O(reports); it never changes. */
  ground(): {
    readonly incidents: readonly Incident[]
    readonly reports: readonly ReportView[]
    readonly declared: DeclaredPairs
  } {
    return { incidents: [...this.#incidents.values()], reports: this.#reports.all(), declared: new Map(this.#declared) }
  }

  incidentOfReport(reportId: string): Incident | undefined {
    return this.#incidents.get(this.#incidentOf.get(reportId) ?? '')
  }

  /**
   * The joins of one incident's reports, in the order of joining; `declaredBy` gives who declared a pair the same. At most
   * `joinsMax`, the strongest; O(reports²).
   */
  joinsOf(reportIds: readonly string[], declaredBy: (a: string, b: string) => string | undefined): IncidentJoin[] {
    if (reportIds.length < 2) return []
    const ids = [...reportIds].sort(compareText)
    const groupOf = ids.map((_, i) => i)
    const joins: IncidentJoin[] = []
    for (const { a, b, score } of this.#pairsIn(ids)) {
      const [one, other] = [groupOf[a] as number, groupOf[b] as number]
      if (one === other) continue
      for (const [i, group] of groupOf.entries()) if (group === other) groupOf[i] = one
      const reports = [ids[a] as string, ids[b] as string] as const
      joins.push({ reports, score: Math.round(score * 1000) / 1000, why: this.#whyOf(reports, score, declaredBy) })
      if (joins.length === joinsMax) break
    }
    return joins
  }

  #whyOf([a, b]: readonly [string, string], score: number, declaredBy: (a: string, b: string) => string | undefined): string {
    if (score === declaredScore) return `declared the same by ${declaredBy(a, b) ?? 'an officer'}`
    return explainPair(this.#reports.get(a) as ReportView, this.#reports.get(b) as ReportView)
  }

  /** Sets reports, or removes them with null, and re-joins what they affect. Returns only incidents that really differ. */
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

  /** Forgets reports that nothing can change any more. The others keep their incidents until they are affected. */
  drop(reportIds: readonly string[]): void {
    for (const id of reportIds) {
      this.#incidents.delete(this.#incidentOf.get(id) ?? '')
      this.#incidentOf.delete(id)
      this.#reports.remove(id)
      this.#doubts.remove(id)
    }
  }

  /** Restores an incident of a snapshot with its reports. `doubt`: its `mayBe` at that time. */
  restoreGroup(group: readonly ReportView[], doubt?: IncidentDoubt): Incident {
    for (const view of group) {
      this.#reports.restore(view.revision.reportId, view)
      this.#doubts.restore(view.revision.reportId, view)
    }
    const plain = assembleIncident(group)
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
    const alone = stirred.size > 0 ? null : this.#joinAlone(touched, changed)
    if (alone !== null) return alone
    const component = this.#componentOf(touched)
    const removed = new Map<string, Incident>()
    for (const id of [...component, ...touched]) {
      const incident = this.incidentOfReport(id)
      if (incident) removed.set(incident.id, incident)
    }
    for (const incident of removed.values()) {
      this.#incidents.delete(incident.id)
      for (const id of incident.reportIds) this.#incidentOf.delete(id)
    }
    const joined: Incident[] = []
    const known = new Map([...removed.values()].map(incident => [incident.reportIds.join(' '), incident]))
    for (const group of this.#joinGreedily(component)) {
      const before = known.get(group.join(' '))
      const untouched = before !== undefined && !group.some(id => changed.has(id))
      const incident = untouched ? before : assembleIncident(group.map(id => this.#reports.get(id) as ReportView))
      this.#incidents.set(incident.id, incident)
      for (const id of incident.reportIds) this.#incidentOf.set(id, incident.id)
      joined.push(incident)
    }
    for (const incident of this.#doubtedWith([...removed.values(), ...joined], stirred)) {
      removed.set(incident.id, incident)
      joined.push(incident)
    }
    const added: Incident[] = []
    for (const one of joined) {
      const incident = this.#withOthers(one)
      const before = removed.get(incident.id)
      const isAsBefore = before !== undefined && isAlike(before, incident)
      this.#incidents.set(incident.id, isAsBefore ? before : incident)
      if (isAsBefore) removed.delete(before.id)
      else added.push(incident)
    }
    return { removed: [...removed.values()], added: added.sort((a, b) => compareText(a.id, b.id)) }
  }

  /** Incidents that do not re-join but may be one with a changed one: their `mayBe` is recomputed. */
  #doubtedWith(changed: readonly Incident[], stirred: ReadonlySet<string>): Set<Incident> {
    const reports = new Set(stirred)
    for (const { reportIds } of changed) for (const id of reportIds) for (const other of this.#doubts.of(id)) reports.add(other)
    const isChanged = new Set(changed)
    const incidents = [...reports].flatMap(id => this.incidentOfReport(id) ?? [])
    return new Set(incidents.filter(incident => !isChanged.has(incident)))
  }

  #withOthers(incident: Incident): Incident {
    const plain = this.#plain.get(incident) ?? incident
    const doubted = new Map<Incident, Doubted>()
    for (const id of plain.reportIds) {
      for (const otherId of this.#doubts.of(id)) {
        const theirs = this.#declared.has(pairKey(id, otherId)) ? undefined : this.incidentOfReport(otherId)
        if (theirs === undefined || theirs.id === plain.id) continue
        const other = this.#plain.get(theirs) ?? theirs
        const known = doubted.get(other)
        if (known === undefined || (known.own === plain && known.other === other))
          doubted.set(other, this.#knownToBoth(plain, id, other, otherId))
      }
    }
    const whole = doubted.size === 0 ? plain : withOthers(plain, [...doubted.values()])
    if (whole !== plain) this.#plain.set(whole, plain)
    return whole
  }

  /**
   * Two incidents that may be one by two of their reports: the stricter one as seen by readers of the other, if they see it at
   * all. Otherwise a hidden report in one would show in the other.
   */
  #knownToBoth(own: Incident, ownId: string, other: Incident, otherId: string): Doubted {
    return { own: this.#knownTo(other.handling, own, ownId), other: this.#knownTo(own.handling, other, otherId) }
  }

  #knownTo(level: Handling, incident: Incident, byReport: string): Incident {
    if (maySee(level, incident.handling)) return incident
    const isKnown = (id: string) => maySee(level, this.#reports.get(id)?.revision.handling ?? 'restricted')
    if (!isKnown(byReport)) return incident
    return assembleIncident(incident.reportIds.filter(isKnown).map(id => this.#reports.get(id) as ReportView))
  }

  /** A new report without a match becomes an incident of its own: the usual case. Null if other cases apply. */
  #joinAlone(touched: ReadonlySet<string>, changed: ReadonlyMap<string, ReportView | null>): AssemblyChange | null {
    if (touched.size !== 1 || changed.size !== 1) return null
    const [[id, view]] = changed as unknown as [[string, ReportView | null]]
    if (view === null || this.#incidentOf.has(id) || this.#reports.mayJoin(id)) return null
    const incident = assembleIncident([view])
    this.#incidents.set(incident.id, incident)
    this.#incidentOf.set(id, incident.id)
    return { removed: [], added: [incident] }
  }

  #componentOf(start: ReadonlySet<string>): Set<string> {
    const component = new Set<string>()
    const queue = [...start].filter(id => this.#reports.has(id))
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (component.has(id)) continue
      component.add(id)
      this.#reports.eachJoining(id, next => void (component.has(next) || queue.push(next)))
    }
    return component
  }

  /**
   * Pairs in order of score, then ids; a pair joins two groups unless they share a source or a pair declared different. The ids
   * in each group are in order.
   */
  #joinGreedily(component: ReadonlySet<string>): string[][] {
    const ids = [...component].sort(compareText)
    const groups: Group[] = ids.map(id => ({ members: [id], sources: new Set([this.#reports.get(id)?.revision.sourceId ?? '']) }))
    const place = new Map(ids.map((id, i) => [id, i]))
    for (const { a, b } of this.#pairsIn(ids)) {
      const [one, other] = [groups[a] as Group, groups[b] as Group]
      if (one === other || !one.sources.isDisjointFrom(other.sources) || this.#areDeclaredDifferent(one, other)) continue
      const joined = { members: [...one.members, ...other.members], sources: one.sources.union(other.sources) }
      for (const member of joined.members) groups[place.get(member) as number] = joined
    }
    return [...new Set(groups)].map(group => group.members.sort(compareText))
  }

  /** The pairs that may join among reports in order, by score descending, then in their order. */
  #pairsIn(ids: readonly string[]): { a: number; b: number; score: number }[] {
    const place = new Map(ids.map((id, i) => [id, i]))
    // Most pairs have one of a few scores, and pairs of one score arrive in order: a full sort would cost more than the search.
    const byScore = new Map<number, { a: number; b: number; score: number }[]>()
    for (const [a, id] of ids.entries()) {
      const mine: { a: number; b: number; score: number }[] = []
      this.#reports.eachJoining(id, (other, score) => {
        // Each pair is found twice: the second time its order of ids rejects it cheaply.
        if (other < id) return
        const b = place.get(other)
        if (b !== undefined) mine.push({ a, b, score })
      })
      for (const pair of mine.sort((x, y) => x.b - y.b)) {
        const alike = byScore.get(pair.score)
        if (alike) alike.push(pair)
        else byScore.set(pair.score, [pair])
      }
    }
    return [...byScore].sort((x, y) => y[0] - x[0]).flatMap(([, pairs]) => pairs)
  }

  #areDeclaredDifferent(one: Group, other: Group): boolean {
    if (this.#declared.size === 0) return false
    return one.members.some(a => other.members.some(b => this.#declared.get(pairKey(a, b)) === false))
  }
}

/** The `mayBe` of an incident, as a snapshot keeps it. */
export type IncidentDoubt = Pick<Incident, 'contentKey'> & { readonly mayBe: readonly Other[] }

/** Equal in everything visible, even if made again. */
function isAlike(before: Incident, now: Incident): boolean {
  if (before === now) return true
  const sameOthers = before.mayBe?.map(({ id }) => id).join(' ') === now.mayBe?.map(({ id }) => id).join(' ')
  return before.contentKey === now.contentKey && sameOthers && sameIncident(before, now)
}

interface Group {
  readonly members: string[]
  readonly sources: ReadonlySet<string>
}

function sameIncident(a: Incident, b: Incident): boolean {
  const isArchivedAlike = a.witnesses.every((witness, i) => witness.archived === b.witnesses[i]?.archived)
  return a.firstReportedAtMs === b.firstReportedAtMs && a.reportIds.length === b.reportIds.length && isArchivedAlike
}
