// The state of an alert as one literal. All states have one shape, which spreading forty members
// after another would not give, and their members are in the order in which they are written.

import type { AlertState } from './alert.ts'
import type { AlertContent } from './alert-content.ts'

type Shown = AlertContent['shown']

/** What an alert shows of its finding, and the rest of its state, without what few states have. */
export function stateOf(
  shown: Shown,
  rest: Omit<AlertState, keyof Shown | 'evidenceLost' | 'partOfFor'>
): AlertState {
  return {
    action: rest.action,
    alertId: rest.alertId,
    area: shown.area,
    category: shown.category,
    certainty: shown.certainty,
    concerns: rest.concerns,
    drill: shown.drill,
    evidence: shown.evidence,
    evidenceOmitted: shown.evidenceOmitted,
    explanation: shown.explanation,
    fatalities: shown.fatalities,
    group: shown.group,
    handling: shown.handling,
    headline: shown.headline,
    levels: shown.levels,
    measure: shown.measure,
    notify: rest.notify,
    operator: rest.operator,
    operatorRevision: rest.operatorRevision,
    partOf: rest.partOf,
    pattern: rest.pattern,
    reason: rest.reason,
    references: rest.references,
    revision: rest.revision,
    ruleId: rest.ruleId,
    ruleVersion: rest.ruleVersion,
    seq: rest.seq,
    severity: shown.severity,
    status: rest.status,
    theatre: rest.theatre,
    times: rest.times,
    urgency: rest.urgency,
    window: shown.window
  }
}
