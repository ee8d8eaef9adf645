// Support of an episode that goes on for months: named up to a limit, counted after that, so that it does not speak at each further incident.

import type { Incident } from '../incident.ts'
import { addUpTo } from '../pattern.ts'
import type { Evidence } from './episode-evidence.ts'

export const supportNamedMax = 20

export function withSupport(support: Evidence, incident: Incident): Evidence {
  return addUpTo(supportNamedMax, support, incident)
}

/** True while a further one would be named. */
export function namesMore({ kept }: Evidence): boolean {
  return kept.length < supportNamedMax
}

/** The same with some more that are only counted. */
export function alsoCounted({ kept, omitted }: Evidence, more: number): Evidence {
  return { kept, omitted: omitted + more }
}
