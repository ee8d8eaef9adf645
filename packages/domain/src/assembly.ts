// Assembly: which reports speak of the same incident. Pairs of reports of different sources get a score; pairs join in order of score,
// then ids; never two reports of one source, nor a pair that an operator declared different. The result depends on the set of reports
// alone, not on the order in which they came: a change re-joins the connected component that it touches, and nothing else.

import type { IncidentJoin } from './alert.ts'
import { DeclaredPartners } from './declared-partners.ts'
import { assembleIncident, compareText, type Incident, type ReportView } from './incident.ts'
import { copyScore, explainPair, joinScoreMin, scorePair } from './pair-score.ts'
import { ReportCells } from './report-cells.ts'

/**
 * A report that could be paired with more reports than this stands in a crowd: so many words of one place and day can't be told apart by place
 * and day, and it joins copies and declared pairs alone. Source: decision 0005.
 */
export const partnersMax = 200
/** Joins of one incident that are told of. */
export const joinsMax = 50
const declaredScore = 3

/** A drill is no part of the world, and a statistic none of an incident, whatever an officer says. */
function mayBeMerged(a: ReportView, b: ReportView): boolean {
  const isStatistic = ({ revision }: ReportView) => revision.category === 'statistic'
  return a.revision.drill === b.revision.drill && !isStatistic(a) && !isStatistic(b)
}

export interface AssemblyChange {
  readonly removed: readonly Incident[]
  readonly added: readonly Incident[]
}

/** What operators said of a pair of reports; true = the same incident. */
export type DeclaredPairs = ReadonlyMap<string, boolean>

export function pairKey(a: string, b: string): string {
  return compareText(a, b) < 0 ? `${a}|${b}` : `${b}|${a}`
}

/** The present reports of a theatre and the incidents that they make. Deterministic; holds no time of its own. */
export class Assembler {
  readonly #reports = new Map<string, ReportView>()
  /** Scores with every report that it could join. Looked for when they are first asked for: most reports are never asked again. */
  readonly #pairs = new Map<string, Map<string, number>>()
  readonly #cells = new ReportCells()
  readonly #incidentOf = new Map<string, string>()
  readonly #incidents = new Map<string, Incident>()
  readonly #declared: DeclaredPairs
  readonly #declaredPartners: DeclaredPartners

  constructor(declared: DeclaredPairs) {
    this.#declared = declared
    this.#declaredPartners = new DeclaredPartners(declared)
  }

  get incidents(): ReadonlyMap<string, Incident> {
    return this.#incidents
  }

  incidentOfReport(reportId: string): Incident | undefined {
    return this.#incidents.get(this.#incidentOf.get(reportId) ?? '')
  }

  /**
   * What joined the reports of one incident, in the order in which it did; `declaredBy` says who declared a pair the same. At most `joinsMax`, the
   * strongest; O(reports²).
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

  /** Sets (or, with null, takes away) reports, and re-joins what they touch. Returns only incidents that really differ. */
  update(changes: ReadonlyMap<string, ReportView | null>): AssemblyChange {
    const touched = new Set<string>()
    for (const [id, view] of changes) {
      for (const member of this.incidentOfReport(id)?.reportIds ?? []) touched.add(member)
      for (const neighbour of this.#partnersOf(id).keys()) touched.add(neighbour)
      this.#detach(id)
      if (view !== null) this.#attach(id, view)
      touched.add(id)
    }
    return this.#rejoin(touched, changes)
  }

  /** Lets go of reports that nothing can change any more. What stays keeps its incidents, until something touches them. */
  drop(reportIds: readonly string[]): void {
    for (const id of reportIds) {
      this.#incidents.delete(this.#incidentOf.get(id) ?? '')
      this.#incidentOf.delete(id)
      this.#detach(id)
    }
  }

  /** Puts back what a snapshot held: the reports of an incident, and the incident that they made then. */
  restoreGroup(group: readonly ReportView[]): Incident {
    for (const view of group) {
      this.#reports.set(view.revision.reportId, view)
      this.#cells.fileLater(view.revision.reportId, view)
    }
    const incident = assembleIncident(group)
    this.#incidents.set(incident.id, incident)
    for (const id of incident.reportIds) this.#incidentOf.set(id, incident.id)
    return incident
  }

  /** Joins again around reports of which an operator said something. */
  reconsider(reportIds: readonly string[]): AssemblyChange {
    const changes = new Map<string, ReportView | null>()
    for (const id of reportIds) {
      const view = this.#reports.get(id)
      if (view) changes.set(id, view)
    }
    return this.update(changes)
  }

  #attach(id: string, view: ReportView): void {
    this.#reports.set(id, view)
    this.#cells.file(id, view)
    for (const [other, score] of this.#partnersOf(id)) {
      const theirs = this.#pairs.get(other)
      if (theirs === nobody) this.#pairs.set(other, new Map([[id, score]]))
      else theirs?.set(id, score)
    }
  }

