// How many of the open alerts that a reader sees each silence delays. One for a single subscription
// is for what that is notified of, as its notices count (notice-judge.ts).

import type { ReaderView } from '../alerts/reader-view.ts'
import type { ReadTraces } from '../notification/alert-traces.ts'
import type { Silence } from '../notification/silence.ts'
import { countSilenced, type SilencedDeps } from '../notification/silenced-alerts.ts'

/** By silence. As the reader sees them: hidden alerts change no count. */
export async function countMatches(
  alerts: SilencedDeps,
  view: ReaderView,
  silences: readonly Silence[]
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const each of silences) counts.set(each.silenceId, await countSilenced(alerts, view, each))
  return counts
}

/**
 * A subscription with silences for it alone: its view, and which alerts it was or is to be notified
 * of.
 */
export interface Silenced {
  readonly view: ReaderView
  readonly told: Pick<ReadTraces, 'findStanding'>
}

/**
 * By silence, each for this subscription alone: how many of the open alerts that it is notified of
 * the silence is for. For readers who may know its notifications: they see all of these alerts.
 */
export async function countOneMatches(
  alerts: SilencedDeps,
  { view, told }: Silenced,
  silences: readonly Silence[]
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const isTold = (alertId: string) => told.findStanding(alertId) === 'shown'
  for (const each of silences)
    counts.set(each.silenceId, await countSilenced(alerts, view, each, isTold))
  return counts
}
