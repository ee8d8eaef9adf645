// Which update a changed finding makes of the alert: the first kind that applies; and who is notified
// of it: people now (`page`), those who know of the alert (`update`), or only lists and feeds (`quiet`).

import type { MachineEvent } from '@tocsin/contracts/alert/alert'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { Incidents } from '../data/incidents.ts'
import { convertToDay, minuteMs, never } from '../data/time.ts'
import { flag } from '../data/vocabulary.ts'
import type { Finding } from '../rules/finding.ts'
import { type Alert, getConfirmDay, type RuleSettings } from './alert.ts'
import type { DeferredGrowth } from './deferred-growth.ts'
import { hasMaterialChange, hasMeasureChanged } from './published-content.ts'

/** A further trigger of an alert with more of them waits for the next tick. */
const maxTriggersAtOnce = 20

export interface Decision {
  readonly kind: MachineEvent
  /** Code for readers. */
  readonly reason: string | null
  /** Published only if a value differs: to compare costs as much as to update. */
  readonly isTentative: boolean
  /** What an officer closed is no longer closed. */
  readonly endsClose: boolean
}

/** The record, and what the book knows of findings. */
export interface DecisionContext {
  readonly incidents: Incidents
  readonly watermark: number
  readonly isTick: boolean
  /** The record is an import, or changes rules: its growth is news for nobody, and waits for a tick. */
  readonly isQuiet: boolean
  /** The record corrects or withdraws a report, or joins or divides incidents. */
  readonly isCorrecting: boolean
  /** The record publishes all growth that was deferred: it changes rules or the engine. */
  readonly isComparing: boolean
  /** Findings with growth that the record publishes. */
  readonly due: ReadonlySet<Finding>
  readonly growth: DeferredGrowth
  /** Alerts with another finding since this record. */
  readonly reopenReasons: ReadonlyMap<Alert, string>
}

function decide(kind: MachineEvent, reason: string | null = null): Decision {
  return { kind, reason, isTentative: false, endsClose: kind === 'reopened' }
}

const [raised, escalated, confirmed, revised] = [
  decide('raised'),
  decide('escalated'),
  decide('confirmed'),
  decide('revised')
]
/** The area of a situation has risen above its usual. */
export const areaRisen = decide('revised', 'area-above-usual')
const compared: Decision = { ...revised, isTentative: true }
const ended = decide('resolved', 'situation-ended')

/** `later`: growth of a measure, to compare at a tick. Null: readers see no difference. */
export function decideUpdate(
  alert: Alert,
  finding: Finding,
  context: DecisionContext
): Decision | 'later' | null {
  if (alert.revision === 0) return raised
  const reopenReason = context.reopenReasons.get(alert)
  const isOver = finding.endDay !== never
  if (alert.status === 'retracted') {
    const staysClosed = alert.isClosed && findCloseEnd(alert, finding, context) === null
    return decide(
      isOver || staysClosed ? 'resolved' : 'reopened',
      reopenReason ?? 'support-returned'
    )
  }
  if (alert.isClosed) return decideClosed(alert, finding, context)
  if (isOver !== (alert.status === 'resolved'))
    return isOver ? ended : decide('reopened', reopenReason ?? 'situation-goes-on')
  if (finding.level > alert.level) return escalated
  if (isConfirmed(alert, context)) return confirmed
  if (reopenReason !== undefined || finding.level < alert.level) return revised
  return decideRevision(alert, finding, context)
}

function isConfirmed(alert: Alert, { isTick, watermark }: DecisionContext): boolean {
  return isTick && alert.status === 'provisional' && watermark >= getConfirmDay(alert)
}

function decideClosed(
  alert: Alert,
  finding: Finding,
  context: DecisionContext
): Decision | 'later' | null {
  const reason = findCloseEnd(alert, finding, context)
  if (reason === null) return decideRevision(alert, finding, context)
  const isHigher = finding.level > alert.closedLevel
  const kind = finding.endDay === never ? 'reopened' : isHigher ? 'escalated' : 'revised'
  return { ...decide(kind, reason), endsClose: true }
}

