// Unacknowledged alerts, as each alert says it.

import { computed } from '@preact/signals'
import {
  isUnacknowledged,
  knownFromMs,
  type Severity,
  type ShownAlert,
  severityRank
} from '../shown/shown-alert.ts'
import { nowIn, picture, pictureAge } from './console-state.ts'

/** In the order in which they came or changed. */
export const unacknowledged = computed<readonly ShownAlert[]>(() => {
  pictureAge.value
  const all: ShownAlert[] = []
  for (const alert of picture.alerts.values()) if (isUnacknowledged(alert)) all.push(alert)
  return all
})

export interface UnacknowledgedCount {
  /** Null: not all open alerts have come yet. */
  readonly count: number | null
  readonly worst: Severity | null
  /** Longest wait of any of them, by the clock of its theatre, ms. */
  readonly oldestMs: number
}

export const unacknowledgedCount = computed<UnacknowledgedCount>(() => {
  let worst: Severity | null = null
  let oldestMs = 0
  for (const alert of unacknowledged.value) {
    oldestMs = Math.max(oldestMs, nowIn(alert.theatre) - knownFromMs(alert))
    if (worst === null || severityRank(alert.severity) > severityRank(worst)) worst = alert.severity
  }
  const count = picture.hasBeenWhole ? unacknowledged.value.length : null
  return { count, worst, oldestMs }
})
