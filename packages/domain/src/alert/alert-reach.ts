// Which alerts and findings of a family a change can affect: only those are matched again. Changes
// nothing.

import type { Finding } from '../finding/finding.ts'
import type { FindingChange } from '../finding/finding-continuity.ts'
import { areOfOneGroup } from '../finding/finding-group.ts'
import type { FindingIndex } from '../finding/finding-index.ts'
import { changeOfReports, eachReport, type ReportChange } from '../finding/report-change.ts'
import { areOneSituation, isExercise } from '../finding/situation.ts'
import type { FoldWork } from '../fold/fold-work.ts'
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
  readonly old: Finding
  readonly now: Finding
  readonly reports: ReportChange
  /** All that matching would have looked at, itself included: each keeps what it holds. */
  readonly connected: Iterable<string>
}

/**
 * The alert that continues with the only finding that changed, if nothing else can take part: the
 * usual case of a growing episode. Null if matching must decide. `index` has the previous findings.
 */
export function continuing(
  { family, removed, added }: FamilyChange,
  ruleVersion: number,
  index: FindingIndex,
  entries: AlertEntries
): Continuation | null {
  const old = removed[0]
  const now = added[0]
  if (
    !old ||
    !now ||
    removed.length > 1 ||
    added.length > 1 ||
    index.has(now) ||
    isExercise(old) !== isExercise(now)
  )
    return null
  const entry = entries.holderOf(old)
  if (entry?.held?.finding !== old) return null
  const { alertId } = entry.state
  const isAlone = entries.index.isAlone(alertId) && index.isAlone(old)
  if (!isAlone && !isOpen(entry.state)) return null
  const reports = changeOfReports(old, now)
  if (!isAlone && reports.gone.length > 0) return null
  if (
    !reports.overlaps &&
    !areOneSituation(old, now) &&
    !(isOpen(entry.state) && continuedMs(old, now) > 0)
  )
    return null
  if (
    reports.fresh.some(
      report => entries.index.isReportOf(family, report) || index.hasReport(report)
    )
  )
    return null
  if (index.hasOtherAlike(old) || entries.index.hasOtherAlike(family, alertId, now)) return null
  const connected = isAlone
    ? [alertId]
    : connectedInRest({ family, ruleVersion }, alertId, index, entries)
  return connected === null ? null : { entry, old, now, reports, connected }
}

/**
 * The alerts that continue with the findings that changed: the only one, or several of which each
 * has the reports, the time and the subject of before. These change nothing that another alert
 * chooses by. Null if matching must decide.
 */
export function allContinuing(
  { family, removed, added }: FamilyChange,
  ruleVersion: number,
  index: FindingIndex,
  entries: AlertEntries
): readonly Continuation[] | null {
  if (removed.length !== added.length) return null
  const areMatchedAlike =
    removed.length === 1 || removed.every((old, i) => isMatchedAlike(old, added[i] as Finding))
  if (!areMatchedAlike) return null
  const all: Continuation[] = []
  for (const [i, old] of removed.entries()) {
    const goesOn = continuing(
      { family, removed: [old], added: [added[i] as Finding] },
      ruleVersion,
      index,
      entries
    )
    if (goesOn === null) return null
    all.push(goesOn)
  }
  return all
}

/** True if nothing that matching reads differs: only what an alert says. */
function isMatchedAlike(a: Finding, b: Finding): boolean {
  const isOfOneTime = a.fromMs === b.fromMs && a.toMs === b.toMs
  return (
    isOfOneTime && a.triggers === b.triggers && a.situation === b.situation && areOfOneGroup(a, b)
  )
}

/**
 * The alerts that are connected with an open one by reports, itself included, if each would take
 * again the finding that it holds, were they matched, and also if that of the open one has grown by
 * reports that nobody else has. Null if that is not certain.
 *
 * Open alerts that hold choose first, and share most with their own finding, unless another
 * contains all of its reports. Closed ones keep theirs while it stands, unless another of the same
 * time might read alike. What is left then is nothing.
 */
function connectedInRest(
  { family, ruleVersion }: { readonly family: string; readonly ruleVersion: number },
  alertId: string,
  index: FindingIndex,
  entries: AlertEntries
): ReadonlySet<string> | null {
  const met = new Set([alertId])
  const spans = new Set<string>()
  for (const id of met) {
    const entry = entries.get(id)
    if (entry === undefined || !isInRest(entry, ruleVersion, index)) return null
    const finding = findingOf(entry)
    const holds = entry.held !== null
    if (holds && !isOpen(entry.state)) {
      const span = `${finding.fromMs}|${finding.toMs}`
      if (spans.has(span)) return null
      spans.add(span)
    }
    if (index.hasOtherAlike(finding) || entries.index.hasOtherAlike(family, id, finding))
      return null
    const reports = entries.index.reportCount(id)
    let isContained = false
    entries.index.eachSharing(id, (other, shared) => {
      const otherHolds = entries.get(other)?.held != null
      isContained ||= holds && otherHolds && shared >= reports
      // Two that have lost their findings have nothing to take from one another.
      if (holds || otherHolds) met.add(other)
    })
    if (isContained) return null
  }
  return met
}

/** True if an alert holds a current finding of the rule as it is, or is closed without one. */
function isInRest({ held, state }: AlertEntry, ruleVersion: number, index: FindingIndex): boolean {
  return held === null
    ? !isOpen(state)
    : held.ruleVersion === ruleVersion && index.has(held.finding)
}

/**
 * The connected alerts and findings that a change affects: connected if the alert could take the
 * finding. Settled alerts would take again what they hold before any is sought by its situation,
 * and retracted ones only what is left then: both are met by shared reports alone.
 */
export function reachOf(
  { family, removed, added }: FamilyChange,
  index: FindingIndex,
  { entries, work }: { readonly entries: AlertEntries; readonly work: FoldWork }
): { readonly alerts: ReadonlySet<string>; readonly findings: ReadonlySet<Finding> } {
  const alerts = new Set<string>()
  const findings = new Set<Finding>()
  const queue: Finding[] = []
  const alikeIds: string[] = []
  const alike = entries.index.searchUnsettled(family, work)
  const meet = (finding: Finding) => queue.push(finding)
  const meetAlike = (alertId: string) => alikeIds.push(alertId)
  const meetAlert = (entry: AlertEntry | undefined) => {
    if (entry === undefined || alerts.has(entry.state.alertId)) return
    alerts.add(entry.state.alertId)
    const own = findingOf(entry)
    // Usually it shares reports only with itself.
    if (index.isAlone(own)) queue.push(own)
    else eachReport(own, report => index.eachWith(report, meet))
    alike.eachAlike(own, meetAlike)
  }
  const meetFinding = (finding: Finding) => {
    if (findings.has(finding)) return
    findings.add(finding)
    const holder = entries.holderOf(finding)
    meetAlert(holder)
    if (holder?.held?.finding !== finding || !entries.index.isAlone(holder.state.alertId)) {
      eachReport(finding, report =>
        entries.index.eachResting(family, report, id => meetAlert(entries.get(id)))
      )
    }
    alike.eachAlike(finding, meetAlike)
  }
  for (const finding of removed) meetAlert(entries.holderOf(finding))
  for (const finding of added) if (index.has(finding)) queue.push(finding)
  while (queue.length + alikeIds.length > 0) {
    const finding = queue.pop()
    if (finding !== undefined) meetFinding(finding)
    else meetAlert(entries.get(alikeIds.pop() as string))
  }
  return { alerts, findings }
}
