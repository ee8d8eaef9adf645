// One day rule over incidents of one report each, without an engine: for tests of a rule's law.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { DayView } from '../../src/rules/day-view.ts'
import type { FindingListener, RuleClock, Timer } from '../../src/rules/finding.ts'
import type { Episode } from '../../src/rules/fold/episode.ts'
import type { DayRule } from '../../src/rules/rule.ts'
import { ScopeIndex } from '../../src/theatre/scope-index.ts'
import { Timers } from '../../src/theatre/timers.ts'

export class ScopeFold implements FindingListener {
  readonly reports = new Reports()
  readonly incidents = new Incidents(this.reports)
  readonly view = new DayView(this.incidents)
  readonly #index: ScopeIndex
  readonly #timers = { ticks: new Timers(), watermark: new Timers() }
  today = 0
  watermarkDay = 0
  readonly cutOffDay = 0
  readonly earliestDay = 0

  constructor(...rules: readonly DayRule[]) {
    this.#index = new ScopeIndex(this.incidents, rules, this.view, this)
  }

  /** Adds a report, or corrects it. */
  add(report: ReportRevision): number {
    const known = this.reports.rowById.get(report.reportId)
    const row = this.reports.acceptRevision(report)
    this.reports.write(row, report)
    if (known !== undefined) this.#index.remove(row)
    this.#index.add(this.incidents.compose([row]))
    this.#index.refoldDirty()
    return row
  }

  withdraw(row: number): void {
    this.#index.remove(row)
    this.#index.refoldDirty()
  }

  advance(today: number, watermarkDay = today): void {
    this.today = today
    this.watermarkDay = watermarkDay
    this.#timers.ticks.advance(today)
    this.#timers.watermark.advance(watermarkDay)
    this.#index.refoldDirty()
  }

  listEpisodes(): readonly Episode[] {
    return [...this.#index.listTracks()].flatMap(({ episodes }) => episodes)
  }

  scheduleTimer(timer: Timer, day: number, clock: RuleClock): void {
    this.#timers[clock].schedule(timer, day)
  }

  onChanged(): void {}
  onVanished(): void {}
  onEvicted(): void {}
  onMerged(): void {}
}