/** What ends an officer's close: a later trigger or a higher level. Null: it lasts. */
function findCloseEnd(
  { closedMs, closedLevel }: Alert,
  finding: Finding,
  { incidents }: DecisionContext
): string | null {
  if (finding.listTriggers().some(row => isAfter(incidents, row, closedMs))) return 'later-trigger'
  return finding.level > closedLevel ? 'higher-level' : null
}

/** Of an incident on the same day without an exact time, its first report is the later one. */
function isAfter({ columns, reports }: Incidents, row: number, ms: number): boolean {
  if (columns.minute[row]! * minuteMs > ms) return true
  if ((columns.flags[row]! & flag.exactTime) !== 0) return false
  return columns.fromDay[row] === convertToDay(ms) && reports.columns.firstReportedMs[row]! > ms
}

function decideRevision(
  alert: Alert,
  finding: Finding,
  context: DecisionContext
): Decision | 'later' | null {
  const { isComparing, due, isTick, growth } = context
  if (!alert.isIntroduced) return decide('revised', 'engine-changed')
  if (alert.absorbed.length > 0) return revised
  if (isComparing || due.has(finding)) return compared
  if (!isTick) return isMaterial(alert, finding, context) ? compared : 'later'
  if (growth.isDeferred(alert)) return finding.endDay === alert.endDay ? null : 'later'
  // A tick alone changes levels and status, and an overlap takes up what its findings gained.
  return hasMeasureChanged(alert, finding) ? revised : 'later'
}

function isMaterial(
  alert: Alert,
  finding: Finding,
  { incidents, isQuiet, isCorrecting }: DecisionContext
): boolean {
  if (isQuiet) return false
  if (isCorrecting) return true
  return alert.triggers.length <= maxTriggersAtOnce && hasMaterialChange(incidents, alert, finding)
}

/** The update of an alert without a finding. */
export function decideRetraction({ isIntroduced, mergedInto }: Alert): Decision {
  if (mergedInto !== null) return decide('retracted', 'merged')
  return decide('retracted', isIntroduced ? 'support-fell-away' : 'engine-changed')
}

export type Notify = 'page' | 'update' | 'quiet'

/** Older situations do not page. */
const maxNewsAgeDays = 30

/** Kinds that are no news to people who were never notified of the alert. */
const followUps: ReadonlySet<MachineEvent> = new Set(['confirmed', 'resolved', 'retracted'])

/** `isClosed`: an officer closed the alert, and this does not end that. Call it with the values of the update in place. */
export function decideNotify(
  alert: Alert,
  kind: MachineEvent,
  { isQuiet, isClosed }: { readonly isQuiet: boolean; readonly isClosed: boolean },
  { columns }: Incidents,
  today: number,
  { pagesFrom, isQuiet: isQuietRule }: RuleSettings
): Notify {
  // Whoever was notified before the rule became quiet gets the later updates.
  if (isQuietRule && !alert.isTold) return 'quiet'
  const limit = today - maxNewsAgeDays
  const isOld = alert.endDay !== never && alert.endDay < limit
  if (isQuiet || isOld || (isClosed && kind === 'revised')) return 'quiet'
  if (!alert.isTold && followUps.has(kind)) return 'quiet'
  const isNews = kind === 'raised' || kind === 'escalated' || kind === 'reopened' || !alert.isTold
  if (!isNews) return 'update'
  const isRecent =
    alert.rule.outlastsSilence === true ||
    alert.triggers.length === 0 ||
    alert.levelDays.some(day => day >= limit) ||
    alert.triggers.some(row => columns.toDay[row]! >= limit)
  if (!isRecent) return alert.isTold ? 'update' : 'quiet'
  return severities.indexOf(alert.severity) >= severities.indexOf(pagesFrom) ? 'page' : 'update'
}
