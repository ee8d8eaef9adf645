// Of silences, how many open alerts that a reader sees each holds back. One for a single subscription is
// for what that is told of, as its notices count (notice-judge.ts).

import type { ReadTraces } from '../delivery/alert-traces.ts'
import type { Silence } from '../notification/silence.ts'
import { countSilenced, type SilencedDeps } from '../policy/silenced-alerts.ts'
import type { ReaderView } from '../reader/reader-view.ts'

/** By silence. As the reader was told: what is hidden moves no count. */
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
 * A subscription that silences are for alone: who may be told what, and of which alerts it was or
 * is to be told.
 */
export interface Silenced {
  readonly view: ReaderView
  readonly told: Pick<ReadTraces, 'findStanding'>
}

/**
 * By silence, each for this subscription alone: of the open alerts that it is told of those that
 * the silence is for. For readers who may know what it is told: they see all of it.
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
