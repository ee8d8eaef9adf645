// Support of an episode that goes on for months: named up to a limit and counted above it, so that
// the alert is not revised with each further incident. The limit is applied per handling: an
// incident that a reader may not see takes no place from one that the reader may see.

import { withLast } from '../../fold/exact-lists.ts'
import type { Incident } from '../../incident/incident.ts'
import { maySee } from '../../report/handling.ts'
import { type Evidence, inOrderOnce, noEvidence } from './episode-evidence.ts'

/** Maximum number of supporting incidents named among those that a reader may see. */
export const supportNamedMax = 20

export function withSupport(support: Evidence, incident: Incident): Evidence {
  const { kept, omitted } = support
  return namesMore(support, incident)
    ? { kept: withLast(kept, incident), omitted }
    : { kept, omitted: omitted + 1 }
}

/** True if one more of this handling is named. */
export function namesMore({ kept }: Evidence, { handling }: Incident): boolean {
  if (kept.length < supportNamedMax) return true
  let count = 0
  for (const named of kept) if (maySee(handling, named.handling)) count++
  return count < supportNamedMax
}

/** The support of several episodes that were merged, in order of the fold. */
export function mergedSupport(all: readonly Evidence[]): Evidence {
  const omitted = all.reduce((sum, each) => sum + each.omitted, 0)
  const merged = inOrderOnce(all.flatMap(({ kept }) => kept)).reduce(withSupport, noEvidence)
  return { kept: merged.kept, omitted: merged.omitted + omitted }
}

/** The same evidence with `more` incidents that are only counted. */
export function alsoCounted({ kept, omitted }: Evidence, more: number): Evidence {
  return { kept, omitted: omitted + more }
}
