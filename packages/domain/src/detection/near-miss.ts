// What a rule has nearly found: for people who ask why nothing fired. Alerts never rest on it.

import type { Finding, FindingMeasure } from '../finding/finding.ts'
import type { Incident } from '../incident/incident.ts'

export interface NearMiss {
  readonly group: Finding['group']
  readonly measure: FindingMeasure
  /** In words: `1 incident more`, `one criterion more`. */
  readonly lacks: string
  /** The incidents counted so far, in order of the fold; at least one. */
  readonly incidents: readonly Incident[]
}

/** Share of a threshold from which a measure is near. */
export const nearShare = 0.7
