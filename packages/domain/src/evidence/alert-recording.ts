// Alert events as the alerts log holds them, and back: most carry their evidence as the difference
// from the alert's previous event. Whether one does follows from its revision and the two lists
// alone, so that every owner of a theatre writes the same bytes. Pure. Source: decision 0014.

import type {
  AlertDifference,
  AlertEvent,
  AlertState,
  EvidenceCounts,
  EvidenceItem,
  RecordedAlert
} from '../alert/alert.ts'
import type { Handling } from '../report/handling.ts'
import { changedBy, changesBetween } from './evidence-changes.ts'
import { checkAfter, checkOf } from './evidence-check.ts'

/**
 * Events of an alert from one that states its evidence whole to the next: a reader that lost one
 * knows it all again by then.
 */
export const wholeEvery = 64

/** The evidence of an alert after one of its events. */
export interface KnownEvidence {
  /** The event's. */
  readonly revision: number
  readonly items: readonly EvidenceItem[]
  /** Made when first needed: an event that states its evidence whole has none. */
  readonly check: number | null
  /**
   * The alert was over: readers may forget it, so that its next event states the evidence whole.
   */
  readonly isOver: boolean
}

type EventOfState = Exclude<AlertEvent, { readonly type: 'alert.action-refused' }>

/**
 * The event as the log is to hold it, and the evidence known after it. `before`: known after the
 * alert's previous event.
 */
export function recordingOf(
  event: EventOfState,
  before: KnownEvidence | null
): { readonly recorded: RecordedAlert; readonly known: KnownEvidence } {
  const { evidence, revision } = event.data
  const whole = { recorded: event, known: known(event.data, null) }
  if (before === null || before.isOver || isWhole(revision) || before.revision !== revision - 1)
    return whole
  const evidenceChanges = changesBetween(before.items, evidence)
  const named = evidenceChanges.reduce(
    (sum, { removed, added }) => sum + removed.length + added.length,
    0
  )
  if (named >= evidence.length) return whole
  const evidenceCheck = checkAfter(
    before.check ?? checkOf(before.items),
    before.items,
    evidenceChanges,
    evidence
  )
  const data = differenceOf(event.data, {
    evidenceChanges,
    evidenceCounts: countsOf(evidence),
    evidenceCheck
  })
  const { partOfFor } = event.data
  const recorded = partOfFor === undefined ? data : { ...data, partOfFor }
  return { recorded: { type: event.type, data: recorded }, known: known(event.data, evidenceCheck) }
}

type EvidenceDifference = Pick<
  AlertDifference,
  'evidenceChanges' | 'evidenceCounts' | 'evidenceCheck'
>

/**
 * The state with the difference for its evidence. Written out: leaving one member out of forty
 * costs more than naming them.
 */
function differenceOf(state: AlertState, difference: EvidenceDifference): AlertDifference {
  return {
    action: state.action,
    alertId: state.alertId,
    area: state.area,
    category: state.category,
    certainty: state.certainty,
    concerns: state.concerns,
    drill: state.drill,
    evidenceChanges: difference.evidenceChanges,
    evidenceCheck: difference.evidenceCheck,
    evidenceCounts: difference.evidenceCounts,
    evidenceOmitted: state.evidenceOmitted,
    explanation: state.explanation,
    fatalities: state.fatalities,
    group: state.group,
    handling: state.handling,
    headline: state.headline,
    levels: state.levels,
    measure: state.measure,
    notify: state.notify,
    operator: state.operator,
    operatorRevision: state.operatorRevision,
    partOf: state.partOf,
    pattern: state.pattern,
    reason: state.reason,
    references: state.references,
    revision: state.revision,
    ruleId: state.ruleId,
    ruleVersion: state.ruleVersion,
    seq: state.seq,
    severity: state.severity,
    status: state.status,
    theatre: state.theatre,
    times: state.times,
    urgency: state.urgency,
    window: state.window
  }
}

/**
 * The whole event, and the evidence known after it. If the alert's previous event is not known, or
 * the outcome is not what the record states, the event has no evidence but `evidenceLost`, and
 * nothing is known until an event states its evidence whole.
 */
export function wholeOf(
  recorded: Exclude<RecordedAlert, { readonly type: 'alert.action-refused' }>,
  before: KnownEvidence | null
): { readonly event: EventOfState; readonly known: KnownEvidence | null } {
  if (!isDifference(recorded.data)) {
    return {
      event: { type: recorded.type, data: recorded.data },
      known: known(recorded.data, null)
    }
  }
  const { evidenceChanges, evidenceCounts, evidenceCheck, ...rest } = recorded.data
  const items =
    before?.revision === rest.revision - 1 ? changedBy(before.items, evidenceChanges) : null
  if (before !== null && items !== null) {
    const check = checkAfter(
      before.check ?? checkOf(before.items),
      before.items,
      evidenceChanges,
      items
    )
    const data = { ...rest, evidence: items }
    if (check === evidenceCheck)
      return { event: { type: recorded.type, data }, known: known(data, check) }
  }
  return {
    event: { type: recorded.type, data: { ...rest, evidence: [], evidenceLost: evidenceCounts } },
    known: null
  }
}

export function isDifference(data: AlertState | AlertDifference): data is AlertDifference {
  return 'evidenceChanges' in data
}

/** True for an event that states its evidence whole whatever came before it. */
export function isWhole(revision: number): boolean {
  return revision % wholeEvery === 1
}

/** The evidence after the event that left an alert in this state; null if it is not known. */
export function knownOf(state: AlertState): KnownEvidence | null {
  return state.evidenceLost === undefined ? known(state, null) : null
}

function known({ revision, evidence, status }: AlertState, check: number | null): KnownEvidence {
  return {
    revision,
    items: evidence,
    check,
    isOver: status === 'resolved' || status === 'retracted'
  }
}

export function countsOf(
  items: readonly Pick<EvidenceItem, 'role' | 'handling'>[]
): EvidenceCounts {
  const support: Record<Handling, number> = { public: 0, partners: 0, internal: 0, restricted: 0 }
  let triggers = 0
  for (const { role, handling } of items) {
    if (role === 'trigger') triggers += 1
    else support[handling] += 1
  }
  return { triggers, support }
}
