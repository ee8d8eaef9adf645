// The evidence of an episode while it grows: incidents are named up to the limit, the rest is counted.

import { evidenceMax } from '../../finding/finding.ts'
import { compareIncidents, type Incident } from '../../incident/incident.ts'
import { areSame } from './recent-cache.ts'

export interface Evidence {
  readonly kept: readonly Incident[]
  /** How many more there were that are not named. */
  readonly omitted: number
}

export const noEvidence: Evidence = { kept: [], omitted: 0 }

/** Each incident once, in order of the fold, up to the limit. Pure. */
export function evidenceOf(incidents: Iterable<Incident>): Evidence {
  const unique = [...new Map([...incidents].map(incident => [incident.id, incident])).values()]
  unique.sort(compareIncidents)
  return { kept: unique.slice(0, evidenceMax), omitted: Math.max(0, unique.length - evidenceMax) }
}

/** True if both name the same objects and count as many more. */
export function isSameEvidence(a: Evidence, b: Evidence): boolean {
  return a === b || (a.omitted === b.omitted && areSame(a.kept, b.kept))
}
