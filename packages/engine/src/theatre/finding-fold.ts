// The executor of a rule over findings: it writes each finding as a report, and folds the rule over
// the incidents of these reports. Of a finding beyond retention, report and triggers remain.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { Incidents } from '../data/incidents.ts'
import { uniteLists } from '../data/interning.ts'
import { Reports } from '../data/reports.ts'
import { never } from '../data/time.ts'
import { DayView } from '../rules/day-view.ts'
import type { Finding, FindingListener } from '../rules/finding.ts'
import type { FindingsRule } from '../rules/rule.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import {
  describeFinding,
  describeSituation,
  findInterval,
  findingSources,
  listAreas
} from './finding-report.ts'
import { ScopeIndex, type StoredTrack } from './scope-index.ts'

/** What a finding was when it was written. */
interface WrittenFinding {
  readonly report: ReportRevision
  readonly origins: readonly number[]
  /** Of a situation. */
  readonly areas: readonly string[]
  /** Null: it was evicted. */
  readonly finding: Finding | null
  /** Of an evicted one: its triggers, and its last day. */
  readonly triggers: readonly number[]
  readonly endDay: number
}

/** `Ref`: what identifies a finding in a snapshot. */
export interface FindingFoldState<Ref> {
  /** Number of reports written so far. */
  readonly count: number
  readonly evicted: readonly WrittenFinding[]
  readonly grown: readonly (readonly [Ref, WrittenFinding])[]
  readonly tracks: readonly StoredTrack[]
}

export class FindingFold {
  readonly rule: FindingsRule
  readonly #incidents: Incidents
  readonly #listener: FindingListener
  readonly #reports: Reports
  readonly #asIncidents: Incidents
  readonly #rows = new Map<Finding, number>()
  readonly #written = new Map<number, WrittenFinding>()
  readonly #index: ScopeIndex
  readonly #changed = new Set<Finding>()
  readonly #gone = new Set<Finding>()
  /** Situations that have only grown since the last tick. */
  readonly #grown = new Set<Finding>()
  /** After a restore: those, once the findings are there. */
  #findGrown: () => readonly [Finding, WrittenFinding][] = () => []
  #count = 0
  /** None of the findings that it awaits has come, so it has read nothing. */
  #isIdle: boolean
  #isRestored = false

