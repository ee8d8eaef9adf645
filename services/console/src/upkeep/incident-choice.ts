// Incidents that an officer chooses among the evidence, on the map or in the list: one to split, or
// two to merge. Pure.

import type { ShownEvidence, ShownIncident } from '../shown/shown-alert.ts'
import { isDivisible, mergeableWith } from './incident-act.ts'

/** In the order of choosing: the form stands at the first. At most two. */
export type ChosenIds = readonly string[]

export const noneChosen: ChosenIds = []

const chosenMax = 2

/**
 * One more, or one less if it is chosen already. Of two, another one takes the place of the second.
 */
export function turned(ids: ChosenIds, id: string): ChosenIds {
  if (ids.includes(id)) return ids.filter(each => each !== id)
  return [...ids.slice(0, chosenMax - 1), id]
}

/** Those of them that are evidence still, and can be acted on: after a merge one is gone. */
export function choosable(
  ids: ChosenIds,
  evidence: readonly ShownEvidence[]
): readonly ShownIncident[] {
  return ids.flatMap(id => {
    const incident = evidence.find(({ incidentId }) => incidentId === id)?.incident ?? null
    return incident === null || incident.withdrawn ? [] : [incident]
  })
}

/** Why nothing can be split, or merged; null: it can. */
export type WhyNot =
  | 'none-chosen'
  | 'two-chosen'
  | 'one-report'
  | 'one-chosen'
  | 'same-source'
  | null

export function whyNotSplit([first, second]: readonly ShownIncident[]): WhyNot {
  if (first === undefined) return 'none-chosen'
  if (second !== undefined) return 'two-chosen'
  return isDivisible(first) ? null : 'one-report'
}

export function whyNotMerged(
  [first, second]: readonly ShownIncident[],
  evidence: readonly ShownEvidence[]
): WhyNot {
  if (first === undefined) return 'none-chosen'
  if (second === undefined) return 'one-chosen'
  return mergeableWith(first, evidence).some(({ incidentId }) => incidentId === second.incidentId)
    ? null
    : 'same-source'
}