  #partnersOf(id: string): ReadonlyMap<string, number> {
    const known = this.#pairs.get(id)
    if (known) return known
    const view = this.#reports.get(id)
    if (!view) return nobody
    let mine = nobody
    const meet = (other: string) => {
      const score = other === id ? 0 : this.#scoreOf(view, this.#reports.get(other) as ReportView)
      if (score < joinScoreMin) return
      if (mine === nobody) mine = new Map()
      mine.set(other, score)
    }
    this.#cells.eachAround(view, meet)
    for (const other of this.#declaredPartners.of(id)) if (this.#reports.has(other)) meet(other)
    this.#pairs.set(id, mine)
    return mine
  }

  #detach(id: string): void {
    const view = this.#reports.get(id)
    if (!view) return
    for (const other of this.#partnersOf(id).keys()) this.#pairs.get(other)?.delete(id)
    this.#cells.remove(id, view)
    this.#pairs.delete(id)
    this.#reports.delete(id)
  }

  #scoreOf(a: ReportView, b: ReportView): number {
    if (a.revision.sourceId === b.revision.sourceId) return 0
    if (this.#declared.size === 0) return scorePair(a, b)
    const declared = this.#declared.get(pairKey(a.revision.reportId, b.revision.reportId))
    if (declared === false) return 0
    return declared === true && mayBeMerged(a, b) ? declaredScore : scorePair(a, b)
  }

  #rejoin(touched: ReadonlySet<string>, changed: ReadonlyMap<string, ReportView | null>): AssemblyChange {
    const alone = this.#joinAlone(touched, changed)
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
    const added: Incident[] = []
    const known = new Map([...removed.values()].map(incident => [incident.reportIds.join(' '), incident]))
    for (const group of this.#joinGreedily(component)) {
      const before = known.get(group.join(' '))
      const untouched = before !== undefined && !group.some(id => changed.has(id))
      const incident = untouched ? before : assembleIncident(group.map(id => this.#reports.get(id) as ReportView))
      this.#incidents.set(incident.id, incident)
      for (const id of incident.reportIds) this.#incidentOf.set(id, incident.id)
      if (before && before.id === incident.id && before.contentKey === incident.contentKey && sameIncident(before, incident))
        removed.delete(incident.id)
      else added.push(incident)
    }
    return { removed: [...removed.values()], added: added.sort((a, b) => compareText(a.id, b.id)) }
  }

  /** A new report that fits no other is an incident of its own: the usual case. Null where there is more to it. */
  #joinAlone(touched: ReadonlySet<string>, changed: ReadonlyMap<string, ReportView | null>): AssemblyChange | null {
    if (touched.size !== 1 || changed.size !== 1) return null
    const [[id, view]] = changed as unknown as [[string, ReportView | null]]
    if (view === null || this.#incidentOf.has(id) || this.#partnersOf(id).size > 0) return null
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
      for (const next of this.#partnersOf(id).keys()) if (!component.has(next)) queue.push(next)
    }
    return component
  }

  /**
   * Pairs in order of score, then ids; a pair joins two groups unless they share a source or a pair declared different. Groups come with their ids
   * in order.
   */
  #joinGreedily(component: ReadonlySet<string>): string[][] {
    const ids = [...component].sort(compareText)
    const groups = ids.map(id => ({ members: [id], sources: new Set([this.#reports.get(id)?.revision.sourceId ?? '']) }))
    for (const { a, b } of this.#pairsIn(ids)) {
      const [one, other] = [groups[a] as Group, groups[b] as Group]
      if (one === other || !one.sources.isDisjointFrom(other.sources) || this.#areDeclaredDifferent(one, other)) continue
      const joined = { members: [...one.members, ...other.members], sources: one.sources.union(other.sources) }
      for (const [i, group] of groups.entries()) if (group === one || group === other) groups[i] = joined
    }
    return [...new Set(groups)].map(group => group.members.sort(compareText))
  }

  #pairsIn(ids: readonly string[]): { a: number; b: number; score: number }[] {
    const place = new Map(ids.map((id, i) => [id, i]))
    const pairs: { a: number; b: number; score: number }[] = []
    const crowded = new Set(ids.filter(id => this.#partnersOf(id).size > partnersMax))
    for (const [a, id] of ids.entries()) {
      for (const [other, score] of this.#partnersOf(id)) {
        const b = place.get(other)
        const lost = score < copyScore && (crowded.has(id) || crowded.has(other))
        if (b !== undefined && a < b && !lost) pairs.push({ a, b, score })
      }
    }
    return pairs.sort((x, y) => y.score - x.score || x.a - y.a || x.b - y.b)
  }

  #areDeclaredDifferent(one: Group, other: Group): boolean {
    if (this.#declared.size === 0) return false
    return one.members.some(a => other.members.some(b => this.#declared.get(pairKey(a, b)) === false))
  }
}

/** Reports that fit no other. Most are such, and a list of each one's own would cost more than the report; nothing is ever put into this one. */
const nobody = new Map<string, number>()

interface Group {
  readonly members: string[]
  readonly sources: ReadonlySet<string>
}

function sameIncident(a: Incident, b: Incident): boolean {
  const isArchivedAlike = a.witnesses.every((witness, i) => witness.archived === b.witnesses[i]?.archived)
  return a.firstReportedAtMs === b.firstReportedAtMs && a.reportIds.length === b.reportIds.length && isArchivedAlike
}