  /** `isLevel0`: true for a rule that reads no findings. */
  constructor(
    rule: FindingsRule,
    incidents: Incidents,
    listener: FindingListener,
    isLevel0: (rule: RuleBase) => boolean
  ) {
    this.rule = rule
    this.#isIdle = rule.awaitsFindingsOf !== undefined
    this.#incidents = incidents
    this.#listener = listener
    // With the names of the theatre, keys of scopes are the same after a restore.
    this.#reports = new Reports(incidents.reports.names)
    this.#asIncidents = new Incidents(this.#reports)
    const { readsFindingsOf: names, ownRules = [] } = rule
    this.isInput = input => {
      const isNamed =
        names.length === 0 || names.includes(input.pattern) || names.includes(input.id)
      return (isNamed && isLevel0(input)) || ownRules.some(own => own === input)
    }
    const view = new DayView(this.#asIncidents)
    view.readTriggers = rows => this.#readTriggers(rows)
    this.#index = new ScopeIndex(this.#asIncidents, [rule], view, listener)
    for (const [id, reliability] of Object.entries(findingSources))
      this.#reports.configureSource(id, reliability)
  }

  /** True if it reads the findings of a rule. */
  readonly isInput: (rule: RuleBase) => boolean

  /** A finding is new, or has changed; or it is gone. */
  update(finding: Finding, isPresent: boolean): void {
    this.#forget(finding)
    if (isPresent) this.#changed.add(finding)
    else if (!this.#isIdle) this.#gone.add(finding)
    if (isPresent && this.rule.awaitsFindingsOf?.includes(finding.rule.pattern) === true)
      this.#isIdle = false
  }

  #forget(finding: Finding): void {
    for (const set of [this.#changed, this.#gone, this.#grown]) set.delete(finding)
  }

  /** Where a situation that has only grown is now, and its triggers, count from the next tick on. */
  reportChanges(isTick: boolean): void {
    if (this.#isIdle) return
    if (this.#isRestored) this.#restoreGrown()
    for (const finding of this.#changed) if (this.#hasOnlyGrown(finding)) this.#grown.add(finding)
    for (const finding of this.#grown) this.#changed.delete(finding)
    const areGrownDue = isTick && !this.#isRestored && this.#grown.size > 0
    if (areGrownDue)
      for (const finding of this.#grown) if (this.#isElsewhere(finding)) this.#changed.add(finding)
    for (const finding of [...this.#gone, ...this.#changed]) this.#remove(finding)
    for (const finding of this.#changed) this.#add(finding)
    this.#gone.clear()
    this.#changed.clear()
    if (this.#isRestored) this.#index.foldFromCheckpoints()
    else this.#index.refoldDirty()
    this.#isRestored = false
    if (!areGrownDue) return
    this.#grown.clear()
    for (const finding of this.listFindings()) this.#listener.onChanged(finding)
  }

  /** True for a situation that is in other areas than before. */
  #isElsewhere(finding: Finding): boolean {
    const { areas } = this.#written.get(this.#rows.get(finding)!)!
    const found = listAreas(finding, this.#incidents)
    return found.length !== areas.length || found.some((area, i) => area !== areas[i])
  }

  #restoreGrown(): void {
    for (const [finding, written] of this.#findGrown()) {
      this.#rows.set(finding, this.#write({ ...written, finding }))
      this.#changed.add(finding)
    }
    this.#findGrown = () => []
  }

  /** True for a situation with the same first and last day as before. */
  #hasOnlyGrown(finding: Finding): boolean {
    const row = this.#rows.get(finding)
    const { leastDays } = this.rule
    if (leastDays === undefined || row === undefined) return false
    const { from, to } = findInterval(finding, leastDays)
    const { fromDay, toDay } = this.#asIncidents.columns
    return from === fromDay[row] && to === toDay[row]
  }

  #add(finding: Finding): void {
    this.#count += 1
    const id = `finding-${this.#count}`
    const { leastDays } = this.rule
    const common = { finding, triggers: [], endDay: never }
    if (leastDays === undefined) {
      const report = describeFinding(finding, this.#incidents, id)
      const origins = this.#listOrigins(finding)
      this.#rows.set(finding, this.#write({ ...common, report, origins, areas: [] }))
    } else {
      const areas = listAreas(finding, this.#incidents)
      const report = describeSituation(finding, areas, leastDays, id)
      this.#rows.set(finding, this.#write({ ...common, report, origins: [], areas }))
    }
  }

  #write(written: WrittenFinding): number {
    const row = this.#reports.acceptRevision(written.report)
    this.#reports.write(row, written.report)
    this.#asIncidents.compose([row])
    this.#asIncidents.setOrigins(row, written.origins)
    this.#written.set(row, written)
    this.#index.add(row)
    return row
  }

  #listOrigins(finding: Finding): readonly number[] {
    return uniteLists(finding.listTriggers().map(row => this.#incidents.getOrigins(row)))
  }

  #remove(finding: Finding): void {
    const row = this.#rows.get(finding)
    if (row === undefined) return
    this.#index.remove(row)
    this.#rows.delete(finding)
    this.#release(row)
  }

  #release(row: number): void {
    this.#written.delete(row)
    this.#reports.releaseRow(row)
  }

  onInputEvicted(finding: Finding): void {
    // After a restore it may come for a moment: its report is in the snapshot.
    this.#forget(finding)
    const row = this.#rows.get(finding)
    if (row === undefined) return
    this.#rows.delete(finding)
    const before = this.#written.get(row)!
    const triggers = pickTriggers(this.#incidents, [finding])
    this.#written.set(row, { ...before, finding: null, triggers, endDay: finding.endDay })
  }

  evictBefore(day: number): void {
    this.#index.evictBefore(day, this.#listener.cutOffDay, new Set())
    for (const [row, { finding, endDay }] of this.#written)
      if (finding === null && endDay < day) this.#release(row)
  }

  exportState<Ref>(makeRef: (finding: Finding) => Ref): FindingFoldState<Ref> {
    const grown = Array.from(this.#grown, finding => {
      const written = this.#written.get(this.#rows.get(finding)!)!
      return [makeRef(finding), { ...written, finding: null }] as const
    })
    return {
      count: this.#count,
      evicted: [...this.#written.values()].filter(({ finding }) => finding === null),
      grown,
      tracks: this.#index.exportCheckpoint(this.#listener.cutOffDay)
    }
  }

  restore<Ref>(
    { count, evicted, grown, tracks }: FindingFoldState<Ref>,
    find: (ref: Ref) => Finding | null
  ): void {
    this.#count = count
    if (count > 0) this.#isIdle = false
    for (const written of evicted) this.#write(written)
    this.#findGrown = () =>
      grown.flatMap(([ref, written]) => {
        const finding = find(ref)
        return finding === null ? [] : [[finding, written]]
      })
    this.#index.loadCheckpoint(tracks)
    this.#isRestored = true
  }

  findEpisode(scope: number, startDay: number): Finding | null {
    const track = this.#index.findTrack(this.rule.id, scope)
    return track?.episodes.find(one => one.startDay === startDay) ?? null
  }

  *listFindings(): Generator<Finding> {
    for (const { episodes } of this.#index.listTracks()) yield* episodes
  }

  clear(): readonly Finding[] {
    const found = [...this.listFindings()]
    this.#index.removeRule(this.rule)
    return found
  }

  /** The triggers of the findings that these rows represent. */
  #readTriggers(rows: readonly number[]): readonly number[] {
    const written = rows.map(row => this.#written.get(row)!)
    const triggers = pickTriggers(
      this.#incidents,
      written.flatMap(({ finding }) => finding ?? [])
    )
    return uniteLists([triggers, ...written.map(one => one.triggers)])
  }
}

/** Incidents named of each finding. */
const triggersMax = 50

/** Of each finding the first triggers, and the strictest one, which decides who may read it. */
export function pickTriggers(
  { columns }: Incidents,
  findings: Iterable<Pick<Finding, 'listTriggers'>>
): readonly number[] {
  const { fromDay, handling } = columns
  const rows = new Set<number>()
  for (const finding of findings) {
    let triggers = finding.listTriggers()
    if (triggers.length > triggersMax) {
      triggers = triggers.toSorted((a, b) => fromDay[a]! - fromDay[b]! || a - b)
      rows.add(triggers.reduce((a, b) => (handling[b]! > handling[a]! ? b : a)))
    }
    for (const row of triggers.slice(0, triggersMax)) rows.add(row)
  }
  return [...rows]
}
