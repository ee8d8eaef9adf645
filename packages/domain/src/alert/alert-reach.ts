// Which alerts and findings of a family a change can affect: only those are matched again. Changes nothing.

import type { Finding } from '../finding/finding.ts'
import type { FindingChange } from '../finding/finding-continuity.ts'
import type { FindingIndex } from '../finding/finding-index.ts'
import { changeOfReports, eachReport, type ReportChange } from '../finding/report-change.ts'
import { togetherMs } from '../finding/situation.ts'
import { type AlertEntry, findingOf, isOpen } from './alert-decision.ts'
import type { AlertEntries } from './alert-entries.ts'
import { continuedMs } from './match-candidates.ts'

/** How the findings of a family differ from before. */
interface FamilyChange extends FindingChange {
  readonly family: string
}

/** An alert that continues with the next version of its finding, and how their reports differ. */
export interface Continuation {
  readonly entry: AlertEntry
  readonly reports: ReportChange
}

/**
 * The alert that continues with the only finding that changed, if nothing else can take part: the usual case of a growing
 * episode. Null if matching must decide. `index` has the previous findings.
 */
export function continuing(
  { family, removed, added }: FamilyChange,
  index: FindingIndex,
  entries: AlertEntries
): Continuation | null {
  const old = removed[0]
  const now = added[0]
  if (!old || !now || removed.length > 1 || added.length > 1 || index.has(now)) return null
  const entry = entries.holderOf(old)
  if (entry?.held?.finding !== old || !entries.index.isAlone(entry.state.alertId) || !index.isAlone(old)) return null
  const reports = changeOfReports(old, now)
  if (!reports.overlaps && togetherMs(old, now) === 0 && !(isOpen(entry.state) && continuedMs(old, now) > 0)) return null
  if (reports.fresh.some(report => entries.index.isReportOf(family, report) || index.hasReport(report))) return null
  if (index.hasOtherAlike(old) || entries.index.hasOtherAlike(family, entry.state.alertId, now)) return null
  return { entry, reports }
}

/** The connected alerts and findings that a change affects: connected if the alert could take the finding. */
export function reachOf(
  { family, removed, added }: FamilyChange,
  index: FindingIndex,
  entries: AlertEntries
): { readonly alerts: ReadonlySet<string>; readonly findings: ReadonlySet<Finding> } {
  const alerts = new Set<string>()
  const findings = new Set<Finding>()
  const queue: Finding[] = []
  const meetAlert = (entry: AlertEntry | undefined) => {
    if (entry === undefined || alerts.has(entry.state.alertId)) return
    alerts.add(entry.state.alertId)
    const own = findingOf(entry)
    // Usually it shares reports only with itself.
    if (index.isAlone(own)) queue.push(own)
    else eachReport(own, report => queue.push(...index.withReport(report)))
    queue.push(...index.alike(own))
  }
  for (const finding of removed) meetAlert(entries.holderOf(finding))
  for (const finding of added) if (index.has(finding)) queue.push(finding)
  for (let finding = queue.pop(); finding !== undefined; finding = queue.pop()) {
    if (findings.has(finding)) continue
    findings.add(finding)
    const holder = entries.holderOf(finding)
    meetAlert(holder)
    if (holder?.held?.finding !== finding || !entries.index.isAlone(holder.state.alertId)) {
      eachReport(finding, report => entries.index.eachResting(family, report, id => meetAlert(entries.get(id))))
    }
    entries.index.eachAlike(family, finding, id => meetAlert(entries.get(id)))
  }
  return { alerts, findings }
}
