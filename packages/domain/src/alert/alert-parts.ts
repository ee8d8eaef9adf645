// Parts of an alert's state that several events share. Pure.

import type { Finding } from '../finding/finding.ts'
import { signatureOf } from '../finding/finding-difference.ts'
import { groupKeyOf } from '../finding/finding-group.ts'
import { compareText } from '../incident/incident.ts'
import type { Digest } from '../ports.ts'
import type { Severity } from '../record/severity.ts'
import { type AlertRequest, askerOf, type RuleVersion } from '../record/theatre-record.ts'
import { formatTime } from '../space-time/event-time.ts'
import {
  type ActionRefused,
  type AlertState,
  type AlertStatus,
  type MachineEvent,
  machineEvents,
  type Urgency
} from './alert.ts'
import { type AlertContent, contentOf } from './alert-content.ts'
import { type AlertEntry, findingOf, type RecordContext } from './alert-decision.ts'
import { stateOf } from './alert-state.ts'
import type { SeenFinding } from './match-candidates.ts'
import { letGo } from './operator-decision.ts'

/** What an alert shows of its finding, with the urgency for its status. */
export function shared({ shown }: AlertContent, status: AlertStatus) {
  return { ...shown, urgency: urgencyOf(shown.severity, status) } as const
}

export function urgencyOf(severity: Severity, status: AlertStatus): Urgency {
  if (status === 'resolved' || status === 'retracted') return 'past'
  return severity === 'moderate' ? 'expected' : 'immediate'
}

/**
 * The text of an alert that has lost its support: a reader of the headline alone must not take it
 * for news.
 */
export function withdrawn(before: AlertState) {
  return { urgency: 'past', headline: `Retracted: ${before.headline}` } as const
}

/**
 * The operator state with an event. A closed alert's acknowledgement has no end. One that comes
 * back has no disposition, and if that is not quiet, nobody has it: who took it once and closed it
 * need not be there.
 */
export function operatorAt(
  operator: AlertState['operator'],
  event: MachineEvent,
  notify: AlertState['notify']
): AlertState['operator'] {
  if (event === 'reopened')
    return { ...(notify === 'quiet' ? operator : letGo(operator)), disposition: null }
  return event === 'resolved' || event === 'retracted'
    ? { ...operator, acknowledgedUntil: null }
    : operator
}

/** Alerts that an alert refers to: earlier ones, and those merged now. */
export function referencesAfter(
  before: readonly string[],
  { absorbed, mergedInto }: AlertEntry
): readonly string[] {
  if (absorbed.length === 0 && mergedInto === null) return before
  return [...new Set([...before, ...absorbed, ...(mergedInto === null ? [] : [mergedInto])])].sort(
    compareText
  )
}

/** Findings in the order in which they raise alerts. */
export function inOrder(findings: readonly SeenFinding[]): SeenFinding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(groupKeyOf(a.finding), groupKeyOf(b.finding)) ||
      a.finding.fromMs - b.finding.fromMs
  )
}

/**
 * An event of the machine that an alert is due. `unless-live`: quiet, unless it takes growth along
 * that is live for all whom it concerns. `ifMoved`: unless its parent is right again by then.
 */
export interface Decision {
  readonly alertId: string
  readonly event: MachineEvent
  readonly reason: string | null
  readonly quiet?: true | 'unless-live'
  readonly concerns?: 'public'
  readonly ifMoved?: true
}

/** The decisions of one record in the order of their events: by kind, rule, group, id. */
export function inOrderOfEvents(
  decisions: readonly Decision[],
  entryOf: (alertId: string) => AlertEntry
): Decision[] {
  const compare = (a: Decision, b: Decision) => {
    const one = entryOf(a.alertId)
    const other = entryOf(b.alertId)
    return (
      machineEvents.indexOf(a.event) - machineEvents.indexOf(b.event) ||
      compareText(one.state.ruleId, other.state.ruleId) ||
      compareText(groupKeyOf(findingOf(one)), groupKeyOf(findingOf(other))) ||
      compareText(a.alertId, b.alertId)
    )
  }
  return [...decisions].sort(compare)
}

/**
 * hash(theatre, rule, record, first trigger report); with the group added if one report makes two
 * findings.
 */
export function newAlertId(
  of: readonly [theatre: string, ruleId: string, recordId: string],
  finding: Finding,
  digest: Digest,
  isTaken: (alertId: string) => boolean
): string {
  const parts = ['alert-id', ...of, finding.triggers[0]?.id ?? '']
  const more = [() => groupKeyOf(finding), () => String(finding.fromMs), () => signatureOf(finding)]
  for (;;) {
    const id = digest(...parts)
    const further = isTaken(id) ? more.shift() : undefined
    if (further === undefined) return id
    parts.push(further())
  }
}

/** The refusal of a request that changes nothing: the reason, and who acted before. */
export function refusalOf(
  request: AlertRequest,
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
    ...(standing?.handling === undefined ? {} : { standingHandling: standing.handling }),
    standingAt: standing?.at ?? null,
    handling: entry?.state.handling ?? 'restricted',
    ...(request.handling === undefined ? {} : { actionHandling: request.handling })
  }
}

/** The operator state of a new alert. */
export const nothingDone = {
  operator: { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null },
  reason: null,
  action: null
} as const

/** What an alert shows of its current finding; null if it holds none. */
export function contentNow(
  { state, held, published }: AlertEntry,
  { revisions }: Pick<RecordContext, 'revisions'>
): AlertContent | null {
  if (held === null) return null
  const { evidence, levels, window } = state
  return contentOf(held.finding, held.severities, revisions, {
    finding: published.finding,
    evidence,
    levels,
    window
  })
}

/** An alert after a machine event. */
export function publishedAs(entry: AlertEntry, event: MachineEvent, state: AlertState): AlertEntry {
  return {
    ...entry,
    state,
    firstSeq: Math.min(entry.firstSeq, state.seq),
    published: entry.held ?? entry.published,
    told: entry.told || state.notify !== 'quiet',
    closedByHand: event === 'reopened' ? null : entry.closedByHand,
    mergedInto: null,
    absorbed: []
  }
}

/** An alert as if all that it shows of its current finding were published. */
export function toldAll(entry: AlertEntry, revisions: RecordContext['revisions']): AlertEntry {
  const content = contentNow(entry, { revisions })
  if (content === null || entry.held === null) return entry
  return {
    ...entry,
    published: entry.held,
    state: { ...entry.state, ...shared(content, entry.state.status) }
  }
}

/** An alert before its first event. */
export function newborn(
  rule: RuleVersion,
  found: SeenFinding,
  content: AlertContent,
  {
    alertId,
    theatre,
    references,
    time
  }: Pick<AlertState, 'alertId' | 'theatre' | 'references'> & { readonly time: string }
): AlertEntry {
  const state = stateOf(content.shown, {
    alertId,
    theatre,
    references,
    urgency: urgencyOf(content.shown.severity, 'provisional'),
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
    operator: nothingDone.operator,
    reason: nothingDone.reason,
    action: nothingDone.action
  })
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
