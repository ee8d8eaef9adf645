// A sample of an alert event for a receiver to try: as real ones are, of an invented place, and
// marked as a test in the event, the alert and its headline.

import type { AlertEventType } from '@tocsin/contracts/alert/alert'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { alertEventTypes } from '@tocsin/contracts/subscription/event-types'
import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import type { VisibleAlert, VisibleEvent } from '../alerts/reader-view.ts'
import { withoutParts } from '../alerts/withheld-parts.ts'

/** A refused action does not describe an alert. */
export const sampleTypes: readonly AlertEventType[] = alertEventTypes.filter(
  type => type !== 'alert.action-refused'
)

/** The CloudEvent. Its sequence 0 is that of no delivery. */
export function buildSampleEvent(
  id: string,
  type: string,
  { subscriptionId, withhold }: SubscriptionRecord,
  epoch: string,
  nowMs: number
): object {
  const data = buildAlert(type, nowMs)
  const event: VisibleEvent = {
    ...{ specversion: '1.0', id, source: '/tocsin/notifier', type: `tocsin.${type}.v1` },
    ...{ time: formatTime(nowMs), datacontenttype: 'application/json', subject: data.alertId },
    ...{ cause: null, engine: 'sample', theatre: data.theatre, data }
  }
  return {
    ...withoutParts(event, withhold),
    ...{ subscriptionid: subscriptionId, epoch, sequence: 0, previousid: null, test: true }
  }
}

function buildAlert(type: string, nowMs: number): VisibleAlert {
  const day = (ago: number) => formatTime(nowMs - ago * dayMs)
  return {
    ...{ alertId: 'sample', theatre: 'sample', revision: type === 'alert.raised' ? 1 : 2 },
    ...{ operatorRevision: 0, status: 'provisional', notify: 'update', drill: true },
    ...{ ruleId: 'siege', ruleVersion: 1, pattern: 'siege' },
    group: { settlement: 'Sampleton', settlementId: 'XX-1/sampleton' },
    headline: 'EXERCISE: sample of an alert, a siege of Sampleton (nothing has happened)',
    explanation: 'A sample for testing a receiver. Two of three criteria have held for a week.',
    ...{ severity: 'severe', urgency: 'immediate', certainty: 'likely' },
    levels: [{ level: 1, at: day(7), reason: 'partial' }],
    area: { country: ['XX'], admin1: ['XX-1'], circle: [0, 0, 5], settlement: 'XX-1/sampleton' },
    window: { from: day(7), to: type === 'alert.resolved' ? day(0) : null },
    measure: {
      ...{ name: 'criteria held', value: 2, threshold: 2 },
      ...{ baseline: null, falseAlarmsPerYear: null }
    },
    evidence: [{ incidentId: 'sample-incident', role: 'trigger', handling: 'public' }],
    ...{ evidenceCount: { triggers: 1, support: 0 }, evidenceOmitted: 0 },
    ...{ concerns: 'public', handling: 'public', category: ['blockade'] },
    fatalities: { low: 0, best: null, high: null },
    times: { occurredFrom: day(7), firstReportedAt: day(6), detectedAt: day(0) },
    ...{ references: [], partOf: null, reason: null, action: null, operator },
    ...changes[type as AlertEventType]
  }
}

const by = 'Sample officer'
const action = { by, actionId: 'sample-action', text: 'A sample.', handling: 'public' } as const
const act = { operatorRevision: 1, action } as const
const operator = {
  ...{ acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null }
} as const

/** What an event changes in the alert. */
const changes: Partial<Record<AlertEventType, Partial<VisibleAlert>>> = {
  'alert.raised': { notify: 'page' },
  'alert.confirmed': { status: 'confirmed' },
  'alert.escalated': { severity: 'extreme', notify: 'page' },
  'alert.retracted': { status: 'retracted', reason: 'a sample' },
  'alert.resolved': { status: 'resolved', reason: 'a sample' },
  'alert.reopened': { notify: 'page', reason: 'a sample' },
  'alert.acknowledged': { ...act, operator: { ...operator, acknowledgedBy: by } },
  'alert.assigned': { ...act, operator: { ...operator, assignedTo: by } },
  'alert.commented': act
}
