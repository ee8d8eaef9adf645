// Which earlier events of an alert with very many still decide what a reader gets. Pure.

import type { AudienceMoment } from './audience.ts'
import type { Numbering } from './level-story.ts'

/** Different states of an alert that are remembered, for each level of readers. */
const statesMax = 200

/**
 * The last event of each state, in order. Who was shown the alert, and with which severity, follows
 * as from all events. O(events × levels).
 */
export function neededMoments<M extends AudienceMoment>(
  earlier: readonly M[],
  numberings: readonly Numbering[]
): M[] {
  const needed = new Set<M>()
  for (const numbering of numberings) {
    const states = new Set<string>()
    for (let i = earlier.length - 1; i >= 0 && states.size < statesMax; i--) {
      const moment = earlier[i] as M
      const state = describeState(moment, numbering)
      if (!states.has(state)) needed.add(moment)
      states.add(state)
    }
  }
  return earlier.filter(moment => needed.has(moment))
}

/** Equal for events that every audience of a level judges alike. */
function describeState(
  { facts, concerns, notify, isTaken, revision }: AudienceMoment,
  numbering: Numbering
): string {
  return JSON.stringify([facts, concerns, notify, isTaken, numbering.isWithheld(revision)])
}
