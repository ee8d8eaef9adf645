// Parts of an alert's state that several of its events need. Pure.

import { groupKeyOf } from '../finding/finding-group.ts'
import { compareText } from '../incident/incident.ts'
import type { Severity } from '../record/severity.ts'
import { askerOf, type OperatorRequest, type RuleVersion } from '../record/theatre-record.ts'
import { formatTime } from '../space-time/event-time.ts'
import type { ActionRefused, AlertState, AlertStatus, MachineEvent, Urgency } from './alert.ts'
import { type AlertContent, contentOf } from './alert-content.ts'
import type { AlertEntry, RecordContext } from './alert-decision.ts'
import type { SeenFinding } from './match-candidates.ts'

/** What an alert shows of its finding, and how urgent that is in this status. */
export function shared({ shown }: AlertContent, status: AlertStatus) {
  return { ...shown, urgency: urgencyOf(shown.severity, status) } as const
}

function urgencyOf(severity: Severity, status: AlertStatus): Urgency {
  if (status === 'resolved' || status === 'retracted') return 'past'
  return severity === 'moderate' ? 'expected' : 'immediate'
}

/** What an alert says once its support fell away: whoever reads the headline alone must not take it for news. */
export function withdrawn(before: AlertState) {
  return { urgency: 'past', headline: `Retracted: ${before.headline}` } as const
}

/** An end to an acknowledgement means nothing once the alert is closed; a disposition nothing once it is open again. */
export function operatorAt(operator: AlertState['operator'], event: MachineEvent): AlertState['operator'] {
  if (event === 'reopened') return { ...operator, disposition: null }
  return event === 'resolved' || event === 'retracted' ? { ...operator, acknowledgedUntil: null } : operator
}

/** Alerts that an alert names: those of before, and what it merged with now. */
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

/** What an officer is told whose request changes nothing: why, and who was there before. */
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

/** Of an alert that no operator has touched, and of which nothing but its beginning is said. */
export const nothingDone = {
  operator: { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null },
  reason: null,
  action: null
} as const

/** What an alert shows of the finding that it holds; null where it holds none. */
export function contentNow({ state, held, published }: AlertEntry, { revisions }: RecordContext): AlertContent | null {
  if (held === null) return null
  const { evidence, levels, window } = state
  return contentOf(held.finding, held.severities, revisions, { finding: published.finding, evidence, levels, window })
}

/** An alert that nothing was said of yet. */
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
