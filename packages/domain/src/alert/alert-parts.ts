// Parts of an alert's state that several events share. Pure.

import { groupKeyOf } from '../finding/finding-group.ts'
import { compareText } from '../incident/incident.ts'
import type { Severity } from '../record/severity.ts'
import { askerOf, type OperatorRequest, type RuleVersion } from '../record/theatre-record.ts'
import { formatTime } from '../space-time/event-time.ts'
import type { ActionRefused, AlertState, AlertStatus, MachineEvent, Urgency } from './alert.ts'
import { type AlertContent, contentOf } from './alert-content.ts'
import type { AlertEntry, RecordContext } from './alert-decision.ts'
import type { SeenFinding } from './match-candidates.ts'

/** What an alert shows of its finding, with the urgency for its status. */
export function shared({ shown }: AlertContent, status: AlertStatus) {
  return { ...shown, urgency: urgencyOf(shown.severity, status) } as const
}

function urgencyOf(severity: Severity, status: AlertStatus): Urgency {
  if (status === 'resolved' || status === 'retracted') return 'past'
  return severity === 'moderate' ? 'expected' : 'immediate'
}

/** The text of an alert that has lost its support: a reader of the headline alone must not take it for news. */
export function withdrawn(before: AlertState) {
  return { urgency: 'past', headline: `Retracted: ${before.headline}` } as const
}

/** Clears the acknowledgement's end once the alert is closed, and the disposition once it is open again. */
export function operatorAt(operator: AlertState['operator'], event: MachineEvent): AlertState['operator'] {
  if (event === 'reopened') return { ...operator, disposition: null }
  return event === 'resolved' || event === 'retracted' ? { ...operator, acknowledgedUntil: null } : operator
}

/** Alerts that an alert refers to: earlier ones, and those merged now. */
export function referencesAfter(before: readonly string[], { absorbed, mergedInto }: AlertEntry): readonly string[] {
  if (absorbed.length === 0 && mergedInto === null) return before
  return [...new Set([...before, ...absorbed, ...(mergedInto === null ? [] : [mergedInto])])].sort(compareText)
}

/** Findings in the order in which they raise alerts. */
export function inOrder(findings: readonly SeenFinding[]): SeenFinding[] {
  return [...findings].sort(
    (a, b) => compareText(groupKeyOf(a.finding), groupKeyOf(b.finding)) || a.finding.fromMs - b.finding.fromMs
  )
}

/** The refusal of a request that changes nothing: the reason, and who acted before. */
export function refusalOf(
  request: OperatorRequest,
  reason: ActionRefused['reason'],
  entry: AlertEntry | undefined,
  at: { readonly theatre: string; readonly seq: number }
): ActionRefused {
  const standing = entry?.standing
  return {
    alertId: request.alertId,
    ...at,
    notify: 'quiet',
    actionId: request.actionId,
    reason,
    ...askerOf(request),
    operatorRevision: entry?.state.operatorRevision ?? null,
    standingBy: standing?.by ?? null,
    ...(standing?.byId === undefined ? {} : { standingById: standing.byId }),
    standingAt: standing?.at ?? null,
    handling: entry?.state.handling ?? 'restricted'
  }
}

/** The operator state of a new alert. */
export const nothingDone = {
  operator: { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null },
  reason: null,
  action: null
} as const

/** What an alert shows of its current finding; null if it holds none. */
export function contentNow({ state, held, published }: AlertEntry, { revisions }: RecordContext): AlertContent | null {
  if (held === null) return null
  const { evidence, levels, window } = state
  return contentOf(held.finding, held.severities, revisions, { finding: published.finding, evidence, levels, window })
}

/** An alert before its first event. */
export function newborn(
  rule: RuleVersion,
  found: SeenFinding,
  content: AlertContent,
  { time, ...named }: Pick<AlertState, 'alertId' | 'theatre' | 'references'> & { readonly time: string }
): AlertEntry {
  const state: AlertState = {
    ...shared(content, 'provisional'),
    ...named,
    revision: 0,
    operatorRevision: 1,
    seq: 0,
    status: 'provisional',
    notify: 'page',
    concerns: 'public',
    ruleId: rule.ruleId,
    ruleVersion: rule.ruleVersion,
    pattern: rule.pattern,
    times: {
      occurredFrom: formatTime(content.occurredFromMs),
      firstReportedAt: formatTime(content.firstReportedAtMs),
      detectedAt: time
    },
    partOf: null,
    ...nothingDone
  }
  return {
    state,
    firstSeq: Number.MAX_SAFE_INTEGER,
    held: found,
    published: found,
    told: false,
    closedByHand: null,
    standing: null,
    mergedInto: null,
    absorbed: []
  }
}
