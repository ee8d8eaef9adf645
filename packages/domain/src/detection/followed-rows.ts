// A machine that is given a part of the rows of its scope.

import type { Incident } from '../incident/incident.ts'
import type { ScopeMachine } from './scope-machine.ts'

export interface FollowedRows {
  readonly machine: ScopeMachine
  /** The incidents that it reads, in order of the fold. */
  readonly rows: Incident[]
}

/** Puts other rows in the place of those from one on. True if no longer all is as it was. */
export function refoldFrom(
  { machine, rows }: FollowedRows,
  start: number,
  now: readonly Incident[]
): boolean {
  const was = rows.slice(start)
  let same = 0
  while (same < now.length && was[same] === now[same]) same += 1
  if (same === now.length && same === was.length) return false
  const [before, after] = [new Set(was.slice(same)), new Set(now.slice(same))]
  rows.length = start + same
  for (const incident of after) rows.push(incident)
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const incident of before.union(after)) {
    if (before.has(incident) && !after.has(incident)) machine.take?.(incident)
    if (after.has(incident) && !before.has(incident)) machine.put?.(incident)
    fromMs = Math.min(fromMs, incident.fromMs)
    toMs = Math.max(toMs, incident.toMs)
  }
  return machine.refold(start + same, { fromMs, toMs })
}
