// The evidence of an episode while it grows: incidents named up to the limit, the rest counted.

import { addEvidence } from '../../detection/pattern.ts'
import { compareIncidents, type Incident } from '../../incident/incident.ts'

export interface Evidence {
  readonly kept: readonly Incident[]
  /** How many more there were, which are no longer named. */
  readonly omitted: number
}

export const noEvidence: Evidence = { kept: [], omitted: 0 }

/** Each incident once, in order of the fold, up to the limit. Pure. */
export function evidenceOf(incidents: Iterable<Incident>): Evidence {
  const unique = [...new Map([...incidents].map(incident => [incident.id, incident])).values()]
  return unique.sort(compareIncidents).reduce<Evidence>(addEvidence, noEvidence)
}
