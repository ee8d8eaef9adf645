// Where the alerts of a theatre are found: by rule and report, by rule and group, by the first-level area that they are about.

import type { AlertState } from './alert.ts'
import { reportsAdded, triggerReportsOf } from './alert-content.ts'
import { groupKeyOf } from './alert-matching.ts'
import { put, take } from './finding-index.ts'
import type { Finding } from './pattern.ts'
import { ReportIndex } from './report-index.ts'

export class AlertIndex {
  readonly #byReport = new Map<string, ReportIndex<string>>()
  readonly #byGroup = new Map<string, Set<string>>()
  readonly #aboutArea = new Map<string, Set<string>>()

  /** The alerts of a rule by the reports of their triggers. */
  reportsOf(ruleId: string): ReportIndex<string> {
    const known = this.#byReport.get(ruleId) ?? new ReportIndex<string>()
    this.#byReport.set(ruleId, known)
    return known
  }

  inGroup(ruleId: string, groupKey: string): Iterable<string> {
    return this.#byGroup.get(`${ruleId}|${groupKey}`) ?? []
  }

  /** Alerts of all rules whose group names this first-level area. */
  aboutArea(admin1: string): Iterable<string> {
    return this.#aboutArea.get(admin1) ?? []
  }

  /** Alerts of all rules that rest on one of the reports. */
  resting(reports: readonly string[]): string[] {
    return [...this.#byReport.values()].flatMap(index => reports.flatMap(report => [...index.of(report)]))
  }

  /** An alert holds another finding than before, its first one, or, with null, none any more. */
  file({ ruleId, alertId }: Pick<AlertState, 'ruleId' | 'alertId'>, before: Finding | null, now: Finding | null): void {
    const index = this.reportsOf(ruleId)
    const fresh = before && now ? reportsAdded(before, now) : null
    const reports = (finding: Finding | null) => (finding ? triggerReportsOf(finding) : [])
    if (fresh === null) index.change(alertId, reports(before), reports(now))
    else for (const report of fresh) index.add(report, alertId)
    if (before && now && groupKeyOf(before) === groupKeyOf(now)) return
    if (before) take(this.#byGroup, `${ruleId}|${groupKeyOf(before)}`, alertId)
    if (now) put(this.#byGroup, `${ruleId}|${groupKeyOf(now)}`, alertId)
    if (before?.group.admin1 !== undefined) take(this.#aboutArea, before.group.admin1, alertId)
    if (now?.group.admin1 !== undefined) put(this.#aboutArea, now.group.admin1, alertId)
  }
}
