// The executor of a block over findings: it writes each finding as a report, and folds the block over
// the incidents of these reports. Of a finding beyond retention, report and triggers remain.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { Incidents } from '../data/incidents.ts'
import { uniteLists } from '../data/interning.ts'
import { Reports } from '../data/reports.ts'
import { never } from '../data/time.ts'
import { DayView } from '../rules/day-view.ts'
import type { Finding, FindingListener } from '../rules/finding.ts'
import type { FindingReader } from '../rules/fold/finding-reader.ts'
import { pickTriggers } from '../rules/fold/finding-triggers.ts'
import type { FindingsRule } from '../rules/rule.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { describeFinding, findingSources } from './finding-report.ts'
import { ScopeIndex, type StoredTrack } from './scope-index.ts'

/** What a finding was when it was written. */
interface WrittenFinding {
  readonly report: ReportRevision
  readonly origins: readonly number[]
  /** Null: it was evicted. */
  readonly finding: Finding | null
  /** Of an evicted one: its triggers, and its last day. */
  readonly triggers: readonly number[]
  readonly endDay: number
}

export interface FindingFoldState {
  /** Number of reports written so far. */
  readonly count: number
  readonly evicted: readonly WrittenFinding[]
  readonly tracks: readonly StoredTrack[]
}

export class FindingFold implements FindingReader {
  readonly rule: FindingsRule
  readonly #incidents: Incidents
  readonly #listener: FindingListener
  readonly #isRead: (rule: RuleBase) => boolean
  readonly #reports: Reports
  readonly #asIncidents: Incidents
  readonly #rows = new Map<Finding, number>()
  readonly #written = new Map<number, WrittenFinding>()
  readonly #index: ScopeIndex
  readonly #changed = new Set<Finding>()
  readonly #gone = new Set<Finding>()
  #count = 0
  #isRestored = false

  /** `isLevel0`: true for a rule that reads no findings. */
  constructor(
    rule: FindingsRule,
    incidents: Incidents,
    listener: FindingListener,
    isLevel0: (rule: RuleBase) => boolean
  ) {
    this.rule = rule
    this.#incidents = incidents
    this.#listener = listener
    // With the names of the theatre, keys of scopes are the same after a restore.
    this.#reports = new Reports(incidents.reports.names)
    this.#asIncidents = new Incidents(this.#reports)
    const names = rule.readsFindingsOf
    this.#isRead = ({ id, pattern }) => names.includes(pattern) || names.includes(id)
    this.isInput = input => isLevel0(input) && (names.length === 0 || this.#isRead(input))
    const view = new DayView(this.#asIncidents)
    view.readTriggers = rows => this.#readTriggers(rows)
    this.#index = new ScopeIndex(this.#asIncidents, [rule], view, listener)
    for (const [id, reliability] of Object.entries(findingSources))
      this.#reports.configureSource(id, reliability)
  }

  readonly isInput: (rule: RuleBase) => boolean

  update(finding: Finding, isPresent: boolean): void {
    this.#changed.delete(finding)
    this.#gone.delete(finding)
    if (isPresent) this.#changed.add(finding)
    else this.#gone.add(finding)
  }

  reportChanges(): void {
    for (const finding of [...this.#gone, ...this.#changed]) this.#remove(finding)
    for (const finding of this.#changed) this.#add(finding)
    this.#gone.clear()
    this.#changed.clear()
    if (this.#isRestored) this.#index.foldFromCheckpoints()
    else this.#index.refoldDirty()
    this.#isRestored = false
  }

  #add(finding: Finding): void {
    this.#count += 1
    const report = describeFinding(finding, this.#incidents, `finding-${this.#count}`)
    const origins = this.#listOrigins(finding)
    const row = this.#write({ report, origins, finding, triggers: [], endDay: never })
    this.#rows.set(finding, row)
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
    this.#changed.delete(finding)
    this.#gone.delete(finding)
    const row = this.#rows.get(finding)
    if (row === undefined) return
    this.#rows.delete(finding)
    const { report, origins } = this.#written.get(row)!
    const triggers = pickTriggers(this.#incidents, [finding])
    this.#written.set(row, { report, origins, finding: null, triggers, endDay: finding.endDay })
  }

  evictBefore(day: number): void {
    this.#index.evictBefore(day, this.#listener.cutOffDay, new Set())
    for (const [row, { finding, endDay }] of this.#written)
      if (finding === null && endDay < day) this.#release(row)
  }

  exportState(): FindingFoldState {
    return {
      count: this.#count,
      evicted: [...this.#written.values()].filter(({ finding }) => finding === null),
      tracks: this.#index.exportCheckpoint(this.#listener.cutOffDay)
    }
  }

  restore({ count, evicted, tracks }: FindingFoldState): void {
    this.#count = count
    for (const written of evicted) this.#write(written)
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
