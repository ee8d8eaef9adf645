// Alert events: what the suite publishes of a finding, and the formats that partners build on. Source: formats.md#an-alert-event.

import type { Severity } from '../record/severity.ts'
import type { Asker } from '../record/theatre-record.ts'
import type { Handling } from '../report/handling.ts'
import type { Fatalities } from '../report/report.ts'

export const machineEvents = ['retracted', 'resolved', 'reopened', 'escalated', 'confirmed', 'revised', 'raised'] as const
export type MachineEvent = (typeof machineEvents)[number]
/** True for events that page nobody and leave the severity unchanged. */
export function canWait(event: MachineEvent): boolean {
  return event === 'confirmed' || event === 'resolved' || event === 'revised'
}
export const operatorEvents = ['acknowledged', 'acknowledgement-lapsed', 'assigned', 'commented', 'action-refused'] as const
export type OperatorEvent = (typeof operatorEvents)[number]
export type AlertEventName = MachineEvent | OperatorEvent
export type AlertEventType = `alert.${AlertEventName}`

export const alertStatuses = ['provisional', 'confirmed', 'retracted', 'resolved'] as const
export type AlertStatus = (typeof alertStatuses)[number]
export const urgencies = ['immediate', 'expected', 'future', 'past', 'unknown'] as const
export type Urgency = (typeof urgencies)[number]
export const certainties = ['observed', 'likely', 'possible', 'unlikely', 'unknown'] as const
export type Certainty = (typeof certainties)[number]
export const notifies = ['page', 'quiet', 'update'] as const
export type Notify = (typeof notifies)[number]

export interface AlertLevel {
  readonly level: number
  /** Event time at which the level was reached, ISO 8601. */
  readonly at: string
  /** Its cause: `partial`, `full`, `30 days`, … */
  readonly reason: string
}

export interface AlertArea {
  readonly country: readonly string[]
  readonly admin1: readonly string[]
  /** [lat, lon, km], or null where no trigger has coordinates. */
  readonly circle: readonly [number, number, number] | null
  readonly settlement: string | null
}

export interface AlertMeasure {
  readonly name: string
  readonly value: number
  readonly threshold: number
  readonly baseline: number | null
  readonly falseAlarmsPerYear: number | null
}

export interface EvidenceItem {
  readonly incidentId: string
  readonly revision: number
  readonly role: 'trigger' | 'support'
  /** Strictest handling of the incident's reports: a reader below it does not get this item. */
  readonly handling: Handling
}

export interface AlertOperator {
  readonly acknowledgedBy: string | null
  /** Id of the key that acknowledged it; left out if nobody has, or if ids were not stored yet. */
  readonly acknowledgedById?: string
  readonly acknowledgedUntil: string | null
  readonly assignedTo: string | null
  readonly disposition: string | null
}

/** The `data` of every alert event but `alert.action-refused`: the whole state of the alert after it. */
export interface AlertState {
  readonly alertId: string
  readonly revision: number
  readonly operatorRevision: number
  readonly seq: number
  readonly theatre: string
  readonly status: AlertStatus
  readonly notify: Notify
  readonly ruleId: string
  readonly ruleVersion: number
  readonly pattern: string
  readonly group: Readonly<Record<string, string>>
  readonly headline: string
  readonly explanation: string
  readonly severity: Severity
  readonly urgency: Urgency
  readonly certainty: Certainty
  readonly levels: readonly AlertLevel[]
  readonly area: AlertArea
  readonly window: { readonly from: string; readonly to: string | null }
  readonly measure: AlertMeasure
  /** At most 500; `evidenceOmitted` counts the rest. */
  readonly evidence: readonly EvidenceItem[]
  readonly evidenceOmitted: number
  readonly category: readonly string[]
  readonly fatalities: Fatalities
  readonly times: { readonly occurredFrom: string; readonly firstReportedAt: string; readonly detectedAt: string }
  readonly handling: Handling
  /**
   * The least handling at which this event changes anything: `public`, unless it changes support only. Readers below it do not
   * get the event, which would reveal a hidden report.
   */
  readonly concerns: Handling
  /** Alerts that this one shares reports with. */
  readonly references: readonly string[]
  /**
   * The open alert under which this one is listed. If a wider story begins later from the same reports, or the parent is over,
   * the next record at the latest updates it: with an event of its own, else with a quiet `revised`.
   */
  readonly partOf: string | null
  readonly operator: AlertOperator
  readonly drill: boolean
  /** Why it was retracted, resolved or reopened; null otherwise. */
  readonly reason: string | null
  /** For an operator's event: the action, the operator and the text; null on machine events. */
  readonly action: (Asker & { readonly actionId: string; readonly text: string | null }) | null
}

/** The `data` of `alert.action-refused`: it changes nothing but `seq`. */
export interface ActionRefused extends Asker {
  readonly alertId: string
  readonly seq: number
  readonly theatre: string
  readonly notify: 'quiet'
  readonly actionId: string
  readonly reason: 'unknown-alert' | 'stale-revision' | 'alert-closed' | 'invalid'
  /** The current operator revision, its author and time: for the loser of a race. */
  readonly operatorRevision: number | null
  readonly standingBy: string | null
  /** Id of that key; left out for machine events, or if ids were not stored yet. */
  readonly standingById?: string
  readonly standingAt: string | null
  readonly handling: Handling
}

export type AlertEvent =
  | { readonly type: Exclude<AlertEventType, 'alert.action-refused'>; readonly data: AlertState }
  | { readonly type: 'alert.action-refused'; readonly data: ActionRefused }
