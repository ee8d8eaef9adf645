// Writes alert events of the second version, as earlier releases did: most carry their evidence as
// the difference from the alert's previous event. Readers must go on reading such logs.

import type {
  AlertDifference,
  AlertEvent,
  AlertState,
  EvidenceChange,
  EvidenceItem,
  RecordedAlert
} from '@tocsin/contracts/alert/alert'
import {
  countEvidence,
  type KnownEvidence,
  readKnown,
  restoreWhole
} from '@tocsin/contracts/record/alert-recording'

type Evidence = readonly EvidenceItem[]
type EventOfState = Exclude<AlertEvent, { readonly type: 'alert.action-refused' }>

/**
 * Events of an alert from one that states its evidence whole to the next: a reader that lost one
 * knows it all again by then.
 */
export const wholeEvery = 64

/** True for an event that states its evidence whole whatever came before it. */
function isWhole(revision: number): boolean {
  return revision % wholeEvery === 1
}

/** The evidence of each alert after its last event. */
export class EvidenceByAlert {
  readonly #known = new Map<string, KnownEvidence>()

  /** The event as the log is to hold it, as the next of the alert. */
  record(event: AlertEvent): RecordedAlert {
    if (event.type === 'alert.action-refused') return event
    const { alertId } = event.data
    const { recorded, known } = makeRecording(event, this.#known.get(alertId) ?? null)
    this.#known.set(alertId, known)
    return recorded
  }

  /**
   * The whole of the next event of the alert. With `evidenceLost` if an event of the alert is
   * missing before it.
   */
  read(recorded: RecordedAlert): AlertEvent {
    if (recorded.type === 'alert.action-refused') return recorded
    const { alertId } = recorded.data
    const { event, known } = restoreWhole(recorded, this.#known.get(alertId) ?? null)
    if (known === null) this.#known.delete(alertId)
    else this.#known.set(alertId, known)
    return event
  }
}

/**
 * The event as the log is to hold it, and the evidence known after it. `before`: known after the
 * alert's previous event.
 */
function makeRecording(
  event: EventOfState,
  before: KnownEvidence | null
): { readonly recorded: RecordedAlert; readonly known: KnownEvidence } {
  const { evidence, revision } = event.data
  const known = readKnown(event.data)!
  const whole = { recorded: event, known }
  if (before === null || before.isOver || isWhole(revision) || before.revision !== revision - 1)
    return whole
  const evidenceChanges = findChanges(before.items, evidence)
  const named = evidenceChanges.reduce(
    (sum, { removed, added }) => sum + removed.length + added.length,
    0
  )
  if (named >= evidence.length) return whole
  const data = makeDifference(event.data, {
    evidenceChanges,
    evidenceCounts: countEvidence(evidence),
    // A check sum, which no reader compares.
    evidenceCheck: 0
  })
  const { partOfFor } = event.data
  const recorded = partOfFor === undefined ? data : { ...data, partOfFor }
  return { recorded: { type: event.type, data: recorded }, known }
}

type EvidenceDifference = Pick<
  AlertDifference,
  'evidenceChanges' | 'evidenceCounts' | 'evidenceCheck'
>

/**
 * The state with the difference for its evidence. Written out: leaving one member out of forty
 * costs more than naming them.
 */
function makeDifference(state: AlertState, difference: EvidenceDifference): AlertDifference {
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

interface Draft {
  readonly at: number
  readonly removed: string[]
  readonly added: EvidenceItem[]
}

/**
 * The changes that make the second list of the first. Not always the fewest: an item that has moved
 * is removed and added. O(items between the first and the last difference).
 */
export function findChanges(before: Evidence, now: Evidence): readonly EvidenceChange[] {
  const least = Math.min(before.length, now.length)
  let from = 0
  while (from < least && isSameItem(before[from] as EvidenceItem, now[from] as EvidenceItem))
    from += 1
  let [beforeEnd, nowEnd] = [before.length, now.length]
  while (
    beforeEnd > from &&
    nowEnd > from &&
    isSameItem(before[beforeEnd - 1] as EvidenceItem, now[nowEnd - 1] as EvidenceItem)
  ) {
    beforeEnd -= 1
    nowEnd -= 1
  }
  if (from === beforeEnd && from === nowEnd) return []
  if (from === beforeEnd || from === nowEnd)
    return [
      {
        at: from,
        removed: before.slice(from, beforeEnd).map(getId),
        added: now.slice(from, nowEnd)
      }
    ]
  return findInnerChanges(before.slice(from, beforeEnd), now.slice(from, nowEnd), from)
}

/** `offset`: where the first list begins in the whole one. */
function findInnerChanges(
  before: Evidence,
  now: Evidence,
  offset: number
): readonly EvidenceChange[] {
  const [beforeAt, nowAt] = [indexItems(before), indexItems(now)]
  const walk = new Walk(offset)
  for (
    let [old, fresh] = [before[0], now[0]];
    old ?? fresh;
    old = before[walk.i], fresh = now[walk.j]
  ) {
    if (old === undefined) walk.add(fresh as EvidenceItem)
    else if (fresh === undefined) walk.remove(old)
    else if (isSameItem(old, fresh)) walk.keep()
    else if (old.incidentId === fresh.incidentId) {
      walk.remove(old)
      walk.add(fresh)
    } else {
      const [oldNow, freshBefore] = [
        nowAt.get(old.incidentId) ?? -1,
        beforeAt.get(fresh.incidentId) ?? -1
      ]
      if (oldNow < walk.j) walk.remove(old)
      else if (freshBefore < walk.i) walk.add(fresh)
      // Both are in both lists: the one that is further from its place has moved.
      else if (freshBefore - walk.i > oldNow - walk.j) walk.add(fresh)
      else walk.remove(old)
    }
  }
  return walk.changes
}

/** A walk along both lists, and the changes on its way. */
class Walk {
  readonly changes: Draft[] = []
  readonly #offset: number
  /** Items of each list that were passed. */
  i = 0
  j = 0
  #open: Draft | null = null

  constructor(offset: number) {
    this.#offset = offset
  }

  keep(): void {
    this.#open = null
    this.i += 1
    this.j += 1
  }

  remove({ incidentId }: EvidenceItem): void {
    this.#change().removed.push(incidentId)
    this.i += 1
  }

  add(item: EvidenceItem): void {
    this.#change().added.push(item)
    this.j += 1
  }

  #change(): Draft {
    if (this.#open !== null) return this.#open
    this.#open = { at: this.#offset + this.i, removed: [], added: [] }
    this.changes.push(this.#open)
    return this.#open
  }
}

function isSameItem(a: EvidenceItem, b: EvidenceItem): boolean {
  return (
    a === b ||
    (a.incidentId === b.incidentId &&
      a.revision === b.revision &&
      a.role === b.role &&
      a.handling === b.handling)
  )
}

/** Where each incident stands last. */
function indexItems(items: Evidence): ReadonlyMap<string, number> {
  return new Map(items.map(({ incidentId }, i) => [incidentId, i]))
}

function getId({ incidentId }: EvidenceItem): string {
  return incidentId
}
