// Alert events of the second version, whole again: most carry their evidence as the difference from
// the alert's previous event. Pure. Source: decision 0014.

import type {
  AlertDifference,
  AlertEvent,
  AlertState,
  EvidenceChange,
  EvidenceCounts,
  EvidenceItem,
  RecordedAlert
} from '../alert/alert.ts'
import type { Handling } from '../theatre/handling.ts'

export interface KnownEvidence {
  /** The event's. */
  readonly revision: number
  readonly items: readonly EvidenceItem[]
  /**
   * The alert was over: readers may forget it, so that its next event states the evidence whole.
   */
  readonly isOver: boolean
}

type EventOfState = Exclude<AlertEvent, { readonly type: 'alert.action-refused' }>

/**
 * The whole event, and the evidence known after it. If the alert's previous event is not known, or
 * the changes are not of the evidence, the event has no evidence but `evidenceLost`, and
 * nothing is known until an event states its evidence whole.
 */
export function restoreWhole(
  recorded: Exclude<RecordedAlert, { readonly type: 'alert.action-refused' }>,
  before: KnownEvidence | null
): { readonly event: EventOfState; readonly known: KnownEvidence | null } {
  const { type, data } = recorded
  const whole = isDifference(data) ? addDifference(data, before) : data
  return { event: { type, data: whole }, known: readKnown(whole) }
}

function addDifference(difference: AlertDifference, before: KnownEvidence | null): AlertState {
  const { evidenceChanges, evidenceCounts, evidenceCheck: _, ...rest } = difference
  const items =
    before?.revision === rest.revision - 1 ? applyChanges(before.items, evidenceChanges) : null
  return items === null
    ? { ...rest, evidence: [], evidenceLost: evidenceCounts }
    : { ...rest, evidence: items }
}

export function isDifference(data: AlertState | AlertDifference): data is AlertDifference {
  return 'evidenceChanges' in data
}

/** The evidence after the event that left an alert in this state; null if it is not known. */
export function readKnown(state: AlertState): KnownEvidence | null {
  const { revision, evidence: items, status, evidenceLost } = state
  const isOver = status === 'resolved' || status === 'retracted'
  return evidenceLost === undefined ? { revision, items, isOver } : null
}

export function countEvidence(
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

/**
 * The list that changes make of another; null if they are not changes of it. Items that stay are
 * the same objects.
 */
export function applyChanges(
  before: readonly EvidenceItem[],
  changes: readonly EvidenceChange[]
): readonly EvidenceItem[] | null {
  if (changes.length === 0) return before
  const now: EvidenceItem[] = []
  let from = 0
  for (const { at, removed, added } of changes) {
    if (at < from || at + removed.length > before.length) return null
    if (removed.some((id, i) => before[at + i]?.incidentId !== id)) return null
    now.push(...before.slice(from, at), ...added)
    from = at + removed.length
  }
  return [...now, ...before.slice(from)]
}
