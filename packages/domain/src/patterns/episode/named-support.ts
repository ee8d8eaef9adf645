// Support of an episode that goes on for months: named up to a limit, counted after that, so that it does not speak at each further incident. What one
// reader may not see takes no room from what it may: an incident counts against those alone that are marked as openly or more.

import type { Incident } from '../../incident/incident.ts'
import { maySee } from '../../report/handling.ts'
import { type Evidence, evidenceOf, noEvidence } from './episode-evidence.ts'

/** Incidents that are named of those that a reader may see. */
export const supportNamedMax = 20

export function withSupport(support: Evidence, incident: Incident): Evidence {
  const { kept, omitted } = support
  return namesMore(support, incident) ? { kept: [...kept, incident], omitted } : { kept, omitted: omitted + 1 }
}

/** True where a further one is named. */
export function namesMore({ kept }: Evidence, { handling }: Incident): boolean {
  if (kept.length < supportNamedMax) return true
  let count = 0
  for (const named of kept) if (maySee(handling, named.handling)) count++
  return count < supportNamedMax
}

/** The support of several episodes that are one, in order of the fold. */
export function mergedSupport(all: readonly Evidence[]): Evidence {
  const named = evidenceOf(all.flatMap(({ kept }) => kept))
  const omitted = all.reduce((sum, each) => sum + each.omitted, named.omitted)
  const merged = named.kept.reduce(withSupport, noEvidence)
  return { kept: merged.kept, omitted: merged.omitted + omitted }
}

/** The same with some more that are only counted. */
export function alsoCounted({ kept, omitted }: Evidence, more: number): Evidence {
  return { kept, omitted: omitted + more }
}
