// Which events of an alert with very many still decide something. A course of a policy knows the
// stretch that an alert is in and the one before it event by event, and of what came earlier only
// what it was and how grave. Stretches are counted as each level of readers counts revisions: what
// is hidden from them moves nothing. Pure.

import { type Handling, maySee } from '@tocsin/domain/report/handling'
import { type AudienceMoment, isForLevel } from './audience.ts'
import type { Numbering } from './level-story.ts'

/**
 * Events that one stretch has. Alerts have 5 to 16; of one with more than two stretches the earlier
 * ones are summed up.
 */
export const stretchEvents = 400
/** Different states of an alert that are remembered of earlier stretches, for each level. */
const statesMax = 200

/** The stretch of an event, 0 for the first. It never falls along an alert's events. */
export function stretchOf(numbering: Numbering, revision: number): number {
  return Math.floor((numbering.numberOf(revision) - 1) / stretchEvents)
}

/** The first stretch that is known event by event, by the alert's last event. */
export function firstKnownStretch(numbering: Numbering, lastRevision: number): number {
  return Math.max(0, stretchOf(numbering, lastRevision) - 1)
}

export interface CountingLevel {
  readonly level: Handling
  readonly numbering: Numbering
}

/**
 * Those of an alert's earlier events, in order, that any level needs: all of the stretches that it
 * knows, and before them the last event of each state. So who was shown the alert, and how grave it
 * was, follows as from all events. O(events × levels).
 */
export function neededMoments<M extends AudienceMoment>(
  earlier: readonly M[],
  lastRevision: number,
  levels: readonly CountingLevel[]
): M[] {
  const needed = new Set<M>()
  for (const counting of levels)
    for (const moment of neededAt(counting, earlier, lastRevision)) needed.add(moment)
  return earlier.filter(moment => needed.has(moment))
}

function neededAt<M extends AudienceMoment>(
  { level, numbering }: CountingLevel,
  earlier: readonly M[],
  last: number
): M[] {
  const from = firstKnownStretch(numbering, last)
  const needed: M[] = []
  let wasHidden = false
  for (const moment of earlier) {
    const isHidden = !maySee(level, moment.facts.handling)
    const isMet = isHidden ? !wasHidden : isForLevel(level, moment, numbering)
    wasHidden = isHidden
    if (isMet && stretchOf(numbering, moment.revision) >= from) needed.push(moment)
  }
  const states = new Set<string>()
  for (let i = earlier.length - 1; i >= 0 && states.size < statesMax; i--) {
    const moment = earlier[i] as M
    if (stretchOf(numbering, moment.revision) >= from) continue
    const state = stateOf(moment, numbering)
    if (!states.has(state)) needed.push(moment)
    states.add(state)
  }
  return needed
}

/** Equal for events that every audience of a level judges alike. */
function stateOf(
  { facts, concerns, notify, isTaken, revision }: AudienceMoment,
  numbering: Numbering
): string {
  return JSON.stringify([facts, concerns, notify, isTaken, numbering.isWithheld(revision)])
}
