// Indexes of a theatre's alerts: by rule and report, by rule and situation, by first-level area.

import type { Finding } from '../finding/finding.ts'
import { put, take } from '../finding/finding-index.ts'
import { changeOfReports, eachReport, type ReportChange } from '../finding/report-change.ts'
import { areNamedAlike, namesOf } from '../finding/situation.ts'
import { ReportIndex } from '../fold/report-index.ts'
import type { AlertState } from './alert.ts'

/** The alerts of one rule, by trigger reports and by situation. */
interface RuleAlerts {
  readonly byReport: ReportIndex<string>
  readonly bySituation: Map<string, Set<string>>
}

const none: ReadonlySet<string> = new Set()

export class AlertIndex {
  readonly #byRule = new Map<string, RuleAlerts>()
  /** Open alerts only: a closed one is no parent. */
  readonly #openAbout = new Map<string, Set<string>>()

  /** The alerts of a rule by the reports of their triggers. */
  reportsOf(ruleId: string): ReportIndex<string> {
    return this.#ofRule(ruleId).byReport
  }

  /** Alerts of a rule that share a situation name with a finding; may repeat. */
  *alike(ruleId: string, finding: Finding): Generator<string> {
    const { bySituation } = this.#ofRule(ruleId)
    for (const key of namesOf(finding)) yield* bySituation.get(key) ?? none
  }

  /** Open alerts of all rules that can be parents on this ground. */
  openAbout(admin1: string): Iterable<string> {
    return this.#openAbout.get(admin1) ?? none
  }

  /** Alerts of all rules that rest on one of the reports. */
  resting(reports: Iterable<string>): Set<string> {
    const resting = new Set<string>()
    const rest = (id: string) => resting.add(id)
    for (const { byReport } of this.#byRule.values()) for (const report of reports) byReport.each(report, rest)
    return resting
  }

  /** Files an alert under another finding; null removes it. `reports`: how the reports differ, if known. */
  file(
    { ruleId, alertId }: Pick<AlertState, 'ruleId' | 'alertId'>,
    before: Finding | null,
    now: Finding | null,
    reports?: ReportChange
  ): void {
    const { byReport, bySituation } = this.#ofRule(ruleId)
    if (before && now) {
      const { gone, fresh } = reports ?? changeOfReports(before, now)
      for (const report of gone) byReport.remove(report, alertId)
      for (const report of fresh) byReport.add(report, alertId)
      if (areNamedAlike(before.situation, now.situation)) return
    } else {
      if (before) eachReport(before, report => byReport.remove(report, alertId))
      if (now) eachReport(now, report => byReport.add(report, alertId))
    }
    if (before) for (const key of namesOf(before)) take(bySituation, key, alertId)
    if (now) for (const key of namesOf(now)) put(bySituation, key, alertId)
  }

  /** Files an open alert under another area; undefined: no area, or not open. */
  fileOpen(alertId: string, before: string | undefined, now: string | undefined): void {
    if (before === now) return
    if (before !== undefined) take(this.#openAbout, before, alertId)
    if (now !== undefined) put(this.#openAbout, now, alertId)
  }

  #ofRule(ruleId: string): RuleAlerts {
    const known = this.#byRule.get(ruleId)
    if (known !== undefined) return known
    const made = { byReport: new ReportIndex<string>(), bySituation: new Map<string, Set<string>>() }
    this.#byRule.set(ruleId, made)
    return made
  }
}
