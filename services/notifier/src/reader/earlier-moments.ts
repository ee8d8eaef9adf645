// Which earlier events of an alert with very many still decide what a reader gets. Pure.

import type { AudienceMoment } from './audience.ts'

/** Different states of an alert that are remembered. */
const statesMax = 200

/**
 * The last event of each state, in order. Who was shown the alert, and with which severity, follows
 * as from all events. O(events).
 */
export function neededMoments<M extends AudienceMoment>(earlier: readonly M[]): M[] {
  const needed = new Map<string, M>()
  for (let i = earlier.length - 1; i >= 0 && needed.size < statesMax; i--) {
    const moment = earlier[i] as M
    const state = describeState(moment)
    if (!needed.has(state)) needed.set(state, moment)
  }
  return [...needed.values()].reverse()
}

/** Equal for events that every audience judges alike. */
function describeState({ facts, concerns, notify, isTaken }: AudienceMoment): string {
  return JSON.stringify([facts, concerns, notify, isTaken])
}
