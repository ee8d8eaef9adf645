// Support of an episode that goes on for months: named up to a limit, counted after that, so that it does not speak at each further incident.

import type { Incident } from '../incident.ts'
import { addUpTo } from '../pattern.ts'
import type { Evidence } from './episode-evidence.ts'

export const supportNamedMax = 20

export function withSupport(support: Evidence, incident: Incident): Evidence {
  return addUpTo(supportNamedMax, support, incident)
}
