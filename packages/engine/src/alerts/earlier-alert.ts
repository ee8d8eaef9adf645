// An alert of the log's second version, as the engine before published it: `AlertBook.adopt` continues
// it. The words of that version are not read; days, numbers and operator state are.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import type { Incidents } from '../data/incidents.ts'
import { convertToDay, never, parseMs } from '../data/time.ts'
import { handlings } from '../data/vocabulary.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { Alert, type Certainty } from './alert.ts'
import { sortNumbers } from './sorted-list.ts'

export interface EarlierAlert {
  /** Its last state. */
  readonly state: AlertStatement
  /** Order of the first events of alerts: the older is lower. */
  readonly seq: number
  /** An event of it was not quiet. */
  readonly isTold: boolean
}

export function readEarlierAlert(
  { state, seq, isTold }: EarlierAlert,
  rule: RuleBase,
  incidents: Incidents
): Alert {
  const { alertId, group, drill: isDrill, window, operator, measure, levels } = state
  const alert = new Alert(alertId, seq, { rule, group, isDrill })
  alert.revision = state.revision
  alert.operatorRevision = state.operatorRevision
  alert.operator = operator
  alert.isTold = isTold
  alert.status = state.status
  alert.ruleVersion = state.ruleVersion
  alert.severity = state.severity
  alert.certainty = readCertainty(state)
  alert.handling = handlings.indexOf(state.handling)
  alert.levelDays = levels.map(({ at }) => readDay(at))
  alert.level = levels.at(-1)?.level ?? 1
  alert.startDay = readDay(window.from)
  alert.endDay = window.to === null ? never : readDay(window.to)
  alert.value = measure.value
  alert.threshold = measure.threshold
  alert.baseline = measure.baseline
  alert.triggers = findTriggers(state, incidents)
  if (operator.disposition !== null) {
    alert.closedDay = readDay(state.times.detectedAt)
    alert.closedLevel = alert.level
  }
  return alert
}

function readDay(time: string): number {
  return convertToDay(parseMs(time))
}

function readCertainty({ certainty }: AlertStatement): Certainty {
  return certainty === 'unknown' ? 'possible' : certainty
}

/** Rows of the triggers that this engine knows, by the report that gave the incident its id. */
function findTriggers({ evidence }: AlertStatement, { reports }: Incidents): number[] {
  const rows = evidence
    .filter(({ role }) => role === 'trigger')
    .map(({ incidentId }) => reports.rowById.get(incidentId))
    .filter(row => row !== undefined)
  return sortNumbers([...new Set(rows)])
}
